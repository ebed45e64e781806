"""The leak walk: one page with a name in every channel, walked with our SDK and with bare rrweb, and what came of it.

Both walks plant everything twice: before the recorder starts, so that the snapshot sees it, and again while it records.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from milkglass.verification.chromium import installed
from tests.line.channels.raw import events as raw_events
from tests.line.plants import CHANNELS, RAW, STEPS, script
from tests.line.search import Search
from tests.line.server import Server
from tests.line.stored import Swept, console_bytes, sweep
from tests.line.tee import Sent, Tee, tee

ROOT = Path(__file__).parents[2]
RRWEB = ROOT / "sdk" / "node_modules" / "@rrweb" / "record" / "dist" / "record.umd.min.cjs"
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--no-sandbox",
]
TYPED = "Qplantedwriter"
CHAT = "/demo/chat/homework-help"
PLANTED = {one.name: one.planted for one in (*CHANNELS, *STEPS, *RAW)}
STEP = {one.name: one.planted for one in STEPS}
REFERRER = STEP["the address that the page came from"]
PATH = STEP["a path that a journey's template names"]
QUERY, FRAGMENT = STEP["the first address's query"], STEP["the first address's fragment"]
ADDRESS = f"{CHAT}?u={QUERY}#{FRAGMENT}"
ROOM = f"/demo/chat/{PATH}"

# Plants everything before a recorder can start, in the page itself and in no frame.
EARLY = """
if (self === top && location.pathname.startsWith('/demo/chat/')) addEventListener('DOMContentLoaded', () => {
  window.refused = %s;
}, { once: true, capture: true });
"""
SHOW = """
([room, excluded, unnamed, was]) => {
  const say = (text) => { const p = document.createElement('p'); p.append(text); document.body.append(p); return p; };
  history.pushState({}, '', room);
  window.rrwebRecord?.record.takeFullSnapshot(true);
  const steps = [['/demo/students', excluded], ['/demo/elsewhere', unnamed], [was, 'x']];
  return steps.reduce((done, [path, text]) => done.then(() => new Promise((next) => setTimeout(() => {
    history.pushState({}, '', path);
    say(text).title = text;
    next();
  }, 250))), Promise.resolve());
}
"""
WITHDRAW = """
async ([buffered, after]) => {
  const say = (text) => { const p = document.createElement('p'); p.append(text); document.body.append(p); };
  say(buffered);
  await new Promise((r) => setTimeout(r, 60));
  const done = window.milkglass.withdraw();
  say(after);
  await done;
  say(after + '!');
}
"""
BARE = """
if (self === top && location.pathname.startsWith('/demo/chat/')) {
  window.kept = [];
  addEventListener('DOMContentLoaded', () => {
    window.endBare = rrwebRecord.record({ emit: (event) => kept.push(event), recordCanvas: true, collectFonts: true,
      inlineImages: true, maskAllInputs: false, recordCrossOriginIframes: true });
  }, { once: true });
} else if (origin === 'null') {
  addEventListener('DOMContentLoaded', () => rrwebRecord.record({ emit: () => 0, recordCrossOriginIframes: true }));
}
"""
SEND = """
async ([buffered, after, raw]) => {
  const say = (text) => { const p = document.createElement('p'); p.append(text); document.body.append(p); };
  say(buffered);
  await new Promise((r) => setTimeout(r, 60));
  endBare();
  say(after);
  const visit = JSON.parse(await (await fetch('/demo/api/visit', { method: 'POST' })).text());
  const asked = JSON.stringify({ visit: visit.visit, release: 'raw' });
  const given = await (await fetch('/v1/tickets', { method: 'POST', body: asked })).json();
  const send = async (number, events) => {
    const body = JSON.stringify({ number, policy: given.rules.policy, vocabulary: given.rules.vocabulary.version,
      journey: 'chat', reset: number === 0, events, interactions: [] });
    const gzip = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
    const packed = await new Response(gzip).arrayBuffer();
    const sent = await fetch('/v1/batches', { method: 'POST', body: new Blob([given.ticket, '\\n', packed]) });
    return { status: sent.status, body };
  };
  return [await send(0, kept), await send(1, raw)];
}
"""


class House(NamedTuple):
    """A running server behind a tee."""

    server: Server
    wire: Tee
    url: str
    links: dict[str, str]


@dataclass
class Walked:
    """What was found where, by channel; what the browser refused; and what the store held at the end."""

    refused: list[str] = field(default_factory=list)
    batches: int = 0
    own: set[str] = field(default_factory=set)  # in the product's own requests, where they belong
    wire: dict[str, str] = field(default_factory=dict)  # left the browser with our SDK: channel, address
    bare: set[str] = field(default_factory=set)  # left it with bare rrweb
    statuses: tuple[int, int] = (0, 0)  # how the server answered to bare rrweb's events, and to the raw ones
    console: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    files: dict[str, set[str]] = field(default_factory=dict)
    output: set[str] = field(default_factory=set)
    swept: Swept = field(default_factory=Swept)


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """Run a server in a folder."""
    server = Server(folder / "data")
    with tee(server.port) as wire:
        server.public_url = f"http://localhost:{wire.port}"
        links = server.start()
        yield House(server, wire, server.public_url, links)
        if server.process is not None and server.process.poll() is None:
            server.stop()


def sign_in(context: BrowserContext, url: str) -> Page:
    """Sign in to the demo and agree to being recorded."""
    page = context.new_page()
    page.goto(f"{url}/demo/sign-in")
    page.fill("input[name=name]", TYPED)
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.wait_for_url("**/demo/welcome")
    return page


def to_milkglass(wire: Tee) -> list[Sent]:
    """What left the page for anything but the product's own backend, referrers and all."""
    return [sent for sent in wire.requests() if not sent.target.startswith("/demo")]


