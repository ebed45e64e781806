"""Recordings: the list, its filters, its CSV and JSON, and the page where somebody asks to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from milkglass.access.roles import Role
from milkglass.access.values import Act, Reason
from milkglass.errors import Invalid, NotAllowed
from milkglass.replay.values import Filters
from milkglass.web.entries import count_looks
from milkglass.web.spreadsheet import csv
from milkglass.wire.values import InstitutionId, RecordingId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milkglass.replay.values import RecordingRow
    from milkglass.web.seat import Seat

PAGE = 50
_SCANNED = 2_000  # journey and level are looked at here, beyond the room's own filters
_FIELDS = ("institution", "journey", "route", "mark", "level", "since", "until")
_NOTHING_SAID = {"reason": "support_case", "case": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address; an empty one does not narrow."""

    institution: str = ""
    journey: str = ""
    route: str = ""
    mark: str = ""
    level: str = ""
    since: str = ""
    until: str = ""
    page: int = 1

    @property
    def query(self) -> str:
        """The filters as an address's query, with its question mark; empty if there are none."""
        said = {name: getattr(self, name) for name in _FIELDS if getattr(self, name)}
        return f"?{urlencode(said)}" if said else ""

    def url(self, page: int) -> str:
        """Return the list's address at a page."""
        return f"/console/recordings{self.query}{'&' if self.query else '?'}page={page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """A row of the list."""

    row: RecordingRow
    institution: str
    days_left: int
    looks: int


def recordings(seat: Seat) -> Response:
    """Show the list."""
    asked = _asked(seat)
    found = _found(seat, asked)
    first = (asked.page - 1) * PAGE
    return _list_page(seat, asked, found[first : first + PAGE], has_more=len(found) > first + PAGE)


def by_code(seat: Seat) -> Response:
    """Show the recordings of a support code; the look-up is logged. Raises NotAllowed, NotFound, TooMany."""
    code = seat.form.get("code", "").strip()[:20]
    rows = seat.house.replay.find_code(seat.account, code, seat.now)
    return _list_page(seat, Asked(), rows, code=code.upper())


def recordings_csv(seat: Seat) -> Response:
    """Give what the list shows as CSV."""
    lines = _lines(seat, _found(seat, _asked(seat)))
    headers = {"Content-Disposition": 'attachment; filename="recordings.csv"'}
    return Response(csv([_flat(line) for line in lines]), media_type="text/csv; charset=utf-8", headers=headers)


def recordings_json(seat: Seat) -> Response:
    """Give what the list shows as JSON."""
    lines = _lines(seat, _found(seat, _asked(seat)))
    body = {"schema": 1, "recordings": [_flat(line) for line in lines]}
    return Response(msgspec.json.encode(body), media_type="application/json")


def recording(seat: Seat) -> Response:
    """Show what is known of a recording without looking, and the form that asks to look."""
    return _ask_page(seat, _row(seat))


def look(seat: Seat) -> Response:
    """Ask to look: the decision is in the log when this answers."""
    row = _row(seat)
    reason, number = seat.form.get("reason", ""), seat.form.get("case", "").strip()
    try:
        # Whoever may not open a case is refused by the look's own rule, so that the refusal is logged as a look.
        case = None
        if number and reason in list(Reason) and seat.may(Act.CASE):
            case = seat.house.access.cases.open(number, row.institution, seat.account, seat.now).id
        begun = seat.house.replay.look(seat.account, row.recording, reason, case, seat.now)
    except (NotAllowed, Invalid) as refusal:
        said = {"reason": reason, "case": number[:60]}
        return _ask_page(seat, row, said, refusal)
    return RedirectResponse(f"/console/looks/{begun.id}", 303)


def institution_name(seat: Seat, institution: InstitutionId) -> str:
    """Return an institution's name by the policy; its id where the policy no longer names it."""
    return next((one.name for one in seat.policy.document.institutions if one.id == institution), institution)


def _row(seat: Seat) -> RecordingRow:
    return seat.house.replay.get(RecordingId(seat.named("recording")))


def _ask_page(
    seat: Seat, row: RecordingRow, said: dict[str, str] | None = None, refusal: NotAllowed | Invalid | None = None
) -> Response:
    told = None if refusal is None else {"code": refusal.code, "detail": str(refusal)}
    return seat.render(
        "recording.html",
        "recordings",
        status=200 if refusal is None else (403 if isinstance(refusal, NotAllowed) else 400),
        row=row,
        institution=institution_name(seat, row.institution),
        is_owner=Role.OWNER in seat.account.roles,
        may_ask=Role.VIEWER in seat.account.roles,
        days_left=_days_left(row, seat.now),
        looks=count_looks(seat.house, row.recording),
        refusal=told,
        said=said or _NOTHING_SAID,
    )


def _list_page(
    seat: Seat, asked: Asked, rows: Sequence[RecordingRow], *, code: str = "", has_more: bool = False
) -> Response:
    return seat.render(
        "recordings.html",
        "recordings",
        policy=seat.policy,
        asked=asked,
        lines=_lines(seat, rows),
        query=asked.query,
        code=code,
        has_more=has_more,
        previous_url=asked.url(asked.page - 1),
        next_url=asked.url(asked.page + 1),
    )


def _asked(seat: Seat) -> Asked:
    page = seat.asked("page")
    said = {name: seat.asked(name) for name in _FIELDS}
    return Asked(**said, page=max(int(page), 1) if page.isdecimal() and len(page) < 5 else 1)  # noqa: PLR2004


def _found(seat: Seat, asked: Asked) -> list[RecordingRow]:
    until = _day(asked.until)
    filters = Filters(
        application=seat.house.application,
        institution=InstitutionId(asked.institution) if asked.institution else None,
        route=asked.route or None,
        mark=asked.mark or None,
        since=_day(asked.since),
        until=until + timedelta(days=1) if until else None,
        most=_SCANNED,
    )
    return [
        row
        for row in seat.house.replay.list(filters)
        if asked.journey in ("", *row.journeys) and asked.level in ("", row.level.word)
    ]


def _day(said: str) -> datetime | None:
    if not said:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(said).date(), time(), UTC)
    except ValueError:
        raise Invalid("a date is written 2026-11-24") from None


def _lines(seat: Seat, rows: Sequence[RecordingRow]) -> list[ListLine]:
    return [
        ListLine(
            row=row,
            institution=institution_name(seat, row.institution),
            days_left=_days_left(row, seat.now),
            looks=count_looks(seat.house, row.recording),
        )
        for row in rows
    ]


def _days_left(row: RecordingRow, now: datetime) -> int:
    return max((row.purge_day - now.date()).days, 0)


def _flat(line: ListLine) -> dict[str, str | int]:
    row = line.row
    return {
        "recording": row.recording,
        "began_at": row.began_at.isoformat(timespec="seconds"),
        "seconds": int((row.ended_at - row.began_at).total_seconds()),
        "institution": row.institution,
        "routes": " ".join(row.routes),
        "journeys": " ".join(row.journeys),
        "level": row.level.word,
        **{f"{kind}s": row.marks.get(kind, 0) for kind in ("click", "rage", "dead", "error", "request")},
        "is_sealed": str(row.is_sealed).lower(),
        "expires_in_days": line.days_left,
        "looks": line.looks,
    }
