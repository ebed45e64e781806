"""A vault on real drivers, and batches to put into it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from milkglass.database.open import migrate, open_engine
from milkglass.enforcement.redacted import RedactedBatch, Remarks
from milkglass.interactions.store_duckdb import DuckdbInteractions
from milkglass.merkle.writer import Writer
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.disk import Disk
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.keys import Keys
from milkglass.vault.keys_file import FileKeyWrap
from milkglass.vault.objects_directory import DirectoryObjects
from milkglass.vault.values import RolledRows
from milkglass.vault.vault import Vault
from milkglass.wire.events import Interaction
from milkglass.wire.values import (
    ApplicationId,
    ConsentId,
    InstitutionId,
    Level,
    PolicyHash,
    Purpose,
    RecordingId,
    TicketFields,
    VisitId,
)

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
PURGE = date(2026, 4, 3)


def recording_id(n: int) -> RecordingId:
    return RecordingId(f"{n:026d}")


def ticket(n: int = 1, institution: str = "riverside") -> TicketFields:
    return TicketFields(
        application=ApplicationId("chalkboard"),
        institution=InstitutionId(institution),
        recording=recording_id(n),
        visit=VisitId(f"{n:026d}"),
        consent=ConsentId(f"{n:026d}"),
        purposes=(Purpose.REPLAY, Purpose.HEATMAP),
        began=int(NOW.timestamp() * 1000),
        iat=int(NOW.timestamp()),
        exp=int((NOW + timedelta(minutes=15)).timestamp()),
        crowd=1000 + n,
    )


def click(at: int = 1000, x: float = 0.5, y: float = 0.5) -> Interaction:
    return Interaction(
        kind="click", at=at, route="/courses/:id", viewport="large", element="main>button", page_x=x, page_y=y
    )


@dataclass
class Remembered:
    """Heatmap rows that a roll handed over, kept once a journal file."""

    files: dict[str, Sequence[RolledRows]] = field(default_factory=dict)

    def take(self, journal_file: str, rows: Sequence[RolledRows]) -> None:
        self.files.setdefault(journal_file, rows)

    def __bool__(self) -> bool:
        return True

    def numbers(self) -> int:
        return sum(len(rows) for rows in self.files.values())


@dataclass
class Room:
    vault: Vault
    engine: Engine
    writer: Writer
    rows: Remembered
    journal: FileJournal
    store: DuckdbInteractions | None

    def close(self) -> None:
        if self.store:
            self.store.close()
        self.writer.close()
        self.engine.dispose()


def open_room(
    where: Path, disk: Disk | None = None, rows: Remembered | None = None, *, most_bytes: int = 1 << 26
) -> Room:
    """Open a directory's vault; heatmap rows go to `rows`, or without it to DuckDB files beside the rest."""
    disk = disk or Disk()
    engine = open_engine(f"sqlite:///{where / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    days = DayKeys(FileKeyWrap(where / "keys" / "master"), engine, writer)
    store = None if rows else DuckdbInteractions(where / "interactions", days.interactions)
    journal = FileJournal(where / "journal", disk, most_bytes)
    vault = Vault(
        journal=journal,
        objects=DirectoryObjects(where / "segments", disk),
        keys=Keys(days, engine, writer),
        days=days,
        engine=engine,
        writer=writer,
        take_rows=store.take if store else (rows or Remembered()).take,
    )
    return Room(vault, engine, writer, rows or Remembered(), journal, store)


def made(number: int, n: int = 1, said: bytes = b"[]", clicks: int = 1) -> RedactedBatch:
    """Make what enforcement would: it has tests of its own, and here only the shape matters."""
    rows = tuple(click() for _ in range(clicks))
    return RedactedBatch(
        ticket=ticket(n),
        number=number,
        hash=hashlib.sha256(said).digest()[:16],
        policy=PolicyHash("0" * 64),
        vocabulary=1,
        journey="chat",
        level=Level.LABELLED,
        reset=number == 0,
        events=said,
        interactions=rows,
        heatmap=rows,
        routes=frozenset({"/courses/:id"}),
        event_count=1,
        first_at=number * 1000,
        last_at=number * 1000 + 500,
        marks={"click": clicks},
        remarks=Remarks(masked=Counter({("TEXT", "/courses/:id"): 2})),
    )
