"""Tab: one person's browser context, driven as a person drives it: real pointer, key and wheel events."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Self

import msgspec

from milkglass.errors import Unavailable
from milkglass.verification.chromium import Chromium, Message, Params

FIND_SECONDS = 8.0
LOAD_SECONDS = 20.0
QUIET_SECONDS = 0.4
_MOVE_STEPS = 6

# Where an element can be hit: its middle, once it is in view, on top and still.
_PLACE = """
(selector, number) => {
  const found = [...document.querySelectorAll(selector)].filter((e) => e.getClientRects().length > 0)[number];
  if (!found) return null;
  found.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { left, top, width, height } = found.getBoundingClientRect();
  const x = left + width / 2, y = top + height / 2;
  const hit = document.elementFromPoint(x, y);
  return hit && (found.contains(hit) || hit.contains(found)) ? { x, y } : null;
}
"""


class _Place(msgspec.Struct):
    x: float
    y: float


class _Value(msgspec.Struct):
    value: msgspec.Raw = msgspec.Raw(b"null")


class _Evaluated(msgspec.Struct):
    result: _Value


class _Target(msgspec.Struct, rename="camel"):
    target_id: str = ""
    browser_context_id: str = ""
    session_id: str = ""


class _Navigated(msgspec.Struct, rename="camel"):
    error_text: str = ""


class _Traffic(msgspec.Struct, rename="camel"):
    request_id: str = ""


@dataclass(slots=True)
class Tab:
    """A page in its own context; made by `tab`."""

    browser: Chromium
    session: str
    base: str
    dice: Random
    x: float = 40.0
    y: float = 40.0
    loads: int = 0
    open_requests: set[str] = field(default_factory=set)
    last_request_at: float = 0.0

    def call(self, method: str, **params: object) -> msgspec.Raw:
        """Run a command in this tab."""
        return self.browser.call(method, params, self.session)

    def hear(self, method: str, message: Message) -> None:
        """Keep count of loads and of requests under way."""
        if message.session_id != self.session:
            return
        match method:
            case "Page.loadEventFired":
                self.loads += 1
            case "Network.requestWillBeSent":
                self.open_requests.add(msgspec.json.decode(message.params, type=_Traffic).request_id)
                self.last_request_at = time.monotonic()
            case "Network.loadingFinished" | "Network.loadingFailed":
                self.open_requests.discard(msgspec.json.decode(message.params, type=_Traffic).request_id)
            case _:
                pass

    def until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        """Listen until something holds. Raises Unavailable, naming `what`, after `seconds`."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise Unavailable(f"the browser waited {seconds:.0f} s for {what}")
            self.browser.listen(min(end, time.monotonic() + 0.05))

    def pause(self, seconds: float) -> None:
        """Let time go by as a person does, half as long to half as long again."""
        end = time.monotonic() + seconds * self.dice.uniform(0.5, 1.5)
        while time.monotonic() < end:
            self.browser.listen(end)

    def quiet(self, seconds: float = 5.0) -> None:
        """Wait until no request has started for a moment; at most `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.open_requests and time.monotonic() - self.last_request_at > QUIET_SECONDS:
                return
            self.browser.listen(time.monotonic() + 0.05)

    def go(self, address: str) -> None:
        """Open an address of the product, or `about:blank`, and wait for its load."""
        before = self.loads
        raw = self.call("Page.navigate", url=address if ":" in address else self.base + address)
        if msgspec.json.decode(raw, type=_Navigated).error_text:
            raise Unavailable(f"nothing answers at {self.base}; is the product running there?")
        self.until(lambda: self.loads > before, LOAD_SECONDS, "a page to load")

    def ask(self, function: str, *values: object) -> msgspec.Raw:
        """Run a function of the page and return its value as JSON."""
        said = ", ".join(msgspec.json.encode(v).decode() for v in values)
        raw = self.call("Runtime.evaluate", expression=f"({function})({said})", returnByValue=True)
        return msgspec.json.decode(raw, type=_Evaluated).result.value

    def address(self) -> str:
        """Return the address of the page that is open, without its fragment."""
        return msgspec.json.decode(self.ask("() => location.href.split('#')[0]"), type=str)

    def path(self) -> str:
        """Return the path of the page that is open."""
        return msgspec.json.decode(self.ask("() => location.pathname"), type=str)

    def place(self, selector: str, number: int = 0) -> tuple[float, float]:
        """Return where an element can be hit, waiting for it. Raises Unavailable if it does not come."""
        found: _Place | None = None

        def is_there() -> bool:
            nonlocal found
            found = msgspec.json.decode(self.ask(_PLACE, selector, number), type=_Place | None)
            return found is not None

        self.until(is_there, FIND_SECONDS, selector)
        return (found.x, found.y) if found else (0.0, 0.0)

    def move(self, x: float, y: float) -> None:
        """Lead the pointer there in a few steps, slightly off the straight line."""
        from_x, from_y, bend = self.x, self.y, self.dice.uniform(-30, 30)
        for step in range(1, _MOVE_STEPS + 1):
            part = step / _MOVE_STEPS
            aside = bend * part * (1 - part)
            self._mouse("mouseMoved", from_x + (x - from_x) * part + aside, from_y + (y - from_y) * part + aside)
            self.pause(0.03)
        self.x, self.y = x, y

    def hover(self, selector: str, number: int = 0) -> None:
        """Point at an element."""
        self.move(*self.place(selector, number))

    def click(self, selector: str, number: int = 0, *, times: int = 1) -> None:
        """Click an element near its middle; `times` in quick succession is rage."""
        x, y = self.place(selector, number)
        self.move(x + self.dice.uniform(-4, 4), y + self.dice.uniform(-3, 3))
        for _ in range(times):
            self._mouse("mousePressed", self.x, self.y, button="left", clickCount=1)
            self._mouse("mouseReleased", self.x, self.y, button="left", clickCount=1)
            self.pause(0.06)

    def follow(self, selector: str, number: int = 0) -> None:
        """Click what loads another page, and wait for that page."""
        before = self.loads
        self.click(selector, number)
        self.until(lambda: self.loads > before, LOAD_SECONDS, "a page to load")

    def write(self, words: str) -> None:
        """Type into the field that has the focus, key by key."""
        for letter in words:
            self.call("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def press(self, key: str, code: int) -> None:
        """Press a named key, such as Enter (13)."""
        said = "\r" if key == "Enter" else ""
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=code, text=said)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=code)

    def wheel(self, distance: int) -> None:
        """Turn the wheel where the pointer is; down is positive."""
        for _ in range(3):
            self._mouse("mouseWheel", self.x, self.y, deltaX=0, deltaY=distance // 3)
            self.pause(0.08)

    def leave(self) -> None:
        """Go away from the product, so that what is still unsent is sent, and wait for it."""
        self.go("about:blank")
        self.quiet()

    def _mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=max(0.0, x), y=max(0.0, y), **more)

    def __enter__(self) -> Self:
        """Start to listen."""
        self.browser.listeners.append(self.hear)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self.browser.listeners.remove(self.hear)


@contextmanager
def tab(browser: Chromium, base: str, size: tuple[int, int], dice: Random) -> Iterator[Tab]:
    """Open a tab in a context of its own, with nothing kept from before, and close both at the end."""
    context = _target(browser, "Target.createBrowserContext", {}).browser_context_id
    try:
        with _opened(browser, {"browserContextId": context}, base, size, dice) as one:
            yield one
    finally:
        browser.call("Target.disposeBrowserContext", {"browserContextId": context})


@contextmanager
def plain_tab(browser: Chromium, base: str, size: tuple[int, int], dice: Random) -> Iterator[Tab]:
    """Open a tab as a person does, in the profile itself: what the browser was extended by runs in it."""
    with _opened(browser, {}, base, size, dice) as one:
        yield one


@contextmanager
def _opened(
    browser: Chromium, where: Mapping[str, object], base: str, size: tuple[int, int], dice: Random
) -> Iterator[Tab]:
    page = _target(browser, "Target.createTarget", {"url": "about:blank", **where}).target_id
    session = _target(browser, "Target.attachToTarget", {"targetId": page, "flatten": True}).session_id
    with Tab(browser=browser, session=session, base=base.rstrip("/"), dice=dice) as opened:
        for domain in ("Page", "Network"):
            opened.call(f"{domain}.enable")
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        opened.call("Emulation.setDeviceMetricsOverride", **metrics)
        yield opened


def _target(browser: Chromium, method: str, params: Params) -> _Target:
    return msgspec.json.decode(browser.call(method, params), type=_Target)
