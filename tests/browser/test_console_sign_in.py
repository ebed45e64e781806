"""Signing in with Chromium's own authenticator: make a passkey, log in with it, prove again, lose one; by keyboard."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from milkglass.web.built import BUILT
from tests.browser.authenticator import device, make
from tests.browser.axe import faults
from tests.web.house import Lived, right_now
from tests.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Lived, str]]:
    with served(tmp_path) as (house, url):
        yield house, url


def by_link(house: Lived, page: Page, name: str) -> None:
    page.goto(f"/login/{house.house.link(name, right_now()).rpartition('/')[2]}")


def entered(page: Page, button: str, where: str) -> None:
    """Log in by a button of the link's page, and wait for the screen that it leads to."""
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(where)


def log_in_by_keyboard(page: Page, url: str) -> None:
    """Log out, and in again by the passkey alone."""
    page.get_by_role("button", name="Log out", exact=True).click()
    page.wait_for_url(f"{url}/login")
    button = page.get_by_role("button", name="Log in with a passkey")
    expect(button).to_be_enabled()
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/console/")


def test_a_passkey_from_the_owners_link_to_its_removal(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    page = chromium.new_context(base_url=url).new_page()
    key = device(page)
    by_link(house, page, "Owner")
    entered(page, "Go on and make a passkey", "**/console/sign-in#add")
    expect(page.get_by_text("You came by a one-time link.")).to_be_visible()
    make(page, "work laptop", 1)
    expect(page.get_by_text("one: add a second")).to_be_visible()

    log_in_by_keyboard(page, url)
    # The same device again is told apart; another one is the second.
    page.goto("/console/sign-in")
    page.get_by_label("A name for it").fill("the same")
    page.get_by_label("A name for it").press("Enter")
    expect(page.get_by_text("This device holds a passkey for you already.")).to_be_visible()
    key.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key.authenticator})  # type: ignore[attr-defined]
    device(page)
    make(page, "blue key", 2)
    page.get_by_role("button", name="Log it and remove work laptop").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row", name="blue key")).to_be_visible()
    acts = [line["act"] for line in entries(house)]
    assert [act for act in acts if act.startswith("login.passkey")] == [
        "login.passkey_added",
        "login.passkey_added",
        "login.passkey_removed",
    ]
    page.context.close()


def entries(house: Lived) -> list[dict[str, str]]:
    return [json.loads(entry.spelled) for entry in house.house.log.entries(0, 10_000)]


def test_a_device_that_asks_for_no_finger_makes_none(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    page = chromium.new_context(base_url=url).new_page()
    device(page, is_verified=False)
    by_link(house, page, "Demo viewer")
    page.get_by_role("button", name="Go on and make a passkey").click()
    page.get_by_label("A name for it").fill("bare key")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Nothing was chosen in time, or it was cancelled.")).to_be_visible()
    account = house.house.account("Demo viewer")
    assert house.house.access.logins.passkeys.list(account.id) == []
    page.context.close()


def test_a_later_link_proves_nothing_until_the_passkey_does(chromium: Browser, school: tuple[Lived, str]) -> None:
    house, url = school
    page = chromium.new_context(base_url=url).new_page()
    device(page)
    by_link(house, page, "Demo viewer")
    page.get_by_role("button", name="Go on and make a passkey").click()
    make(page, "blue key", 1)
    by_link(house, page, "Demo viewer")
    entered(page, "Log in", "**/console/")
    page.goto("/console/sign-in?next=/console/recordings")
    expect(page.get_by_role("button", name="Log it and remove blue key")).to_be_disabled()
    page.get_by_role("button", name="Prove it with a passkey").click()
    page.wait_for_url(f"{url}/console/recordings")
    page.goto("/console/sign-in")
    expect(page.get_by_role("button", name="Log it and remove blue key")).to_be_enabled()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_ways_in(chromium: Browser, school: tuple[Lived, str], scheme: str) -> None:
    house, url = school
    page = chromium.new_context(base_url=url, color_scheme=scheme).new_page()  # type: ignore[arg-type]  # a media word
    device(page)
    page.goto("/login")
    found = faults(page)
    page.get_by_text("With a password and an app's code").click()
    found += faults(page)
    by_link(house, page, "Demo viewer")
    found += faults(page)
    entered(page, "Go on and make a passkey", "**/console/sign-in#add")
    found += faults(page)
    make(page, "blue key", 1)
    found += faults(page)
    page.get_by_role("button", name="Set up an app and a password").click()
    expect(page.get_by_text("It is shown for ten minutes.")).to_be_visible()
    expect(page.get_by_role("img", name="QR code that holds the letters below")).to_be_visible()
    found += faults(page)
    by_link(house, page, "Demo viewer")
    entered(page, "Log in", "**/console/")
    page.goto("/console/sign-in")
    # This login proved nothing: it does not see what the other one was shown.
    expect(page.get_by_role("heading", name="Password and authenticator app")).to_be_visible()
    expect(page.get_by_text("It is shown for ten minutes.")).to_have_count(0)
    found += faults(page)
    assert found == []
    page.context.close()
