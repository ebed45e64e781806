"""Frames in a real browser: what a page writes into one is in the replay too."""

import pytest
from playwright.sync_api import Browser, Page

from milkglass.replay.rendering import rendered
from tests.browser.sdk_server import Desk, Json
from tests.browser.test_sdk_page import _built, browser, desk, opened, page
from tests.browser.test_sdk_sheets import replaying

__all__ = ["_built", "browser", "desk", "page"]
pytestmark = pytest.mark.browser
MADE = "document.body.append(document.createElement('iframe'))"
# As an editor does it: its frame is found before it is written, and again when that is done.
WRITTEN = """const { contentDocument } = document.querySelector("iframe");
contentDocument.open(); contentDocument.write("<h2>Save changes</h2>"); contentDocument.close()"""
COUNT = "replayer.iframe.contentDocument.querySelector('iframe')?.contentDocument.querySelectorAll('h2').length"


def attached(desk: Desk) -> list[Json]:
    """The documents of frames that were attached."""
    changes = [one["data"] for one in desk.events() if one["data"].get("isAttachIframe")]
    return [add["node"] for data in changes for add in data["adds"]]


def test_a_frame_that_is_written_after_it_was_found_is_full_in_the_replay(
    browser: Browser, page: Page, desk: Desk
) -> None:
    opened(page, desk, "<p>Save changes</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate(MADE)
    assert desk.wait(lambda: len(attached(desk)) == 1)
    page.evaluate(WRITTEN)
    assert desk.wait(lambda: len(attached(desk)) == 2)
    assert [one["id"] for one in attached(desk)] == 2 * [attached(desk)[0]["id"]]
    with replaying(browser, list(rendered(desk.events(), {}, 0))) as player:
        assert player.evaluate(COUNT) == 1
