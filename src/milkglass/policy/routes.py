"""Route templates: their form, and which of them take the same addresses.

A template is segments, each literal or a `:name` that stands for any one segment; a hash route begins with `#/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milkglass.policy.document import Journey, PolicyDocument
    from milkglass.wire.values import Level

ROUTE = re.compile(r"#?/(?:(?::[a-z][a-z0-9_]*|[A-Za-z0-9._~-]+)(?:/(?::[a-z][a-z0-9_]*|[A-Za-z0-9._~-]+))*)?/?")
REGEX_LETTERS = frozenset("()[]{}*+?|\\^$")


class Pair(NamedTuple):
    """An exclusion and a journey's route that share some addresses, and neither holds all of the other's."""

    exclusion: str
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two matchers of journeys that take some of the same addresses; `wins` is the one that those belong to.

    Where both are one route, `wins` is the one whose selector a page shows, the first in the file if it shows both.
    """

    wins: str
    journey: str
    loses: str
    other: str
    is_by_order: bool  # as many literal segments in both, so that only the order of the file decides
    is_shared: bool = False  # one route, told apart by selectors: the server sees none and keeps the stricter of both


def tidy(route: str) -> str:
    """Return a route without its last slash."""
    return route if route in ("/", "#/") else route.rstrip("/")


def covers(wide: str, narrow: str) -> bool:
    """Say whether each address of `narrow` is one of `wide`.

    >>> covers("/chat/:room", "/chat/help"), covers("/chat/help", "/chat/:room")
    (True, False)
    """
    one, other = _parts(wide), _parts(narrow)
    return len(one) == len(other) and all(
        part == said or (_is_name(part) and said) for part, said in zip(one, other, strict=True)
    )


def meet(one: str, other: str) -> bool:
    """Say whether some address belongs to both.

    >>> meet("/a/:x/c", "/a/b/:y"), meet("/a/:x/c", "/a/b/d")
    (True, False)
    """
    pairs = list(zip(_parts(one), _parts(other), strict=False))
    return len(_parts(one)) == len(_parts(other)) and all(
        left == right or _is_name(left) or _is_name(right) for left, right in pairs
    )


def half_covered(exclusion: str, routes: Iterable[str]) -> Iterator[Pair]:
    """Find the routes of which an exclusion takes some addresses, while neither holds all of the other."""
    for route in routes:
        if meet(exclusion, route) and not covers(exclusion, route) and not covers(route, exclusion):
            yield Pair(exclusion, route)


def left_out(document: PolicyDocument) -> tuple[str, ...]:
    """List all routes that are left out: the exclusions in their order, then the journeys' routes that one holds."""
    named = document.exclusions.routes
    more = (
        route
        for journey in document.journeys
        for route in journey.routes
        if route not in named and any(covers(one, route) for one in named)
    )
    return (*named, *more)


def unmapped(document: PolicyDocument) -> tuple[str, ...]:
    """List the exclusions that are no journey's route: their addresses must not fall to a wider one."""
    known = {route for journey in document.journeys for route in journey.routes}
    return tuple(route for route in dict.fromkeys(document.exclusions.routes) if route not in known)


def overlaps(journeys: Sequence[Journey]) -> list[Overlap]:
    """List where routes of different journeys meet, in the order of the file."""
    routes = [(route, journey.name) for journey in journeys for route in journey.routes]
    found = []
    for place, (route, name) in enumerate(routes):
        for later, other in routes[place + 1 :]:
            if name == other or not meet(route, later):
                continue
            if route == later:
                found.append(_shared(journeys, route, name, other))
                continue
            is_by_order = wild(route) == wild(later)
            first, second = (
                ((route, name), (later, other)) if wild(route) <= wild(later) else ((later, other), (route, name))
            )
            found.append(
                Overlap(wins=first[0], journey=first[1], loses=second[0], other=second[1], is_by_order=is_by_order)
            )
    return found


def kept_levels(journeys: Sequence[Journey]) -> dict[str, Level]:
    """Return each journey's level in effect: the strictest of all that share a route with it.

    The server has no tree, so that it cannot tell such journeys apart; what it cannot know it keeps no more of than the
    strictest allows (docs/decisions/0008).
    """
    return {
        one.name: min(other.level for other in journeys if not set(one.routes).isdisjoint(other.routes) or other is one)
        for one in journeys
    }


def matcher(journey: Journey, route: str) -> str:
    """Write a route with the selector that it needs, as people read it."""
    selector = journey.selectors.get(route)
    return f"{route} with {selector}" if selector else route


def _shared(journeys: Sequence[Journey], route: str, first: str, second: str) -> Overlap:
    one, other = ({journey.name: journey for journey in journeys}[name] for name in (first, second))
    if route not in one.selectors:  # what needs no selector comes last, wherever it stands
        one, other = other, one
    return Overlap(
        wins=matcher(one, route),
        journey=one.name,
        loses=matcher(other, route),
        other=other.name,
        is_by_order=False,
        is_shared=True,
    )


def wild(route: str) -> int:
    """Count a template's names: the fewer, the more specific."""
    return sum(map(_is_name, _parts(route)))


def _parts(route: str) -> list[str]:
    # A hash route meets only hash routes: its `#` stays on the first part.
    return route.split("/")


def _is_name(part: str) -> bool:
    return part.startswith(":")
