"""Smallest pages with a hostile plant each, side by side in one browser, with our SDK and bare rrweb in each.

Both recorders see the same page at once. What bare rrweb makes is also put through the server's enforcement, as if it
had been sent past our SDK.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.wire.decode import decode
from tests.browser.sdk_server import FILES, ROOT, Answer, Desk, Sent, serving, visit
from tests.enforcement.room import body, room, standing
from tests.line.channels.channel import Channel, script
from tests.line.search import Search

PATH = "/demo/chat/1"
HTML = '<!doctype html><html><head><title>x</title><script src="/boot.js" defer></script></head><body>%s</body></html>'
START = "\nwindow.started = milkglass.start({ endpoint: location.origin, visit: async () => %r });"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--process-per-site", "--renderer-process-limit=2"]  # fmt: skip
BARE = """
if (self === top && location.pathname === '%s') {
  window.kept = [];
  addEventListener('DOMContentLoaded', () => {
    window.refused = %s;
    rrwebRecord.record({ emit: (event) => kept.push(event), recordCanvas: true, collectFonts: true, inlineImages: true,
      maskAllInputs: false, recordCrossOriginIframes: true });
  }, { once: true, capture: true });
} else if (origin === 'null') {
  addEventListener('DOMContentLoaded', () => rrwebRecord.record({ emit: () => 0, recordCrossOriginIframes: true }));
}
"""
AT_ONCE = 26
SETTLE_MS = 1500


class Counting(Desk):
    """A desk that gives each page a ticket of its own."""

    given: int = 0

    def take(self, sent: Sent) -> Answer:
        """Answer, and number the tickets."""
        status, answer = super().take(sent)
        if "ticket" in answer:
            self.given += 1
            answer = {**answer, "ticket": f"t{self.given}.sig"}
        return status, answer


@dataclass
class Seen:
    """What came of one page: refused plants, and the channels found in each place."""

    refused: list[str] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    ungrammatical: list[tuple[str, str]] = field(default_factory=list)
    wire: set[str] = field(default_factory=set)
    events: list[dict[str, object]] = field(default_factory=list)


def built() -> None:
    """Build the SDK if it is not."""
    if not FILES["/milkglass.js"].exists():
        subprocess.run(["npm", "run", "build"], cwd=ROOT / "sdk", check=True, capture_output=True)  # noqa: S607 - npm of the PATH


@contextmanager
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    built()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


def boot(purposes: list[str] | None = None) -> str:
    """The SDK and its start, as one file."""
    token = visit(["replay", "heatmap"] if purposes is None else purposes)
    return FILES["/milkglass.js"].read_text() + START % token


def walk(pages: Mapping[str, Sequence[Channel]]) -> dict[str, Seen]:
    """Open a page for each name, plant its channels before and after the recorders began, and search."""
    names = list(pages)
    seen = {name: Seen() for name in names}
    with chromium() as browser, serving(Counting()) as desk:
        desk.pages = {PATH: HTML % "", "/boot.js": boot()}
        context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
        context.add_init_script(FILES["/bare.js"].read_text())
        for at in range(0, len(names), AT_ONCE):
            _walk_some(context, desk, {name: pages[name] for name in names[at : at + AT_ONCE]}, seen)
        assert desk.wait(lambda: len(tickets(desk)) == len(names)), "every page was recorded"
        requests = [f"{one.path}\n{one.headers}\n{one.body}".encode() for one in desk.requests]
    search = Search(one.planted for channels in pages.values() for one in channels)
    left = {value for one in requests for value in search.found_in(one)}
    for name, channels in pages.items():
        seen[name].wire = {one.name for one in channels if one.planted in left}
        _search(seen[name], channels)
    return seen


def tickets(desk: Desk) -> set[str]:
    """The tickets with which batches came."""
    return {one.body.partition("\n")[0] for one in desk.requests if one.path == "/v1/batches"}


def _walk_some(
    context: BrowserContext, desk: Desk, pages: Mapping[str, Sequence[Channel]], seen: Mapping[str, Seen]
) -> None:
    opened: dict[str, Page] = {}
    for name, channels in pages.items():
        page = opened[name] = context.new_page()
        page.add_init_script(BARE % (PATH, script(tuple(channels))))
        page.goto(desk.address + PATH)
    for name, page in opened.items():
        page.evaluate("window.started")
        seen[name].refused += page.evaluate("window.refused")
        seen[name].refused += page.evaluate(script(tuple(pages[name])))
    page.wait_for_timeout(SETTLE_MS)
    for name, page in opened.items():
        seen[name].events = page.evaluate("window.kept")
        page.evaluate("milkglass.stop()")
    page.wait_for_timeout(300)
    for page in opened.values():
        page.close()


def _search(seen: Seen, channels: Sequence[Channel]) -> None:
    """Look at bare rrweb's events, and at what the server would store of them."""
    by_value = {one.planted: one.name for one in channels}
    search = Search(by_value)
    seen.bare = {by_value[value] for value in search.found_in(json.dumps(seen.events, ensure_ascii=False).encode())}
    where = room()
    found = enforce(decode(body(seen.events)), where.policy, standing(where.words))  # type: ignore[arg-type]  # JSON
    assert isinstance(found, RedactedBatch)
    seen.stored = {by_value[value] for value in search.found_in(found.events)}
    grammar = Grammar(policy=where.policy, words=where.words)
    seen.ungrammatical = [one for one in strings(found.events) if not is_stored_form(*one, grammar)]
