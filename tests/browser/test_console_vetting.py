"""Vetting by keyboard alone: sign the agreement, be confirmed, and the look that was refused begins."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from milkglass import facts
from milkglass.access.accounts import NewAccount
from milkglass.access.roles import Role
from milkglass.access.training import LASTS
from milkglass.web.built import BUILT
from tests.browser.axe import faults
from tests.browser.test_console_screens import entered, looking, pressed, refused
from tests.web.house import Lived, happenings, page_events, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Lived, str]]:
    """One recording, and a viewer who is trained and no more."""
    with served(tmp_path) as (house, url):
        house.record("person", page_events(), happenings())
        house.roll()
        trained = {"roles": frozenset({Role.VIEWER}), "training_until": right_now() + LASTS}
        new = NewAccount(email="nora@vendor.example", name="Nora", **trained)  # type: ignore[arg-type]  # two fields
        house.house.access.accounts.create(new, facts.COMMAND_LINE, right_now())
        yield house, url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_viewer_is_vetted_by_keyboard(chromium: Browser, school: tuple[Lived, str], scheme: str) -> None:
    house, _ = school
    recording = house.recordings[0]
    page = entered(chromium, school, "Nora", color_scheme=scheme)
    refused(page, recording, "HD-1042")
    pressed(page, "Read and sign the agreement")
    page.get_by_role("heading", name="Confidentiality agreement").wait_for()
    assert not faults(page)
    page.get_by_role("checkbox", name="have read this").focus()
    page.keyboard.press("Space")
    pressed(page, "Log it and sign")
    page.wait_for_url("**/console/training#vetting")
    expect(page.get_by_text("not signed")).to_have_count(0)
    expect(page.get_by_text("Ask Demo legal or Owner to confirm you")).to_be_visible()
    refused(page, recording, "HD-1042")
    pressed(page, "See who can confirm you")
    page.wait_for_url("**/console/training#vetting")

    owner = entered(chromium, school, "Owner", color_scheme=scheme)
    pressed(owner, "Decide")
    owner.get_by_role("heading", name="Viewers to confirm").wait_for()
    assert not faults(owner)
    pressed(owner, "Log it and confirm")
    owner.wait_for_url("**/console/access#people")
    expect(owner.get_by_role("heading", name="Viewers to confirm")).to_have_count(0)
    looking(page, recording)


def test_on_a_narrow_screen_nothing_is_cut_off(chromium: Browser, school: tuple[Lived, str]) -> None:
    buttons = {"Nora": ("/console/training", "Log it and sign"), "Owner": ("/console/access", "Log it and confirm")}
    for name, (path, button) in buttons.items():
        page = entered(chromium, school, name)
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        box = page.get_by_role("button", name=button).bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 320
        assert not faults(page)
