"""Journeys that hang on what a page shows: recorded while it does, and not a change longer."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sdk_server import Desk, Json, rules, serving
from tests.browser.test_sdk_page import browser, opened, page, starts_anew

__all__ = ["browser", "page"]
pytestmark = pytest.mark.browser
ALSO: Json = {
    "journeys": [
        {
            "name": "talk",
            "routes": ["/demo/chat"],
            "level": "labelled",
            "selectors": {"/demo/chat": "[data-view=talk]"},
        },
        {"name": "list", "routes": ["/demo/chat"], "level": "labelled", "selectors": {"/demo/chat": "#list"}},
        {"name": "quiet", "routes": ["/demo/quiet"], "level": "clicks"},
    ]
}
TALK = "<main data-view=talk><p>Save changes</p></main>"
ANOTHER = (
    "document.querySelector('main').remove(); document.body.insertAdjacentHTML('beforeend', '<b title=Jane>Jane</b>')"
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk(rules=rules(**ALSO))) as one:
        yield one


def flushed(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")


def test_nothing_is_recorded_until_the_view_is_shown_and_then_from_a_snapshot(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Save changes</p>")
    page.mouse.click(20, 20)
    flushed(page)
    assert desk.batches == []
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {json.dumps(TALK)})")
    assert desk.wait(lambda: bool(desk.batches))
    assert starts_anew(desk.batches[0])
    assert desk.batches[0]["journey"] == "talk"


def test_from_the_change_that_hides_the_view_nothing_is_sent_of_that_change_either(page: Page, desk: Desk) -> None:
    opened(page, desk, TALK)
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate(ANOTHER)
    page.mouse.click(20, 20)
    page.evaluate("document.querySelector('b').title = 'later'")
    flushed(page)
    page.goto("about:blank")
    assert '"tagName": "b"' not in json.dumps(desk.kept)
    assert not [one for one in desk.interactions() if one["kind"] == "click"]


def test_another_view_of_the_same_route_is_another_claim(page: Page, desk: Desk) -> None:
    opened(page, desk, TALK)
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate(
        "document.querySelector('main').removeAttribute('data-view'); document.querySelector('main').id = 'list'"
    )
    page.mouse.click(20, 20)
    flushed(page)
    assert desk.wait(lambda: any(one["journey"] == "list" for one in desk.batches))
    clicked = [one["journey"] for one in desk.kept for said in one["interactions"] if said["kind"] == "click"]
    assert clicked == ["list"]


def test_a_selector_that_the_browser_cannot_read_records_nothing(browser: Browser) -> None:
    broken = {"journeys": [{**ALSO["journeys"][0], "selectors": {"/demo/chat": "main["}}]}
    with serving(Desk(rules=rules(**broken))) as desk:
        context = browser.new_context()
        page = context.new_page()
        opened(page, desk, TALK)
        page.mouse.click(20, 20)
        flushed(page)
        page.goto(desk.address + "/demo/quiet")
        assert desk.batches == []
        context.close()
