"""One page measured: walked with bare rrweb, at `labelled` after learn and after a review, at `wireframe`; compared."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.layout.compare import Box, Figure, figure
from tests.layout.house import Vocabulary, living
from tests.layout.page import Page
from tests.layout.replaying import replay
from tests.layout.table import WAYS, Scores
from tests.layout.walk import Walked, walk, with_bare, with_sdk


@dataclass(frozen=True, kw_only=True)
class Result:
    """One way of recording a page: a figure for each moment."""

    figures: tuple[Figure, ...]
    at: tuple[int, ...]
    live: tuple[list[Box], ...]
    replayed: tuple[list[Box], ...]
    events: list[dict[str, Any]]
    failed: list[str]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One page."""

    page: Page
    ways: dict[str, Result] = field(default_factory=dict)

    @property
    def scores(self) -> Scores:
        """The figures alone."""
        return Scores(self.page.name, {way: result.figures for way, result in self.ways.items()})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which ways, with computed styles or not, and whether a vocabulary is learnt or has the page's own words.

    `learnt` is `labelled` with what `learn --approve-clean` takes alone, `labelled` is after a review of the rest.
    """

    ways: Sequence[str] = WAYS
    has_styles: bool = False
    learns: bool = True


def measure(browser: Browser, page: Page, folder: Path, wanted: Wanted | None = None) -> Measured:
    """Walk, replay and compare one page in the ways asked for.

    Without `learn` the page's words come from the bare walk.
    """
    asked = wanted or Wanted()
    measured = Measured(page=page)
    with page.serve() as origin:
        said = Vocabulary()
        if "bare" in asked.ways or not asked.learns:
            bare = walk(browser, page, origin, with_bare(), wants_styles=asked.has_styles)
            measured.ways["bare"] = _compared(browser, bare, bare.events, asked)
            said = said if asked.learns else Vocabulary(text=sorted(bare.text), names=sorted(bare.names))
        masked = [one for one in asked.ways if one != "bare"]
        if not masked:
            return measured
        with living(folder / "house", origin, page.routes, said) as house:

            def record(way: str, level: str) -> None:
                script = with_sdk(house.server.url, house.token(level))
                walked = walk(browser, page, origin, script, wants_styles=asked.has_styles)
                measured.ways[way] = _compared(browser, walked, house.export(level), asked)

            if asked.learns:
                print(house.learn(origin + page.path, page.login), file=sys.stderr)
                if "learnt" in masked:
                    record("learnt", "labelled")
                print(house.review(page.own), file=sys.stderr)
            for way in masked:
                if way != "learnt":
                    record(way, way)
    return measured


def _compared(browser: Browser, walked: Walked, events: list[dict[str, Any]], asked: Wanted) -> Result:
    replayed = replay(browser, events, [moment.at for moment in walked.moments], wants_styles=asked.has_styles)
    live = [moment.boxes for moment in walked.moments]
    return Result(
        figures=tuple(figure(one, other) for one, other in zip(live, replayed, strict=True)),
        at=tuple(moment.at for moment in walked.moments),
        live=tuple(live),
        replayed=tuple(replayed),
        events=events,
        failed=walked.failed,
    )
