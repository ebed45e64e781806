"""The leak walk: names planted in every place that a page has, none of them on the wire or in the store.

The browser speaks to the server through a tee that keeps each byte. What goes to the demo's own backend is the
product's own traffic and is not searched. Bare rrweb walks the same page: it must be seen to leak.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.line.leak_table import ELSEWHERE, table, without_bare
from tests.line.plants import CHANNELS, CONTROLS, RAW, STEPS
from tests.line.walk import PLANTED, Walked, walk

pytestmark = [pytest.mark.browser, pytest.mark.long]
ROOT = Path(__file__).parents[2]
LEAST_CHANNELS = 177
LEAST_OF_BARE = 150


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(tmp_path_factory.mktemp("walk"))


def test_every_plant_stood_in_the_page_and_the_page_was_recorded(walked: Walked) -> None:
    assert walked.refused == []
    assert walked.batches > 3
    assert walked.swept.recordings >= 2
    assert walked.swept.snapshots >= 3, "the store holds the page, not only its outline"
    assert walked.statuses == (202, 202), "the server took what went around the SDK"


def test_nothing_planted_leaves_the_browser(walked: Walked) -> None:
    assert walked.wire == {}
    assert "what a person types" in walked.own, "the search sees what the product itself sent"


def test_nothing_planted_reaches_the_store_even_past_the_sdk(walked: Walked) -> None:
    assert walked.swept.ungrammatical == []
    assert walked.stored == set()
    assert walked.files == {}
    assert walked.output == set()
    assert walked.console == set()


def test_bare_rrweb_leaks_what_ours_does_not(walked: Walked) -> None:
    of_a_page = [one.name for one in (*CHANNELS, *STEPS)]
    leaked = walked.bare & set(of_a_page)
    print(f"bare rrweb: {len(leaked)} of {len(of_a_page)} channels on the wire; ours: {len(walked.wire)}")
    assert len(of_a_page) >= LEAST_CHANNELS
    assert len(leaked) >= LEAST_OF_BARE
    assert walked.bare & CONTROLS == set(), "a control that bare rrweb sends is planted in the wrong place"


def test_each_channel_has_a_name_and_a_canary_of_its_own() -> None:
    assert len(PLANTED) == len(CHANNELS) + len(STEPS) + len(RAW)
    assert len(set(PLANTED.values())) == len(PLANTED)


def test_every_leak_case_has_a_channel_or_a_test_elsewhere() -> None:
    cases = {one.case for one in (*CHANNELS, *STEPS)} | set(ELSEWHERE)
    assert set(range(1, 71)) - cases == set()
    for case, (file, name) in ELSEWHERE.items():
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"case {case}"


def test_the_table_in_the_documents_is_that_of_this_walk(walked: Walked) -> None:
    written = (ROOT / "docs" / "leaks.md").read_text("utf-8")
    assert without_bare(written) == without_bare(table(walked)), "python -m tests.line.leak_table --write docs/leaks.md"
