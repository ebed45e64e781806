"""The policy's screens in a real browser: the living page hears of a change by itself, and review goes by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from milkglass import facts
from milkglass.web.built import BUILT
from tests.browser.axe import faults
from tests.browser.test_console_screens import entered
from tests.web.house import Lived, happenings, page_events, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]


@pytest.fixture
def school(tmp_path: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path) as (house, url):  # type: ignore[arg-type]  # a path
        yield house, url


def changed(house: Lived, was: str, becomes: str) -> None:
    """Make a change stand at once, as the owner."""
    rooms, owner = house.house, facts.By(at=right_now(), actor=house.house.account("Owner").actor)
    stands = rooms.versions.effective(rooms.application)
    assert stands is not None
    draft = rooms.versions.save(rooms.application, stands.body.replace(was, becomes), owner)
    rooms.stand(rooms.versions.propose(rooms.application, draft.number, owner), owner)


def test_the_living_page_tells_of_a_new_version_and_of_recorders_that_run_another(
    chromium: Browser, school: tuple[Lived, str]
) -> None:
    house, _ = school
    ticket = house.ticket("pupil")
    house.send(ticket, house.batch(0, page_events(), happenings()))
    page = entered(chromium, school, "Owner")
    page.goto("/console/policy/living")
    expect(page.locator("#drift")).to_contain_text("as it stands")
    expect(page.get_by_text("destroyed 30 days after")).to_be_visible()
    assert faults(page) == []
    changed(house, "retention_days: 30", "retention_days: 14")
    # Nobody loads the page again: the stream does.
    expect(page.get_by_text("destroyed 14 days after")).to_be_visible()
    expect(page.locator("#drift")).to_contain_text("judged by the stricter of both")
    house.send(house.ticket("another"), house.batch(0, page_events(), happenings()))
    expect(page.locator("#drift")).to_contain_text("the same")


def test_the_public_page_is_there_only_where_the_policy_says_so(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    page = chromium.new_context(base_url=url).new_page()
    answer = page.goto("/policy")
    assert answer is not None
    assert answer.status == 404
    changed(house, "people_floor: 10", "people_floor: 10\npublic_page: true")
    page.goto("/policy")
    expect(page.get_by_role("heading", name="What is never recorded")).to_be_visible()
    assert page.locator("a").count() == 0, "no way into the console"
    assert faults(page) == []


def test_review_and_approval_go_by_keyboard(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    changed(house, "people_floor: 10", "people_floor: 10\napproval: {quorum: 1}")
    owner = entered(chromium, school, "Owner")
    owner.goto("/console/policy/journey?name=files")
    owner.get_by_label("Level").focus()
    owner.keyboard.type("labelled")
    owner.get_by_role("button", name="Save into the draft").focus()
    owner.keyboard.press("Enter")
    owner.get_by_role("button", name="Log it and send to review").focus()
    owner.keyboard.press("Enter")
    legal = entered(chromium, school, "Demo legal")
    legal.goto("/console/policy")
    legal.get_by_role("link", name="Read what it changes").focus()
    legal.keyboard.press("Enter")
    legal.get_by_role("button", name="Log it and approve").focus()
    legal.keyboard.press("Space")
    expect(legal.locator("[aria-current=step]")).to_have_text("Approved")
    assert faults(legal) == []


def test_every_screen_of_the_policy_fits_a_page_of_320_pixels(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    recording = house.record("pupil", page_events(), happenings())
    house.roll()
    house.asked_pseudonym(recording)
    changed(house, "retention_days: 30", "retention: {recordings: 60, heatmaps: 14}\npublic_page: true")
    link = house.house.link("Owner", right_now()).rpartition("/")[2]
    page = chromium.new_context(base_url=url, viewport={"width": 320, "height": 640}).new_page()
    page.goto("/policy")
    wide = {"/policy": page.evaluate("document.documentElement.scrollWidth")}
    page.goto(f"/login/{link}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    for path in (
        "/console/policy",
        "/console/policy/journey?name=chat",
        "/console/policy/exclusions",
        "/console/policy/text",
        "/console/policy/living",
        "/console/policy/versions/2",
        "/console/institutions",
        "/console/pseudonyms",
    ):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
        assert faults(page) == []
    assert {path: width for path, width in wide.items() if width > 320} == {}
