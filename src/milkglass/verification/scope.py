"""Scope: what the policy says of a product: the walk leaves out what is excluded and names places by route."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

# A segment that stands for one thing of many: a number, a hash, a UUID, a day.
_RECORD = re.compile(r"\d+|[0-9a-f]{8,}|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\d{4}-\d\d(-\d\d)?|[^/]*\d{3,}[^/]*")
_LONG_WORD = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A template of the policy. `level` is the word of its journey's level."""

    template: str
    journey: str
    level: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The policy as the walk needs it; empty for a product that no policy maps yet."""

    routes: tuple[Route, ...] = ()
    excluded: frozenset[str] = frozenset()
    selectors: tuple[str, ...] = ()
    journey: str = ""
    records: tuple[str, ...] = field(default=())
    pages: tuple[str, ...] = field(default=())  # templates that name one page each

    def route(self, address: str) -> Route | None:
        """Find the route of an address, the one with most literal segments first."""
        parts = urlsplit(address)
        fragment = parts.fragment.removeprefix("!")
        tried = ([f"#{fragment.split('?', 1)[0]}"] if fragment.startswith("/") else []) + [parts.path or "/"]
        return next((route for path in tried for route in self.routes if route.pattern.fullmatch(path)), None)

    def where(self, address: str) -> str:
        """Name a place without telling which one thing it shows: the policy's template, else the path's shape.

        >>> Scope().where("http://h/courses/17/students/9f8a7b6c5d?x=1")
        '/courses/:id/students/:id'
        """
        found = self.route(address)
        if found:
            return found.template
        parts = urlsplit(address)
        fragment = parts.fragment.removeprefix("!").split("?", 1)[0]
        path = f"#{fragment}" if fragment.startswith("/") else parts.path or "/"
        words = [":id" if _RECORD.fullmatch(word) or len(word) > _LONG_WORD else word for word in path.split("/")]
        return "/".join(words)[:200]

    def shape(self, address: str) -> str:
        """Name the kind of page: its place, and which query keys it has."""
        keys = sorted(key for key, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True))
        return f"{self.where(address)}?{'&'.join(keys)}" if keys else self.where(address)

    def may_enter(self, address: str) -> bool:
        """Tell whether the walk may go there: never to what is excluded, and only into the journey asked for."""
        found = self.route(address)
        if found and found.template in self.excluded:
            return False
        return not self.journey or (found is not None and found.journey == self.journey)


def scope_of(rules: dict[str, object], journey: str = "") -> Scope:
    """Build the scope from the policy's journeys and exclusions, as the house tells them."""
    journeys, exclusions = rules["journeys"], rules["exclusions"]
    assert isinstance(journeys, list)  # noqa: S101 - our own house's answer
    assert isinstance(exclusions, dict)  # noqa: S101 - our own house's answer
    routes = [
        Route(template=template, journey=one["name"], level=one["level"], pattern=_pattern(template))
        for one in journeys
        for template in one["routes"]
    ]
    routes.sort(key=lambda route: (route.template.count("/:"), -route.template.count("/")))
    return Scope(
        routes=tuple(routes),
        excluded=frozenset(exclusions["routes"]),
        selectors=tuple(exclusions["selectors"]),
        journey=journey,
        records=tuple(
            f"^{route.pattern.pattern}$"
            for route in routes
            if route.template.startswith("/") and route.template.rpartition("/")[2].startswith(":")
        ),
        pages=tuple(route.template for route in routes if "/:" not in route.template),
    )


def _pattern(template: str) -> re.Pattern[str]:
    words = ["[^/]+" if word.startswith(":") else re.escape(word) for word in template.split("/")]
    return re.compile("/".join(words) + "/?")
