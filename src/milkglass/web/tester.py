"""Page tester: paste HTML, or name an address of the product, and see what would be stored. Nothing of it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from milkglass.errors import Invalid, MilkglassError, NotFound
from milkglass.verification.tester import Page
from milkglass.web.built import SDK
from milkglass.web.problems import status_of
from milkglass.web.protection import Csp
from milkglass.wire.values import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from milkglass.verification.tester import Trial
    from milkglass.web.seat import Seat

MOST_BYTES = 1_500_000  # of the form, in which a page's characters are escaped
MOST_ROWS = 500
LEVELS = (("labelled", "As the policy says"), ("wireframe", "At most wireframe"), ("clicks", "At most clicks"))
_REFERENCE = re.compile("\U0010fffc([tns][0-9]+)\U0010fffd")
_NOTHING: Mapping[str, str] = {"route": "", "address": "", "level": "labelled"}


def tester(seat: Seat) -> Response:
    """Show the form."""
    return _page(seat, _NOTHING)


def try_page(seat: Seat) -> Response:
    """Try what was sent, and show the form again with what would be stored."""
    said = {name: seat.form.get(name, usual).strip()[:2000] for name, usual in _NOTHING.items()}
    try:
        page = _asked(seat, said)
        trial = seat.house.tester.try_page(page, seat.policy, _recorder())
    except MilkglassError as problem:
        return _page(seat, said, problem=problem)
    return _page(seat, said, trial=trial)


def _asked(seat: Seat, said: Mapping[str, str]) -> Page:
    html, route = seat.form.get("html", ""), said["route"]
    if bool(html.strip()) == bool(said["address"]):
        raise Invalid("paste a page or give an address: one of the two")
    if html.strip() and not seat.policy.is_template(route):
        raise Invalid("choose the route that the pasted page is of; its level decides")
    if said["level"] not in dict(LEVELS):
        raise Invalid("the level is one of the list")
    most = Level.of(said["level"])
    return Page(html=html if html.strip() else "", route=route, address=said["address"], most=most)


def _recorder() -> str:
    found = next((folder / "milkglass.js" for folder in SDK if (folder / "milkglass.js").is_file()), None)
    if found is None:
        raise NotFound("the recorder is not built; run `npm run build` in sdk/")
    return found.read_text("utf-8")


def _page(
    seat: Seat, said: Mapping[str, str], *, trial: Trial | None = None, problem: MilkglassError | None = None
) -> Response:
    words = seat.house.vocabulary.said(seat.house.application)
    journeys = seat.policy.document.journeys
    settings = {
        "columns": 1,
        "rows": 1,
        "cells": [],
        "events": msgspec.json.decode(trial.events) if trial else [],
        "words": words,
    }
    return seat.render(
        "tester.html",
        "tester",
        csp=Csp.STAGE,
        status=200 if problem is None else status_of(problem),
        said=said,
        problem="" if problem is None else str(problem),
        trial=trial,
        has_page=trial is not None and len(trial.events) > len(b"[]"),
        rows=trial.rows[:MOST_ROWS] if trial else [],
        levels=LEVELS,
        routes=list(
            dict.fromkeys((route, seat.policy.journeys[one.name].word) for one in journeys for route in one.routes)
        ),
        origins=seat.policy.origins,
        shown=lambda stored: _REFERENCE.sub(lambda found: words.get(found[1], "▇▇▇▇"), stored),
        settings=settings,
        replay_css=seat.door.pages.built_text("replay.css"),
    )
