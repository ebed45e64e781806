"""Access incidents: what the watch rules found, who judges it until when, and how often each rule was wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from milkglass.access.watch import OUTCOMES
from milkglass.access.watch_rules import BY_ID, RULES
from milkglass.errors import Invalid
from milkglass.web.entries import names

if TYPE_CHECKING:
    from starlette.responses import Response

    from milkglass.web.seat import Seat

HERE = "/console/access-incidents"


def access_incidents(seat: Seat) -> Response:
    """Show what waits for a judgement, what was judged, the counts by month, and the rules."""
    found = seat.house.watch.incidents()
    return seat.render(
        "access_incidents.html",
        "access-incidents",
        waiting=[one for one in found if not one.judgements],
        judged=[one for one in found if one.judgements],
        months=seat.house.watch.by_month(),
        rates=seat.house.watch.rates(),
        rules=RULES,
        by_id=BY_ID,
        who=names(seat.house),
        outcomes=OUTCOMES,
    )


def run(seat: Seat) -> Response:
    """Have the rules read the log now."""
    seat.house.watch.sweep(seat.now, seat.house.log.verify().bad_index)
    return RedirectResponse(HERE, 303)


def judge(seat: Seat) -> Response:
    """Judge an incident. Raises Invalid, NotFound, NotAllowed for one's own act."""
    severity = seat.form.get("severity", "")
    level = int(severity) if severity in ("1", "2", "3", "4") else 0
    seat.house.watch.judge(seat.named("incident"), seat.account, seat.form.get("outcome", ""), level, seat.now)
    return RedirectResponse(HERE, 303)


def sign_off(seat: Seat) -> Response:
    """Sign off a week of the log. Raises Invalid, Conflict, NotAllowed for who is in it."""
    try:
        monday = date.fromisoformat(seat.form.get("week", ""))
    except ValueError:
        raise Invalid("a week is named by its Monday, as 2026-03-02") from None
    seat.house.watch.sign_off(monday, seat.account, seat.now)
    return RedirectResponse("/console/log", 303)
