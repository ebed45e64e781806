"""Vocabulary calls: what `milkglass vocabulary` does in the process that owns the data directory."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from milkglass import facts
from milkglass.errors import Invalid, MilkglassError
from milkglass.interactions.heatmap import HeatmapQuery
from milkglass.verification.coverage import GOAL
from milkglass.verification.seen import Clickable
from milkglass.vocabulary.entries import ASSET, SHEET, Proposal
from milkglass.vocabulary.sheets import SheetSeen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.app.app import Milkglass
    from milkglass.vocabulary.entries import Proposed

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]

_GRID = (40, 80)
_LARGE = "large"
_HOT_DAYS = 30


def _scope(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    """Tell what a walk must know of the policy. Raises Invalid for another application than this one."""
    wanted = arguments.get("application")
    if wanted and wanted != house.application:
        raise Invalid(f"this server keeps the application {house.application}, not {wanted}; choose another --data")
    policy = house.policies.current(house.application)
    document = policy.document if policy else None
    if document is None:
        raise Invalid("no policy stands; publish one")
    journey = arguments.get("journey")
    if journey and journey not in [one.name for one in document.journeys]:
        names = ", ".join(one.name for one in document.journeys)
        raise Invalid(f"there is no journey of this name; the policy names {names}")
    return {
        "application": house.application,
        "browser": house.settings.browser,
        "journeys": [
            {"name": one.name, "routes": list(one.routes), "level": one.level.word} for one in document.journeys
        ],
        "exclusions": {
            "selectors": list(document.exclusions.selectors),
            "routes": list(document.exclusions.routes),
        },
    }


def _propose(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    proposals = [Proposal(**{**one, "marks": tuple(one.get("marks", ()))}) for one in arguments["proposals"]]
    return _counted(house.vocabulary.propose(house.application, proposals, datetime.now(UTC)))


def _asset(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    """Keep an image or a font and propose it; what it may not be is counted as unfit."""
    try:
        kept = house.vocabulary.keep_asset(b64decode(arguments["content"]))
    except Invalid:
        return {"unfit": 1, "sha256": None}
    proposal = Proposal(kind=ASSET, said="", sha256=kept.sha256, **_place(arguments))
    return _counted(house.vocabulary.propose(house.application, [proposal], datetime.now(UTC))) | {
        "sha256": kept.sha256
    }


def _sheet(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    """Keep a style sheet and propose it."""
    seen = SheetSeen(
        text=arguments["text"],
        base=arguments["base"],
        imports=arguments["imports"],
        assets=arguments["assets"],
    )
    try:
        sha = house.vocabulary.keep_sheet(seen)
    except Invalid:
        return {"unfit": 1}
    proposal = Proposal(
        kind=SHEET, said="", sha256=sha, rules=arguments["rules"], hash=arguments["hash"], **_place(arguments)
    )
    return _counted(house.vocabulary.propose(house.application, [proposal], datetime.now(UTC)))


def _place(arguments: Arguments) -> dict[str, Any]:
    return {
        "source": "learn",
        "where": arguments["where"],
        "group": arguments["group"],
        "address": arguments["address"],
        "marks": tuple(arguments["marks"]),
    }


def _counted(done: Proposed) -> dict[str, object]:
    return {"new": done.new, "known": done.known, "unfit": done.unfit}


def _approve(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    """Approve all of which nothing warns, and publish."""
    now = datetime.now(UTC)
    by = facts.By(at=now, actor=facts.COMMAND_LINE)
    done = house.vocabulary.approve_group(house.application, None, by)
    policy = house.republish(now)
    return {"approved": done.done, "left_for_review": len(done.left), "version": policy.vocabulary.version}


def _publish(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    """Publish what was approved."""
    policy = house.republish(datetime.now(UTC))
    return {"version": policy.vocabulary.version}


def _covered(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    """Keep what a walk found to click, and count how much of it can be named."""
    house.coverage.keep(msgspec.convert(arguments["routes"], dict[str, list[Clickable]]))
    return coverage(house)


def coverage(house: Milkglass) -> dict[str, object]:
    """Tell each route's coverage under the vocabulary that stands, and hot places that nothing names."""
    policy = house.policies.current(house.application)
    if policy is None:
        raise Invalid("no policy stands; publish one")
    words = policy.vocabulary
    shares = house.coverage.shares(words.text, words.names)
    rows = [
        {
            "route": one.route,
            "clickable": one.clickable,
            "labelled": one.labelled,
            "named": one.named,
            "share": round(one.share, 3),
        }
        for one in shares
    ]
    whole = sum(one.clickable for one in shares)
    mean = sum(one.labelled + one.named for one in shares) / whole if whole else None
    return {"coverage": rows, "covered": mean and round(mean, 3), "goal": GOAL, "suggestions": _hot(house)}


def _hot(house: Milkglass) -> list[dict[str, object]]:
    """Places above the people floor that no label covers; nothing where the heatmap cannot be read now."""
    policy = house.policies.current(house.application)
    if policy is None:
        return []
    now = datetime.now(UTC)
    found: list[dict[str, object]] = []
    for route in house.coverage.spots():
        query = HeatmapQuery(
            application=house.application,
            route=route,
            viewport=_LARGE,
            first_day=(now - timedelta(days=_HOT_DAYS)).date(),
            last_day=now.date(),
            columns=_GRID[0],
            rows=_GRID[1],
            least_people=policy.people_floor,
        )
        try:
            cells = house.interactions.heatmap(query).cells
        except MilkglassError:
            continue
        words = policy.vocabulary
        found += [
            {"route": route, "across": f"{one.across} %", "down": f"{one.down} %", "people": one.people}
            for one in house.coverage.suggestions(route, cells, _GRID, (words.text, words.names))
        ]
    return found


def _stats(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    """Count entries and candidates, and tell the coverage of the last walk."""
    counts = house.vocabulary.stats(house.application)
    return {**{name: getattr(counts, name) for name in counts.__slots__}, **coverage(house)}


VOCABULARY_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "vocabulary.scope": _scope,
    "vocabulary.propose": _propose,
    "vocabulary.asset": _asset,
    "vocabulary.sheet": _sheet,
    "vocabulary.approve_clean": _approve,
    "vocabulary.publish": _publish,
    "vocabulary.covered": _covered,
    "vocabulary.stats": _stats,
}
