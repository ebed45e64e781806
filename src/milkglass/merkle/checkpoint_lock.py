"""Checkpoint lock: what was signed last, kept apart from the log, so that a restored copy cannot sign over it.

Put its file on another volume than the data directory: a copy of both together is rolled back together.

Source: the compare-and-swap that C2SP's tlog implementations keep their newest checkpoint in.
"""

from pathlib import Path

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, insert, select, update

from milkglass.database.open import open_engine, writing
from milkglass.errors import Conflict
from milkglass.merkle.verify import Checkpoint

_METADATA = MetaData()
_SIGNED = Table(
    "signed",
    _METADATA,
    Column("origin", String(300), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)


class CheckpointLock:
    """The newest signed checkpoint of each log. Durable on return."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises Unavailable if SQLite does not hold what durability rests on."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._engine = open_engine(f"sqlite:///{path}")
        with writing(self._engine) as connection:
            _METADATA.create_all(connection)

    def read(self, origin: str) -> Checkpoint | None:
        """Return what was signed last of a log; None if nothing was."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_SIGNED).where(_SIGNED.c.origin == origin)).one_or_none()
        return None if row is None else Checkpoint(row.origin, row.size, bytes(row.root))

    def swap(self, known: Checkpoint | None, new: Checkpoint) -> None:
        """Put `new` in the place of `known`. Raises Conflict if another was signed meanwhile."""
        values = {"size": new.size, "root": new.root}
        with writing(self._engine) as connection:
            row = connection.execute(select(_SIGNED).where(_SIGNED.c.origin == new.origin)).one_or_none()
            held = None if row is None else Checkpoint(row.origin, row.size, bytes(row.root))
            if held != known:
                raise Conflict("another process signed a checkpoint of this log meanwhile")
            if held is None:
                connection.execute(insert(_SIGNED).values(origin=new.origin, **values))
            else:
                connection.execute(update(_SIGNED).where(_SIGNED.c.origin == new.origin).values(values))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
