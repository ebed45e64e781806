"""Log page: the evidence log as a plain list, with what its last verification found, and what proves it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from milkglass.acts import Act
from milkglass.database.moments import random_id
from milkglass.errors import Invalid
from milkglass.merkle.log import Log
from milkglass.web.entries import Checked, names, read_lines
from milkglass.web.log_files import FORMS, write_log
from milkglass.web.looks_picture import draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from milkglass.web.entries import Line
    from milkglass.web.seat import Seat

PAGE = 100
_SCANNED = 20_000
_CHUNK = 1_000
_MOST_DIGITS = 16
_TYPES = {"zip": "application/zip", "jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
GROUPS = tuple(sorted({act.value.partition(".")[0] for act in Act}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address; `before` is the entry that the page ends in front of."""

    act: str
    who: str
    decision: str
    about: str
    before: int | None
    log: int

    @property
    def said(self) -> dict[str, str]:
        """The filters that narrow."""
        log = "" if self.log < 0 else str(self.log)
        pairs = (("act", self.act), ("who", self.who), ("decision", self.decision), ("about", self.about), ("log", log))
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
        logs = seat.house.logs.list()
        shown = logs[asked.log] if 0 <= asked.log < len(logs) else logs[-1]
        lines = _found(seat, asked, Log(seat.house.engine, shown.number))
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
            logs=logs,
            shown=shown,
            newer_url="" if asked.before is None else asked.url(None),
            weeks=seat.house.watch.weeks(seat.now),
            who=names(seat.house),
            picture=draw(seat),
            older_url=asked.url(lines[PAGE - 1].index) if len(lines) > PAGE else "",
        )

    return show


def download(seat: Seat) -> Response:
    """Give the newest log as a file; that it was exported, and by whom, is an entry of it. Raises Invalid."""
    form = seat.form.get("format", "")
    if form not in FORMS:
        raise Invalid(f"the formats are {', '.join(FORMS)}")
    folder = seat.house.settings.data / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    to = folder / f"{random_id()}.{form}"
    write_log(seat.house, to, form, seat.account.actor, seat.now)
    name = f"milkglass-log-{seat.now:%Y-%m-%d}.{form}"
    return FileResponse(to, media_type=_TYPES[form], filename=name, background=BackgroundTask(to.unlink))


def proof(seat: Seat) -> Response:
    """Give the proof of one entry. Raises NotFound, Unavailable before its checkpoint."""
    log, index = seat.named("log"), seat.named("index")
    if not (log.isdecimal() and index.isdecimal() and len(log) + len(index) < _MOST_DIGITS):
        raise Invalid("a log and an entry are numbers")
    body = seat.house.logs.proof(int(log), int(index))
    headers = {"Content-Disposition": f'attachment; filename="milkglass-log-{log}-{index}.tlog-proof"'}
    return Response(body, media_type="text/plain", headers=headers)


def _asked(seat: Seat) -> Asked:
    before, log = seat.asked("before"), seat.asked("log")
    return Asked(
        act=seat.asked("act"),
        who=seat.asked("who"),
        decision=seat.asked("decision"),
        about=seat.asked("about"),
        before=int(before) if before.isdecimal() and len(before) < _MOST_DIGITS else None,
        log=int(log) if log.isdecimal() and len(log) < _MOST_DIGITS else -1,
    )


def _found(seat: Seat, asked: Asked, log: Log) -> list[Line]:
    """Walk back from the newest entry until a page is full, or far enough."""
    size, known = log.size(), names(seat.house)
    end = size if asked.before is None else min(asked.before, size)
    last = max(end - _SCANNED, 0)
    kept: list[Line] = []
    while end > last and len(kept) <= PAGE:
        start = max(end - _CHUNK, last)
        lines = read_lines(log.entries(start, end - start), known)
        kept += [line for line in reversed(lines) if asked.fits(line)]
        end = start
    return kept
