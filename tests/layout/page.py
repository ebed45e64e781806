"""A page of the layout test: how it is served, where it may be recorded, what a person does on it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from playwright.sync_api import Page as Tab

Act = Callable[[Tab], object]
ACTS = 10
_ACT_MS = 5_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """One product's page.

    `serve` yields the origin; `prepare` is done before the first look, signing in for example; `data` selects what the
    people of the product wrote, which no reviewer would approve; `own` is a pattern of texts that are its
    users', beside the invented people's; `login` is how `milkglass vocabulary learn` gets in.
    """

    name: str
    kind: str
    serve: Callable[[], AbstractContextManager[str]]
    path: str
    routes: tuple[str, ...]
    acts: tuple[Act, ...]
    prepare: tuple[Act, ...] = ()
    ready: str = "body"
    data: str = "[data-people]"
    own: str = ""
    login: tuple[dict[str, object], ...] = ()

    def __post_init__(self) -> None:
        assert len(self.acts) == ACTS, f"{self.name} has {len(self.acts)} acts"


def click(selector: str, at: int = 0) -> Act:
    """Click what a selector finds; `at` counts among the visible ones."""
    return lambda tab: tab.locator(f"{selector} >> visible=true").nth(at).click(timeout=_ACT_MS)


def fill(selector: str, said: str) -> Act:
    """Click into a field and type."""

    def act(tab: Tab) -> None:
        found = tab.locator(f"{selector} >> visible=true").first
        found.click(timeout=_ACT_MS)
        found.press_sequentially(said, delay=15)

    return act


def keys(said: str) -> Act:
    """Type to whatever has the focus."""
    return lambda tab: tab.keyboard.type(said, delay=15)


def press(key: str) -> Act:
    """Press one key."""
    return lambda tab: tab.keyboard.press(key)


def wheel(down: int, selector: str | None = None) -> Act:
    """Turn the wheel over an element, or over the middle of the window."""

    def act(tab: Tab) -> None:
        if selector is None:
            tab.mouse.move(640, 400)
        else:
            tab.locator(f"{selector} >> visible=true").first.hover(timeout=_ACT_MS, force=True)
        tab.mouse.wheel(0, down)

    return act


def hover(selector: str, at: int = 0) -> Act:
    """Move the pointer onto an element."""
    return lambda tab: tab.locator(f"{selector} >> visible=true").nth(at).hover(timeout=_ACT_MS)


def seen(selector: str) -> Act:
    """Wait until a page has come that has an element."""
    return lambda tab: tab.wait_for_selector(selector, timeout=6 * _ACT_MS)


def choose(selector: str, value: str) -> Act:
    """Choose an option of a select by its value."""
    return lambda tab: tab.locator(selector).first.select_option(value, timeout=_ACT_MS)


def back() -> Act:
    """Go back in the history."""
    return lambda tab: tab.go_back(timeout=_ACT_MS)


def point(x: int, y: int) -> Act:
    """Click at a place of the window."""
    return lambda tab: tab.mouse.click(x, y)
