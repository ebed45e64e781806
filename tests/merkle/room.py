"""A log on a real database, and facts to put into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from milkglass.database.moments import ulid
from milkglass.database.open import migrate, open_engine
from milkglass.merkle.entry import Fact, Resource
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@dataclass
class Room:
    engine: Engine
    writer: Writer
    log: Log


@contextmanager
def opened(directory: Path) -> Iterator[Room]:
    engine = open_engine(f"sqlite:///{directory / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    try:
        yield Room(engine, writer, Log(engine))
    finally:
        writer.close()
        engine.dispose()


def fact(institution: str = "-", resource: str = "milkglass", entry_id: str | None = None) -> Fact:
    return Fact(
        id=entry_id or ulid(NOW),
        at=NOW,
        act="server.start",
        institution=institution,
        resource=Resource(kind="server", id=resource),
    )
