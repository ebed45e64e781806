"""Play a recording in plain rrweb, with no network, and measure its boxes at a moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser

from tests.layout.compare import Box, read
from tests.layout.walk import BOXES, ROOT

PLAYER = ROOT / "console/node_modules/@rrweb/replay/dist/replay.umd.min.cjs"
STYLE = ROOT / "console/node_modules/@rrweb/replay/dist/style.min.css"
SETTLE_MS = 1_200
READY_MS = 20_000
READY = (
    "() => { const page = window.replayer.iframe.contentDocument; return page?.body && page.body.children.length > 0; }"
)
PLAY = """
async ({ at }) => {
  const events = window.layoutEvents;
  const Replayer = (window.rrwebReplay ?? window.rrweb).Replayer;
  const root = document.getElementById("stage");
  window.replayer = new Replayer(events, { root, mouseTail: false, showWarning: false });
  window.replayer.pause(Math.max(0, at - events[0].timestamp));
}
"""


def replay(
    browser: Browser, events: Sequence[dict[str, Any]], moments: Sequence[int], *, wants_styles: bool = False
) -> list[list[Box]]:
    """Return the boxes that the replay shows at each moment, ms since the epoch; each in a player of its own."""
    return [_boxes(browser, events, at, wants_styles=wants_styles) for at in moments]


def _boxes(browser: Browser, events: Sequence[dict[str, Any]], at: int, *, wants_styles: bool) -> list[Box]:
    context = browser.new_context(viewport={"width": 1500, "height": 1100}, offline=True)
    try:
        tab = context.new_page()
        tab.set_content(f"<style>{STYLE.read_text('utf-8')}</style><div id=stage></div>")
        tab.add_script_tag(content=PLAYER.read_text("utf-8"))
        tab.evaluate("(said) => { window.layoutEvents = JSON.parse(said); }", json.dumps(list(events)))
        tab.evaluate(PLAY, {"at": at})
        tab.wait_for_function(READY, timeout=READY_MS)
        tab.wait_for_timeout(SETTLE_MS)
        id_of = "(element) => window.replayer.getMirror().getId(element)"
        root = "window.replayer.iframe.contentDocument.documentElement"
        found = tab.evaluate(f"({BOXES})({{ root: {root}, idOf: {id_of}, wantsStyles: {str(wants_styles).lower()} }})")
        return read(found)
    finally:
        context.close()
