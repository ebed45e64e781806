"""A page's life at its worst moments: nothing is sent after consent was withdrawn, nothing is told twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.browser.sdk_server import Desk, Json, serving
from tests.hostile.pages import HTML, boot, chromium

pytestmark = pytest.mark.browser
ROUTE = "/demo/chat"
STORM = """
window.storm = setInterval(() => {
  const p = document.createElement('p'); p.append('Jane ' + Math.random()); document.body.append(p);
  p.title = 'Jane'; if (document.body.children.length > 40) document.body.firstChild.remove();
}, 4);
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def desk() -> Iterator[Desk]:
    with serving(Desk()) as one:
        one.pages = {ROUTE: HTML % "<p>x</p>", "/boot.js": boot(), "/other": "<p>other</p>"}
        yield one


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    one = browser.new_context(viewport={"width": 1280, "height": 800})
    yield one
    one.close()


@pytest.fixture
def page(context: BrowserContext, desk: Desk) -> Page:
    """A page that is being recorded: its first snapshot has come."""
    one = context.new_page()
    one.goto(desk.address + ROUTE)
    one.evaluate("window.started")
    assert desk.wait(lambda: bool(desk.batches))
    return one


def after_withdrawal(desk: Desk) -> list[str]:
    """The requests that came after the withdrawal."""
    paths = [one.path for one in desk.requests]
    return paths[paths.index("/v1/withdraw") + 1 :]


def left(page: Page, desk: Desk) -> None:
    """Leave the page, and wait for whatever a page sends when it goes."""
    page.goto(desk.address + "/other")
    page.wait_for_timeout(300)


def told_once(desk: Desk) -> None:
    """Numbers without a gap, one body for each, and no node added twice."""
    assert desk.wait(lambda: {one["number"] for one in desk.batches} == set(range(len(desk.kept))))
    bodies: dict[int, set[str]] = {}
    for batch in desk.batches:
        bodies.setdefault(batch["number"], set()).add(json.dumps(batch))
    assert sorted(bodies) == list(range(len(bodies)))
    assert [number for number, all_said in bodies.items() if len(all_said) > 1] == []
    since_snapshot: Counter[int] = Counter()
    for event in desk.events():
        if event["type"] == 2:
            since_snapshot.clear()
        if event["type"] == 3 and event["data"]["source"] == 0:
            since_snapshot.update(one["node"]["id"] for one in event["data"]["adds"] if one["node"]["type"] == 3)
            assert max(since_snapshot.values(), default=0) <= 1


def test_withdrawn_in_the_midst_of_changes_nothing_more_is_sent(page: Page, desk: Desk) -> None:
    page.evaluate(STORM)
    page.wait_for_timeout(200)
    page.evaluate("""() => new Promise((done) => new MutationObserver((_, watch) => {
        watch.disconnect(); void milkglass.withdraw().then(done);
    }).observe(document.body, { childList: true }))""")
    page.mouse.click(30, 30)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(400)
    left(page, desk)
    assert after_withdrawal(desk) == []


def test_what_waited_when_consent_was_withdrawn_is_never_sent(page: Page, desk: Desk) -> None:
    before = len(desk.batches)
    page.evaluate("document.body.append('Jane')")
    page.wait_for_timeout(100)
    page.evaluate("milkglass.withdraw()")
    left(page, desk)
    assert len(desk.batches) == before
    assert after_withdrawal(desk) == []


def test_a_batch_on_its_way_when_consent_is_withdrawn_is_not_sent_again(page: Page, desk: Desk) -> None:
    desk.answer_batch = lambda _: (503, {})
    page.evaluate(
        "document.body.append('x'.repeat(300000)); for (let n = 0; n < 300; n++) document.body.append('y'.repeat(999))"
    )
    assert desk.wait(lambda: len(desk.batches) > 1)
    page.evaluate("milkglass.withdraw()")
    page.wait_for_timeout(2500)
    left(page, desk)
    assert after_withdrawal(desk) == []


