"""Install check: waits for the first ticket and the first batch, and names why others were refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from milkglass.web.streams import streamed

if TYPE_CHECKING:
    from starlette.responses import Response

    from milkglass.install import Seen
    from milkglass.web.seat import Door, Seat

LATELY = timedelta(minutes=15)
SHOWN_DAYS = 7


def install(seat: Seat) -> Response:
    """Show what arrived and what was refused."""
    seen = _seen(seat.door, seat.now)
    lately = _lately(seen, seat.now)
    url = seat.house.settings.url
    return seat.render("install.html", "install", seen=seen, lately=lately, days=SHOWN_DAYS, url=url)


def install_stream(seat: Seat) -> Response:
    """Tell, as server-sent events, what arrived: at once, and each time that it changes."""
    door = seat.door

    def part() -> tuple[str, str]:
        now = datetime.now(UTC)
        seen = _seen(door, now)
        # Without a moment of now, so that a part that says the same is sent once.
        template = door.pages.environment.get_template("install_seen.html")
        return "0", template.render(seen=seen, lately=_lately(seen, now), days=SHOWN_DAYS)

    return streamed("seen", part, is_once=bool(seat.asked("once")))


def _seen(door: Door, now: datetime) -> Seen:
    return door.house.install.seen(door.house.application, now, SHOWN_DAYS)


def _lately(seen: Seen, now: datetime) -> set[str]:
    return {one.code for one in seen.since(now - LATELY)}
