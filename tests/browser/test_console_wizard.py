"""The set-up and the install check in a real browser: by keyboard alone, axe finds nothing, and they fit 320 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from milkglass.web.built import BUILT
from milkglass.wizard import Step
from tests.browser.axe import faults
from tests.line.product import Product, product
from tests.web.house import right_now

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (BUILT / "manifest.json").exists(), reason="the console is not built: npm run build"),
]
PATHS = ("/console/", "/console/install", "/console/wizard", *(f"/console/wizard/{step}" for step in Step))


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("set-up")) as one:
        yield one


def entered(browser: Browser, shop: Product, **context: object) -> Page:
    page = browser.new_context(base_url=shop.url, **context).new_page()  # type: ignore[arg-type]  # media words
    page.goto(f"/login/{shop.house.link('Owner', right_now()).rpartition('/')[2]}")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/console/")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_telephone(
    chromium: Browser, shop: Product, scheme: str
) -> None:
    page = entered(chromium, shop, color_scheme=scheme, viewport={"width": 320, "height": 700})
    found: list[str] = []
    for path in PATHS:
        page.goto(path)
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path} is {wide} pixels wide"] if wide > 320 else []
    assert not found, "\n".join(sorted(set(found)))


def focused(page: Page) -> str:
    words = "(e) => e.labels?.[0]?.innerText ?? e.innerText ?? ''"
    return str(page.evaluate(f"({words})(document.activeElement)")).strip()


def walked(page: Page, name: str) -> None:
    """Walk to what has this name with Tab alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    raise AssertionError(f"no Tab reaches {name} on {page.url}")


# Where Tab leads to, what is typed there, and the page that follows.
WAY = (
    ("Continue", ("Enter",), "/console/wizard"),
    ("Continue", ("Enter",), "/wizard/owner"),
    ("Name", ("Ada Moreno", "Tab", "ada@vendor.example", "Enter"), "/wizard/login"),
    ("Later", ("Enter",), "/wizard/application"),
    ("Name of the product", ("Enter",), "/wizard/starter"),
    ("Keep what stands", ("ArrowDown", "Enter"), "/wizard/install"),
    ("Go on", ("Enter",), "/wizard/audit"),
    ("Days until", ("Enter",), "/console/wizard"),
)


def test_the_set_up_goes_by_keyboard_alone(chromium: Browser, shop: Product) -> None:
    page = entered(chromium, shop)
    for name, keys, following in WAY:
        walked(page, name)
        for key in keys:
            press = page.keyboard.press if key in ("Enter", "Tab", "ArrowDown") else page.keyboard.type
            press(key)
        page.wait_for_url(f"**{following}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set-up, 4 of 6 steps done")
    assert shop.house.account("Owner").name == "Ada Moreno"


def test_a_step_that_is_not_done_says_why_and_can_be_left(chromium: Browser, shop: Product) -> None:
    page = entered(chromium, shop)
    page.goto("/console/wizard/login")
    walked(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("has no passkey yet")
    assert not faults(page)
    walked(page, "Later")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wizard/application")


def test_the_install_check_tells_what_arrives_while_it_is_open(chromium: Browser, shop: Product) -> None:
    page = entered(chromium, shop)
    page.goto("/console/install")
    expect(page.get_by_role("heading", name="Waiting for the first page")).to_be_visible()
    assert asked(shop, shop.token(b"mgs_" + b"0" * 64)) == 401
    expect(page.get_by_role("rowheader", name="visit_token_signature")).to_be_visible()
    expect(page.get_by_text("Sign header.payload by HMAC-SHA256")).to_be_visible()
    assert asked(shop, shop.token()) == 200
    expect(page.get_by_role("heading", name="A page asked, and nothing is recorded yet")).to_be_visible()


def asked(shop: Product, token: str) -> int:
    return shop.lived.client().post("/v1/tickets", json={"visit": token}).status_code
