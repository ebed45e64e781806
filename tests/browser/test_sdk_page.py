"""The SDK in a real browser: what leaves a page, when nothing may, and how it goes on after a loss."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Remarks
from milkglass.wire.decode import decode
from tests.browser import planted
from tests.browser.sdk_server import FILES, ROOT, Answer, Desk, Json, left, rest, rules, serving, visit
from tests.enforcement.room import room, standing

pytestmark = pytest.mark.browser

START = """
window.started = milkglass.start({ endpoint: location.origin, visit: async () => window.token ?? %r });
"""
HTML = '<!doctype html><html><head><script src="/boot.js" defer></script></head><body>%s</body></html>'
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
NO_CONSENT = visit(None)
SNAPSHOT, INCREMENTAL, META = 2, 3, 4


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    if not FILES["/milkglass.js"].exists():
        if not (ROOT / "sdk/node_modules").exists():
            pytest.skip("sdk/node_modules is missing: run npm ci in sdk/")
        subprocess.run(["npm", "run", "build"], cwd=ROOT / "sdk", check=True, capture_output=True)  # noqa: S607 - npm of the PATH


@contextmanager
def launched(*turned_off: str) -> Iterator[Browser]:
    """Chromium, without those switches that Playwright gives it and people's browsers have not."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=list(turned_off)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def sdk(start: str) -> str:
    """The SDK and what the page does with it, as one file under `script-src 'self'`."""
    return FILES["/milkglass.js"].read_text() + "\n" + start


def opened(page: Page, desk: Desk, body: str, path: str = "/demo/chat", token: str | None = None) -> None:
    """Serve a page with the SDK at some routes, and open one."""
    start = START % (visit(["replay", "heatmap"]) if token is None else token)
    for route in ("/demo/chat", "/demo/sign-in", "/demo/quiet", "/elsewhere"):
        desk.pages[route] = HTML % body
    desk.pages["/boot.js"] = sdk(start)
    page.goto(desk.address + path)
    page.evaluate("window.started")


def starts_anew(batch: Json) -> bool:
    """A batch that a replay can begin with."""
    return bool(batch["reset"]) and [one["type"] for one in batch["events"][:2]] == [META, SNAPSHOT]


def second_pass(batch: Json) -> Remarks:
    """What the server's own enforcement finds in a batch."""
    where = room()
    decoded = decode(json.dumps({**batch, "policy": where.policy.hash}, ensure_ascii=False).encode())
    assert not decoded.dropped
    found = enforce(decoded, where.policy, standing(where.words))
    assert isinstance(found, RedactedBatch)
    return found.remarks


def planted_walk(page: Page, desk: Desk, tmp_path: Path, start: str) -> None:
    """Open the planted page with a recorder, use it as a person would, and leave."""
    desk.pages |= {"/demo/chat": planted.page(), "/frame": f"<p>{planted.name('frame')}</p>", "/boot.js": start}
    file = tmp_path / f"{planted.name('file')}.pdf"
    file.write_text("x")
    page.goto(f"{desk.address}/demo/chat?u={planted.name('query')}#{planted.name('hash')}")
    page.evaluate("window.started")
    rest(page, 500)
    page.locator("#typing").press_sequentially(planted.name("typed"))
    page.locator("#file").set_input_files(file)
    page.locator("#editable").press_sequentially("x")
    page.locator(".save").click()
    page.evaluate("after()")
    page.locator("h1").click()
    rest(page, 800)
    page.goto("about:blank")


def test_no_planted_name_leaves_the_page(page: Page, desk: Desk, tmp_path: Path) -> None:
    planted_walk(page, desk, tmp_path, sdk(planted.script(START % visit(["replay", "heatmap"]))))
    kinds_wanted = {"click", "navigation", "error", "request"}
    assert desk.wait(lambda: kinds_wanted <= {one["kind"] for one in desk.interactions()})
    assert planted.found(desk.requests) == set()
    assert all(not any((r.dropped, r.masked, r.bypassed)) for r in map(second_pass, desk.batches))
    kinds = {event["data"].get("source") for event in desk.events() if event["type"] == INCREMENTAL}
    assert {0, 2, 5} <= kinds
    assert any(starts_anew(batch) for batch in desk.batches)


