"""Exports: what waits for a second person, that person's act, and the download of what was confirmed.

Every decision here is `replay`'s, which logs it. The screens say beforehand what will be logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response, StreamingResponse

from milkglass.errors import NotAllowed
from milkglass.web.entries import REASONS, names
from milkglass.web.recordings import institution_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milkglass.replay.values import ExportRow
    from milkglass.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An export in people's words. `confirmed_by` is empty while it waits."""

    row: ExportRow
    institution: str
    asked_by: str
    confirmed_by: str
    reason: str
    case: str
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether a second person must still confirm."""
        return self.row.confirmed_by is None


def exports(seat: Seat) -> Response:
    """Show what was asked for, what waits first."""
    known = names(seat.house)
    told = [_told(seat, row, known) for row in seat.house.replay.exports()]
    return seat.render("exports.html", "exports", exports=told, waiting=sum(one.waits for one in told))


def export(seat: Seat) -> Response:
    """Show one export, and what this account can do about it."""
    return _page(seat, seat.house.replay.get_export(seat.named("export")))


def confirm(seat: Seat) -> Response:
    """Confirm as the second person; the one who asked is refused. Raises NotFound, Conflict."""
    row = seat.house.replay.get_export(seat.named("export"))
    try:
        seat.house.replay.confirm_export(seat.account, row.id, seat.now)
    except NotAllowed as refusal:
        return _page(seat, row, refusal)
    return RedirectResponse(f"/console/exports/{row.id}", 303)


def events(seat: Seat) -> Response:
    """Give a confirmed export to the one who asked, piece by piece. Raises NotAllowed, NotFound, Unavailable."""
    row = seat.house.replay.get_export(seat.named("export"))
    pieces = seat.house.replay.export(seat.account, row.id, seat.now)
    headers = {"Content-Disposition": f'attachment; filename="recording-{row.recording}.json"'}
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


def _page(seat: Seat, row: ExportRow, refusal: NotAllowed | None = None) -> Response:
    return seat.render(
        "export.html",
        "exports",
        status=200 if refusal is None else 403,
        export=_told(seat, row, names(seat.house)),
        recording=seat.house.replay.get(row.recording),
        refusal=None if refusal is None else {"code": refusal.code, "detail": str(refusal)},
    )


def _told(seat: Seat, row: ExportRow, known: Mapping[str, str]) -> Told:
    gone = "an account that is gone"
    return Told(
        row=row,
        institution=institution_name(seat, row.institution),
        asked_by=known.get(row.requested_by, gone),
        confirmed_by="" if row.confirmed_by is None else known.get(row.confirmed_by, gone),
        reason=REASONS.get(row.reason, row.reason),
        case=seat.house.access.cases.get(row.case).number if row.case else "none",
        is_own=row.requested_by == seat.account.id,
    )
