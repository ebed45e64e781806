"""What is counted of masking: places and tallies. Pure.

A count names a path of the class table, a route template and a release, never what a page said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from milkglass.enforcement.redacted import RedactedBatch
    from milkglass.wire.values import ApplicationId

# Both come from outside: what is no version number, or no path of ours, is counted without its name.
_RELEASE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}(?:-(?:alpha|beta|rc|dev)(?:\.?[0-9]{1,3})?)?")
_PATH = re.compile(r"[A-Za-z0-9_.*?:\[\]-]{1,120}")
UNKNOWN = "unknown"


class Kind(StrEnum):
    """What is counted."""

    BATCHES = "batches"  # kept
    PLAIN = "plain"  # kept, with at least one string that arrived plain
    BYPASSED = "bypassed"  # by path: the browser's mask missed it
    MASKED = "masked"  # by class and route: masked here
    DROPPED = "dropped"  # by path: not in the class table, or of no kept form


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What a count is of."""

    application: ApplicationId
    day: date
    release: str
    kind: Kind
    path: str = ""
    string_class: str = ""


@dataclass(slots=True)
class Tally:
    """In how many batches, how often, and when last (epoch ms)."""

    batches: int = 0
    strings: int = 0
    last_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A count as it is shown."""

    day: date
    release: str
    kind: Kind
    path: str
    string_class: str
    batches: int
    strings: int
    last_at: datetime


def release_of(said: str) -> str:
    """Return a recorder's release as it is counted: a version number, or `unknown`.

    >>> release_of("0.1.0"), release_of("2.0.0-alpha.18"), release_of("jane@uni.example")
    ('0.1.0', '2.0.0-alpha.18', 'unknown')
    """
    return said if _RELEASE.fullmatch(said) else UNKNOWN


def counted(batch: RedactedBatch, now: datetime) -> Iterator[tuple[Place, int]]:
    """Yield what one kept batch adds, each place once, with how many strings."""
    remarks, day = batch.remarks, now.astimezone(UTC).date()

    def place(kind: Kind, path: str = "", string_class: str = "") -> Place:
        return Place(batch.ticket.application, day, batch.ticket.release or UNKNOWN, kind, path, string_class)

    yield place(Kind.BATCHES), 1
    if remarks.bypassed:
        yield place(Kind.PLAIN), remarks.bypassed.total()
    for kind, by_path in ((Kind.BYPASSED, remarks.bypassed), (Kind.DROPPED, remarks.dropped)):
        named: Counter[str] = Counter()
        for path, count in by_path.items():
            named[path if _PATH.fullmatch(path) else "?"] += count
        yield from ((place(kind, path), count) for path, count in named.items())
    for (string_class, route), count in remarks.masked.items():
        yield place(Kind.MASKED, route[:120], string_class), count