def test_the_search_finds_what_a_bare_recorder_leaks(page: Page, desk: Desk, tmp_path: Path) -> None:
    start = """
    const kept = []; const emit = (event) => { kept.push(event); };
    (window.rrwebRecord?.record ?? window.rrweb?.record ?? rrwebRecord)({ emit });
    addEventListener("pagehide", () => navigator.sendBeacon("/v1/bare", JSON.stringify(kept)));
    """
    planted_walk(page, desk, tmp_path, FILES["/bare.js"].read_text() + planted.script(start))
    assert desk.wait(lambda: bool(desk.requests))
    leaks = planted.found(desk.requests)
    assert {"text", "title", "class", "css", "srcdoc", "shadow", "query", "later", "datavalue", "excluded"} <= leaks


def test_readable_text_is_a_reference_and_other_text_a_mask(page: Page, desk: Desk) -> None:
    opened(page, desk, "<button class='save'>Save changes</button><p>Jane Doe</p>")
    assert desk.wait(lambda: bool(desk.batches))
    said = json.dumps(desk.batches[0]["events"], ensure_ascii=False)
    assert "\U0010fffct7\U0010fffd" in said
    assert "\U0010fffcn3\U0010fffd" in said
    assert "▇▇▇▇" in said


def test_nothing_is_requested_before_consent(page: Page, desk: Desk) -> None:
    for token in (visit(None), visit([]), "no token at all"):
        opened(page, desk, "<p>Jane</p>", token=token)
        page.mouse.click(50, 50)
        page.wait_for_timeout(300)
    assert desk.requests == []


def test_nothing_is_sent_after_withdrawal(page: Page, desk: Desk) -> None:
    opened(page, desk, "<button>Save changes</button>")
    assert desk.wait(lambda: bool(desk.batches))
    page.mouse.click(20, 20)
    page.evaluate("milkglass.withdraw()")
    assert desk.requests[-1].path == "/v1/withdraw"
    before = len(desk.requests)
    page.mouse.click(30, 30)
    page.evaluate("document.body.append('Jane')")
    page.goto("about:blank")
    page.wait_for_timeout(500)
    assert len(desk.requests) == before


