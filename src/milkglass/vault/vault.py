"""The vault: recordings, sealed; the only room that holds their keys.

Only `ingest`, `replay`, `retention`, `backup` and `app` may import it, so that "every look is logged" can be read off
the import graph.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Engine

from milkglass.database.moments import to_ms
from milkglass.database.open import cut_log
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.errors import Conflict, NotFound
from milkglass.merkle.writer import Writer
from milkglass.vault.bodies import head_of, open_batch, seal_batch
from milkglass.vault.catalogue import count_rows, has_tombstone, kept_numbers, remove_rows, segment_rows
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.journal import Journal, StillStands
from milkglass.vault.keys import Keys
from milkglass.vault.numbers import Numbers
from milkglass.vault.objects import ObjectStore
from milkglass.vault.rolling import Rolling, TakeRows
from milkglass.vault.sealing import derive
from milkglass.vault.segments import read
from milkglass.vault.tombstones import all_digests, digest
from milkglass.vault.values import Gone, Probe, SegmentRow, Stored, StoredBatch
from milkglass.wire.values import RecordingId, TicketFields


@dataclass(slots=True, kw_only=True)
class Vault:
    """The room. Thread-safe. What `append` returned for is kept through any crash, until it is purged."""

    journal: Journal
    objects: ObjectStore
    keys: Keys
    days: DayKeys
    engine: Engine
    writer: Writer
    take_rows: TakeRows  # where the roll hands heatmap rows: durable on return, a second time adds nothing
    _gone: set[bytes] = field(init=False)
    _numbers: Numbers = field(init=False)
    _rolling: Rolling = field(init=False)
    _one_roll: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._gone = all_digests(self.engine)
        self._numbers = Numbers(self._known_numbers)
        self._rolling = Rolling(
            journal=self.journal,
            objects=self.objects,
            days=self.days,
            engine=self.engine,
            writer=self.writer,
            take_rows=self.take_rows,
            is_gone=self.is_gone,
        )

    def token_key(self, ticket: TicketFields, purge_day: date) -> bytes:
        """Return the 32 bytes that key a recording's tokens: the same for all its batches, gone with its own key.

        Raises: Gone if the recording is shredded.
        """
        held = self.keys.of(ticket.recording, ticket.institution, purge_day)
        return derive(held.key, f"milkglass/tokens/v1|{ticket.institution}|{ticket.recording}")

    def append(
        self,
        batch: RedactedBatch,
        purge_day: date,
        received_at: datetime,
        still_stands: StillStands = lambda: True,
        rows_day: date | None = None,
    ) -> Stored:
        """Make a batch durable; sending it again is safe.

        Args:
            batch: what enforcement made.
            purge_day: the day whose key is to wrap the recording's, if this is its first batch.
            received_at: when it came.
            still_stands: asked at the moment of writing, so that a batch that waited cannot land after a withdrawal.
            rows_day: the day on which its heatmap rows go, where that is before the recording.
        Raises: Gone if the recording is shredded or no longer stands; Conflict if its number is kept with another
            hash; Unavailable (code `disk_full` when it is that).
        """
        recording = batch.ticket.recording
        if self.is_gone(recording):
            raise Gone("the recording is shredded")
        known = self._numbers.find(recording, batch.number)
        if known is not None:
            if known == batch.hash:
                return Stored.DUPLICATE
            raise Conflict(f"batch {batch.number} of this recording is kept with other content")
        held = self.keys.of(recording, batch.ticket.institution, purge_day)
        # A policy that changes how long recordings are kept does not move one that has begun.
        goes = date.fromisoformat(held.purge_day)
        rows_goes = goes if rows_day is None else min(goes, rows_day)
        rows_key = self.days.interactions(rows_goes)[0] if batch.heatmap else b""
        head = head_of(batch, held.purge_day, received_at, rows_goes.isoformat())
        sealed = seal_batch(batch, head, held.key, rows_key)
        self.journal.append(sealed, lambda: not self.is_gone(recording) and still_stands())
        self._numbers.note(recording, batch.number, batch.hash)
        return Stored.NEW

    def is_gone(self, recording: str) -> bool:
        """Say whether a recording is shredded."""
        return digest(recording) in self._gone

    def roll(self, now: datetime) -> int:
        """Lay what the journal holds into segments and rows; return how many batches. Safe at any time."""
        with self._one_roll:
            self.journal.rotate()
            return self._rolling.roll(to_ms(now))

    def segments(self, recording: RecordingId) -> list[SegmentRow]:
        """List a recording's segments in the order of the rolls; empty for one that is unknown or gone."""
        return segment_rows(self.engine, recording)

    def batches(self, recording: RecordingId, segment: int) -> Iterator[StoredBatch]:
        """Open a segment's batches in the order of their numbers. Raises NotFound, Invalid."""
        row = next((row for row in self.segments(recording) if row.segment == segment), None)
        if row is None:
            raise NotFound("there is no such segment")
        institution, _, key = self.keys.existing(recording)
        for place, sealed in read(self.objects.get(row.object_name)):
            yield open_batch(sealed, key, (institution, recording, place.number))

    def tail(self, recording: RecordingId, segments_known: int | None = None) -> list[StoredBatch]:
        """Open what is not in the first `segments_known` segments (by default: in no segment), by number.

        A roll may move batches between the moment a caller listed the segments and this one; naming how many it saw
        leaves no hole.
        """
        frames = self.journal.tail(recording)  # first: what a roll takes meanwhile is then seen twice, not never
        found: dict[int, StoredBatch] = {}
        for row in self.segments(recording)[segments_known:] if segments_known is not None else ():
            found |= {batch.number: batch for batch in self.batches(recording, row.segment)}
        rolled = kept_numbers(self.engine, recording) if frames else {}
        for sealed in frames:
            number = sealed.head.number
            if number not in found and number not in rolled:
                institution, _, key = self.keys.existing(recording)
                found[number] = open_batch(sealed.batch, key, (institution, recording, number))
        return [found[number] for number in sorted(found)]

    def whole(self, recording: RecordingId) -> list[StoredBatch]:
        """Open all batches, rolled or not, by number, each number once."""
        return self.tail(recording, segments_known=0)

    def gaps(self, recording: RecordingId) -> list[tuple[int, int]]:
        """List the runs of numbers (first, last) below the highest that never came."""
        frames = self.journal.tail(recording)
        numbers = {
            place.number for row in self.segments(recording) for place, _ in read(self.objects.get(row.object_name))
        }
        return missing(numbers | {sealed.head.number for sealed in frames})

    def shred(self, recording: RecordingId, now: datetime) -> bytes:
        """Destroy a recording's key and leave a tombstone: from here on nobody can read it, and nothing of it lands.

        Returns: the destroyed wrapped key, for a search of the disk; empty if there was none. Safe to run again.
        """
        with self._one_roll:
            self._gone.add(digest(recording))
            wrapped = self.keys.shred(recording, to_ms(now))
            # Behind this, every append that asked before the tombstone is in a closed file, which the roll leaves out.
            self.journal.rotate()
            self._numbers.forget(recording)
            return wrapped

    def purge(self, recording: RecordingId, now: datetime) -> None:
        """Remove the bytes and rows of a shredded recording. Raises Conflict before `shred`. Safe to run again."""
        if not self.is_gone(recording):
            raise Conflict("a recording is shredded before it is purged")
        with self._one_roll:
            self.roll(now)
            for name in self.objects.names(_below(recording)):
                self.objects.remove(name)
            self.writer.commit([lambda connection: remove_rows(connection, recording)])
            self._checkpoint()

    def destroy_rows_key(self, day: date) -> None:
        """Destroy the keys of the heatmap rows that go on a day: whatever copy of them is left opens no more."""
        with self._one_roll:
            self.days.destroy_interactions(day)
            self._checkpoint()

    def probe(self, recording: RecordingId) -> Probe:
        """Look for what is left of a recording, in the stores themselves and not in any memory of them."""
        return Probe(
            rows=count_rows(self.engine, recording),
            objects=len(self.objects.names(_below(recording))),
            frames=len(self.journal.tail(recording)),
            tombstone=has_tombstone(self.engine, recording),
        )

    def _known_numbers(self, recording: str) -> dict[int, bytes]:
        frames = {sealed.head.number: sealed.head.hash for sealed in reversed(self.journal.tail(recording))}
        return frames | kept_numbers(self.engine, recording)

    def _checkpoint(self) -> None:
        """Write SQLite's log back and cut it: deleted keys are findable in it until then."""
        if not cut_log(self.engine):
            raise Conflict("a reader holds the database's log; run the purge again")


def missing(numbers: set[int]) -> list[tuple[int, int]]:
    """List the runs (first, last) of numbers from 0 to the highest that are not there.

    >>> missing({0, 1, 4, 6})
    [(2, 3), (5, 5)]
    """
    present = sorted(numbers)
    before = [-1, *present]
    return [(low + 1, high - 1) for low, high in zip(before, present, strict=False) if high - low > 1]


def _below(recording: str) -> str:
    return f"{recording[:2]}/{recording}"
