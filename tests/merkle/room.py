"""A log on a real database, with its checkpoints, and facts to put into it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from milkglass import facts
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import ulid
from milkglass.database.open import migrate, open_engine
from milkglass.merkle.checkpoint_lock import CheckpointLock
from milkglass.merkle.entry import Fact, Resource
from milkglass.merkle.export import Exports
from milkglass.merkle.log import Log
from milkglass.merkle.logs import LogRow, Logs
from milkglass.merkle.verify import Key, read_key
from milkglass.merkle.writer import Writer

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@dataclass
class Room:
    engine: Engine
    writer: Writer
    log: Log
    logs: Logs

    @property
    def key(self) -> Key:
        """The newest log's public key."""
        return read_key(self.logs.newest().vkey)

    def fill(self, count: int) -> None:
        """Append some entries of two institutions, from many threads at once."""
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda n: self.writer.commit([], fact(f"school-{n % 2}")), range(count)))

    def export(self, to: Path, texts: dict[str, bytes] | None = None) -> LogRow:
        """Write the newest log as a zip."""
        exports = Exports(logs=self.logs, writer=self.writer)
        held = {"entry.schema.json": b"{}", **(texts or {})}
        return exports.write(to, held, lambda *told: facts.log_export(facts.By(at=NOW), *told), NOW)


@contextmanager
def opened(directory: Path, lock: Path | None = None) -> Iterator[Room]:
    engine = open_engine(f"sqlite:///{directory / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    logs = Logs(
        engine=engine,
        writer=writer,
        keys=KeyFiles(directory / "keys"),
        lock=CheckpointLock(lock or directory / "lock.db"),
        facts=facts.LOG_FACTS,
        host="see.example",
    )
    try:
        yield Room(engine, writer, Log(engine), logs)
    finally:
        writer.close()
        logs.lock.close()
        engine.dispose()


def fact(institution: str = "-", resource: str = "milkglass", entry_id: str | None = None) -> Fact:
    return Fact(
        id=entry_id or ulid(NOW),
        at=NOW,
        act="server.start",
        institution=institution,
        resource=Resource(kind="server", id=resource),
        obj={"version": "0.1.0"},
    )