def test_a_refused_batch_leads_to_a_new_beginning(page: Page, desk: Desk) -> None:
    def refuse_the_second(batch: Json) -> Answer:
        if batch["number"] == 1:
            return 400, {"code": "not_redacted", "next": "snapshot"}
        return 202, {"number": batch["number"], "next": None}

    desk.answer_batch = refuse_the_second
    opened(page, desk, "<p>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate("document.body.append('x'); document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate("milkglass.start.name; for (let i = 0; i < 400; i++) document.body.append('y'.repeat(900))")
    assert desk.wait(lambda: len(desk.batches) >= 3)
    assert starts_anew(desk.batches[0])
    assert not desk.batches[1]["reset"]
    assert starts_anew(desk.batches[2])
    assert [batch["number"] for batch in desk.batches[:3]] == [0, 1, 2]


def test_a_busy_server_gets_the_same_batch_again(page: Page, desk: Desk) -> None:
    busy = [True, True]
    desk.answer_batch = lambda batch: (503, {}) if busy and busy.pop() else (202, {"number": batch["number"]})
    opened(page, desk, "<p>Jane</p>")
    assert desk.wait(lambda: len(desk.batches) >= 3)
    assert [batch["number"] for batch in desk.batches[:3]] == [0, 0, 0]
    assert desk.batches[0] == desk.batches[2]


def test_stop_from_the_server_stops_all(page: Page, desk: Desk) -> None:
    desk.answer_batch = lambda batch: (202, {"number": batch["number"], "next": "stop"})
    with page.expect_response("**/v1/batches"):
        opened(page, desk, "<p>Jane</p>")
    rest(page, 300)
    page.evaluate("document.body.append('x')")
    page.goto("about:blank")
    page.wait_for_timeout(400)
    assert len(desk.batches) == 1


def test_three_refused_snapshots_leave_clicks(page: Page, desk: Desk) -> None:
    desk.answer_batch = lambda batch: (413, {"next": "snapshot"}) if batch["events"] else (202, {"number": 0})
    opened(page, desk, "<button>Save changes</button>")
    assert desk.wait(lambda: len(desk.batches) >= 3)
    for _ in range(120):  # until it has begun again, no click is recorded
        page.mouse.click(20, 20)
        if desk.wait(lambda: len(desk.batches) >= 4, 0.5):
            break
    assert all(starts_anew(batch) for batch in desk.batches[:3])
    assert desk.batches[3]["events"] == []
    assert desk.batches[3]["interactions"]


def test_an_unknown_option_is_an_error(page: Page, desk: Desk) -> None:
    opened(page, desk, "", token=NO_CONSENT)
    said = page.evaluate("""() => {
        try { milkglass.start({ endpoint: location.origin, visit: async () => "", mask: false }); }
        catch (fault) { return String(fault); } }""")
    assert "mask" in said
    assert desk.requests == []


def test_a_route_change_cuts_the_batch(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    for route in ("/demo/sign-in", "/demo/chat/12", "/demo/quiet"):
        page.evaluate(f"history.pushState(null, '', '{route}'); document.body.append('x')")
        rest(page, 400)
        page.mouse.click(20, 20)
    page.goto("about:blank")
    assert desk.wait(lambda: any(batch["journey"] == "quiet" for batch in desk.batches))
    owner = {"/demo/chat": "chat", "/demo/chat/:room": "chat", "/demo/sign-in": "sign-in", "/demo/quiet": "quiet"}
    for batch in desk.batches:
        named = {one["route"] for one in batch["interactions"]} | {
            event["data"]["href"] for event in batch["events"] if event["type"] == META
        }
        assert {owner[route] for route in named} <= {batch["journey"]}
        if batch["journey"] == "quiet":
            assert batch["events"] == []


def test_a_page_off_the_map_records_nothing(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>", path="/elsewhere")
    page.mouse.click(20, 20)
    page.goto("about:blank")
    page.wait_for_timeout(400)
    assert desk.batches == []


def test_coming_back_onto_the_map_starts_with_a_snapshot(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>", path="/elsewhere")
    page.evaluate("history.pushState(null, '', '/demo/chat')")
    assert desk.wait(lambda: bool(desk.batches))
    assert starts_anew(desk.batches[0])


def test_the_last_batch_leaves_with_the_page(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id='p'>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    rest(page, 200)
    page.mouse.click(20, 20)
    page.goto("about:blank")
    assert desk.wait(lambda: any(one["kind"] == "click" for one in desk.interactions()))


def test_a_tab_is_a_recording(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.goto(desk.address + "/demo/sign-in")
    assert desk.wait(lambda: any(batch["journey"] == "sign-in" for batch in desk.batches))
    second = [one for one in desk.requests if one.path.startswith("/v1/tickets")][1]
    assert '"ticket":"t1.sig"' in second.body
    numbers = [batch["number"] for batch in desk.batches]
    assert sorted(set(numbers)) == list(range(len(set(numbers))))


def test_the_page_is_left_as_it_is(page: Page, desk: Desk) -> None:
    body = "<input type=password value=x><p class=a>Jane</p><style>p{top:0}</style><div contenteditable>x</div>"
    opened(page, desk, body, token=NO_CONSENT)
    look = "() => { document.querySelector('input').type = 'text'; return document.documentElement.outerHTML; }"
    untouched = page.evaluate(look)
    opened(page, desk, body)
    assert desk.wait(lambda: bool(desk.batches))
    assert page.evaluate(look) == untouched
    page.wait_for_timeout(100)
    assert page.evaluate(look) == untouched


def test_rage_and_dead_clicks(page: Page, desk: Desk) -> None:
    opened(page, desk, "<button class='save' style='width:200px;height:80px'>Save changes</button>")
    assert desk.wait(lambda: bool(desk.batches))
    for _ in range(3):
        page.mouse.click(60, 60)
    rest(page, 700)
    page.goto("about:blank")
    assert desk.wait(lambda: any(one["kind"] == "dead" for one in desk.interactions()))
    clicks = [one for one in desk.interactions() if one["kind"] == "click"]
    assert len(clicks) == 3
    assert clicks[0]["element"] == "button.\U0010fffcn3\U0010fffd"
    assert clicks[0]["label"] == "\U0010fffct7\U0010fffd"
    assert clicks[0]["role"] == "button"
    assert [one["kind"] for one in desk.interactions()].count("rage") == 1


def test_an_excluded_element_keeps_its_box_and_nothing_inside(page: Page, desk: Desk) -> None:
    opened(page, desk, "<div class='left-out' style='width:120px;height:40px'><b>Jane</b></div><p>.</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate("document.querySelector('.left-out').append('Omar')")
    page.mouse.click(20, 20)
    left(page, desk)
    snapshot = str(desk.batches[0]["events"][1])
    assert "120px" in snapshot
    assert "'tagName': 'b'" not in snapshot
    assert [one for one in desk.interactions() if one["kind"] == "click"] == []
    changes = [one["data"] for one in desk.events() if one["type"] == INCREMENTAL and one["data"]["source"] == 0]
    assert [len(one["adds"]) for one in changes if one["adds"]] == [1]  # the mark of `left` alone


def test_no_box_tells_how_wide_a_text_is(page: Page, desk: Desk) -> None:
    shown = "<input type=button value='Jane Doe'><img alt='Jane Doe' src='/none'>"
    body = shown + "<select><option>Jane Doe the Second</select><input>"
    opened(page, desk, body)
    assert desk.wait(lambda: bool(desk.batches))
    said = json.dumps(desk.batches[0]["events"][1])
    widths = re.findall(r'"rr_width": "([0-9.]+)px"', said)
    assert len(widths) == 1  # the empty input's


def test_a_selector_that_is_not_css_records_nothing(page: Page, desk: Desk) -> None:
    desk.rules = rules(exclusions={"selectors": ["p[["], "routes": []})
    opened(page, desk, "<p>Jane</p>")
    page.goto("about:blank")
    page.wait_for_timeout(300)
    assert desk.batches == []


def test_keys_typed_leave_no_rhythm(page: Page, desk: Desk) -> None:
    opened(
        page, desk, "<input id='i' oninput='this.setAttribute(`value`, this.value)'><div contenteditable id='e'>x</div>"
    )
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate("const i = document.getElementById('i'); i.oninput = () => i.setAttribute('value', i.value)")
    page.locator("#i").press_sequentially("abcdefgh")
    page.locator("#e").press_sequentially("abcdefgh")
    left(page, desk)
    kept = [event["data"] for event in desk.events() if event["type"] == INCREMENTAL]
    assert sum(1 for data in kept if data["source"] == 5) == 1
    assert sum(1 for data in kept if data["source"] == 0) <= 2  # one is the mark of `left`


def test_changes_of_one_moment_are_one_event_before_whatever_happens_next(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id='p'>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate("""async () => {
        for (const name of ["Omar", "Mei", "Ada"]) {
            document.getElementById("p").firstChild.data = name;
            await Promise.resolve().then(() => undefined);
        }
        const made = document.createElement("button");
        document.body.append(made);
        await Promise.resolve().then(() => undefined);
        made.click();
    }""")
    left(page, desk)
    kept = [event["data"] for event in desk.events() if event["type"] == INCREMENTAL]
    told = [data for data in kept if data["source"] == 0 and data["texts"]]
    assert [len(data["texts"]) for data in told] == [1]
    made = [add["node"]["id"] for add in told[0]["adds"]]
    clicked = next(at for at, data in enumerate(kept) if data["source"] == 2)
    assert [kept[clicked]["id"]] == made
    assert kept.index(told[0]) < clicked


def test_what_changed_just_before_the_end_is_sent(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    page.evaluate("""async () => {
        document.body.append(document.createElement("wbr"));
        await Promise.resolve().then(() => undefined);
        milkglass.stop();
    }""")
    assert desk.wait(desk.has_mark)
