"""The loader: consent and clicks first, the recorder from a second file whose hash the loader holds."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.sdk_server import FILES, ROOT, Desk, rest, serving, visit
from tests.browser.test_sdk_page import HTML, START, browser

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FILES["/milkglass.js"].exists(), reason="the SDK is not built: npm run build"),
]
DIST = ROOT / "sdk/dist"
SNAPSHOT = 2


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as one:
        for path in ("/demo/chat", "/demo/quiet"):
            one.pages[path] = HTML.replace("/boot.js", "/start.js") % "<button>Save changes</button><p>Jane Doe</p>"
            one.pages[path] = one.pages[path].replace(
                "<script", '<script src="/milkglass-loader.js" defer></script><script', 1
            )
        one.pages["/milkglass-loader.js"] = (DIST / "milkglass-loader.js").read_text()
        one.pages[f"/{recorder()}"] = (DIST / "milkglass-recorder.js").read_text()
        one.pages["/start.js"] = START % visit(["replay", "heatmap"])
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def recorder() -> str:
    """The hashed name of the recorder's file."""
    manifest: dict[str, object] = json.loads((DIST / "manifest.json").read_text())
    return next(name for name in manifest if name.startswith("milkglass-recorder-"))


def opened(page: Page, desk: Desk) -> list[str]:
    """Open the chat, click; the scripts that the page asked for."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.rpartition("/")[2]) if one.resource_type == "script" else None)
    page.goto(desk.address + "/demo/chat")
    page.evaluate("window.started")
    page.locator("button").click()
    rest(page, 200)
    page.goto("about:blank")
    assert desk.wait(lambda: any(one["kind"] == "click" for one in desk.interactions()))
    return asked


def test_the_recorder_comes_when_a_ticket_says_replay(page: Page, desk: Desk) -> None:
    assert recorder() in opened(page, desk)
    assert [one["type"] for one in desk.batches[0]["events"]][:2] == [4, SNAPSHOT]
    assert "Jane" not in str(desk.sent)


def test_the_recorders_file_is_not_told_who_asks(page: Page, desk: Desk) -> None:
    with page.expect_request(f"**/{recorder()}") as asked:
        page.goto(f"{desk.address}/demo/chat?u=Jane")
    assert "referer" not in asked.value.all_headers()


def test_the_page_keeps_no_trace_of_the_fetch(page: Page, desk: Desk) -> None:
    page.goto(desk.address + "/demo/chat")
    page.evaluate("window.started")
    assert page.locator(f'script[src$="{recorder()}"]').count() == 0
    assert page.evaluate("typeof milkglassShape") == "undefined"


def test_without_replay_the_recorder_is_never_asked_for(page: Page, desk: Desk) -> None:
    desk.rules = {**desk.rules, "replay": False}
    assert recorder() not in opened(page, desk)
    assert desk.events() == []


def test_another_recorder_than_the_loader_knows_never_runs(page: Page, desk: Desk) -> None:
    desk.pages[f"/{recorder()}"] += "\nwindow.ran = 1;"
    page.goto(desk.address + "/demo/chat")
    page.evaluate("window.started")
    assert page.evaluate("window.ran") is None
    opened(page, desk)
    assert desk.events() == []
