"""Heatmaps: density of people over a route's wireframe, and the same as a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from milkglass.interactions.heatmap import Heatmap, HeatmapQuery
from milkglass.replay.rendering_sheets import references
from milkglass.web.protection import Csp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from milkglass.interactions.heatmap import ElementCount
    from milkglass.web.seat import Seat

KINDS = (("click", "Clicks"), ("rage", "Rage clicks"), ("dead", "Dead clicks"))
_WORDS = {"click": ("click", "clicks"), "rage": ("rage click", "rage clicks"), "dead": ("dead click", "dead clicks")}
_DAYS = (1, 7, 30, 90)
VIEWPORTS = ("small", "medium", "large")
_LARGE = "large"
_COLUMNS, _ROWS = 40, 80
_MOST_TRIES = 8
_REFERENCE = re.compile("\U0010fffc([tns](?:0|[1-9][0-9]*))\U0010fffd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The filters of the address."""

    route: str
    kind: str
    viewport: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An element as the table names it, in the vocabulary's words."""

    name: str
    path: str
    people: int
    count: int


def heatmaps(seat: Seat) -> Response:
    """Show a route's heatmap."""
    counted = seat.house.interactions.routes(seat.house.application)
    routes = sorted({*counted, *_with_wireframe(seat)})
    asked = _asked(seat, counted or routes)
    heat = _counted(seat, asked)
    if not seat.asked("route"):
        asked, heat = _first_shown(seat, asked, heat, counted)
    said = seat.house.vocabulary.said(seat.house.application)
    drawn, wireframe = _wireframe(seat, asked)
    joined = seat.house.vocabulary.joined(seat.house.application, references(wireframe)) if wireframe else {}
    return seat.render(
        "heatmaps.html",
        "heatmaps",
        csp=Csp.STAGE,
        asked=asked,
        routes=routes,
        kinds=KINDS,
        words=_WORDS[asked.kind],
        viewports=VIEWPORTS,
        floor=seat.policy.people_floor,
        heat=heat,
        elements=[named(one, said) for one in heat.elements],
        has_wireframe=wireframe is not None,
        drawn=drawn,
        settings={
            "columns": _COLUMNS,
            "rows": _ROWS,
            "cells": [[cell.column, cell.row, cell.people] for cell in heat.cells],
            "events": msgspec.json.decode(wireframe) if wireframe else [],
            "words": said | joined,
        },
        replay_css=seat.door.pages.built_text("replay.css"),
    )


def named(element: ElementCount, words: Mapping[str, str]) -> Named:
    """Name an element by its label, else by its reviewed names (`button.share-snippet`), else by its role or tag."""
    label = _spoken(element.label or "", words)
    last = element.element.rsplit(">", 1)[-1]
    tag = re.split(r"[:.]", last)[0]
    names = [words[found[1]] for found in _REFERENCE.finditer(last) if found[1] in words]
    return Named(
        name=label or (".".join([tag, *names]) if names else f"{element.role or tag} without a reviewed label"),
        path=_spoken(element.element, words),
        people=element.people,
        count=element.count,
    )


def _spoken(said: str, words: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda found: words.get(found[1], "▇▇▇▇"), said)


def _wireframe(seat: Seat, asked: Asked) -> tuple[str, bytes | None]:
    """Return the size of screen that is drawn and its wireframe: large stands for all, and for one never taken."""
    taken = seat.house.wireframes.get(asked.route, asked.viewport) if asked.viewport else None
    return (asked.viewport, taken) if taken else (_LARGE, seat.house.wireframes.get(asked.route, _LARGE))


def _first_shown(seat: Seat, asked: Asked, heat: Heatmap, routes: Sequence[str]) -> tuple[Asked, Heatmap]:
    """Open on a route with something to show. Each try reads the rows once, so there are few."""
    for route in routes[1:_MOST_TRIES]:
        if heat.people:
            break
        tried = replace(asked, route=route)
        found = _counted(seat, tried)
        if found.people:
            return tried, found
    return asked, heat


def _with_wireframe(seat: Seat) -> list[str]:
    routes = list(dict.fromkeys(route for journey in seat.policy.document.journeys for route in journey.routes))
    return [route for route in routes if seat.house.wireframes.get(route) is not None]


def _asked(seat: Seat, routes: Sequence[str]) -> Asked:
    kind, viewport, days = seat.asked("kind"), seat.asked("viewport"), seat.asked("days")
    return Asked(
        route=seat.asked("route") or (routes[0] if routes else ""),
        kind=kind if kind in dict(KINDS) else "click",
        viewport=viewport if viewport in VIEWPORTS else "",
        days=int(days) if days in [str(one) for one in _DAYS] else 30,
    )


def _counted(seat: Seat, asked: Asked) -> Heatmap:
    today = seat.now.date()
    query = HeatmapQuery(
        application=seat.house.application,
        route=asked.route,
        kind=asked.kind,
        viewport=asked.viewport or None,
        first_day=today - timedelta(days=asked.days - 1),
        last_day=today,
        columns=_COLUMNS,
        rows=_ROWS,
        least_people=seat.policy.people_floor,
    )
    return seat.house.interactions.heatmap(query)
