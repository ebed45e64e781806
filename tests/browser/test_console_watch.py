"""Access incidents and the weekly review in a browser: judged and signed off by keyboard, and axe finds nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from milkglass import facts
from milkglass.merkle.entry import Decided, Why
from tests.browser.axe import faults
from tests.browser.test_console_screens import entered
from tests.web.house import Lived, right_now
from tests.web.serving import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lived, str]]:
    """A house whose log tells of looks without leave, two weeks ago and now."""
    with served(tmp_path_factory.mktemp("watch")) as (house, url):
        now = right_now()
        ruling = facts.Ruling(decision=Decided.ALLOW, why=Why(rules=("vetted-view",)))
        looks = (("Demo viewer", now - timedelta(days=8)), ("Demo viewer", now), ("Second viewer", now))
        for number, (name, at) in enumerate(looks):
            by = facts.By(at=at, actor=house.house.account(name).actor)
            fact = facts.look(by, facts.Act.LOOK_ALLOW, "0" * 26, ruling, {"look": str(number) * 26})
            house.house.writer.commit([], fact)
        yield house, url


def pressed(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name).first
    button.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_auditor_judges_and_signs_off_by_keyboard(chromium: Browser, school: tuple[Lived, str], scheme: str) -> None:
    page = entered(chromium, school, "Demo auditor", color_scheme=scheme)
    page.goto("/console/access-incidents")
    found = faults(page)
    pressed(page, "Read the log now")
    expect(page.get_by_role("heading", name="for a judgement")).to_be_visible()
    waiting = page.get_by_role("region", name="To judge").get_by_role("row")
    before = waiting.count()
    found += faults(page)
    page.goto("/console/")
    page.get_by_role("listitem").filter(has_text="to judge").get_by_role("link", name="Judge").click()
    page.get_by_label("Outcome").first.select_option("false_positive")
    pressed(page, "Log it")
    expect(waiting).to_have_count(before - 1)
    expect(page.get_by_role("heading", name="How often a rule was wrong")).to_be_visible()
    page.get_by_text("The rules", exact=True).click()
    found += faults(page)
    page.goto("/console/log")
    expect(page.get_by_role("img", name="Looks of the last 14 days by person")).to_be_visible()
    if scheme == "light":
        pressed(page, "Log it and sign off")
        expect(page.get_by_text("by Demo auditor")).to_be_visible()
    page.get_by_text("As a table").click()
    found += faults(page)
    assert found == []
    page.context.close()
