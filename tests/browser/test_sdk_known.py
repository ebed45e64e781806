"""Known sheets and listed images in a real browser: found by hash and count, sent by number, played back whole."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.sdk_server import Desk, fnv, rules
from tests.browser.test_sdk_page import _built, browser, desk, opened, page  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

SHEET = ".row{color:red}@media print{.row{top:0}}"
STYLE = ".a{color:green}.b{top:0}"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><path d='M0 0h8'/></svg>"
BODY = (
    '<link rel="stylesheet" href="/static/app.css?v=3"><link rel="stylesheet" href="/static/other.css">'
    f'<style id="known">{STYLE}</style><style>.own{{color:blue}}</style>'
    '<img id="logo" src="/logo.svg?v=1"><img src="/jane.svg"><p class="row">Save changes</p>'
)


def marked(key: str) -> str:
    return f"\U0010fffc{key}\U0010fffd"


def vocabulary() -> dict[str, Any]:
    known = rules()["vocabulary"]
    sheets = [[fnv("/static/app.css?v=3"), 2, 21], [fnv(STYLE), 2, 22], [fnv("/static/other.css"), 9, 23]]
    return {**known, "sheets": sheets, "assets": [[fnv("/logo.svg?v=1"), 24]]}


def styles(node: dict[str, Any]) -> list[str]:
    own = node.get("attributes", {}).get("_cssText")
    return [*([own] if own is not None else []), *(s for child in node.get("childNodes", []) for s in styles(child))]


def images(node: dict[str, Any]) -> list[str | None]:
    own = [node["attributes"].get("rr_asset")] if node.get("tagName") == "img" else []
    return [*own, *(s for child in node.get("childNodes", []) for s in images(child))]


def open_known(page: Page, desk: Desk) -> dict[str, Any]:  # noqa: F811 - pytest hands the fixtures in
    desk.rules = rules(vocabulary=vocabulary())
    desk.pages |= {"/static/app.css": SHEET, "/static/other.css": ".other{color:red}"}
    desk.pages |= {"/logo.svg": SVG, "/jane.svg": SVG}
    opened(page, desk, BODY)
    assert desk.wait(lambda: any(event["type"] == 2 for event in desk.events()))
    return next(event["data"]["node"] for event in desk.events() if event["type"] == 2)


def test_a_known_sheet_and_a_listed_image_are_sent_by_their_numbers(page: Page, desk: Desk) -> None:  # noqa: F811
    tree = open_known(page, desk)
    told = styles(tree)
    assert told[:1] + told[2:3] == [marked("s21"), marked("s22")]
    assert told[1].endswith("{color:red}"), "another count of rules: the sheet itself, by tokens"
    assert told[3].endswith("{color:blue}")
    assert images(tree) == ["24", None]
    assert "green" not in json.dumps(tree)


def test_a_sheet_that_the_page_changes_is_sent_as_it_is_now(page: Page, desk: Desk) -> None:  # noqa: F811
    open_known(page, desk)
    page.evaluate(
        """() => { const style = document.getElementById("known");
        style.sheet.insertRule(".c{color:red}", 0);
        document.getElementById("logo").src = "/jane.svg";
        style.firstChild.data = ".a{color:orange}"; }"""
    )
    assert desk.wait(lambda: "orange" in json.dumps(desk.events()))
    page.evaluate(f"document.getElementById('known').textContent = {json.dumps(STYLE)}")
    assert desk.wait(lambda: json.dumps(desk.events()).count('"\\udbff\\udffcs22') == 2), "it is the known one again"
    changes = [one for event in desk.events() if event["type"] == 3 for one in event["data"].get("attributes", [])]
    assert {"rr_asset": None}.items() <= {k: v for one in changes for k, v in one["attributes"].items()}.items()
