"""Walk a page in Chromium with a recorder in it, and measure its boxes at two moments."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Error as DriveError
from playwright.sync_api import Page as Tab

from milkglass.verification.chromium import installed
from tests.layout.compare import Box, read
from tests.layout.page import Page

ROOT = Path(__file__).resolve().parents[2]
SDK = ROOT / "sdk/dist/milkglass.js"
BARE = ROOT / "sdk/node_modules/@rrweb/record/dist/record.umd.min.cjs"
BOXES = Path(__file__).with_name("boxes.js").read_text("utf-8")
WORDS = Path(__file__).with_name("words.js").read_text("utf-8")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
# Headless browsers hide scroll bars unless told otherwise; people have them.
BARS = "MILKGLASS_TEST_SCROLL_BARS"
WIDTH, HEIGHT = 1280, 800
STEP_MS, CALM_MS = 450, 1_200
# The recorder's own map from elements to numbers, seen from outside: only the copy that the test serves has this line.
KEPT = "(globalThis.layoutMirrors||(globalThis.layoutMirrors=[])).push(this)"
# How the map of nodes is made in our build, and in rrweb's own.
SEEN = {"this.idNodeMap=new Map,": f"{KEPT},this.idNodeMap=new Map,", '"idNodeMap",': f'"idNodeMap",{KEPT}&&'}
ID_OF = "(element) => Math.max(-1, ...(globalThis.layoutMirrors ?? []).map((mirror) => mirror.getId(element)))"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When the page was looked at (ms since the epoch), and what was seen."""

    at: int
    boxes: list[Box]


@dataclass(kw_only=True)
class Walked:
    """One walk: its two moments, what a recorder in the page kept, and the page's words."""

    moments: list[Moment] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    text: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with scroll bars, as people have them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed(None),
            args=FLAGS,
            ignore_default_args=["--hide-scrollbars"] if os.environ.get(BARS) else [],
        )
        yield browser
        browser.close()


def seen_from_outside(recorder: str) -> str:
    """The recorder's source, its map of nodes within the test's reach."""
    own = next((one for one in SEEN if one in recorder), None)
    assert own is not None, "rrweb changed: look how its mirror keeps nodes now"
    return recorder.replace(own, SEEN[own], 1)


def with_sdk(endpoint: str, token: str) -> str:
    """The script that a page with Milkglass has."""
    start = f"milkglass.start({{ endpoint: {endpoint!r}, visit: async () => {token!r} }});"
    source = seen_from_outside(SDK.read_text("utf-8"))
    return f"if (window === top) {{ {source}\n globalThis.milkglass = milkglass; {start} }}"


def with_bare() -> str:
    """The script that records with unmasked rrweb as it comes; events outlive the page in the session's storage."""
    source = seen_from_outside(BARE.read_text("utf-8"))
    start = """
      const start = () => rrwebRecord.record({
        emit: (event) => globalThis.layoutKeep(JSON.stringify(event)) });
      document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start();"""
    return f"if (window === top) {{ {source}\n {start} }}"


def walk(browser: Browser, page: Page, origin: str, script: str, *, wants_styles: bool = False) -> Walked:
    """Open the page with a script in it, do its ten acts, look before and after."""
    walked = Walked()
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, bypass_csp=True)
    try:
        context.expose_function("layoutKeep", lambda said: walked.events.append(json.loads(said)))
        context.add_init_script(script)
        tab = context.new_page()
        tab.goto(origin + page.path, wait_until="load", timeout=60_000)
        tab.wait_for_selector(page.ready, timeout=60_000)
        _do(tab, page.prepare, walked)
        _look(tab, page, walked, wants_styles=wants_styles)
        _do(tab, page.acts, walked)
        _look(tab, page, walked, wants_styles=wants_styles)
        _leave(context, tab)
    finally:
        context.close()
    return walked


def _do(tab: Tab, acts: tuple[Any, ...], walked: Walked) -> None:
    for number, act in enumerate(acts):
        try:
            act(tab)
        except DriveError as error:
            walked.failed.append(f"act {number + 1}: {str(error).splitlines()[0]}")
        tab.wait_for_timeout(STEP_MS)


def _look(tab: Tab, page: Page, walked: Walked, *, wants_styles: bool) -> None:
    with suppress(DriveError):  # a page that polls is never idle
        tab.wait_for_load_state("networkidle", timeout=10_000)
    tab.wait_for_timeout(CALM_MS)
    call = f"({BOXES})({{ root: document.documentElement, idOf: {ID_OF}, wantsStyles: {str(wants_styles).lower()} }})"
    found = tab.evaluate(call)
    walked.moments.append(Moment(at=int(time.time() * 1000), boxes=read(found)))
    words = tab.evaluate(f"({WORDS})({json.dumps({'data': page.data})})")
    walked.text |= set(words["text"])
    walked.names |= set(words["names"])
    tab.wait_for_timeout(STEP_MS)


def _leave(context: BrowserContext, tab: Tab) -> None:
    del context
    tab.evaluate("globalThis.milkglass?.stop()")
    tab.wait_for_timeout(1_000)
