"""Log page: the evidence log as a plain list, with what its last verification found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from milkglass.facts import Act
from milkglass.web.entries import Checked, names, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from milkglass.web.entries import Line
    from milkglass.web.seat import Seat

PAGE = 100
_SCANNED = 20_000
_CHUNK = 1_000
GROUPS = tuple(sorted({act.value.partition(".")[0] for act in Act}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address; `before` is the entry that the page ends in front of."""

    act: str
    who: str
    decision: str
    about: str
    before: int | None

    @property
    def said(self) -> dict[str, str]:
        """The filters that narrow."""
        pairs = (("act", self.act), ("who", self.who), ("decision", self.decision), ("about", self.about))
        return {name: value for name, value in pairs if value}

    def fits(self, line: Line) -> bool:
        """Say whether an entry passes the filters."""
        return (
            self.act in ("", line.act.partition(".")[0])
            and self.who in ("", line.actor)
            and self.decision in ("", line.decision)
            and self.about in ("", line.about)
        )

    def url(self, before: int | None) -> str:
        """Return the page's address in front of another entry."""
        paging = {} if before is None else {"before": str(before)}
        return f"/console/log?{urlencode({**self.said, **paging})}"


def log_page(checked: Checked) -> Callable[[Seat], Response]:
    """Return the screen; `checked` is shared, so that the tree is not computed at each load."""

    def show(seat: Seat) -> Response:
        asked = _asked(seat)
        lines = _found(seat, asked)
        found, checked_at = checked.verified(seat.house, seat.now)
        return seat.render(
            "log.html",
            "log",
            asked=asked,
            lines=lines[:PAGE],
            verified=found,
            checked_at=checked_at,
            groups=GROUPS,
            accounts=seat.house.access.accounts.list(),
            is_filtered=bool(asked.said),
            newer_url="" if asked.before is None else asked.url(None),
            older_url=asked.url(lines[PAGE - 1].index) if len(lines) > PAGE else "",
        )

    return show


def _asked(seat: Seat) -> Asked:
    before = seat.asked("before")
    return Asked(
        act=seat.asked("act"),
        who=seat.asked("who"),
        decision=seat.asked("decision"),
        about=seat.asked("about"),
        before=int(before) if before.isdecimal() and len(before) < 16 else None,  # noqa: PLR2004
    )


def _found(seat: Seat, asked: Asked) -> list[Line]:
    """Walk back from the newest entry until a page is full, or far enough."""
    size, known = seat.house.log.size(), names(seat.house)
    end = size if asked.before is None else min(asked.before, size)
    last = max(end - _SCANNED, 0)
    kept: list[Line] = []
    while end > last and len(kept) <= PAGE:
        start = max(end - _CHUNK, last)
        lines = read_lines(seat.house.log.entries(start, end - start), known)
        kept += [line for line in reversed(lines) if asked.fits(line)]
        end = start
    return kept
