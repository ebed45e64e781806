"""Logs: the life of a log from its first entry to its last, and the checkpoints signed on the way.

A checkpoint is signed only after its entries are durable, and only if it continues what was signed before. A copy that
is behind or beside what was signed is a fork: it writes nothing until somebody says that it was restored.

Source: C2SP tlog-checkpoint; docs/log.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection, Engine, Executable, insert, select, update

from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_log import log_entries, log_roots, logs
from milkglass.errors import NotFound, Unavailable
from milkglass.merkle.checkpoint_lock import CheckpointLock
from milkglass.merkle.entry import Fact
from milkglass.merkle.hashing import EMPTY_ROOT
from milkglass.merkle.log import Log
from milkglass.merkle.notes import NoteKey, proof
from milkglass.merkle.verify import Checkpoint
from milkglass.merkle.writer import Change, Turn, Writer, log_row

FORKED = "log_forked"
LATE = timedelta(seconds=5)
_REMEDY = "if a backup was restored, run `milkglass log reopen`; if not, keep a copy of everything and tell the owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One log. `checkpoint` is its newest signed note, None before the first; `size` counts what it covers."""

    number: int
    origin: str
    vkey: str
    opened_at: datetime
    closed_at: datetime | None
    is_fork: bool
    checkpoint: bytes | None
    size: int
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    """A log as the facts about it name it: number, origin and public key."""

    number: int
    origin: str
    vkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a restored copy has of a log, and what was signed of it."""

    origin: str
    kept: Checkpoint
    signed: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """Makers of the facts that a log's life leaves; `facts` is a room above this one."""

    opened: Callable[[Named, datetime], Fact]
    continued: Callable[[Named, datetime], Fact]
    restored: Callable[[Named, Lost, datetime], Fact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """The room. `host` names the deployment in the origin of each log that begins."""

    engine: Engine
    writer: Writer
    keys: KeyFiles
    lock: CheckpointLock
    facts: LogFacts
    host: str
    _signing: Lock = field(default_factory=Lock, repr=False, compare=False)

    def begin(self, now: datetime) -> None:
        """Open the first log where there is none, and the next one in a new year. Raises Unavailable on a fork."""
        rows = self.list()
        if not rows:
            named = self._named(0, f"{self.host}/audit/{now.year}")
            row = log_row(0, named.origin, named.vkey, to_ms(now))

            def change(connection: Connection) -> None:
                connection.execute(insert(logs).values(row))

            self.writer.commit([change], self.facts.opened(named, now))
            return
        self.check()
        if now.year > rows[-1].opened_at.year:
            named = self._named(rows[-1].number + 1, f"{self.host}/audit/{now.year}")
            closing, opening = self.facts.continued(named, now), self.facts.opened(named, now)
            self.writer.turn(Turn(origin=named.origin, vkey=named.vkey, closing=closing, opening=opening))

    def check(self) -> None:
        """Raise Unavailable, and write nothing any more, if more or other was signed of a log than is here."""
        for row in self.list():
            lost = None if row.is_fork else self._lost(row)
            if lost is not None:
                here = f"{lost.kept.size} entries of {row.origin} are here and {lost.signed.size} were signed"
                why = f"the evidence log is behind or beside its signed checkpoint: {here}; {_REMEDY}"
                self.writer.halt(why)
                raise Unavailable(why, code=FORKED)

    def reopen(self, now: datetime) -> None:
        """Say that this copy was restored: close its log for good, and begin one that cites what was signed.

        Where the checkpoint lock was lost as well, nobody can tell what is missing; what is here is cited then.
        """
        row = self.newest()
        here = self._here(row)
        lost = self._lost(row) or Lost(origin=row.origin, kept=here, signed=self.lock.read(row.origin) or here)
        named = self._named(row.number + 1, self._free_origin(row))
        opening = self.facts.restored(named, lost, now)
        self.writer.turn(Turn(origin=named.origin, vkey=named.vkey, opening=opening, is_fork=True))

    def sign(self, now: datetime) -> None:
        """Sign what was added since the last checkpoint, at most once a second. Raises Unavailable on a fork."""
        with self._signing:
            self.check()
            self._sign(now)

    def _sign(self, now: datetime) -> None:
        for row in self.list():
            here = self._here(row)
            if row.is_fork or here.size == row.size:
                continue
            self.lock.swap(self.lock.read(row.origin), here)
            note = self._key(row.number, row.origin).sign(here.size, here.root)
            kept = {"checkpoint": note.decode(), "checkpoint_size": here.size, "checkpoint_at": to_ms(now)}
            signed = update(logs).where(logs.c.log == row.number, logs.c.checkpoint_size < here.size).values(kept)
            self.writer.commit([_execute(signed)])

    def is_late(self, now: datetime) -> bool:
        """Say whether an entry has waited for its checkpoint for more than five seconds."""
        return any(self._waited(row, now) > LATE for row in self.list() if not row.is_fork)

    def _waited(self, row: LogRow, now: datetime) -> timedelta:
        first = (log_entries.c.log == row.number, log_entries.c.leaf_index == row.size)
        with self.engine.connect() as connection:
            at_ms = connection.execute(select(log_entries.c.at_ms).where(*first)).scalar_one_or_none()
        return timedelta() if at_ms is None else now - from_ms(at_ms)

    def list(self) -> list[LogRow]:
        """List the logs, oldest first."""
        with self.engine.connect() as connection:
            return [
                LogRow(
                    number=row.log,
                    origin=row.origin,
                    vkey=row.vkey,
                    opened_at=from_ms(row.opened_at),
                    closed_at=None if row.closed_at is None else from_ms(row.closed_at),
                    is_fork=row.is_fork,
                    checkpoint=None if row.checkpoint is None else row.checkpoint.encode(),
                    size=row.checkpoint_size,
                    signed_at=None if row.checkpoint_at is None else from_ms(row.checkpoint_at),
                )
                for row in connection.execute(select(logs).order_by(logs.c.log))
            ]

    def newest(self) -> LogRow:
        """Return the log that is written."""
        return self.list()[-1]

    def get(self, number: int) -> LogRow:
        """Return one log. Raises NotFound."""
        found = [row for row in self.list() if row.number == number]
        if not found:
            raise NotFound("there is no log of this number")
        return found[0]

    def proof(self, number: int, index: int) -> bytes:
        """Return a tlog-proof of one entry under the log's newest checkpoint. Raises NotFound, Unavailable."""
        row, log = self.get(number), Log(self.engine, number)
        if row.checkpoint is None or index >= row.size:
            raise Unavailable("this entry is not under a signed checkpoint yet; try again in a few seconds")
        entries = log.entries(index, 1)
        if not entries or entries[0].index != index:
            raise NotFound("there is no such entry")
        return proof(entries[0].spelled, index, log.leaves(row.size).inclusion(index, row.size), row.checkpoint)

    def _here(self, row: LogRow) -> Checkpoint:
        newest = select(log_roots).where(log_roots.c.log == row.number).order_by(log_roots.c.size.desc()).limit(1)
        with self.engine.connect() as connection:
            kept = connection.execute(newest).one_or_none()
        return Checkpoint(row.origin, *((0, EMPTY_ROOT) if kept is None else (kept.size, bytes(kept.root))))

    def _lost(self, row: LogRow) -> Lost | None:
        signed, here = self.lock.read(row.origin), self._here(row)
        if signed is None or (signed.size <= here.size and self._root(row, signed.size) == signed.root):
            return None
        return Lost(origin=row.origin, kept=here, signed=signed)

    def _root(self, row: LogRow, size: int) -> bytes | None:
        return Log(self.engine, row.number).root(size)

    def _named(self, number: int, origin: str) -> Named:
        return Named(number, origin, self._key(number, origin).vkey)

    def _key(self, number: int, origin: str) -> NoteKey:
        return NoteKey(origin, self.keys.key(f"log-{number}"))

    def _free_origin(self, row: LogRow) -> str:
        """Name the log after a restore; a copy restored twice must not take one name twice."""
        # The last part alone: a host may hold `-r`.
        head, _, year = row.origin.rpartition("/")
        stem, taken = f"{head}/{year.partition('-r')[0]}", {one.origin for one in self.list()}
        tries = (f"{stem}-r{count}" for count in range(1, 10_000))
        return next(name for name in tries if name not in taken and self.lock.read(name) is None)


def _execute(statement: Executable) -> Change:
    def change(connection: Connection) -> None:
        connection.execute(statement)

    return change
