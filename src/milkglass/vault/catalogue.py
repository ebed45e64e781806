"""The catalogue: the rows about recordings and their segments, read and written in one transaction a roll."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from milkglass.database.tables_vault import journal_files_taken, recording_keys, recordings, segments, tombstones
from milkglass.vault.numbers import pack_numbers, unpack_numbers
from milkglass.vault.recording_rows import Laid, write_recording
from milkglass.vault.tombstones import digest
from milkglass.vault.values import SegmentRow

HOURS_OF_NUMBERS = 48
_MS_PER_HOUR = 3_600_000


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a roll did with one journal file."""

    journal_file: str
    damaged: int
    batches: int = 0
    repeated: int = 0
    conflicting: int = 0
    gone: int = 0


def is_taken(engine: Engine, journal_file: str) -> bool:
    """Say whether the rows of a journal file are durable."""
    asked = select(journal_files_taken).where(journal_files_taken.c.journal_file == journal_file)
    with engine.connect() as connection:
        return connection.execute(asked).first() is not None


def kept_numbers(engine: Engine, recording: str) -> dict[int, bytes]:
    """Return hashes by number, as far as the segment rows still hold them."""
    asked = select(segments.c.numbers).where(segments.c.recording == recording).order_by(segments.c.segment.desc())
    found: dict[int, bytes] = {}
    with engine.connect() as connection:
        for row in connection.execute(asked):
            if row.numbers is not None:
                found |= unpack_numbers(row.numbers)
    return found


def segment_rows(engine: Engine, recording: str) -> list[SegmentRow]:
    """List a recording's segments in the order of the rolls."""
    asked = select(segments).where(segments.c.recording == recording).order_by(segments.c.segment)
    with engine.connect() as connection:
        return [
            SegmentRow(
                segment=row.segment,
                object_name=row.object,
                first_number=row.first_number,
                last_number=row.last_number,
                first_at=row.first_at,
                last_at=row.last_at,
                batches=row.batches,
                byte_count=row.bytes,
            )
            for row in connection.execute(asked)
        ]


def write_roll(connection: Connection, taken: Taken, laid: Iterable[Laid], now_ms: int) -> None:
    """Within a transaction, write all that a journal file adds. A file that was taken before breaks the transaction."""
    connection.execute(
        insert(journal_files_taken).values(
            journal_file=taken.journal_file,
            taken_at=now_ms,
            batches=taken.batches,
            repeated=taken.repeated,
            conflicting=taken.conflicting,
            gone=taken.gone,
            damaged=taken.damaged,
        )
    )
    for one in laid:
        _write_segment(connection, one, now_ms)
        write_recording(connection, one)


def forget_old(connection: Connection, now_ms: int, still_there: Collection[str]) -> None:
    """Within a transaction, drop the numbers of old segments and the names of journal files long gone.

    `still_there` names the files that the journal holds: what was taken of them must be known as long as they stand.
    """
    before = now_ms - HOURS_OF_NUMBERS * _MS_PER_HOUR
    old = (segments.c.rolled_at < before) & segments.c.numbers.is_not(None)
    connection.execute(update(segments).where(old).values(numbers=None))
    taken = journal_files_taken.c
    gone = (taken.taken_at < before) & taken.journal_file.not_in(still_there)
    connection.execute(delete(journal_files_taken).where(gone))


def remove_rows(connection: Connection, recording: str) -> None:
    """Within a transaction, remove every row of a recording but its tombstone."""
    for table in (segments, recordings, recording_keys):
        connection.execute(delete(table).where(table.c.recording == recording))


def count_rows(engine: Engine, recording: str) -> dict[str, int]:
    """Count a recording's rows by table."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(
                select(func.count()).select_from(table).where(table.c.recording == recording)
            ).scalar_one()
            for table in (recordings, recording_keys, segments)
        }


def has_tombstone(engine: Engine, recording: str) -> bool:
    """Say whether a recording is shredded."""
    with engine.connect() as connection:
        return (
            connection.execute(select(tombstones).where(tombstones.c.digest == digest(recording))).first() is not None
        )


def _write_segment(connection: Connection, one: Laid, now_ms: int) -> None:
    heads = [sealed.head for sealed in one.frames]
    highest = select(func.max(segments.c.segment)).where(segments.c.recording == one.recording)
    last = connection.execute(highest).scalar_one_or_none()
    connection.execute(
        insert(segments).values(
            recording=one.recording,
            segment=0 if last is None else last + 1,
            object=one.object_name,
            first_number=min(head.number for head in heads),
            last_number=max(head.number for head in heads),
            first_at=min(head.first_at for head in heads),
            last_at=max(head.last_at for head in heads),
            batches=len(heads),
            bytes=sum(len(sealed.batch) for sealed in one.frames),
            rolled_at=now_ms,
            numbers=pack_numbers({head.number: head.hash for head in heads}),
        )
    )
