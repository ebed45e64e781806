"""Exports: what waits for a second person, that person's act, and the download of what was confirmed.

Every decision here is `replay`'s, which logs it. The screens say beforehand what will be logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response, StreamingResponse

from milkglass.errors import NotAllowed
from milkglass.web.entries import names
from milkglass.web.second_person import told

if TYPE_CHECKING:
    from milkglass.replay.values import ExportRow
    from milkglass.web.seat import Seat


def exports(seat: Seat) -> Response:
    """Show what was asked for, what waits first."""
    known = names(seat.house)
    found = [told(seat, row, known) for row in seat.house.replay.exports()]
    return seat.render("exports.html", "exports", exports=found, waiting=sum(one.waits for one in found))


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
        export=told(seat, row, names(seat.house)),
        recording=seat.house.replay.get(row.recording),
        refusal=None if refusal is None else {"code": refusal.code, "detail": str(refusal)},
    )
