"""The leak walk: names planted in every place that a page has, none of them on the wire or in the store.

The browser speaks to the server through a tee that keeps each byte. What goes to the demo's own backend is the
product's own traffic and is not searched. Each search is first seen to find what it looks for.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from milkglass.verification.chromium import installed
from tests.line.plants import CANARIES, script
from tests.line.search import found_below, found_in, views
from tests.line.server import Server
from tests.line.stored import console_bytes, sweep
from tests.line.tee import Sent, Tee, tee

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
RRWEB = ROOT / "sdk" / "node_modules" / "@rrweb" / "record" / "dist" / "record.umd.min.cjs"
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]
TYPED = "Qplantedwriter"


class House(NamedTuple):
    server: Server
    wire: Tee
    url: str
    links: dict[str, str]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    server = Server(tmp_path / "data")
    with tee(server.port) as wire:
        server.public_url = f"http://localhost:{wire.port}"
        links = server.start()
        yield House(server, wire, server.public_url, links)
        if server.process is not None and server.process.poll() is None:
            server.stop()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=installed(None), args=[*FLAGS, "--no-sandbox"])
        yield chromium
        chromium.close()


def sign_in(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}/demo/sign-in")
    page.fill("input[name=name]", TYPED)
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.wait_for_url("**/demo/welcome")
    return page


def chat(page: Page, url: str) -> None:
    page.goto(f"{url}/demo/chat/homework-help")
    page.wait_for_load_state("load")


def to_milkglass(wire: Tee) -> list[Sent]:
    """What left the page for anything but the product's own backend, referrers and all."""
    return [sent for sent in wire.requests() if not sent.target.startswith("/demo")]


def whole(sent: Sent) -> bytes:
    heads = b"\n".join(name + b": " + value for name, value in sent.headers if name not in (b"cookie", b"host"))
    return b"\n".join([sent.method.encode(), sent.target.encode(), heads, sent.body])


def planted() -> set[str]:
    return {*CANARIES.values(), TYPED}


def walk(house: House, browser: Browser) -> list[str]:
    """Use the page as a person would, with everything planted; return the plants that the browser refused."""
    context = browser.new_context()
    page = sign_in(context, house.url)
    chat(page, house.url)
    page.wait_for_timeout(1500)
    failed: list[str] = page.evaluate(script())
    page.keyboard.type(TYPED)
    page.mouse.click(400, 300)
    page.wait_for_timeout(7000)
    context.close()  # a pagehide: what waits goes by beacon
    return failed


def test_nothing_planted_leaves_the_browser_or_reaches_the_store(house: House, browser: Browser) -> None:
    assert walk(house, browser) == []
    sent = to_milkglass(house.wire)
    batches = [one for one in sent if one.target.startswith("/v1/batches")]
    assert len(batches) > 1, "the page was recorded"
    leaked = {channel: one.target for one in sent for channel in found_in(whole(one), planted())}
    assert leaked == {}
    # The search sees what it looks for: the product's own requests hold the names.
    own = b"".join(whole(one) for one in house.wire.requests() if one.target.startswith("/demo"))
    assert TYPED in found_in(own, planted())

    seen = console_bytes(house.server, house.url, house.links, browser)
    assert found_in(seen, planted()) == set()
    assert house.server.stop() == 0
    swept = sweep(house.server)
    assert swept.recordings >= 1
    assert swept.snapshots >= 1, "the store holds the page, not only its outline"
    assert swept.ungrammatical == []
    assert found_in(swept.plain, planted()) == set()
    assert found_below(house.server.data, planted()) == {}
    assert found_in(house.server.output.read_bytes(), planted()) == set()


RAW = """
async (endpoint) => {
  const events = [];
  const stop = rrwebRecord.record({emit: (e) => events.push(e), recordCanvas: true, collectFonts: true,
    inlineImages: true, maskAllInputs: false, recordCrossOriginIframes: true});
  await new Promise((r) => setTimeout(r, 300));
  const failed = %s;
  await new Promise((r) => setTimeout(r, 1500));
  stop();
  const visit = JSON.parse(await (await fetch('/demo/api/visit', {method: 'POST'})).text());
  const token = visit.token ?? visit.visit ?? visit;
  const asked = {method: 'POST', body: JSON.stringify({visit: token, release: 'raw'})};
  const given = await (await fetch('/v1/tickets', asked)).json();
  const batch = {number: 0, policy: given.rules.policy, vocabulary: given.rules.vocabulary.version,
    journey: 'chat', reset: true, events: events, interactions: []};
  const body = given.ticket + '\\n' + JSON.stringify(batch);
  const answer = await fetch('/v1/batches', {method: 'POST', body});
  return {failed, status: answer.status, said: await answer.text(), count: events.length, body};
}
"""


def test_a_bare_recorder_sends_every_name_and_the_store_holds_none(house: House, browser: Browser) -> None:
    context = browser.new_context(bypass_csp=True)
    # The SDK itself stays out: this is what a page sends that goes around it.
    context.route("**/sdk/**", lambda route: route.abort())
    page = sign_in(context, house.url)
    chat(page, house.url)
    page.add_script_tag(content=RRWEB.read_text("utf-8"))
    told = page.evaluate(RAW % script(), house.url)
    assert told["failed"] == []
    assert told["status"] == 202, told["said"]

    on_the_wire = found_in(told["body"].encode(), planted())
    # Seen to fail: the search finds most channels in what bare rrweb sends.
    print(f"bare rrweb: {len(on_the_wire)} of {len(planted())} planted values on the wire")
    assert len(on_the_wire) > 80

    context.close()
    assert house.server.stop() == 0
    swept = sweep(house.server)
    assert swept.snapshots >= 1
    assert swept.ungrammatical == []
    assert found_in(swept.plain, planted()) == set()
    assert found_below(house.server.data, planted()) == {}
    assert found_in(house.server.output.read_bytes(), planted()) == set()


def test_the_search_finds_what_is_wrapped() -> None:
    value = CANARIES["text"]
    for wrapped in (
        value.encode(),
        json.dumps({"a": value}).encode(),
        gzip.compress(value.encode()),
        base64.b64encode(f"mail {value} sent".encode()),
        "".join(f"\\u{ord(c):04x}" for c in value).encode(),
        "".join(f"%{ord(c):02x}" for c in value).encode(),
        value.encode("utf-16-le"),
        value.upper().encode(),
        "\u200b".join(value).encode(),
    ):
        assert found_in(wrapped, [value]) == {value}
    assert list(views(zlib.compress(b"x")))
