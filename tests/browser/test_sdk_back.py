"""A page that the browser kept and shows again: the recording goes on from where the page in between left it."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.sdk_server import Desk, Json, rest, until
from tests.browser.test_sdk_page import FLAGS, _built, desk, opened, page, starts_anew

__all__ = ["_built", "desk", "page"]
pytestmark = pytest.mark.browser
WENT_BACK = "addEventListener('pageshow', (event) => { window.cameBack ||= event.persisted; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        # Playwright turns the cache of left pages off; people have it.
        chromium = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield chromium
        chromium.close()


def numbers_taken_twice(desk: Desk) -> list[int]:
    """Numbers under which something else came than the first time: a server refuses that."""
    by_number = sorted(desk.batches, key=lambda batch: batch["number"])
    return [number for number, group in groupby(by_number, lambda batch: batch["number"]) if len(_different(group)) > 1]


def _different(batches: Iterator[Json]) -> list[Json]:
    found: list[Json] = []
    for batch in batches:
        if batch not in found:
            found.append(batch)
    return found


def came_back(page: Page, desk: Desk) -> list[Json]:
    """Go to another page and back, click, leave: what came of the first page after that."""
    page.evaluate(WENT_BACK)
    assert desk.wait(lambda: bool(desk.batches))
    page.goto(desk.address + "/demo/sign-in")
    assert desk.wait(lambda: any(batch["journey"] == "sign-in" for batch in desk.batches))
    between = max(batch["number"] for batch in desk.batches)
    page.mouse.click(20, 20)
    page.go_back(wait_until="commit")
    until(page, "() => window.cameBack")

    def again() -> list[Json]:
        return [one for one in desk.kept if one["journey"] == "chat" and one["number"] > between]

    assert desk.wait(lambda: bool(again()))
    page.locator("button").click()
    page.goto("about:blank")
    assert desk.wait(lambda: any(one["kind"] == "click" for batch in again() for one in batch["interactions"]))
    return again()


def test_a_page_that_is_shown_again_goes_on_with_the_recording(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p><button>Save changes</button>")
    again = came_back(page, desk)
    assert starts_anew(again[0])
    assert numbers_taken_twice(desk) == []


def test_what_a_page_changes_as_it_is_left_takes_no_number_of_the_next(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id='p'>Jane</p><button>Save changes</button>")
    page.evaluate("addEventListener('pagehide', () => { document.getElementById('p').textContent = 'Left'; })")
    came_back(page, desk)
    assert numbers_taken_twice(desk) == []


def test_a_page_that_is_shown_again_asks_whether_it_may_still_record(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p><button>Save changes</button>")
    page.evaluate(WENT_BACK)
    assert desk.wait(lambda: bool(desk.batches))
    page.goto(desk.address + "/demo/sign-in")
    page.evaluate("window.started")
    page.evaluate("milkglass.withdraw()")
    assert desk.wait(lambda: any(one.path == "/v1/withdraw" for one in desk.requests))
    sent = len(desk.requests)
    desk.answer_ticket = {"next": "stop"}
    page.go_back(wait_until="commit")
    until(page, "() => window.cameBack")
    page.locator("button").click()
    assert desk.wait(lambda: len(desk.requests) > sent)
    page.goto("about:blank")
    rest(page, 500)
    assert [one.path.partition("?")[0] for one in desk.requests[sent:]] == ["/v1/tickets"]
