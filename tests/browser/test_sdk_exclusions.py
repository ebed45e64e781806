"""What the policy leaves out, in a real browser: the box stays, and nothing of its inside leaves the page.

Each page says CANARY inside what is left out, in a text that the vocabulary would show, so that a copy of the inside is
seen as a reference even though its words never travel.
"""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from milkglass.policy.packing import pack
from tests.browser.sdk_server import FILES, Desk, Json, fnv, left, marked, rest, rules, serving, until
from tests.browser.test_sdk_page import browser, opened

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not FILES["/milkglass.js"].exists(), reason="the SDK is not built: npm run build"),
]
CANARY = "Read me"
SEEN = "\U0010fffct99\U0010fffd"
INCREMENTAL = 3
BOX = "<div class=left-out style='width:200px;height:40px'>%s</div>"
INSIDE = "<p>${said}</p><button>${said}</button>"
# How the inside comes to be there, or is changed, once the page was recorded for a moment. Each has its own part of the
# page, `here`, with a `box` that is left out and a paragraph `plain`, and its own canary, `said`.
LATER = {
    "added later": f"here.insertAdjacentHTML('beforeend', `{BOX % INSIDE}`)",
    "added into it": f"box.insertAdjacentHTML('beforeend', `{INSIDE}`)",
    "text in it changes": "box.append('x'); box.lastChild.data = said",
    "an attribute in it changes": "box.innerHTML = '<b>x</b>'; box.firstChild.title = said",
    "a shadow root is attached to it": f"box.attachShadow({{mode: 'open'}}).innerHTML = `{INSIDE}`",
    "a shadow root below it": f"""const host = document.createElement('div'); box.append(host);
        const root = host.attachShadow({{mode: 'open'}}); setTimeout(() => {{ root.innerHTML = `{INSIDE}`; }}, 50)""",
    "it lies in a shadow root": f"""const host = document.createElement('div'); here.append(host);
        const root = host.attachShadow({{mode: 'open'}}); root.innerHTML = `{BOX % INSIDE}`;
        setTimeout(() => root.querySelector('.left-out').insertAdjacentHTML('beforeend', `{INSIDE}`), 50)""",
    "a node moves into it": "box.append(plain); setTimeout(() => { plain.textContent = said; }, 50)",
    "its frame": f"""const frame = document.createElement('iframe'); frame.className = 'left-out';
        here.append(frame); frame.contentDocument.body.innerHTML = `{INSIDE}`""",
    "a frame below it": f"""const frame = document.createElement('iframe'); box.append(frame);
        frame.contentDocument.body.innerHTML = `{INSIDE}`;
        setTimeout(() => {{ frame.contentDocument.body.insertAdjacentHTML('beforeend', `{INSIDE}`); }}, 50)""",
    "the class comes, then the text changes": """plain.className = 'left-out';
        setTimeout(() => { plain.firstChild.data = said; plain.append(said); }, 50)""",
    "an ancestor's class comes": """here.classList.add('around');
        setTimeout(() => { plain.firstChild.data = said; }, 50)""",
}
WORDS = {f"Canary {letter}": 100 + place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz"[: len(LATER)])}
RUN = """(cases) => { for (const [place, said, code] of cases) {
    const here = document.querySelector(`#case${place}`);
    const [box, plain] = [here.querySelector(".left-out"), here.querySelector("p")];
    new Function("here", "box", "plain", "said", code)(here, box, plain, said);
} }"""
NONE: Json = {"selectors": [], "routes": []}


@pytest.fixture
def desk() -> Iterator[Desk]:
    words = {
        **rules()["vocabulary"],
        "text": pack([(fnv(said), number) for said, number in {CANARY: 99, **WORDS}.items()]),
    }
    left_out = {"selectors": [".left-out", ".never", ".around p"], "routes": ["/demo/quiet"]}
    with serving(Desk(rules=rules(exclusions=left_out, vocabulary=words))) as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def recorded(page: Page, desk: Desk, inside: str = "", later: str = "") -> str:
    """Record a page with a box that is left out, do something to it, leave, and return all that was sent."""
    opened(page, desk, f"<p id=plain>Jane</p>{BOX % inside}")
    rest(page, 150)
    if later:
        page.evaluate(f"{{ const box = document.querySelector('.left-out'); {later} }}")
    left(page, desk)
    return json.dumps(desk.kept, ensure_ascii=False)


def total(desk: Desk) -> list[int]:
    """How often each rule matched, by its place."""
    counts = [0, 0, 0, 0]
    for batch in desk.kept:
        for place, count in enumerate(batch.get("excluded", [])):
            counts[place] += count
    return counts


def elements(node: Json) -> Iterator[Json]:
    yield node
    for child in node.get("childNodes", []):
        yield from elements(child)


def test_the_search_finds_the_canary_where_nothing_is_left_out(page: Page, desk: Desk) -> None:
    desk.rules["exclusions"] = NONE
    assert SEEN in recorded(page, desk, f"<p>{CANARY}</p>")


def test_the_box_keeps_its_size_and_has_nothing_inside(page: Page, desk: Desk) -> None:
    assert SEEN not in recorded(page, desk, f"<p>{CANARY}</p>")
    (snapshot,) = [event for event in desk.events() if event["type"] == 2]
    (box,) = [one for one in elements(snapshot["data"]["node"]) if one.get("attributes", {}).get("rr_width") == "200px"]
    assert (box["attributes"]["rr_height"], box["childNodes"]) == ("40px", [])
    assert total(desk) == [1, 0, 0, 0]


def seen_later(page: Page, desk: Desk) -> set[str]:
    """Record a page in which everything of LATER happens, and return what was seen of it."""
    parts = [f"<section id=case{place}><p>Jane</p>{BOX % ''}</section>" for place in range(len(LATER))]
    opened(page, desk, "".join(parts))
    rest(page, 200)
    page.evaluate(
        RUN, [[place, said, code] for place, (said, code) in enumerate(zip(WORDS, LATER.values(), strict=True))]
    )
    left(page, desk)
    sent = json.dumps(desk.kept, ensure_ascii=False)
    return {how for how, number in zip(LATER, WORDS.values(), strict=True) if f"\U0010fffct{number}\U0010fffd" in sent}


def test_nothing_of_the_inside_is_sent_later_either(page: Page, desk: Desk) -> None:
    assert seen_later(page, desk) == set()


def test_all_of_it_is_seen_with_the_rules_off(page: Page, desk: Desk) -> None:
    desk.rules["exclusions"] = NONE
    assert seen_later(page, desk) == set(LATER)


def test_a_class_that_comes_later_takes_the_inside_out_of_the_replay(page: Page, desk: Desk) -> None:
    recorded(page, desk, later="document.querySelector('#plain').className = 'left-out'")
    changes = [
        event["data"] for event in desk.events() if event["type"] == INCREMENTAL and event["data"]["source"] == 0
    ]
    (snapshot,) = [event for event in desk.events() if event["type"] == 2]
    (plain,) = [one for one in elements(snapshot["data"]["node"]) if one.get("tagName") == "p"]
    removed = [one for change in changes for one in change["removes"]]
    assert {(one["parentId"], one["id"]) for one in removed} == {(plain["id"], plain["childNodes"][0]["id"])}
    sizes = [one["attributes"] for change in changes for one in change["attributes"] if one["id"] == plain["id"]]
    assert sizes[-1]["rr_height"].endswith("px")
    assert total(desk)[0] == 2


def test_nothing_that_happens_inside_is_an_event_or_an_interaction(page: Page, desk: Desk) -> None:
    opened(page, desk, f"<p id=plain>Jane</p>{BOX % '<input id=field><div id=roll><p>x</p></div><button>b</button>'}")
    page.add_style_tag(content="#roll{height:20px;overflow:auto}#roll p{height:400px}")
    rest(page, 700)
    before = len(desk.interactions())
    page.locator("#field").click()
    page.locator("#field").fill("Jane")
    page.locator(".left-out button").click(click_count=4)
    page.evaluate("document.querySelector('#roll').scrollTop = 50")
    rest(page, 600)
    page.locator("#plain").click()
    rest(page, 300)
    left(page, desk)
    sources = [event["data"].get("source") for event in desk.events() if event["type"] == INCREMENTAL]
    assert {3, 5}.isdisjoint(sources)
    kinds = [one["kind"] for one in desk.interactions()[before:] if one["kind"] in {"click", "rage", "scroll"}]
    assert kinds == ["click"]


def test_a_node_that_moves_out_is_masked_like_any_other(page: Page, desk: Desk) -> None:
    sent = recorded(page, desk, "<p>Jane Doe</p>", "document.body.append(box.firstChild)")
    assert "▇" in sent
    assert "Jane" not in sent


def test_a_route_that_is_left_out_sends_nothing_but_that_it_matched(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id=plain>Jane</p>")
    assert desk.wait(lambda: bool(desk.batches))
    marked(page)
    page.evaluate("history.pushState(null, '', '/demo/quiet')")
    assert desk.wait(desk.has_mark), "the change of route sends what waits"
    rest(page, 400)
    before = len(desk.events())
    page.evaluate(f"document.querySelector('#plain').textContent = '{CANARY}'")
    page.locator("#plain").click()
    page.wait_for_timeout(300)
    assert len(desk.events()) == before
    page.evaluate("document.querySelector('#plain').textContent = ''; history.pushState(null, '', '/demo/chat')")
    left(page, desk)
    assert SEEN not in json.dumps(desk.kept, ensure_ascii=False)
    assert "/demo/quiet" not in json.dumps(desk.kept)
    assert desk.wait(lambda: total(desk) == [0, 0, 0, 1])


# Left out, of a lower level, off the map, and of the level of the page.
FRAMES = ("/demo/quiet", "/demo/sign-in", "/elsewhere", "/demo/chat/7")
FRAMED = """(addresses) => { for (const src of addresses) {
    const frame = document.createElement('iframe'); frame.src = src; document.body.append(frame); } }"""
CHANGED = """(words) => { for (const [place, said] of words.entries()) {
    const { body } = document.querySelectorAll('iframe')[place].contentDocument;
    body.append(said); body.querySelector('p').title = said;
    body.querySelector('div').scrollTop = 40; body.querySelector('input').click();
    body.insertAdjacentHTML('beforeend', `<style>p { color: red }</style>`); } }"""
INNER = "<p>x</p><div style='height:20px;overflow:auto'><p style='height:400px'>x</p></div><input>"


def documents(desk: Desk) -> int:
    """How many documents of frames were told."""
    return sum(add["node"]["type"] == 0 for one in desk.events() for add in one["data"].get("adds", []))


def test_a_frame_is_kept_as_little_of_as_its_own_address_says(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p>Jane</p>")
    desk.pages |= dict.fromkeys(FRAMES, INNER)
    rest(page, 100)
    page.evaluate(FRAMED, list(FRAMES))
    loaded = (
        "() => [...document.querySelectorAll('iframe')].every((one) => one.contentDocument?.querySelector('input'))"
    )
    until(page, loaded)
    rest(page, 300)
    words = list(WORDS)[: len(FRAMES)]
    page.evaluate(CHANGED, words)
    rest(page, 400)
    page.evaluate("document.querySelectorAll('iframe')[3].contentWindow.history.pushState(null, '', '/demo/quiet')")
    page.evaluate("document.querySelectorAll('iframe')[3].contentDocument.body.append('Canary e')")
    left(page, desk)
    sent = json.dumps(desk.kept, ensure_ascii=False)
    assert documents(desk) == 1
    assert [word for word in words if f"\U0010fffct{WORDS[word]}\U0010fffd" in sent] == words[3:]
    assert f"\U0010fffct{WORDS['Canary e']}\U0010fffd" not in sent
    assert [one["data"]["y"] for one in desk.events() if one["data"].get("source") == 3] == [40]


def test_a_frame_without_an_address_is_of_the_page_that_made_it(page: Page, desk: Desk) -> None:
    opened(page, desk, "<iframe></iframe>")
    rest(page, 100)
    page.evaluate(f"frames[0].document.body.append('{CANARY}')")
    left(page, desk)
    assert SEEN in json.dumps(desk.kept, ensure_ascii=False)
