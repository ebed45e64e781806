"""Masking page: how often the server had to mask, by recorder release, day and path, and which exclusions matched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from milkglass.enforcement.paths import class_of
from milkglass.masking.rates import by_day, by_path, by_release, whole
from milkglass.masking.values import Kind
from milkglass.web.spreadsheet import csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milkglass.masking.values import Row
    from milkglass.web.seat import Seat

DAYS = (1, 7, 30, 90)
MOST_ROWS = 200
KIND_WORDS = {
    Kind.BATCHES: "batches kept",
    Kind.PLAIN: "batches with a string that arrived plain",
    Kind.BYPASSED: "arrived plain, by path",
    Kind.MASKED: "masked here, by route",
    Kind.DROPPED: "dropped, by path",
}
_FIELDS = ("release", "path", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address; an empty one does not narrow."""

    days: int
    release: str = ""
    path: str = ""
    kind: str = ""

    def url(self, page: str = "/console/masking", **changed: str) -> str:
        """Return an address with these filters, some of them changed."""
        said = {"days": str(self.days), **{name: getattr(self, name) for name in _FIELDS}, **changed}
        return f"{page}?{urlencode({name: value for name, value in said.items() if value})}"

    def fits(self, row: Row) -> bool:
        """Say whether a row passes the filters."""
        return self.release in ("", row.release) and self.path in ("", row.path) and self.kind in ("", row.kind.value)


def masking(seat: Seat) -> Response:
    """Show the rates, and the rows behind them."""
    asked, (first, last), rows = _found(seat)
    chosen = [row for row in rows if asked.release in ("", row.release)]
    shown = [row for row in rows if asked.fits(row)]
    return seat.render(
        "masking.html",
        "masking",
        asked=asked,
        days=DAYS,
        kinds=[(kind.value, word) for kind, word in KIND_WORDS.items()],
        kind_words=KIND_WORDS,
        class_of=class_of,
        all_of=whole(chosen),
        releases=by_release(rows),
        chart=_chart(chosen, first, last),
        bypassed=by_path(chosen, Kind.BYPASSED),
        masked=by_path(chosen, Kind.MASKED),
        dropped=by_path(chosen, Kind.DROPPED),
        exclusions=seat.house.masking.exclusions(seat.house.application, seat.now),
        rows=shown[:MOST_ROWS],
        row_count=len(shown),
        is_filtered=asked != replace(asked, release="", path="", kind=""),
    )


def masking_csv(seat: Seat) -> Response:
    """Give the rows that the page shows as CSV."""
    asked, _, rows = _found(seat)
    headers = {"Content-Disposition": 'attachment; filename="masking.csv"'}
    body = csv([_flat(row) for row in rows if asked.fits(row)])
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def masking_json(seat: Seat) -> Response:
    """Give the rows that the page shows as JSON."""
    asked, (first, last), rows = _found(seat)
    body = {
        "schema": 1,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "rows": [_flat(row) for row in rows if asked.fits(row)],
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A day of the chart: its place in per cent of the width, and its height in per cent of the highest."""

    day: str
    x: float
    width: float
    height: float
    batches: int
    plain: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The rate over days; `top` is the percentage at the upper edge."""

    bars: Sequence[Bar]
    top: float


def _chart(rows: Sequence[Row], first: date, last: date) -> Chart:
    rates = by_day(rows, first, last)
    top = next(step for step in (1, 5, 10, 25, 50, 100) if all(rate.share * 100 <= step for rate in rates))
    width = 100 / len(rates)
    bars = [
        Bar(
            day=rate.name,
            x=place * width,
            width=width * 0.8,
            height=rate.share * 100 / top * 100,
            batches=rate.batches,
            plain=rate.plain,
            percent=rate.share * 100,
        )
        for place, rate in enumerate(rates)
    ]
    return Chart(bars=bars, top=top)


def _found(seat: Seat) -> tuple[Asked, tuple[date, date], list[Row]]:
    days, kind = seat.asked("days"), seat.asked("kind")
    asked = Asked(
        days=int(days) if days in [str(one) for one in DAYS] else 7,
        release=seat.asked("release"),
        path=seat.asked("path"),
        kind=kind if kind in list(Kind) else "",
    )
    # What is still in memory is written first, so that the page is true now.
    seat.house.masking.flush()
    last = seat.now.date()
    first = last - timedelta(days=asked.days - 1)
    return asked, (first, last), seat.house.masking.rows(seat.house.application, first, last)


def _flat(row: Row) -> dict[str, str | int]:
    return {
        "day": row.day.isoformat(),
        "release": row.release,
        "what": row.kind.value,
        "path": row.path,
        "class": row.string_class or class_of(row.path),
        "batches": row.batches,
        "strings": row.strings,
        "last_at": row.last_at.isoformat(timespec="seconds"),
    }
