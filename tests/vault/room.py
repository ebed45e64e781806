"""A vault on real drivers, and batches to put into it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from milkglass.database.open import migrate, open_engine
from milkglass.enforcement.redacted import RedactedBatch, Remarks
from milkglass.merkle.writer import Writer
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.disk import Disk
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.keys import Keys
from milkglass.vault.keys_file import FileKeyWrap
from milkglass.vault.objects_directory import DirectoryObjects
from milkglass.vault.values import RolledRows
from milkglass.vault.vault import Vault
from milkglass.wire import (
    ApplicationId,
    ConsentId,
    InstitutionId,
    Interaction,
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

    files: dict[str, list[RolledRows]] = field(default_factory=dict)

    def take(self, journal_file: str, rows: object) -> None:
        self.files.setdefault(journal_file, list(rows))  # type: ignore[call-overload]  # a list of RolledRows

    def numbers(self) -> int:
        return sum(len(rows) for rows in self.files.values())


@dataclass
class Room:
    vault: Vault
    engine: Engine
    writer: Writer
    rows: Remembered
    journal: FileJournal

    def close(self) -> None:
        self.writer.close()
        self.engine.dispose()


def open_room(where: Path, disk: Disk | None = None, rows: Remembered | None = None) -> Room:
    disk = disk or Disk()
    engine = open_engine(f"sqlite:///{where / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    days = DayKeys(FileKeyWrap(where / "keys" / "master"), engine, writer)
    rows = rows or Remembered()
    journal = FileJournal(where / "journal", disk)
    vault = Vault(
        journal=journal,
        objects=DirectoryObjects(where / "segments", disk),
        keys=Keys(days, engine, writer),
        days=days,
        engine=engine,
        writer=writer,
        take_rows=rows.take,
    )
    return Room(vault, engine, writer, rows, journal)


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
