"""Entries: the log's entries as a screen shows them, with an account's name in place of its id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from milkglass.app.app import Milkglass
    from milkglass.merkle.log import Entry, Verified

_RECENT = 1_000
_CHECKED_EVERY = timedelta(seconds=30)
REASONS: Mapping[str, str] = {
    "support_case": "support case",
    "incident": "incident",
    "rights_request": "a person asks what is kept",
}
_KINDS: Mapping[str, str] = {"system": "the server", "cli": "the command line"}


class _Actor(msgspec.Struct):
    t: str
    id: str


class _Resource(msgspec.Struct):
    t: str
    id: str
    n: int | None = None


class _Why(msgspec.Struct):
    rules: list[str] = []
    reason: str = ""
    case: str = ""


class _Entry(msgspec.Struct):
    ts: datetime
    act: str
    actor: _Actor
    res: _Resource
    decision: str
    why: _Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry; `who` is a name only for accounts that still are."""

    index: int
    at: datetime
    act: str
    actor: str
    who: str
    kind: str
    about: str
    number: int | None
    decision: str
    rules: str
    reason: str

    @property
    def allowed(self) -> bool:
        """Whether the act was allowed."""
        return self.decision == "allow"


def names(house: Milkglass) -> dict[str, str]:
    """Return the accounts' names by id."""
    return {one.id: one.name for one in house.access.accounts.list()}


def read_lines(entries: Iterable[Entry], known: Mapping[str, str]) -> list[Line]:
    """Read entries, in their order."""
    return [_line(entry, known) for entry in entries]


def recent(house: Milkglass, most: int = _RECENT) -> list[Line]:
    """Read the last entries, the newest first."""
    size = house.log.size()
    start = max(size - most, 0)
    return read_lines(house.log.entries(start, size - start), names(house))[::-1]


def looks_of(lines: Sequence[Line]) -> list[Line]:
    """Pick the looks, allowed and refused, that people asked for."""
    return [line for line in lines if line.act in ("look.allow", "look.refuse")]


def count_looks(house: Milkglass, recording: str) -> int:
    """Count the allowed looks at a recording."""
    lines = read_lines(house.log.about(recording), {})
    return sum(line.act == "look.allow" for line in lines)


@dataclass(slots=True)
class Checked:
    """The last verification of the log, so that a screen does not compute the tree at each load."""

    _lock: Lock = field(default_factory=Lock)
    _found: Verified | None = None
    _at: datetime | None = None

    def verified(self, house: Milkglass, now: datetime) -> tuple[Verified, datetime]:
        """Return what the last verification found and when it was, verifying anew if it is old."""
        with self._lock:
            if self._found is None or self._at is None or now - self._at >= _CHECKED_EVERY:
                self._found, self._at = house.log.verify(), now
            return self._found, self._at


def _line(entry: Entry, known: Mapping[str, str]) -> Line:
    read = msgspec.json.decode(entry.spelled, type=_Entry)
    return Line(
        index=entry.index,
        at=read.ts,
        act=read.act,
        actor=read.actor.id,
        who=known.get(read.actor.id, _KINDS.get(read.actor.t, "an account that is gone")),
        kind=read.res.t,
        about=read.res.id,
        number=read.res.n,
        decision=read.decision,
        rules=", ".join(read.why.rules),
        reason=REASONS.get(read.why.reason, ""),
    )
