"""Stopping and changing, measured in a real browser on a real server: what an open page hears with its next batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import pytest
from playwright.sync_api import Browser, Page, Response, expect

from milkglass.demo.people import PEOPLE
from tests.browser.sdk_server import FILES, Json, unpack
from tests.line.server import Server
from tests.line.tee import Tee, tee
from tests.line.walk import CHAT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FILES["/milkglass.js"].exists(), reason="the SDK is not built: npm run build"),
]
PUPIL = next(one for one in PEOPLE if one.institution == "riverbend-high")
# The page goes on changing, so that a recorder that still records has something to send every five seconds.
ALIVE = """setInterval(() => { const one = document.createElement("p"); document.body.append(one);
    one.textContent = Date.now(); if (document.body.childElementCount > 40) one.previousSibling.remove(); }, 200)"""
STOPS_WITHIN_S = 120.0
QUIET_MS = 12_000  # longer than two of the recorder's turns


@dataclass
class Open:
    """A page that is recorded, what was answered to its batches, and the bytes on its wire."""

    page: Page
    wire: Tee
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", lambda one: self.answers.append(one) if "/v1/batches" in one.url else None)

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for an answer, two minutes at most."""
        end = time.monotonic() + STOPS_WITHIN_S
        while not until():
            assert time.monotonic() < end, [one.status for one in self.answers]
            self.page.wait_for_timeout(100)

    def batches(self) -> list[Json]:
        """All batches that left the page, as the server reads them."""
        sent = [unpack(one.body) for one in self.wire.requests() if one.target.startswith("/v1/batches")]
        return [msgspec.json.decode(one.partition("\n")[2]) for one in sent]


@dataclass
class House:
    """A server, the tee before it, and its one-time links."""

    server: Server
    wire: Tee
    links: dict[str, str]


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    server = Server(tmp_path_factory.mktemp("stop") / "data")
    with tee(server.port) as wire:
        server.public_url = f"http://localhost:{wire.port}"
        yield House(server, wire, server.start())
        assert server.stop() == 0


def recorded(browser: Browser, house: House) -> Open:
    """A pupil of the demo who agreed to being recorded, on a page that lives, and whose first batch was kept."""
    page = browser.new_context(base_url=house.server.public_url).new_page()
    page.goto("/demo/sign-in")
    page.check(f"input[name=person][value='{PUPIL.number}']")
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.wait_for_url("**/demo/welcome")
    found = Open(page, house.wire)
    page.goto(CHAT)
    page.evaluate(ALIVE)
    found.wait(lambda: any(one.status == 202 for one in found.answers))
    return found


def began(answer: Response) -> float:
    """When the browser sent it, in seconds since the epoch."""
    return float(answer.request.timing["startTime"]) / 1000


def test_a_stop_by_command_is_held_by_the_server_at_once_and_by_the_browser_in_seconds(
    chromium: Browser, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    pupil = recorded(chromium, house)
    asked_at = time.time()
    done = house.server.command("stop", "--institution", PUPIL.institution)
    assert done.returncode == 0, done.stderr
    pupil.wait(lambda: any(one.status == 403 for one in pupil.answers))
    pupil.page.wait_for_timeout(QUIET_MS)
    *before, last = sorted(pupil.answers, key=began)
    assert {one.status for one in before} == {202}
    assert last.status == 403, "the first batch after it is refused, and nothing follows"
    with pupil.page.expect_response("**/v1/tickets*") as asked:
        pupil.page.reload()
    assert asked.value.status == 403, "a page that is loaded again gets no ticket"
    with capsys.disabled():
        print(
            f"\nstop: the browser sent its last batch, refused, {began(last) - asked_at:.1f} s after the command began"
        )


def test_a_policy_changed_in_one_tab_is_live_in_the_next_batch_of_another(
    chromium: Browser, house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    pupil = recorded(chromium, house)
    before = pupil.batches()[0]["policy"]
    owner = chromium.new_context(base_url=house.server.public_url).new_page()
    owner.goto(house.links["owner"])
    owner.get_by_role("button", name="Log in").click()
    owner.wait_for_url("**/console/")
    owner.goto("/console/policy/journey?name=chat")
    owner.get_by_label("Level").select_option("clicks")
    for word in ("Save into the draft", "Log it and send to review", "Log it and make it effective"):
        owner.get_by_role("button", name=word).click()
    expect(owner.locator("[aria-current=step]")).to_have_text("Effective")
    changed_at = time.time()

    def told_so() -> list[Response]:
        return [one for one in pupil.answers if one.status == 202 and one.json()["next"] == "renew"]

    pupil.wait(lambda: bool(told_so()))
    first = min(told_so(), key=began)  # perhaps the batch between the change and the page that showed it
    unheard = [one for one in pupil.answers if changed_at < began(one) < began(first)]
    assert unheard == [], "the next batch is judged by the stricter of both, and told so"

    def is_fresh() -> bool:
        pupil.page.mouse.click(30, 30)  # at clicks there is nothing else to send
        return bool(pupil.batches()[-1]["policy"] != before)

    pupil.wait(is_fresh)
    fresh = [one for one in pupil.batches() if one["policy"] != before]
    assert all(one["events"] == [] for one in fresh), "at clicks nothing of the page is sent"
    with capsys.disabled():
        print(
            f"\nchange: the next batch of another tab was judged by it {began(first) - changed_at:.1f} s after it stood"
        )
