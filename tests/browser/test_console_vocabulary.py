"""The review page in a real browser: axe finds nothing, and a list is decided by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from milkglass.vocabulary.entries import CandidateFilter, Proposal, State
from milkglass.web.built import BUILT
from tests.browser.axe import faults
from tests.web.house import Lived, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path_factory.mktemp("review")) as (lived, url):
        rows = [
            Proposal(kind="t", said=said, source="learn", where="/app", group="/app", marks=marks)
            for said, marks in (("Archive room", ()), ("Jane Doe", ("row",)), ("Rename room", ()), ("Merge room", ()))
        ]
        lived.house.vocabulary.propose(lived.house.application, rows, right_now())
        yield lived, url


def entered(browser: Browser, house: tuple[Lived, str], scheme: str = "light") -> Page:
    lived, url = house
    page = browser.new_context(base_url=url, color_scheme=scheme).new_page()  # type: ignore[arg-type]  # media words
    page.goto(f"/login/{lived.house.link('Owner', right_now()).rpartition('/')[2]}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_review(chromium: Browser, house: tuple[Lived, str], scheme: str) -> None:
    page = entered(chromium, house, scheme)
    lived = house[0].house
    candidate = lived.vocabulary.candidates(lived.application, CandidateFilter(state=None))[0].id
    found = []
    for path in ("", "?warning=with", "?kind=a", f"/candidates/{candidate}", "/versions", "/versions?older=1&newer=1"):
        page.goto(f"/console/vocabulary{path}")
        found += faults(page)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/console/vocabulary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not found, "\n".join(found)


def test_a_list_is_decided_by_keyboard_alone(chromium: Browser, house: tuple[Lived, str]) -> None:
    page = entered(chromium, house)
    page.goto("/console/vocabulary")
    rows = page.locator("#rows > li")
    said = [rows.nth(number).locator(".what p").first.inner_text() for number in range(4)]
    rows.first.focus()
    page.keyboard.press("a")
    page.locator("#told", has_text="3 left").wait_for(state="attached")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.locator("#told", has_text="2 left").wait_for(state="attached")
    lived = house[0].house
    states = {state: lived.vocabulary.candidates(lived.application, CandidateFilter(state=state)) for state in State}
    assert [one.said for one in states[State.APPROVED]] == [said[0]]
    assert len(states[State.REFUSED]) == 1
    assert {one.said for one in states[State.OPEN]} == {said[1], said[3]}
