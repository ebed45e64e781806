"""Looks picture: who looked on which day, as numbers that a template draws as SVG and writes as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from milkglass.web.entries import names

if TYPE_CHECKING:
    from datetime import date

    from milkglass.web.seat import Seat

DAYS = 14
FIRST_X, CELL, ROW, TOP, FOOT = 180, 32, 42, 18, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A person's day; `shade` is from 0.06, none, to 1, the most of anybody's day."""

    x: int
    count: int
    shade: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person's days."""

    name: str
    y: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The whole; `rows` is empty if nobody looked."""

    days: list[date]
    rows: list[PersonRow]
    width: int
    height: int
    first_x: int = FIRST_X


def draw(seat: Seat) -> Picture:
    """Draw the looks of the last 14 days; whoever looked most stands first."""
    known, counts = names(seat.house), seat.house.watch.looks_by_day(seat.now, DAYS)
    most = max((max(row) for row in counts.values()), default=1)
    people = sorted(counts, key=lambda account: (-sum(counts[account]), account))
    rows = [
        PersonRow(
            name=known.get(account, "a former account")[:22],
            y=TOP + place * ROW,
            cells=[
                Cell(x=FIRST_X + at * CELL, count=count, shade=round(max(0.06, count / most), 2))
                for at, count in enumerate(counts[account])
            ],
        )
        for place, account in enumerate(people)
    ]
    first = seat.now.date() - timedelta(days=DAYS - 1)
    return Picture(
        days=[first + timedelta(days=n) for n in range(DAYS)],
        rows=rows,
        width=FIRST_X + DAYS * CELL,
        height=TOP + len(rows) * ROW + FOOT,
    )
