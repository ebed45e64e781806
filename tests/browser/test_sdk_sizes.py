"""Sizes in a real browser: what the recorder keeps of a page's boxes for the replay's layout, and what it does not tell."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.sdk_server import Desk, Json, serving
from tests.browser.test_sdk_page import FLAGS, INCREMENTAL, META, opened

pytestmark = pytest.mark.browser
RESIZE = 4


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with the scroll bars that a person's browser shows."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=["--hide-scrollbars"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1281, "height": 803})
    yield context.new_page()
    context.close()


def resizes(desk: Desk) -> list[Json]:
    """What was told of the viewport while recording."""
    incremental = [one["data"] for one in desk.events() if one["type"] == INCREMENTAL]
    return [one for one in incremental if one["source"] == RESIZE]


def test_the_viewport_is_told_without_the_roots_scroll_bar_and_again_when_it_goes(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id=tall style='height:2000px'></p>")
    assert desk.wait(lambda: bool(desk.batches))
    width = page.evaluate("document.documentElement.clientWidth")
    assert width < 1281
    meta = next(one["data"] for one in desk.events() if one["type"] == META)
    assert (meta["width"], meta["height"]) == (width, 803)
    page.evaluate("tall.remove()")
    assert desk.wait(lambda: bool(resizes(desk)))
    assert resizes(desk)[-1] == {"source": RESIZE, "width": 1281, "height": 803}
    page.set_viewport_size({"width": 1000, "height": 700})
    assert desk.wait(lambda: resizes(desk)[-1]["width"] == 1000)
