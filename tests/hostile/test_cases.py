"""Each leak case on the smallest page that shows it: seen to leak with bare rrweb, 0 on the wire and in the store.

The cases are numbered as in docs/leaks.md. A page holds the channels of one case and nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.hostile.pages import Seen, walk
from tests.line.channels.channel import Channel
from tests.line.plants import CHANNELS

pytestmark = [pytest.mark.browser, pytest.mark.long]
# Bare rrweb records none of these: their rows are controls, or what only a plugin sees.
UNSEEN_BY_BARE = {
    "case-32-a-closed-shadow-root",
    "case-53-an-address-that-was-loaded",
    "case-54-the-console",
    "case-55-a-failing-request-s-header",
    "what-is-copied",
    "CDATA-in-a-drawing",
    "local-storage",
    "session-storage",
    "a-cookie",
    "the-window-s-name",
    "a-frame-s-address",
}


def pages() -> dict[str, list[Channel]]:
    """A page for each case, named by its number and first channel; a page for each channel that belongs to none."""
    by_case: defaultdict[int, list[Channel]] = defaultdict(list)
    for one in CHANNELS:
        by_case[one.case].append(one)
    loose = {_slug(one.name): [one] for one in by_case.pop(0)}
    return {f"case-{case}-{_slug(of_it[0].name)}": of_it for case, of_it in sorted(by_case.items())} | loose


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)


PAGES = pages()


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    return walk(PAGES)


@pytest.mark.parametrize("case", PAGES)
def test_nothing_of(case: str, seen: dict[str, Seen]) -> None:
    found = seen[case]
    assert found.refused == []
    assert bool(found.bare) is (case not in UNSEEN_BY_BARE), "with bare rrweb it can be seen to leak"
    assert found.wire == set()
    assert found.stored == set()
    assert found.ungrammatical == []
