"""Sheets in a real browser: each rule of the replay selects the elements that its rule on the live page selects."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.policy.packing import pack
from milkglass.wire.decode import decode
from milkglass.wire.unpacking import Limits
from tests.browser.sdk_server import MARK, ROOT, Desk, Json, fnv, marked, rest, rules, serving, visit
from tests.browser.test_sdk_page import HTML, START, browser, sdk
from tests.enforcement.room import room, standing

__all__ = ["browser"]
pytestmark = pytest.mark.browser
SNAPSHOT = 2
Rules = dict[str, list[tuple[str | None, Any]]]
PLAYER = ROOT / "console/node_modules/@rrweb/replay/dist/replay.umd.min.cjs"
OWN = "this.idNodeMap=new Map,"
SEEN = "(globalThis.mirrors||(globalThis.mirrors=[])).push(this)," + OWN
# What a hash cannot keep, and only that: these rules select nothing in the replay.
HIDDEN = ("*=", "^=", "$=", "|=", "[title=")

NASTY = """
<style media="screen">
.row, .row > .cell:not(.off, #nobody) { top: 0 }
a[href="#x"], .cell:nth-child(2n + 1 of .cell), .card:has(> .cell.on):hover { left: 0 }
:is(.cell, .card):where(:not(.off)) { left: 0 }
[data-kind~="big"][data-kind="wide big"], [lang|="en"], [class*="ce"], [title="Jane"] { top: 0 }
.\\31 0\\:2, .\\@sm\\/x, [aria-expanded="true" i], label[for="field"] + input:not([type=checkbox]) { top: 0 }
@media (min-width: 1px) { @supports (display: grid) { @layer base.deep { .card .cell { color: red } } } }
@container (min-width: 0) { .cell.on { color: red } }
@font-face { font-family: "Jane Doe"; src: url(/jane.woff2) }
.card { & .cell:hover { top: 0 } .on { left: 0 } &.row { top: 1px } }
jane-card::part(inner), svg linearGradient, use, .cell::before { fill: url(#paint) }
@scope (.card) to (.off) { .cell { top: 0 } }
</style>
<style id=split></style>
<style id=empty></style>
<style title="one">.cell { top: 3px }</style>
<link rel=stylesheet href="/imports.css" media="all">
<link rel="alternate stylesheet" title=other href="/other.css" id=other disabled>
<div class="row card"><a class="cell on 10:2" href="#x" data-kind="wide big" lang="en-GB">a</a>
<p class="cell off @sm/x" title=Jane aria-expanded=true><label for=field id=nobody class=cell>b</label>
<input id=field></p></div>
<svg width=10 height=10><defs><linearGradient id=paint></linearGradient></defs>
<rect fill="url(#paint)" class=cell /><use href="#paint" /></svg>
<jane-card></jane-card>
"""
AFTER = """
const split = document.getElementById("split");
split.append(".cell { color: red }", " .off { color: blue } .on { color: green }");
const empty = document.getElementById("empty").sheet;
empty.insertRule(".cell { top: 1px }");
const host = document.querySelector("jane-card");
const root = host.attachShadow({ mode: "open" });
root.innerHTML = '<link rel=stylesheet href="/shadow.css"><i class="cell inner" part=inner>i</i>';
const made = new CSSStyleSheet();
made.replaceSync(".cell { top: 0 } [class^='in'] { top: 1px } .inner { top: 2px }");
root.adoptedStyleSheets = [made];
document.adoptedStyleSheets = [made];
"""
CHURN = """
empty.insertRule(".on, .off { top: 2px }", 1);
empty.insertRule("@media (min-width: 1px) { .cell { top: 3px } .row { top: 4px } }", 0);
empty.cssRules[0].insertRule(".card { top: 5px }", 1);
empty.cssRules[0].deleteRule(0);
empty.deleteRule(1);
made.insertRule(".off { top: 1px }", 1);
made.deleteRule(0);
split.textContent = ".row .cell { top: 0 }";
document.styleSheets[0].deleteRule(1);
document.styleSheets[0].insertRule(".cell + .cell { top: 0 }", 2);
document.querySelector(".cell").classList.add("fresh");
document.getElementById("empty").sheet.insertRule(".fresh { top: 0 }");
const late = document.createElement("link");
late.rel = "stylesheet"; late.href = "/late.css"; root.append(late);
document.getElementById("other").disabled = false;
const pushed = new CSSStyleSheet();
pushed.replaceSync(".cell { top: 6px }");
root.adoptedStyleSheets.push(pushed);
document.adoptedStyleSheets.push(pushed);
"""
SHEETS = {
    "/imports.css": '@import "/one.css" layer(jane) screen; @import "/two.css" supports(display: grid);'
    " .row { top: 0 }",
    "/one.css": ".cell { color: red } .on { color: blue }",
    "/two.css": '@import "/three.css" layer; .off { color: red }',
    "/three.css": ".card .cell { color: red }",
    "/other.css": ".off { left: 1px }",
    "/shadow.css": ".inner { color: red } :host .cell { top: 0 }",
    "/late.css": ".cell.inner { color: blue }",
}
LOOK = """
({ top, idOf }) => {
  const found = {};
  const select = (selector, root) => {
    try {
      const found = root.querySelectorAll(selector.replace(/::[a-z-]+(\\([^)]*\\))?/g, ""));
      return [...found].map(idOf).filter((id) => id > 0).sort((a, b) => a - b);
    } catch { return "not CSS"; }
  };
  const walk = (rules, root, list, parent) => {
    for (const rule of rules) {
      const own = rule.selectorText;
      const below = `:is(${parent})`;
      const nested = own?.includes("&") ? own.replaceAll("&", below) : `${below} ${own}`;
      const selector = own && parent ? nested : own;
      if (own) list.push([own, select(selector, root)]);
      else if (!rule.cssRules && !rule.styleSheet && !rule.style) continue;
      else if (rule.constructor.name === "CSSNestedDeclarations") continue;
      else if (!rule.cssRules && !rule.styleSheet) list.push([null, []]);
      if (rule.constructor.name === "CSSKeyframesRule") continue;
      walk(rule.styleSheet?.cssRules ?? rule.cssRules ?? [], root, list, selector ?? parent);
    }
  };
  const at = (root) => {
    const owners = [...root.querySelectorAll("style, link")].filter((one) => one.sheet && idOf(one) > 0);
    for (const owner of owners) walk(owner.sheet.cssRules, root, (found[`${idOf(owner)}`] = []));
    const host = root.host ? idOf(root.host) : "page";
    root.adoptedStyleSheets.forEach((sheet, i) => walk(sheet.cssRules, root, (found[`${host} adopted ${i}`] = [])));
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) at(one.shadowRoot);
  };
  at(top);
  return found;
}
"""
PLAY = """
(events) => {
  const Replayer = (window.rrwebReplay ?? window.rrweb).Replayer;
  window.replayer = new Replayer(events, { root: document.body, mouseTail: false, showWarning: false });
  window.replayer.pause(events[events.length - 1].timestamp - events[0].timestamp + 1);
}
"""


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as one:
        yield one


def stored(desk: Desk) -> list[Json]:
    """All events as the server keeps them."""
    where = room()
    kept: list[Json] = []
    for batch in desk.kept:
        body = json.dumps({**batch, "policy": where.policy.hash, "vocabulary": 3}, ensure_ascii=False).encode()
        found = enforce(decode(body, Limits(wire_bytes=6 << 20)), where.policy, standing(where.words, now_ms=10**7))
        assert isinstance(found, RedactedBatch)
        kept += msgspec.json.decode(found.events)
    return sorted(kept, key=lambda one: one["timestamp"])


def looked(page: Page, top: str, id_of: str) -> Rules:
    found: Rules = page.evaluate(f"({LOOK})({{ top: {top}, idOf: {id_of} }})")
    return found


@contextmanager
def replaying(browser: Browser, events: list[Json]) -> Iterator[Page]:
    """A page in which plain rrweb, without network, stands at the end of a recording."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    try:
        page = context.new_page()
        page.set_content("<body></body>")
        page.add_script_tag(content=PLAYER.read_text("utf-8"))
        page.evaluate(PLAY, events)
        rest(page, 800)
        yield page
    finally:
        context.close()


def replayed(browser: Browser, events: list[Json]) -> Rules:
    """The rules of the replay at its end."""
    with replaying(browser, events) as page:
        return looked(
            page, "replayer.iframe.contentDocument", "(element) => window.replayer.getMirror().getId(element)"
        )


def is_hidden(selector: str | None) -> bool:
    return selector is None or all(any(mark in one for mark in HIDDEN) for one in selector.split(","))


def compare(live: Rules, there: Rules) -> int:
    """Compare rule by rule, and count them; a list that holds hidden selectors may select less."""
    compared = 0
    for owner, given in live.items():
        assert owner in there, f"{owner} is not there: {given}"
        assert len(there[owner]) == len(given), (owner, given, there[owner])
        for (selector, ids), (other, found) in zip(given, there[owner], strict=True):
            if is_hidden(selector):
                continue
            assert selector is not None
            if any(mark in selector for mark in HIDDEN):
                assert set(found) <= set(ids), (selector, other)
            else:
                assert found == ids, (owner, selector, other)
            compared += 1
    return compared


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    one = context.new_page()
    script = sdk(START % visit(["replay", "heatmap"]))
    assert OWN in script, "rrweb changed: look how its mirror keeps nodes now"
    desk.pages |= SHEETS | {"/demo/chat": HTML % NASTY, "/boot.js": script.replace(OWN, SEEN, 1)}
    one.goto(desk.address + "/demo/chat")
    one.evaluate("window.started")
    one.evaluate(f"() => {{ {AFTER}; Object.assign(window, {{ split, empty, root, made }}); }}")
    yield one
    context.close()


LIVE_ID = "(element) => Math.max(-1, ...globalThis.mirrors.map((mirror) => mirror.getId(element)))"


def settled(page: Page, desk: Desk) -> Rules:
    """Wait until the page has sent all, and look at its rules."""
    marked(page)
    found = looked(page, "document", LIVE_ID)
    count = page.locator("wbr").count()
    assert desk.wait(lambda: marks(desk) == count)
    return found


def marks(desk: Desk) -> int:
    """How many marks the page has, as far as it was told."""
    count = 0
    for event in desk.events():
        said = json.dumps(event).count(MARK)
        count = said if event["type"] == SNAPSHOT else count + said
    return count


def test_each_rule_selects_the_same_elements_also_after_churn(browser: Browser, page: Page, desk: Desk) -> None:
    live = settled(page, desk)
    assert compare(live, replayed(browser, stored(desk))) > 25
    page.evaluate(CHURN)
    live = settled(page, desk)
    assert compare(live, replayed(browser, stored(desk))) > 25


def test_each_rule_selects_the_same_elements_after_a_change_of_the_vocabulary(
    browser: Browser, page: Page, desk: Desk
) -> None:
    settled(page, desk)
    words = {
        "version": 4,
        "text": pack([]),
        "names": pack([(fnv("row"), 3), (fnv("cell"), 5)]),
        "sheets": [],
        "assets": [],
    }
    desk.rules = rules(policy="b" * 64, vocabulary=words)
    desk.answer_batch = lambda batch: (
        202,
        {"number": batch["number"], "next": "renew" if batch["policy"][0] == "a" else None},
    )
    page.evaluate(CHURN)
    settled(page, desk)
    page.evaluate("document.querySelector('.row').classList.add('on')")
    live = settled(page, desk)
    assert desk.batches[-1]["vocabulary"] == 4
    assert compare(live, replayed(browser, stored(desk))) > 25
