"""The Consent page in a real browser: by keyboard, with nothing that axe finds, and what it gives as files."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from milkglass.consent.listing import Asked
from milkglass.web.built import BUILT
from tests.browser.axe import faults
from tests.browser.test_console_screens import entered, pressed
from tests.web.house import Lived, happenings, page_events, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]
PICTURES = os.environ.get("MILKGLASS_TEST_PICTURES")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path_factory.mktemp("consent")) as (house, url):
        yield house, url


def kept(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_nobody_was_asked_yet(chromium: Browser, school: tuple[Lived, str]) -> None:
    owner = entered(chromium, school, "Owner")
    owner.goto("/console/consent")
    assert "Nobody was asked yet" in owner.inner_text("main")
    assert not faults(owner)
    for number in range(3):
        school[0].record(f"person {number}", page_events(), happenings())
    school[0].roll()


def person(school: tuple[Lived, str]) -> str:
    """Somebody who was recorded."""
    if not school[0].house.ledger.list(Asked()):
        school[0].record("somebody", page_events(), happenings())
        school[0].roll()
    return school[0].house.ledger.list(Asked(kind="given"))[0].who.alias


def test_a_withdrawal_goes_by_keyboard_and_shows_what_it_did(chromium: Browser, school: tuple[Lived, str]) -> None:
    alias, owner = person(school), entered(chromium, school, "Owner")
    owner.goto(f"/console/consent?person={alias}")
    found = faults(owner)
    pressed(owner, "Log it, withdraw and erase")
    owner.get_by_text("took it back, asked to erase").wait_for()
    school[0].house.retention.run(right_now())
    owner.reload()
    told = owner.inner_text("main")
    assert "1 recording destroyed" in told
    found += faults(owner)
    kept(owner, "console-person")
    with owner.expect_download() as begun:
        owner.get_by_role("link", name="Receipt").click()
    receipt = json.loads(begun.value.path().read_text("utf-8"))
    assert [one["event_state"] for one in receipt["records"][0]["events"]] == ["given", "withdrawn"]
    assert not found, "\n".join(found)


def test_a_withdrawal_says_how_soon_recording_stopped(chromium: Browser, school: tuple[Lived, str]) -> None:
    school[0].record("who stops", page_events(), happenings())
    school[0].roll()
    alias = school[0].house.ledger.list(Asked(kind="given"))[0].who.alias
    owner = entered(chromium, school, "Owner")
    owner.goto(f"/console/consent?person={alias}")
    owner.get_by_role("button", name="Log it and withdraw").click()
    owner.locator("td", has_text="took it back").first.wait_for()
    assert "stopped" in owner.inner_text("main")


def test_the_files_are_what_the_list_shows(chromium: Browser, school: tuple[Lived, str]) -> None:
    person(school)
    owner = entered(chromium, school, "Owner")
    owner.goto("/console/consent?institution=riverbend-high")
    kept(owner, "console-consent")
    rows = owner.locator("table").last.locator("tbody tr").count()
    answer = owner.request.get("/console/consent.json?institution=riverbend-high")
    assert len(answer.json()["events"]) == rows > 0
    assert owner.request.get("/console/consent.csv?institution=riverbend-high").text().count("\r\n") == rows + 1


def test_an_auditor_reads_and_withdraws_nothing_also_in_the_dark(chromium: Browser, school: tuple[Lived, str]) -> None:
    dark = entered(chromium, school, "Demo auditor", color_scheme="dark")
    dark.goto(f"/console/consent?person={person(school)}")
    assert dark.get_by_role("button", name="Log it and withdraw").count() == 0
    assert not faults(dark)
    kept(dark, "console-dark")
