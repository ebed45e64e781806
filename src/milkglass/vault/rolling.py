"""Rolling: from a closed journal file to segments, rows and heatmap rows, so that a crash anywhere changes nothing.

The order carries it. Heatmap rows first: their store knows which journal files it took. Then the objects, whose names
come from recording and journal file, so that writing again replaces. Then one transaction with all rows and the
file's name. Then the file goes. Files are rolled oldest first, and the first that fails stops the roll: so a decision
between two equal numbers falls the same way each time.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from milkglass.errors import Invalid
from milkglass.merkle.writer import Writer
from milkglass.vault.bodies import open_rows
from milkglass.vault.catalogue import Taken, forget_old, is_taken, kept_numbers, write_roll
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.journal import Journal
from milkglass.vault.objects import ObjectStore
from milkglass.vault.recording_rows import Laid
from milkglass.vault.segments import lay
from milkglass.vault.values import RolledRows, Sealed

TakeRows = Callable[[str, Sequence[RolledRows]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """Rolls one journal file at a time; its caller sees to it that no two rolls run at once."""

    journal: Journal
    objects: ObjectStore
    days: DayKeys
    engine: Engine
    writer: Writer
    take_rows: TakeRows  # (journal file, rows): durable on return; a second time adds nothing
    is_gone: Callable[[str], bool]

    def roll(self, now_ms: int) -> int:
        """Roll every closed file, oldest first; return how many batches were laid into segments. Raises Unavailable."""
        count = 0
        for journal_file in self.journal.closed():
            if not is_taken(self.engine, journal_file):
                count += self._take(journal_file, now_ms)
            self.journal.drop(journal_file)
        if count:
            still_there = self.journal.closed()
            self.writer.commit([lambda connection: forget_old(connection, now_ms, still_there)])
        return count

    def _take(self, journal_file: str, now_ms: int) -> int:
        read = self.journal.read(journal_file)
        taken = Taken(journal_file=journal_file, damaged=read.damaged)
        kept = self._kept(read.frames, taken)
        self.take_rows(journal_file, [row for frames in kept.values() for row in self._rows(frames)])
        laid = [self._lay(recording, frames, journal_file) for recording, frames in kept.items()]
        self.writer.commit([lambda connection: write_roll(connection, taken, laid, now_ms)])
        return taken.batches

    def _kept(self, frames: Sequence[Sealed], taken: Taken) -> dict[str, list[Sealed]]:
        """Sort frames by recording; leave out what is gone, and all but the first of equal numbers."""
        kept: dict[str, list[Sealed]] = defaultdict(list)
        known: dict[str, dict[int, bytes]] = {}
        for sealed in frames:
            head = sealed.head
            if self.is_gone(head.recording):
                taken.gone += 1
                continue
            if head.recording not in known:
                known[head.recording] = kept_numbers(self.engine, head.recording)
            numbers = known[head.recording]
            if head.number not in numbers:
                numbers[head.number] = head.hash
                kept[head.recording].append(sealed)
                taken.batches += 1
            elif numbers[head.number] == head.hash:
                taken.repeated += 1
            else:
                taken.conflicting += 1
        return kept

    def _lay(self, recording: str, frames: list[Sealed], journal_file: str) -> Laid:
        frames.sort(key=lambda sealed: sealed.head.number)
        name = f"{recording[:2]}/{recording}/{journal_file}.segment"
        self.objects.put(name, lay(frames))
        return Laid(recording=recording, object_name=name, frames=frames)

    def _rows(self, frames: Sequence[Sealed]) -> list[RolledRows]:
        opened = []
        for sealed in frames:
            if not sealed.rows:
                continue
            purge_day = date.fromisoformat(sealed.head.rows_day or sealed.head.purge_day)
            try:
                body = open_rows(sealed, self.days.interactions(purge_day))
            except Invalid:
                continue  # a damaged or destroyed day costs its heatmap rows, never the recording's roll
            opened.append(
                RolledRows(
                    application=sealed.head.application,
                    institution=sealed.head.institution,
                    recording=sealed.head.recording,
                    purge_day=purge_day,
                    began=sealed.head.began,
                    crowd=body.crowd,
                    interactions=body.interactions,
                )
            )
        return opened
