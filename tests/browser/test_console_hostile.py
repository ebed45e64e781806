"""The player shows hostile recordings: no script runs and nothing is asked of anybody (goal G18)."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from milkglass.web.built import BUILT
from tests.browser.hostile import cases
from tests.web.house import happenings, page_events, right_now
from tests.web.serving import CHROMIUM, FLAGS, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]


# The browser's own rule against asking this machine would hide what the page's policy lets through.
OPEN = [*FLAGS, "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests"]


class Witness:
    """A server that remembers whatever reaches it, and what the pages said."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - the name that the server calls

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def witness() -> Iterator[Witness]:
    seen = Witness()
    yield seen
    seen.close()


@pytest.fixture(scope="module")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    """A viewer's page, and the address of a look of theirs."""
    with served(tmp_path_factory.mktemp("school")) as (house, url), sync_playwright() as playwright:
        recording = house.record("somebody", page_events(), happenings())
        house.roll()
        page = playwright.chromium.launch(executable_path=CHROMIUM, args=OPEN).new_page(base_url=url)
        page.goto(f"/login/{house.house.link('Demo viewer', right_now()).rpartition('/')[2]}")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/console/")
        page.goto(f"/console/recordings/{recording}")
        page.get_by_label("Number of the case").fill("HD-1042")
        page.get_by_role("button", name="Log it and play").click()
        page.wait_for_selector("html[data-ready]")
        yield page, page.url


def show(page: Page, url: str, events: list[dict[str, object]]) -> None:
    """Show a recording as the player would if the server had kept it like this, to its end."""
    batch = {"number": 0, "reset": True, "level": 3, "journey": "chat", "events": events, "interactions": []}
    body = json.dumps({"batches": [batch]})
    empty = json.dumps({"batches": []})

    def answer(route: Route) -> None:
        route.fulfill(body=body if route.request.url.endswith("/0") else empty, content_type="application/json")

    page.unroute("**/segments/*")
    page.route("**/segments/*", answer)
    page.goto(url)
    page.wait_for_selector("html[data-ready]")
    page.get_by_label("Position").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(60)


def test_no_hostile_recording_runs_a_script_or_calls_out(
    player: tuple[Page, str], witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    page, url = player
    page.on("console", lambda message: witness.said.append(message.text))
    broken: list[str] = []
    every = cases(witness.url)
    for name, events in every.items():
        page.unroute("**/segments/*")
        before = len(witness.asked)
        show(page, url, events)
        if len(witness.asked) > before or page.url != url or page.locator("iframe").count() != 1:
            broken.append(name)
    page.wait_for_timeout(500)
    assert len(every) >= 60
    assert broken == []
    assert witness.asked == []
    hits = [said for said in witness.said if said.startswith("HIT")]
    with capsys.disabled():
        print(f"\nG18: {len(every)} hostile recordings: {len(hits)} scripts, {len(witness.asked)} requests")
    assert hits == []


def test_the_frame_has_no_scripts_and_never_will(player: tuple[Page, str], witness: Witness) -> None:
    page, url = player
    show(page, url, cases(witness.url)["image"])
    assert page.locator("iframe").first.get_attribute("sandbox") == "allow-same-origin"


def test_without_the_policy_the_same_recordings_do_call_out(player: tuple[Page, str], witness: Witness) -> None:
    """The test above can fail: with the page's policy taken off, the witness hears of them."""
    page, url = player

    def bare(route: Route) -> None:
        answer = route.fetch()
        headers = {key: value for key, value in answer.headers.items() if key != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    page.route(url, bare)
    for name in ("image", "sheet background", "link stylesheet", "video poster", "style attribute"):
        show(page, url, cases(witness.url)[name])
    for _ in range(600):
        if len(set(witness.asked)) >= 3:
            break
        page.wait_for_timeout(100)
    page.unroute(url)
    assert len(set(witness.asked)) >= 3
