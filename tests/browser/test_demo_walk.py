"""Chalkboard in a real browser: accessible, walked by different people, and gone without a trace afterwards.

The SDK here is a small file of the test's own that speaks the contract's two requests; the real one is walked in the
test of the whole line.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from milkglass.demo.chalkboard import SdkFile, chalkboard
from milkglass.demo.people import HELPER, PEOPLE
from milkglass.demo.visits import SIZES, run, walk_wireframes
from milkglass.errors import NotFound, Unavailable
from milkglass.verification.chromium import installed, running
from milkglass.verification.tab import tab
from tests.demo.server import SECRET, served
from tests.demo.surface import normalise
from tests.demo.test_pages import PAGES, entries, is_of_people, personal

pytestmark = [pytest.mark.browser, pytest.mark.long]

SDK = """
globalThis.milkglass = { async start({ visit }) {
  const seen = [];
  addEventListener("click", (e) => e.isTrusted && seen.push("click " + location.pathname), true);
  addEventListener("error", (e) => seen.push(e.error.name));
  const token = await visit();
  const asked = await fetch("/v1/tickets", { method: "POST", body: JSON.stringify({ visit: token }) });
  const { ticket } = await asked.json();
  const post = (body) => fetch("/v1/batches", { method: "POST", keepalive: true, body });
  const send = (said) => post(ticket + "\\n" + JSON.stringify(said));
  await send({ token, path: location.pathname, seen: [] });
  addEventListener("pagehide", () => send({ token, path: location.pathname, seen }));
} };
"""


@dataclass
class House:
    """What the pages sent: visit tokens exchanged, and batches with their tickets."""

    tickets: list[str] = field(default_factory=list)
    batches: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    async def ticket(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.tickets.append(asked["visit"])
        return JSONResponse({"ticket": f"t{len(self.tickets)}", "recording": "r" * 26})

    async def batch(self, request: Request) -> Response:
        head, _, body = (await request.body()).decode().partition("\n")
        self.batches.append((head, json.loads(body)))
        return JSONResponse({"number": 0, "next": None}, 202)

    async def sdk(self, request: Request) -> Response:
        del request
        return Response(SDK, media_type="text/javascript")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v1/tickets", self.ticket, methods=["POST"]),
                Route("/v1/batches", self.batch, methods=["POST"]),
                Route("/sdk.js", self.sdk),
                Mount("/demo", app=chalkboard(SECRET, SdkFile(url="/sdk.js", sri=""))),
            ]
        )

    def seen(self) -> list[str]:
        found: list[str] = []
        for _, said in self.batches:
            seen = said["seen"]
            assert isinstance(seen, list)
            found += [str(s) for s in seen]
        return found


def claims(token: str) -> dict[str, object]:
    body = token.split(".")[1]
    loaded = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(House().app()) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=base)
        opened = context.new_page()
        opened.goto("/demo/sign-in")
        opened.locator('[name="help_support"][value="no"]').check()
        opened.locator(".button-wide").click()
        opened.wait_for_url("**/demo/welcome")
        yield opened
        browser.close()


@pytest.mark.parametrize("size", [SIZES["large"], SIZES["small"]], ids=["large", "small"])
@pytest.mark.parametrize("address", ["sign-in", *PAGES])
def test_axe_finds_nothing(page: Page, address: str, size: tuple[int, int]) -> None:
    page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
    page.goto(f"/demo/{address}")
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_in_the_open_dialog(page: Page) -> None:
    page.goto("/demo/chat/homework-help")
    page.get_by_role("button", name="Share a snippet").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_what_the_script_adds_is_reviewed_or_a_persons(page: Page) -> None:
    page.set_viewport_size(ViewportSize(width=1280, height=800))
    page.goto("/demo/chat/exam-review")
    page.get_by_label("Your message").fill("Is there a list of subjects?")
    page.keyboard.press("Enter")
    page.locator(".message", has_text="Good question").wait_for()
    shown = page.evaluate(
        """() => { const said = []; const walk = (root) => { for (const e of root.querySelectorAll("*")) {
          if (e.shadowRoot) walk(e.shadowRoot);
          if (!["STYLE", "SCRIPT"].includes(e.tagName))
            for (const n of e.childNodes) if (n.nodeType === 3) said.push(...n.data.split("\\n"));
        } }; walk(document); return said; }"""
    )
    texts = {normalise(t) for t in shown} - {"", "#", "#:#"}
    mine = {"Is there a list of subjects?"}
    strange = {t for t in texts - entries() - mine if not is_of_people(t, personal())}
    assert {t for t in strange if PEOPLE[0].name.split()[0] not in t} == set()
    assert {"is here to help", "is typing", HELPER.name} <= texts


def test_rooms_change_without_a_reload(page: Page) -> None:
    page.goto("/demo/chat/homework-help")
    page.evaluate("globalThis.isSamePage = true")
    page.locator(".room-link", has_text="Web project").click()
    page.wait_for_url("**/demo/chat/web-project")
    assert "Web project" in page.title()
    assert page.evaluate("globalThis.isSamePage")
    page.go_back()
    page.locator(".page-title", has_text="Homework help").wait_for()
    assert page.evaluate("globalThis.isSamePage")


def test_a_shared_snippet_and_an_uploaded_file_are_there(page: Page) -> None:
    page.goto("/demo/chat/homework-help")
    page.locator(".share-button").click()
    page.locator('.share-dialog [name="title"]').fill("Mine")
    page.locator('.share-dialog [name="code"]').fill("print(1)")
    page.locator('[name="file"]').set_input_files({"name": "mine.txt", "mimeType": "text/plain", "buffer": b"x"})
    page.locator('.share-dialog [value="share"]').click()
    page.get_by_text("Snippet shared").wait_for()
    page.locator(".tab", has_text="Shared").click()
    page.get_by_role("link", name="mine.txt").wait_for()


def test_two_visits_are_two_people_who_said_yes_with_clicks_and_an_error() -> None:
    house = House()
    with served(house.app()) as base:
        progress = list(run(base, people=2, seed=5))
    said = [claims(t) for t in house.tickets]
    assert len({c["person"] for c in said}) == 2
    assert all("consent" in c for c in said)
    assert {p.number for p in progress} == {1, 2}
    assert not any(p.name in line for p in PEOPLE for line in (q.line for q in progress))
    seen = house.seen()
    assert seen.count("TypeError") == 2
    assert sum(s.startswith("click /demo/chat/") for s in seen) >= 8
    assert any("/demo/students" in str(b["path"]) for _, b in house.batches)


def test_the_demo_account_walks_each_recorded_route_without_asking_the_server_for_a_ticket() -> None:
    house, asked = House(), list[str | None]()

    def exchange(old: str | None) -> bytes:
        asked.append(old)
        return json.dumps({"ticket": "from-the-house", "recording": f"recording-{len(asked)}"}).encode()

    with served(house.app()) as base:
        walked = list(walk_wireframes(base, exchange, sizes=["large"]))
    assert house.tickets == []
    assert {head for head, _ in house.batches} == {"from-the-house"}
    assert [w.route for w in walked][:3] == ["/demo/welcome", "/demo/chat/:room", "/demo/snippets/:id"]
    assert len({w.route for w in walked}) == len(walked) == 6
    assert all(w.recording.startswith("recording-") for w in walked)


def test_without_chromium_the_error_says_what_to_install() -> None:
    with pytest.raises(NotFound, match="apt install chromium"):
        next(run("http://127.0.0.1:1", chromium="no-such-browser"))


def test_where_nothing_answers_the_walk_stops_at_once() -> None:
    with pytest.raises(Unavailable, match="is the product running there"):
        list(run("http://127.0.0.1:1", people=1))


def test_what_does_not_come_is_not_waited_for_forever() -> None:
    dice = Random(1)  # noqa: S311 -- a pointer's way, not a secret
    with running() as browser, tab(browser, "http://127.0.0.1:1", SIZES["small"], dice) as opened:
        with pytest.raises(Unavailable, match="waited 0 s for a page"):
            opened.until(lambda: False, 0.2, "a page")
        with pytest.raises(Unavailable):
            browser.call("Runtime.evaluate", {"expression": "for(;;);"}, opened.session, seconds=0.5)


def alive(group: int) -> list[str]:
    """The processes of a group that still run; a container's first process may leave the ended ones unreaped."""
    stats = [entry / "stat" for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    found = []
    for stat in stats:
        with suppress(OSError):
            state, _, in_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(in_group) == group and state != "Z":
                found.append(stat.parent.name)
    return found


def test_the_browser_is_gone_when_the_block_ends_whatever_happens() -> None:
    groups: list[int] = []

    def fail() -> None:
        with running() as browser:
            groups.append(browser.pid)
            assert alive(browser.pid)
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    assert alive(groups[0]) == []


def test_leaving_the_visits_early_ends_the_browsers() -> None:
    house = House()
    with served(house.app()) as base:
        visits = run(base, people=3)
        next(visits)
        assert hasattr(visits, "close")
        visits.close()
        before = len(house.batches)
    assert len(house.batches) == before
