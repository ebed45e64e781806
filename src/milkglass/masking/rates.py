"""Bypass rates out of daily counts. Pure.

The rate is batches with at least one string that arrived plain, divided by all batches that were kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from milkglass.masking.values import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from milkglass.masking.values import Row


@dataclass(frozen=True, slots=True)
class Rate:
    """Of how many batches, how many had a string that arrived plain; how many such strings; when last."""

    name: str
    batches: int
    plain: int
    strings: int
    last_at: datetime | None

    @property
    def share(self) -> float:
        """The bypass rate, 0 to 1."""
        return self.plain / self.batches if self.batches else 0.0


def whole(rows: Sequence[Row]) -> Rate:
    """The rate over all rows."""
    return _rate("", rows)


def by_release(rows: Sequence[Row]) -> list[Rate]:
    """Rates by release, those with most batches first."""
    rates = [_rate(name, [row for row in rows if row.release == name]) for name in {row.release for row in rows}]
    return sorted(rates, key=lambda rate: (-rate.batches, rate.name))


def by_day(rows: Sequence[Row], first: date, last: date) -> list[Rate]:
    """Rates by day, each day from first to last, also those on which nothing came."""
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return [_rate(day.isoformat(), [row for row in rows if row.day == day]) for day in days]


def by_path(rows: Sequence[Row], kind: Kind = Kind.BYPASSED) -> list[Rate]:
    """Of all batches, in how many each path was plain (or dropped): the most often first."""
    batches = _sum(rows, Kind.BATCHES)
    of_kind = [row for row in rows if row.kind is kind]
    rates = []
    for path in {row.path for row in of_kind}:
        mine = [row for row in of_kind if row.path == path]
        strings = sum(row.strings for row in mine)
        rates.append(Rate(path, batches, sum(row.batches for row in mine), strings, max(row.last_at for row in mine)))
    return sorted(rates, key=lambda rate: (-rate.plain, -rate.strings, rate.name))


def _rate(name: str, rows: Sequence[Row]) -> Rate:
    plain = [row for row in rows if row.kind is Kind.PLAIN]
    last_at = max((row.last_at for row in plain), default=None)
    return Rate(name, _sum(rows, Kind.BATCHES), _sum(rows, Kind.PLAIN), sum(row.strings for row in plain), last_at)


def _sum(rows: Sequence[Row], kind: Kind) -> int:
    return sum(row.batches for row in rows if row.kind is kind)
