"""Fields in a real browser: what is typed into one shows in how far it scrolls, so that no scroll of it is told."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.sdk_server import Desk, Json, rest, told
from tests.browser.test_sdk_page import _built, browser, desk, opened, page

__all__ = ["_built", "browser", "desk", "page"]
pytestmark = pytest.mark.browser
SCROLL, SNAPSHOT = 3, 2
SMALL = "style='display:block;width:60px;height:24px;overflow:auto;white-space:pre'"
LINES = "Jane Doe has more to say than a field holds\n" * 2
# By name: a field, and how it comes to hold more than it shows.
FIELDS = {
    "an input": (f"<input {SMALL}>", "type"),
    "a textarea": (f"<textarea {SMALL}></textarea>", "type"),
    "an editor": (f"<div contenteditable {SMALL}></div>", "type"),
    "an editor in a shadow root": ("<div class=host></div>", "attach"),
    "a list to choose from": (f"<select size=2 {SMALL}>{'<option>Jane' * 9}</select>", "scroll"),
}
ATTACH = """([html]) => { const root = document.querySelector('.host').attachShadow({ mode: 'open' });
    root.innerHTML = html; root.firstChild.innerHTML = '<p>Jane Doe</p>'.repeat(9); root.firstChild.scrollTop = 40; }"""
SCROLLED = "() => { const one = document.querySelector('select'); one.scrollTop = 40; }"
ROWS = "<div id=rows style='height:40px;overflow:auto'><p style='height:900px'>x</p></div>"


def used(page: Page, how: str) -> None:
    """Do to a field what makes it scroll."""
    if how == "type":
        page.locator("input, textarea, [contenteditable]").press_sequentially(LINES)
    elif how == "attach":
        page.evaluate(ATTACH, [f"<div contenteditable {SMALL}></div>"])
    else:
        page.evaluate(SCROLLED)


def scrolls(desk: Desk) -> list[Json]:
    return [one["data"] for one in desk.events() if one["data"].get("source") == SCROLL]


@pytest.mark.parametrize("name", FIELDS)
def test_no_scroll_of_a_field_is_told_and_no_row_of_one_is_counted(page: Page, desk: Desk, name: str) -> None:
    field, how = FIELDS[name]
    opened(page, desk, field + ROWS)
    used(page, how)
    rest(page, 400)
    page.evaluate("rows.scrollTop = 80")
    rest(page, 400)
    told(page, desk)
    assert [one["y"] for one in scrolls(desk)] == [80], "what is no field tells its scroll"
    assert [one["kind"] for one in desk.interactions()].count("scroll") == 1


def test_a_snapshot_tells_no_scroll_of_a_field(page: Page, desk: Desk) -> None:
    fields = "".join(field for field, how in FIELDS.values() if how != "attach")
    later = """for (const one of document.querySelectorAll('input,textarea,[contenteditable],select,#rows')) {
        one.value = 'Jane '.repeat(40);
        if (one.isContentEditable) one.innerHTML = '<p>Jane</p>'.repeat(40);
        one.scrollTop = one.scrollLeft = 40;
    }"""
    desk.pages["/scrolled.js"] = later
    opened(page, desk, fields + ROWS + '<script src="/scrolled.js"></script>')
    told(page, desk)
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    assert json.dumps(snapshot).count("rr_scrollTop") == 1
    assert "rr_scrollLeft" not in json.dumps(snapshot)


@pytest.mark.parametrize("name", ["parentNode", "parentElement"])
def test_a_form_with_a_field_called_like_a_nodes_own_part_is_recorded(page: Page, desk: Desk, name: str) -> None:
    opened(
        page, desk, f"<form><input name={name} value=Jane><p>Jane</p><button type=button>Save changes</button></form>"
    )
    page.evaluate("document.querySelector('p').append('Jane')")
    told(page, desk)
    sent = json.dumps(desk.kept, ensure_ascii=False)
    assert "\U0010fffct7\U0010fffd" in sent
    assert "Jane" not in sent
