"""Panels in a real browser: what a hidden control shows is told as style, and no answer with it."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sdk_server import Desk, Json, serving, told
from tests.browser.test_sdk_page import INCREMENTAL, browser, opened

__all__ = ["browser"]
pytestmark = pytest.mark.browser
RULES = """<style>.off{display:none} .unseen{position:absolute;opacity:0}
  #one:checked ~ .first, #two:checked ~ .second{display:block;color:red}</style>"""
PANELS = "<div class='off first'><p>Write it down.</p></div><div class='off second'><p>Read it.</p></div>"
TABS = f"""{RULES}<input type=radio name=a id=one class=unseen checked><input type=radio name=a id=two class=unseen>
  <label for=two>Second</label>{PANELS}"""


def styles(browser: Browser, body: str, act: str = "") -> list[Json]:
    """What mutations said of style while a page was recorded, without sizes."""
    with serving(Desk()) as desk:
        page: Page = browser.new_page()
        opened(page, desk, body)
        assert desk.wait(lambda: bool(desk.batches))
        if act:
            page.evaluate(act)
        told(page, desk)
        page.close()
        changes = [one["data"] for one in desk.events() if one["type"] == INCREMENTAL and one["data"]["source"] == 0]
    said = [change["attributes"].get("style") for data in changes for change in data["attributes"]]
    return [one for one in said if isinstance(one, dict)]


def test_an_open_tab_is_told_and_the_change_to_another(browser: Browser) -> None:
    shown, hidden = {"display": "block"}, {"display": False}
    assert styles(browser, TABS) == [shown]
    first, *later = styles(browser, TABS, "document.querySelector('label').click()")
    assert first == shown
    assert later in ([hidden, shown], [shown, hidden])


def test_panels_that_come_later_are_told(browser: Browser) -> None:
    assert styles(browser, "<div id=root></div>", f"root.innerHTML = {TABS!r}") == [{"display": "block"}]


@pytest.mark.parametrize(
    "body",
    [
        TABS.replace("class=unseen", ""),
        f"<form>{TABS}</form>",
        TABS.replace("<p>Write it down.</p>", ""),
        TABS.replace("<p>Write it down.</p>", "Yes"),
        TABS.replace("div class='off first'><p>Write it down.</p></div", "label class='off first'><b>Ann</b></label"),
        TABS.replace("#one:checked ~ .first", "body:has(#one:checked) .first"),
    ],
    ids=["a control that is seen", "a field of a form", "a tick", "a word", "a label", "a choice that is asked for"],
)  # fmt: skip
def test_no_answer_is_told(browser: Browser, body: str) -> None:
    assert styles(browser, body) == []
