"""A page that the browser kept and shows again: the recording goes on from where the page in between left it."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sdk_server import Desk, Json, rest, until
from tests.browser.test_sdk_page import _built, desk, launched, opened, page, starts_anew

__all__ = ["_built", "desk", "page"]
pytestmark = pytest.mark.browser
WENT_BACK = "addEventListener('pageshow', (event) => { window.cameBack ||= event.persisted; })"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with the cache of left pages, as a person's browser has it."""
    with launched("--disable-back-forward-cache") as chromium:
        yield chromium


def numbers_taken_twice(desk: Desk) -> list[int]:
    """Numbers under which something else came than the first time: a server refuses that."""
    different = {(batch["number"], json.dumps(batch)) for batch in desk.batches}
    return [number for number, count in Counter(number for number, _ in different).items() if count > 1]


def show_again(page: Page) -> None:
    """Go back to the first page, which listens for WENT_BACK."""
    page.go_back(wait_until="commit")
    until(page, "() => window.cameBack")


def came_back(page: Page, desk: Desk) -> list[Json]:
    """Go to another page and back, click, leave: what came of the first page after that."""
    page.evaluate(WENT_BACK)
    assert desk.wait(lambda: bool(desk.batches))
    page.goto(desk.address + "/demo/sign-in")
    assert desk.wait(lambda: any(batch["journey"] == "sign-in" for batch in desk.batches))
    between = max(batch["number"] for batch in desk.batches)
    page.mouse.click(20, 20)
    show_again(page)

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
    show_again(page)
    page.locator("button").click()
    assert desk.wait(lambda: len(desk.requests) > sent)
    page.goto("about:blank")
    rest(page, 500)
    assert [one.path.partition("?")[0] for one in desk.requests[sent:]] == ["/v1/tickets"]