def whole(sent: Sent) -> bytes:
    """Every byte of a request but its cookies, which are the product's."""
    heads = b"\n".join(name + b": " + value for name, value in sent.headers if name not in (b"cookie", b"host"))
    return b"\n".join([sent.method.encode(), sent.target.encode(), heads, sent.body])


def masked_walk(house: House, browser: Browser, walked: Walked) -> None:
    """Use the page as a person would, with everything planted and our SDK in it."""
    context = browser.new_context(bypass_csp=True)
    page = sign_in(context, house.url)
    page.add_init_script(EARLY % script())
    page.goto(f"{house.url}/demo/welcome?from={REFERRER}")
    with page.expect_response("**/v1/batches"):
        page.evaluate("(to) => { location.href = to }", house.url + ADDRESS)
        page.wait_for_url("**/demo/chat/**")
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    walked.refused += page.evaluate("window.refused")
    walked.refused += page.evaluate(script())
    page.keyboard.type(TYPED)
    page.mouse.click(400, 300)
    page.wait_for_timeout(2500)
    page.evaluate(SHOW, shown())
    page.wait_for_timeout(5500)
    second = context.new_page()
    with second.expect_response("**/v1/batches"):
        second.goto(house.url + CHAT)
    second.wait_for_timeout(300)
    second.evaluate(WITHDRAW, withdrawn())
    second.wait_for_timeout(300)
    context.close()  # a pagehide: what waits goes by beacon


def shown() -> list[str]:
    """The addresses and words of the walk's last steps."""
    return [ROOM, STEP["what an excluded page shows"], STEP["what a page shows that no journey names"], CHAT]


def withdrawn() -> list[str]:
    """The words before and after consent is withdrawn."""
    return [
        STEP["what waits to be sent when consent is withdrawn"],
        STEP["what the page shows once consent is withdrawn"],
    ]


def bare_walk(house: House, browser: Browser, walked: Walked) -> bytes:
    """Walk the same page with bare rrweb and send what it made to our server, past our SDK; return it."""
    context = browser.new_context(bypass_csp=True)
    context.route("**/sdk/**", lambda route: route.abort())
    page = sign_in(context, house.url)
    page.add_init_script(RRWEB.read_text("utf-8"))
    page.add_init_script(EARLY % script())
    page.add_init_script(BARE)
    page.goto(house.url + ADDRESS)
    page.wait_for_load_state("load")
    page.wait_for_timeout(800)
    walked.refused += page.evaluate("window.refused")
    walked.refused += page.evaluate(script())
    page.wait_for_timeout(2500)
    page.evaluate(SHOW, shown())
    bare, raw = page.evaluate(SEND, [*withdrawn(), raw_events()])
    context.close()
    walked.statuses = (bare["status"], raw["status"])
    return str(bare["body"]).encode()


def walk(folder: Path) -> Walked:
    """Walk both ways against one server, stop it, and search all that there is."""
    walked, search = Walked(), Search([*PLANTED.values(), TYPED])
    by_value = {value: name for name, value in PLANTED.items()} | {TYPED: "what a person types"}
    with house_in(folder) as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(None), args=FLAGS)
        masked_walk(house, browser, walked)
        sent = to_milkglass(house.wire)
        bare = bare_walk(house, browser, walked)
        walked.console = names(search.found_in(console_bytes(house.server, house.url, house.links, browser)), by_value)
        browser.close()
        assert house.server.stop() == 0
    walked.batches = sum(one.target.startswith("/v1/batches") for one in sent)
    walked.wire = {by_value[value]: one.target for one in sent for value in search.found_in(whole(one))}
    walked.bare = names(search.found_in(bare), by_value)
    own = b"".join(whole(one) for one in house.wire.requests() if one.target.startswith("/demo"))
    walked.own = names(search.found_in(own), by_value)
    walked.swept = sweep(house.server)
    walked.stored = names(search.found_in(walked.swept.plain), by_value)
    walked.files = {file: names(found, by_value) for file, found in search.found_below(house.server.data).items()}
    walked.output = names(search.found_in(house.server.output.read_bytes()), by_value)
    return walked


def names(found: set[str], by_value: dict[str, str]) -> set[str]:
    """The channels of some planted values."""
    return {by_value[value] for value in found}
