"""Every screen in a real browser: axe finds nothing, in light and dark; the player goes by keyboard alone."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from milkglass.web.built import BUILT
from tests.browser.authenticator import device, make
from tests.browser.axe import faults
from tests.web.house import Json, Lived, happenings, page_events, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]
SCREENS = (
    "/console/",
    "/console/recordings",
    "/console/recordings?journey=feedback",
    "/console/exports",
    "/console/heatmaps",
    "/console/masking",
    "/console/masking?days=1&release=9.9.9",
    "/console/masking/text",
    "/console/masking/paths?q=attribute",
    "/console/install",
    "/console/institutions",
    "/console/policy",
    "/console/policy/versions/1",
    "/console/access",
    "/console/training",
)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path_factory.mktemp("school")) as (house, url):
        for number in range(11):
            house.record(f"person {number}", page_events(), happenings())
        house.roll()
        yield house, url


def entered(browser: Browser, school: tuple[Lived, str], name: str, **context: str | bool) -> Page:
    """A page of somebody who logged in by a link's button."""
    house, url = school
    page = browser.new_context(base_url=url, **context).new_page()  # type: ignore[arg-type]  # media words
    page.goto(f"/login/{house.house.link(name, right_now()).rpartition('/')[2]}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    return page


def confirmed(page: Page) -> None:
    """Say yes to the export that stands open, and wait until that is so."""
    button = page.get_by_role("button", name="Log it and confirm")
    button.click()
    expect(button).to_have_count(0)


def looking(page: Page, recording: str, case: str = "HD-1042") -> None:
    page.goto(f"/console/recordings/{recording}")
    page.get_by_label("Number of the case").fill(case)
    page.get_by_role("button", name="Log it and play").click()
    page.wait_for_selector("html[data-ready]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(chromium: Browser, school: tuple[Lived, str], scheme: str) -> None:
    house, url = school
    page = entered(chromium, school, "Demo viewer", color_scheme=scheme)
    found: list[str] = []
    for path in (
        *SCREENS,
        f"/console/recordings/{house.recordings[0]}",
        f"/console/recordings/{'z' * 26}",
        "/console/log",
    ):
        page.goto(path)
        found += faults(page)
    export = house.asked_export(house.recordings[0])
    owner = entered(chromium, school, "Owner", color_scheme=scheme)
    for one in (page, owner):  # who asked, and who may confirm
        for path in ("/console/exports", f"/console/exports/{export}"):
            one.goto(path)
            found += faults(one)
    confirmed(owner)
    for one in (page, owner):
        one.goto(f"/console/exports/{export}")
        found += faults(one)
    forms = (
        "/console/policy",
        "/console/policy/journey?name=chat",
        "/console/policy/exclusions",
        "/console/policy/text",
    )
    for path in (*forms, "/console/log", "/console/log?act=export", f"/console/recordings/{house.recordings[0]}"):
        owner.goto(path)
        found += faults(owner)
    stranger = chromium.new_context(base_url=url, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    for path in ("/login", "/login/none", "/console/nowhere"):
        stranger.goto(path)
        found += faults(stranger)
    looking(page, house.recordings[1])
    found += faults(page)
    page.get_by_role("button", name="I can see personal data").click()
    found += faults(page)
    assert not found, "\n".join(sorted(set(found)))


def test_a_refused_viewer_finds_the_next_step_by_keyboard(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    demo, case = house.house.replay, "HD-2077"  # for which no other test here has leave
    house.house.replay = replace(demo, demo_application=None)  # a vendor's product: its people are not invented
    try:
        page = entered(chromium, school, "Demo viewer")
        device(page)
        refused(page, house.recordings[0], case)
        pressed(page, "Prove that it is you")  # by link alone nobody looks at a person
        make(page, "blue key", 1)
        refused(page, house.recordings[0], case)
        pressed(page, "Ask for leave")
        page.wait_for_url("**/console/access")
        assert "somebody else decides" in page.inner_text("main")
        owner = entered(chromium, school, "Owner")
        owner.goto("/console/access")
        assert not faults(owner)
        pressed(owner, "Give leave")
        owner.get_by_role("heading", name="Has leave now").wait_for()
        assert not faults(owner)
        looking(page, house.recordings[0], case)
    finally:
        house.house.replay = demo


def refused(page: Page, recording: str, case: str) -> None:
    """Ask for a look that is refused, by keyboard."""
    page.goto(f"/console/recordings/{recording}")
    page.get_by_label("Number of the case").fill(case)
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert not faults(page)


def pressed(page: Page, name: str) -> None:
    """Walk to a button with Tab alone, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no Tab reaches {name}")


def test_a_confirmed_export_downloads_as_a_file(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    recording = house.recordings[6]
    export = house.asked_export(recording)
    owner = entered(chromium, school, "Owner")
    owner.goto(f"/console/exports/{export}")
    confirmed(owner)
    viewer = entered(chromium, school, "Demo viewer")
    viewer.goto(f"/console/exports/{export}")
    with viewer.expect_download() as begun:
        viewer.get_by_role("link", name="Log it and download").click()
    assert begun.value.suggested_filename == f"recording-{recording}.json"
    assert json.loads(begun.value.path().read_text("utf-8"))[0]["type"] == 4


def test_screens_need_no_script_and_make_no_noise(chromium: Browser, school: tuple[Lived, str]) -> None:
    page = entered(chromium, school, "Demo viewer", java_script_enabled=False)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/console/recordings")
    page.get_by_label("Institution").select_option("riverbend-high")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**institution=riverbend-high**")
    for path in SCREENS:
        page.goto(path)
    assert said == []


def test_no_screen_asks_anybody_else(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    page = entered(chromium, school, "Demo viewer")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in SCREENS:
        page.goto(path)
    looking(page, house.recordings[2])
    page.wait_for_timeout(500)
    assert [one for one in asked if not one.startswith((url, "data:", "about:"))] == []


def test_the_player_goes_by_keyboard_alone(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    page = entered(chromium, school, "Demo viewer")
    # Four minutes long, so that it plays still when the keys come, on the slowest of machines.
    scrolls: list[Json] = [
        {"type": 3, "timestamp": at, "data": {"source": 3, "id": 1, "x": 0, "y": at % 90}}
        for at in range(10_000, 240_000, 2_000)
    ]
    recording = house.record("who stays long", [*page_events(), *scrolls], happenings())
    house.roll()
    looking(page, recording)
    position = page.get_by_label("Position")
    position.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(position).to_have_value("2000")
    page.get_by_label("Time, minutes:seconds").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0:04")
    page.keyboard.press("Enter")
    expect(position).to_have_value("4000")
    page.get_by_role("button", name="Next step").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".steps [aria-current]")).to_contain_text("Click without effect")
    page.get_by_role("button", name="Play").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(at) => at.value > 4300", arg=position.element_handle())
    page.keyboard.press("Enter")
    page.locator(".steps button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(at) => at.value < 100", arg=position.element_handle())


def test_steps_tell_all_that_happened(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    page = entered(chromium, school, "Demo viewer")
    looking(page, house.recordings[4])
    told = page.locator(".steps li").all_inner_texts()
    assert len(told) == len(happenings())
    wanted = ("Go to /demo/chat/:room", "Click on button", "Scroll to 50 %", "Rage clicks", "TypeError", "POST")
    assert all(any(word in one for one in told) for word in wanted)


def test_reduced_motion_begins_step_by_step(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    page = entered(chromium, school, "Demo viewer", reduced_motion="reduce")
    looking(page, house.recordings[5])
    assert page.get_by_role("button", name="Step by step").get_attribute("aria-pressed") == "true"
    assert page.locator("#play-word").inner_text() == "Next step"


def test_reporting_personal_data_seals_and_empties_the_player(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, _ = school
    recording = house.record("seen too much", page_events(), happenings())
    house.roll()
    page = entered(chromium, school, "Demo viewer")
    looking(page, recording)
    page.get_by_role("button", name="I can see personal data").click()
    page.get_by_role("button", name="Seal it now").click()
    page.get_by_text("Nobody can look at this recording any more").wait_for()
    assert page.locator("iframe").count() == 0
    assert page.locator(".steps li").count() == 0
    assert house.house.replay.get(recording).is_sealed  # type: ignore[arg-type]  # an id as text
