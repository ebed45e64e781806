"""Kills: a server that dies at any moment loses nothing it said yes to, and keeps nothing twice.

SIGKILL is what a test can do of a power cut: what the process held in memory is gone, what the kernel has is not. What
fsync adds to that is the journal's own contract test.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, Response, Route, sync_playwright

from milkglass.verification.chromium import installed
from tests.line.kept import copies, heatmap_rows, snapshots
from tests.line.sender import META, Given, Sender, click, said, snapshot
from tests.line.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.long]
AGAIN = 0.1
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What the SDK does when the page is hidden and shown: the queue goes by keep-alive requests and, where nobody
# acknowledged it, once more: the same numbers come twice.
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SHOW = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    one = Server(tmp_path / "data")
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed(None), args=FLAGS)
        yield chromium
        chromium.close()


class Seen:
    """What a page was told: the recording of its ticket, and the answers to its batches."""

    def __init__(self, page: Page) -> None:
        self.tickets: list[Response] = []
        self.on_their_way: set[Request] = set()
        self.answers: list[Response] = []
        page.on("request", lambda one: self.on_their_way.add(one) if one.url.endswith("/v1/batches") else None)
        page.on("requestfinished", lambda one: self.on_their_way.discard(one))  # noqa: PLW0108 - it marks what it is given
        page.on("requestfailed", lambda one: self.on_their_way.discard(one))  # noqa: PLW0108 - likewise
        page.on("response", self._take)

    def _take(self, response: Response) -> None:
        if response.url.endswith("/v1/batches"):
            self.answers.append(response)
        elif "/v1/tickets" in response.url:
            self.tickets.append(response)

    def acknowledged(self) -> set[int]:
        return {int(one.json()["number"]) for one in self.answers if one.status == 202}

    def recording(self) -> str:
        found = {one.json()["recording"] for one in self.tickets if one.status == 200}
        assert len(found) == 1, "the page made one recording"
        return str(found.pop())


def begin(browser: Browser, server: Server) -> tuple[Page, Seen]:
    """Sign in and agree, then stay on a page that is recorded."""
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/demo/sign-in")
    page.fill("input[name=name]", "Mira")
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.wait_for_url("**/demo/welcome")
    seen = Seen(page)
    page.goto(f"{server.url}/demo/chat/homework-help")
    until(page, lambda: len(seen.acknowledged()) > 0)
    return page, seen


def until(page: Page, is_so: object, seconds: float = 120.0) -> None:
    """Let the browser go on until something holds."""
    assert callable(is_so)
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to this in time"
        page.wait_for_timeout(100)


def act(page: Page, times: int = 3) -> None:
    """Move, click and change the page, as somebody who works in it."""
    for turn in range(times):
        page.mouse.move(100 + 40 * turn, 120)
        page.mouse.click(300, 200 + 10 * turn)
        page.evaluate("(n) => { document.body.append(Object.assign(document.createElement('p'), {title: n})); }", turn)
        page.evaluate(HIDE)
        page.wait_for_timeout(60)
        page.evaluate(SHOW)
        page.wait_for_timeout(60)


def test_what_a_browser_was_told_is_kept_is_there_once_after_two_kills(server: Server, browser: Browser) -> None:
    server.start()
    page, seen = begin(browser, server)
    for _ in range(2):
        act(page)
        server.kill()
        act(page)  # nobody answers: the SDK keeps these and sends them again
        before = seen.acknowledged()
        server.start()
        until(page, lambda before=before: len(seen.acknowledged()) > len(before))
    act(page)
    page.wait_for_timeout(500)
    until(page, lambda: not seen.on_their_way)
    acknowledged, recording = seen.acknowledged(), seen.recording()
    page.context.close()
    assert server.stop() == 0

    kept = copies(server)[recording]
    print(f"{len(acknowledged)} acknowledged, {len(kept)} kept, numbers to {max(kept)}")
    assert len(acknowledged) > 5
    assert acknowledged <= set(kept), "acknowledged, then lost"
    assert {number: n for number, n in kept.items() if n > 1} == {}
    # The server came back before the queue was given up, so nothing at all is missing.
    assert sorted(kept) == list(range(max(kept) + 1))


def test_a_batch_that_the_server_refused_is_a_cut_and_the_replay_goes_on(server: Server, browser: Browser) -> None:
    server.start()
    page, seen = begin(browser, server)
    lost: list[int] = []

    def refuse(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(max(seen_before) + 1)
        answer = '{"status": 400, "code": "invalid", "next": "snapshot"}'
        route.fulfill(status=400, content_type="application/problem+json", body=answer)

    seen_before = seen.acknowledged()
    page.route("**/v1/batches", refuse)
    act(page)
    until(page, lambda: lost and max(seen.acknowledged()) > lost[0])
    recording = seen.recording()
    page.context.close()
    assert server.stop() == 0

    found = snapshots(server, recording)
    numbers = [number for number, _ in found]
    assert lost[0] not in numbers
    assert max(numbers) > lost[0], "the recording goes on behind the cut"
    after = next((number, count) for number, count in found if number > lost[0])
    assert after[1] == 1, "what follows the cut begins with the whole page"


def test_kills_at_any_moment_of_a_roll_lose_and_double_nothing(server: Server) -> None:
    server.start()
    moments = random.Random(20261124)  # noqa: S311  # seeded, so that it can be run again
    with Sender(server) as sender:
        given = [sender.ticket(f"kill {one}") for one in range(4)]
    acknowledged: dict[str, set[int]] = {one.recording: set() for one in given}
    is_over = threading.Event()
    writers = [threading.Thread(target=_resend, args=(server, one, acknowledged, is_over)) for one in given]
    for writer in writers:
        writer.start()
    try:
        for _ in range(6):
            time.sleep(moments.uniform(0.3, 1.6))  # a roll a second: some kills fall into one
            server.kill()
            server.start()
        time.sleep(0.5)
    finally:
        is_over.set()
        for writer in writers:
            writer.join(30)
    server.kill()

    kept = copies(server)
    rows = heatmap_rows(server)
    print(f"{sum(map(len, acknowledged.values()))} acknowledged over 7 kills")
    for recording, numbers in acknowledged.items():
        assert len(numbers) > 20
        assert numbers <= set(kept[recording]), "acknowledged, then lost"
        assert {number: n for number, n in kept[recording].items() if n > 1} == {}
        # A click a batch: heatmap rows too are there once for each batch that is.
        assert rows[recording] == len(kept[recording])


def _resend(server: Server, given: Given, told: dict[str, set[int]], is_over: threading.Event) -> None:
    """Send batch after batch, each again until it is acknowledged, as the SDK does; now and then once too often."""
    page = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False, timeout=5)
    number, chance = 0, random.Random(given.recording)  # noqa: S311  # no secret
    with page:
        while not is_over.is_set():
            events = [META, snapshot(said("Seat 14"))] if number == 0 else []
            body = given.ticket.encode() + b"\n" + given.batch(number, events, interactions=[click(number)])
            with suppress(httpx.HTTPError):
                status = page.post("/v1/batches", content=body).status_code
                assert status in (202, 429, 503), f"batch {number}: {status}"
                if status == 202:
                    told[given.recording].add(number)
                    number += 0 if chance.random() < AGAIN else 1
                    continue
            time.sleep(0.05)
