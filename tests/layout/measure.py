"""One page measured: walked with bare rrweb, at `labelled` and at `wireframe`, replayed, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.layout.compare import Box, Figure, figure
from tests.layout.house import Vocabulary, living
from tests.layout.page import Page
from tests.layout.replaying import replay
from tests.layout.walk import Walked, chromium, walk, with_bare, with_sdk

WAYS = ("labelled", "wireframe", "bare")


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


def measure(page: Page, folder: Path, *, ways: Sequence[str] = WAYS, wants_styles: bool = False) -> Measured:
    """Walk, replay and compare one page in the ways asked for.

    The bare walk comes first: the page's words come from it.
    """
    measured = Measured(page=page)
    with page.serve() as origin:
        with chromium() as browser:
            bare = walk(browser, page, origin, with_bare(), wants_styles=wants_styles)
        if "bare" in ways:
            measured.ways["bare"] = _compared(bare, bare.events, wants_styles=wants_styles)
        said = Vocabulary(text=sorted(bare.text), names=sorted(bare.names))
        with living(folder / "house", origin, page.routes, said) as house:
            for way in [one for one in ways if one != "bare"]:
                script = with_sdk(house.server.url, house.token(way))
                with chromium() as browser:
                    walked = walk(browser, page, origin, script, wants_styles=wants_styles)
                measured.ways[way] = _compared(walked, house.export(way), wants_styles=wants_styles)
    return measured


def _compared(walked: Walked, events: list[dict[str, Any]], *, wants_styles: bool) -> Result:
    with chromium() as browser:
        replayed = [_replayed(browser, events, moment.at, wants_styles=wants_styles) for moment in walked.moments]
    live = [moment.boxes for moment in walked.moments]
    return Result(
        figures=tuple(figure(one, other) for one, other in zip(live, replayed, strict=True)),
        at=tuple(moment.at for moment in walked.moments),
        live=tuple(live),
        replayed=tuple(replayed),
        events=events,
        failed=walked.failed,
    )


def _replayed(browser: Browser, events: list[dict[str, Any]], at: int, *, wants_styles: bool) -> list[Box]:
    return replay(browser, events, at, wants_styles=wants_styles)