def test_withdrawn_while_offline_nothing_is_sent_when_the_line_is_back(
    context: BrowserContext, page: Page, desk: Desk
) -> None:
    page.evaluate("document.body.append('Jane')")
    context.set_offline(True)
    page.evaluate("milkglass.withdraw().catch(() => 0)")
    page.evaluate("document.body.append('Jane')")
    before = len(desk.requests)
    context.set_offline(False)
    page.wait_for_timeout(1500)
    left(page, desk)
    assert [one.path for one in desk.requests[before:] if one.path != "/v1/withdraw"] == []


def test_stopped_in_the_midst_of_changes_no_change_after_is_told(page: Page, desk: Desk) -> None:
    page.evaluate(STORM)
    page.wait_for_timeout(200)
    page.evaluate("milkglass.stop()")
    page.wait_for_timeout(300)
    before = len(desk.batches)
    page.wait_for_timeout(400)
    left(page, desk)
    assert len(desk.batches) == before
    told_once(desk)


def test_offline_and_online_again_everything_comes_once(context: BrowserContext, page: Page, desk: Desk) -> None:
    context.set_offline(True)
    page.evaluate("for (let n = 0; n < 5; n++) document.body.append('Jane ' + n)")
    page.mouse.click(20, 20)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(5500)
    context.set_offline(False)
    page.evaluate("document.body.append('back')")
    assert desk.wait(lambda: sum(len(added(event)) for event in desk.events()) >= 6)
    left(page, desk)
    told_once(desk)
    assert sum(len(added(event)) for event in desk.events()) == 6


def added(event: Json) -> list[Json]:
    """What a change adds."""
    data = event["data"]
    found: list[Json] = data["adds"] if event["type"] == 3 and data["source"] == 0 else []
    return found


def lifecycle(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def test_frozen_and_thawed_nothing_is_told_twice(page: Page, desk: Desk) -> None:
    control = lifecycle(page)
    page.evaluate("document.body.append('before')")
    control.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.wait_for_timeout(600)
    control.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate("document.body.append('after')")
    page.wait_for_timeout(200)
    left(page, desk)
    assert desk.wait(lambda: sum(len(added(event)) for event in desk.events()) >= 2)
    told_once(desk)


def test_withdrawn_before_it_froze_nothing_is_sent_when_it_thaws(page: Page, desk: Desk) -> None:
    control = lifecycle(page)
    page.evaluate(STORM)
    page.evaluate("milkglass.withdraw()")
    control.send("Page.setWebLifecycleState", {"state": "frozen"})
    page.wait_for_timeout(400)
    control.send("Page.setWebLifecycleState", {"state": "active"})
    page.wait_for_timeout(400)
    left(page, desk)
    assert after_withdrawal(desk) == []


def test_hidden_and_shown_again_nothing_is_told_twice(page: Page, desk: Desk) -> None:
    hide = """(state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    for turn in range(4):
        page.evaluate(f"document.body.append('turn {turn}')")
        page.wait_for_timeout(60)
        page.evaluate(hide, "hidden")
        page.evaluate(hide, "visible")
    assert desk.wait(lambda: sum(len(added(event)) for event in desk.events()) >= 4)
    left(page, desk)
    told_once(desk)
    assert sum(len(added(event)) for event in desk.events()) == 4


def test_back_from_the_cache_of_pages_nothing_is_told_twice(page: Page, desk: Desk) -> None:
    page.evaluate("document.body.append('before')")
    page.wait_for_timeout(60)
    left(page, desk)
    page.go_back()
    page.wait_for_timeout(600)
    page.evaluate("document.body.append('after')")
    page.wait_for_timeout(100)
    left(page, desk)
    told_once(desk)


def test_withdrawn_before_the_ticket_came_nothing_is_recorded(context: BrowserContext, desk: Desk) -> None:
    one = context.new_page()
    desk.pages["/boot.js"] = boot() + "\nvoid milkglass.withdraw();" + STORM
    one.goto(desk.address + ROUTE)
    one.wait_for_timeout(800)
    left(one, desk)
    assert desk.batches == []
