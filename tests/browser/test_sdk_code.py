"""Code blocks in a real browser: their indents are told in front of what can be read, and of nothing else."""

import pytest
from playwright.sync_api import Page

from tests.browser.sdk_server import Desk, Json
from tests.browser.test_sdk_page import SNAPSHOT, _built, browser, desk, opened, page, second_pass  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
INDENT, TEXT = "\u00a0", 3


def texts(node: Json) -> list[str]:
    """All texts below a node, in their order."""
    own = [str(node["textContent"])] if node["type"] == TEXT else []
    return [*own, *(text for child in node.get("childNodes", []) for text in texts(child))]


def told(page: Page, desk: Desk, body: str) -> list[str]:  # noqa: F811
    """The texts of the body as they were sent; the server changes none of them."""
    opened(page, desk, f"<section>{body}</section>")
    assert desk.wait(lambda: bool(desk.batches))
    found = second_pass(desk.batches[0])
    assert (found.masked, found.bypassed) == ({}, {})
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    return [one for one in texts(snapshot["data"]["node"]) if one]


def test_an_indent_in_front_of_a_readable_word_is_kept(page: Page, desk: Desk) -> None:  # noqa: F811
    found = told(page, desk, "<pre><b>Save changes</b>\n    <b>Save changes</b>\n\t<i> </i><b>Save changes</b></pre>")
    reference = found[0]
    assert found == [reference, f"\n{INDENT * 4}", reference, f"\n{INDENT * 8}", " ", reference]


def test_what_a_name_leaves_of_a_column_is_not(page: Page, desk: Desk) -> None:  # noqa: F811
    found = told(page, desk, "<pre>         <b>Jane Doe</b>\n     <b>Omar Haddad</b>       <b>Save changes</b></pre>")
    assert INDENT not in "".join(found)
    assert [found[0], found[2], found[4]] == [" ", "\n", " "]


def test_white_space_elsewhere_stays_one_space(page: Page, desk: Desk) -> None:  # noqa: F811
    found = told(page, desk, "<p><b>Save changes</b>\n    <b>Save changes</b>&nbsp;&nbsp;&nbsp;<b>Jane</b></p>")
    assert found[1] == found[3] == " "
