"""What is no word and tells all the same: states, rhythm, selections, and words that a field has by chance."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.sdk_server import Desk, Json, serving
from tests.browser.sdk_server import told as settled
from tests.hostile.pages import HTML, boot, chromium

pytestmark = pytest.mark.browser
ROUTE = "/demo/chat"
TIMES = ("timestamp", "timeOffset", "at")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def told(browser: Browser, body: str, act: str = "") -> list[Json]:
    """Open a page, act, leave; return the events that were sent, without their times."""
    with serving(Desk()) as desk:
        desk.pages = {ROUTE: HTML % body, "/boot.js": boot()}
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(desk.address + ROUTE)
        page.evaluate("window.started")
        assert desk.wait(lambda: bool(desk.batches))
        page.evaluate(act or "0")
        settled(page, desk)
        context.close()
        return [timeless(event) for event in desk.events()]


def timeless(value: Json) -> Json:
    """The same without its times."""
    return json.loads(json.dumps(value), object_hook=lambda one: {k: v for k, v in one.items() if k not in TIMES})  # type: ignore[no-any-return]  # JSON


# Two states of one thing each, of which nobody may tell one from the other.
PAIRS: tuple[tuple[str, str], ...] = (
    ("<input type=checkbox>", "<input type=checkbox checked>"),
    ("<input type=radio name=d>", "<input type=radio name=d checked>"),
    ("<select><option>a<option>b</select>", "<select><option>a<option selected>b</select>"),
    ("<b role=switch aria-checked=false>x</b>", "<b role=switch aria-checked=true>x</b>"),
    ("<b role=option aria-selected=false>x</b>", "<b role=option aria-selected=true>x</b>"),
    ("<meter min=0 max=10 value=1></meter>", "<meter min=0 max=90 value=8></meter>"),
    ("<progress max=10 value=1></progress>", "<progress max=10 value=8></progress>"),
    ("<input type=range min=1 max=9 value=2>", "<input type=range min=1 max=9 value=8>"),
    ("<input type=number value=7>", "<input type=number value=70412>"),
    ("<input value=Jo>", "<input value='Johanna Maria'>"),
    ("<input type=password value=a>", "<input type=password value=abcdefghijk>"),
    ("<textarea rows=2>Jo</textarea>", "<textarea rows=2>Save changes</textarea>"),
    ("<input type=date value=2011-05-17>", "<input type=date value=2012-11-30>"),
    ("<input type=color value='#ff0000'>", "<input type=color>"),
    ("<p>Jo</p>", "<p>Anna</p>"),
)


@pytest.fixture(scope="module")
def states(browser: Browser) -> tuple[list[Json], list[Json]]:
    """What the snapshots say of all first states, and of all second ones."""
    first, second = zip(*PAIRS, strict=True)
    return sections(told(browser, wrapped(first))), sections(told(browser, wrapped(second)))


def wrapped(bodies: tuple[str, ...]) -> str:
    return "".join(f"<section>{body}</section>" for body in bodies)


def sections(events: list[Json]) -> list[Json]:
    """The sections of the first snapshot's body."""
    page = next(event for event in events if event["type"] == 2)["data"]["node"]["childNodes"][-1]
    below = page["childNodes"][-1]["childNodes"]
    return [one for one in below if one.get("tagName") == "section"]


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[first for first, _ in PAIRS])
def test_nobody_can_tell_which_it_was(place: int, states: tuple[list[Json], list[Json]]) -> None:
    first, second = states
    assert len(first) == len(second) == len(PAIRS)
    assert first[place] == second[place]


def test_a_choice_is_told_and_not_what_it_was(browser: Browser) -> None:
    act = "const i = document.querySelector('input'); i.click(); i.dispatchEvent(new Event('change', {bubbles: true}))"
    on, off = told(browser, "<input type=checkbox>", act), told(browser, "<input type=checkbox checked>", act)
    assert on == off


def test_a_selection_is_not_told(browser: Browser) -> None:
    events = told(browser, "<p>Jane Doe</p>", "getSelection().selectAllChildren(document.querySelector('p'))")
    assert [event for event in events if event["data"].get("source") == 14] == []


def test_a_field_that_says_a_reviewed_entry_says_nothing(browser: Browser) -> None:
    written = "document.querySelector('textarea').textContent = 'Save changes'"
    for body, act in (("<textarea>Save changes</textarea>", ""), ("<textarea></textarea>", written)):
        assert "\U0010fffc" not in json.dumps(told(browser, body, act), ensure_ascii=False)
    assert "\U0010fffc" in json.dumps(told(browser, "<p>Save changes</p>"), ensure_ascii=False)


def test_an_editor_that_says_a_reviewed_entry_says_nothing(browser: Browser) -> None:
    kinds = ("contenteditable", "contenteditable=plaintext-only", "contenteditable=true")
    body = "".join(f"<div {kind}>x</div>" for kind in kinds)
    found = told(
        browser, body, "document.querySelectorAll('div').forEach((d) => { d.firstChild.data = 'Save changes' })"
    )
    assert "\U0010fffc" not in json.dumps(found, ensure_ascii=False)
