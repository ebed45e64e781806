"""Masking: how often the server had to mask what a browser should have, by day, recorder release, path and class.

Counts are added up in memory and written with the roll, so that no batch costs a row; a crash loses at most what came
since the last roll.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_masking import masking_counts as table
from milkglass.masking import exclusions
from milkglass.masking.exclusions import ExclusionRow, Matches, Rule, rules_of
from milkglass.masking.values import Kind, Place, Row, Tally, counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from milkglass.enforcement.redacted import RedactedBatch
    from milkglass.merkle.writer import Writer
    from milkglass.policy.compile import CompiledPolicy
    from milkglass.wire.values import ApplicationId

OTHERS = "others"
MOST_RELEASES = 40  # of one application at once: a sender may make releases up
MOST_PLACES = 20_000


@dataclass(slots=True, kw_only=True)
class Masking:
    """The room. Thread-safe."""

    engine: Engine
    writer: Writer
    _open: dict[Place, Tally] = field(default_factory=dict)
    _matched: dict[Rule, Matches] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def count(self, batch: RedactedBatch, now: datetime) -> None:
        """Count a batch that was kept for the first time."""
        at = to_ms(now)
        with self._lock:
            for place, strings in counted(batch, now):
                tally = self._open.setdefault(self._bounded(place), Tally())
                tally.batches += 1
                tally.strings += strings
                tally.last_at = max(tally.last_at, at)

    def stand(self, policy: CompiledPolicy, now: datetime) -> None:
        """Watch the exclusions of the policy that stands from now on."""
        self.writer.commit([exclusions.stand(policy.application, policy.document.exclusions, now)])

    def match(self, policy: CompiledPolicy, times: Sequence[int], now: datetime) -> None:
        """Count how often each exclusion of a policy matched, by its place there."""
        at = to_ms(now)
        with self._lock:
            for rule, count in zip(rules_of(policy.application, policy.document.exclusions), times, strict=False):
                if count:
                    matches = self._matched.setdefault(rule, Matches())
                    matches.count += count
                    matches.last_at = max(matches.last_at, at)

    def exclusions(self, application: ApplicationId, now: datetime) -> list[ExclusionRow]:
        """List the exclusions with when each last matched, those that matched nothing for a week first."""
        return exclusions.read(self.engine, application, now)

    def flush(self) -> int:
        """Write what was counted since the last time; return how many rows. What cannot be written is kept."""
        with self._lock:
            taken, self._open = self._open, {}
            matched, self._matched = self._matched, {}
        if not taken and not matched:
            return 0
        try:
            self.writer.commit([lambda connection: _add(connection, taken), exclusions.add(matched)])
        except Exception:
            self._put_back(taken, matched)
            raise
        return len(taken) + len(matched)

    def rows(self, application: ApplicationId, first: date, last: date) -> list[Row]:
        """List the counts of some days, newest day first; both days are included."""
        query = (
            select(table)
            .where(table.c.application == application, table.c.day.between(first.isoformat(), last.isoformat()))
            .order_by(table.c.day.desc(), table.c.release, table.c.kind, table.c.batches.desc(), table.c.path)
        )
        with self.engine.connect() as connection:
            return [
                Row(
                    day=date.fromisoformat(row.day),
                    release=row.release,
                    kind=Kind(row.kind),
                    path=row.path,
                    string_class=row.string_class,
                    batches=row.batches,
                    strings=row.strings,
                    last_at=from_ms(row.last_at),
                )
                for row in connection.execute(query)
            ]

    def _bounded(self, place: Place) -> Place:
        """Put what a sender made up too much of under one name. The lock is held."""
        if place in self._open:
            return place
        releases = {one.release for one in self._open if one.application == place.application}
        release = place.release if place.release in releases or len(releases) < MOST_RELEASES else OTHERS
        is_full = len(self._open) >= MOST_PLACES
        path = "?" if is_full else place.path
        return Place(place.application, place.day, release, place.kind, path, place.string_class)

    def _put_back(self, taken: dict[Place, Tally], matched: dict[Rule, Matches]) -> None:
        with self._lock:
            for rule, matches in matched.items():
                mine = self._matched.setdefault(rule, Matches())
                mine.count += matches.count
                mine.last_at = max(mine.last_at, matches.last_at)
            for place, tally in taken.items():
                _merge(self._open.setdefault(place, Tally()), tally)


def _merge(tally: Tally, more: Tally) -> None:
    tally.batches += more.batches
    tally.strings += more.strings
    tally.last_at = max(tally.last_at, more.last_at)


def _add(connection: Connection, taken: dict[Place, Tally]) -> None:
    for place, tally in taken.items():
        key = {
            "application": place.application,
            "day": place.day.isoformat(),
            "release": place.release,
            "kind": place.kind.value,
            "path": place.path,
            "string_class": place.string_class,
        }
        more = {
            "batches": table.c.batches + tally.batches,
            "strings": table.c.strings + tally.strings,
            "last_at": tally.last_at,
        }
        mine = [table.c[name] == value for name, value in key.items()]
        if connection.execute(update(table).where(*mine).values(more)).rowcount == 0:
            counts = {"batches": tally.batches, "strings": tally.strings, "last_at": tally.last_at}
            connection.execute(insert(table).values(key | counts))
