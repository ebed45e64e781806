"""Layout fidelity on products that none of us wrote, and on pages of our own. Slow: behind `make test-long`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.layout.compare import Box, figure
from tests.layout.measure import measure
from tests.layout.registry import PAGES
from tests.layout.reviewing import is_peoples
from tests.layout.table import Scores, by_page, keep, kept, table
from tests.layout.walk import chromium

pytestmark = pytest.mark.browser
long = pytest.mark.skipif(
    "MILKGLASS_TEST_LONG" not in os.environ, reason="installs and drives products: make test-long"
)
LABELLED_BOXES, LABELLED_ALL, LABELLED_WORST, WIREFRAME_BOXES = 0.95, 0.90, 0.85, 0.80


def box(number: int, x: float, *, is_leaf: bool = False) -> Box:
    return Box(number=number, parent=None, sides=(x, 0.0, 10.0, 10.0), is_leaf=is_leaf)


def test_a_box_within_four_pixels_counts_and_one_that_is_not_there_does_not() -> None:
    live = [box(1, 0.0), box(2, 0.0), box(3, 0.0, is_leaf=True), box(4, 0.0)]
    replayed = [box(1, 4.0), box(2, 4.5), box(3, 0.0, is_leaf=True)]
    found = figure(live, replayed)
    assert (found.all, round(found.boxes, 3), found.count) == (0.5, 0.333, 4)


def test_figures_that_were_kept_are_read_again(tmp_path: Path) -> None:
    scores = Scores("one", {"labelled": [figure([box(1, 0.0)], [])]})
    keep(scores, tmp_path)
    assert kept("one", tmp_path) == scores
    assert kept("two", tmp_path) is None


def test_the_reviewer_approves_no_word_of_the_people() -> None:
    texts = [("Save changes", ""), ("Class #b", ""), ("Analysis", ""), ("def", "")]
    assert not any(is_peoples("t", said, own) for said, own in texts)
    peoples = [
        *[(said, "") for said in ("Ana Petrović", "Message liam", "ana.petrović#", "A", "has needs time", "a@b")],
        ("def", "^def$"),
    ]
    assert all(is_peoples("t", said, own) for said, own in peoples)
    assert is_peoples("n", "card-ana", "")


@long
def test_the_replay_keeps_the_layout(tmp_path: Path) -> None:
    measured: list[Scores] = []
    with chromium() as browser:
        for name, page in PAGES.items():
            measured.append(measure(browser, page, tmp_path / name).scores)
            print(table(measured[-1:]))
    print(table(measured))

    def mean(way: str, kind: str) -> float:
        found = by_page(measured, way, kind)
        return sum(found) / len(found)

    assert mean("labelled", "boxes") >= LABELLED_BOXES
    assert mean("labelled", "all") >= LABELLED_ALL
    assert min(by_page(measured, "labelled", "all")) >= LABELLED_WORST
    assert mean("wireframe", "boxes") >= WIREFRAME_BOXES
