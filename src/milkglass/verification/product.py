"""Product: somebody's web product in a tab, opened and clicked by the walk, with the files that it loaded.

`page.js` runs in a world of its own beside the page's scripts: it sees the same tree, and no page can change its words.
"""

from __future__ import annotations

import time
from base64 import b64decode
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urldefrag, urlsplit

import msgspec

from milkglass.errors import Unavailable
from milkglass.verification import evidence
from milkglass.verification.seen import Opener, Page, Place
from milkglass.verification.tab import tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milkglass.verification.chromium import Chromium, Message
    from milkglass.verification.scope import Scope
    from milkglass.verification.tab import Tab

SCRIPT = files("milkglass.verification").joinpath("page.js").read_text("utf-8")
WORLD = "milkglass-walk"
LOAD_SECONDS = 20.0
QUIET_SECONDS = 0.35
MOST_QUIET_SECONDS = 4.0
LARGEST_BODY = 8_000_000
_NEVER_ENDS = frozenset({"EventSource", "WebSocket", "Ping", "Media"})
# A page cannot open windows or print; what leaves the page by itself is not stopped.
_STILL = "window.open = () => null; window.print = () => {};"
_COLLECT_SECONDS = 60.0
T = TypeVar("T")


class _Response(msgspec.Struct, rename="camel"):
    url: str = ""
    mime_type: str = ""
    status: int = 0


class _Told(msgspec.Struct, rename="camel"):
    request_id: str = ""
    type: str = ""
    response: _Response | None = None


class _Body(msgspec.Struct, rename="camel"):
    body: str = ""
    base64_encoded: bool = False


class _Frame(msgspec.Struct, rename="camel"):
    id: str = ""


class _Tree(msgspec.Struct, rename="camel"):
    frame: _Frame


class _FrameTree(msgspec.Struct, rename="camel"):
    frame_tree: _Tree


class _World(msgspec.Struct, rename="camel"):
    execution_context_id: int = 0


class _Said(msgspec.Struct):
    value: msgspec.Raw = msgspec.Raw(b"null")


class _Evaluated(msgspec.Struct, rename="camel"):
    result: _Said
    exception_details: msgspec.Raw | None = None


class _Gone(msgspec.Struct, rename="camel"):
    error_text: str = ""
    loader_id: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that the product served: its bytes and media type."""

    content: bytes
    media_type: str


@dataclass(slots=True)
class Loaded:
    """What the product's own files say, gathered over the walk."""

    sheets: dict[str, str] = field(default_factory=dict)
    assets: dict[str, Kept] = field(default_factory=dict)
    literals: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    described: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Product:
    """The open tab; made by `opened`."""

    tab: Tab
    options: str
    loaded: Loaded = field(default_factory=Loaded)
    status: int = 0
    _answers: dict[str, _Told] = field(default_factory=dict)
    _waiting: list[str] = field(default_factory=list)
    _asked: dict[str, float] = field(default_factory=dict)

    def hear(self, method: str, message: Message) -> None:
        """Remember what was answered; the bodies are fetched later, for nothing may be asked while listening."""
        if message.session_id != self.tab.session:
            return
        match method:
            case "Page.javascriptDialogOpening":
                # Leaving a page is allowed, everything else that a dialog asks is declined.
                accept = b'"beforeunload"' in bytes(message.params)
                self.tab.browser.send("Page.handleJavaScriptDialog", {"accept": accept}, self.tab.session)
            case "Network.requestWillBeSent":
                told = msgspec.json.decode(message.params, type=_Told)
                if told.type in _NEVER_ENDS:
                    self.tab.open_requests.discard(told.request_id)
                else:
                    # A document is waited for until it is there or `LOAD_SECONDS` are over, a poll is not.
                    self._asked[told.request_id] = time.monotonic() + (LOAD_SECONDS if told.type == "Document" else 0)
            case "Network.responseReceived":
                told = msgspec.json.decode(message.params, type=_Told)
                self._answers[told.request_id] = told
                if told.type == "Document" and told.response:
                    self.status = told.response.status
            case "Network.loadingFinished":
                self._waiting.append(msgspec.json.decode(message.params, type=_Told).request_id)
            case _:
                pass

    def go(self, address: str) -> None:
        """Open an address, a route within the page too, and wait until it is still. Raises Unavailable."""
        before = self.tab.loads
        answer = msgspec.json.decode(self.tab.call("Page.navigate", url=address), type=_Gone)
        if answer.error_text and answer.error_text != "net::ERR_ABORTED":
            host = urlsplit(address).netloc
            raise Unavailable(f"the page at {host} does not answer ({answer.error_text}); is the product running?")
        if answer.loader_id:
            self.tab.until(lambda: self.tab.loads > before, LOAD_SECONDS, "a page to load")
        self.settle()

    def resize(self, width: int, height: int) -> None:
        """Make the screen this large."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.tab.call("Emulation.setDeviceMetricsOverride", **metrics)

    def settle(self) -> None:
        """Wait until nothing is under way and a moment more, then read what was loaded."""
        still_since = begun = time.monotonic()
        while (now := time.monotonic()) < begun + MOST_QUIET_SECONDS or self._is_loading(now):
            # A request that stays open, as a long poll does, is not waited for.
            if any(now - self._asked.get(one, 0.0) < 1.5 for one in self.tab.open_requests):  # noqa: PLR2004
                still_since = now
            elif now - max(still_since, min(self.tab.last_request_at, now)) > QUIET_SECONDS:
                break
            self.tab.browser.listen(now + 0.05)
        self._read()

    def _is_loading(self, now: float) -> bool:
        """Tell whether another document is on its way: to go on would break off a login that a slow server checks."""
        return any(self._asked.get(one, 0.0) > now for one in self.tab.open_requests)

    def address(self) -> str:
        """Return where the tab is, with its fragment."""
        return self._ask_page("location.href", str)

    def collect(self) -> Page:
        """Ask the page for all that it shows."""
        return self._ask("collect()", Page)

    def look(self) -> int:
        """Return a number that changes when the page shows something else."""
        return self._ask("look()", int)

    def openers(self) -> list[Opener]:
        """List what may show more."""
        return self._ask("openers()", list[Opener])

    def hovers(self) -> list[tuple[float, float]]:
        """List places where a pointer may show more."""
        return self._ask("hovers()", list[tuple[float, float]])

    def place(self, key: int) -> Place | None:
        """Bring an opener into view and say where it is; None if it is gone."""
        return self._ask(f"place({key})", Place | None)  # type: ignore[arg-type]  # a union is no class

    def press(self, key: int) -> None:
        """Click an opener that lies under something, without a pointer."""
        self._ask(f"press({key})", bool)

    def click(self, place: Place) -> None:
        """Click where something is, as a person does."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            pressed = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.tab.call("Input.dispatchMouseEvent", type=kind, x=place.x, y=place.y, **pressed)

    def point(self, x: float, y: float) -> None:
        """Move the pointer there."""
        self.tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def wait(self, seconds: float) -> None:
        """Listen for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tab.browser.listen(min(end, time.monotonic() + 0.1))

    def fetch_sheet(self, address: str) -> str:
        """Return a sheet's text as the page itself gets it; empty where it may not."""
        ask = f"fetch({msgspec.json.encode(address).decode()}).then((a) => a.ok ? a.text() : '').catch(() => '')"
        return self._ask_page(ask, str)

    def _ask(self, what: str, kind: type[T]) -> T:
        return self._ask_page(f"({SCRIPT})({self.options}).{what}", kind)

    def _ask_page(self, expression: str, kind: type[T]) -> T:
        # A page that navigates meanwhile loses its world; the new one is asked again.
        for attempt in range(3):
            try:
                return self._ask_once(expression, kind)
            except Unavailable:
                if attempt == 2:  # noqa: PLR2004 - the third time
                    raise
                self.wait(0.5)
        raise Unavailable("the page did not stay long enough to be read")

    def _ask_once(self, expression: str, kind: type[T]) -> T:
        frame = msgspec.json.decode(self.tab.call("Page.getFrameTree"), type=_FrameTree).frame_tree.frame.id
        raw = self.tab.call("Page.createIsolatedWorld", frameId=frame, worldName=WORLD)
        asked = {
            "expression": expression,
            "contextId": msgspec.json.decode(raw, type=_World).execution_context_id,
            "returnByValue": True,
            "awaitPromise": True,
        }
        answer = self.tab.browser.call("Runtime.evaluate", asked, self.tab.session, seconds=_COLLECT_SECONDS)
        told = msgspec.json.decode(answer, type=_Evaluated)
        if told.exception_details is not None:
            raise Unavailable("the page cannot be read by the walk's script")
        return msgspec.json.decode(told.result.value, type=kind)

    def _read(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            told = self._answers.pop(request, None)
            self._asked.pop(request, None)
            if told is None or told.response is None or not 200 <= told.response.status < 300:  # noqa: PLR2004
                continue
            address = urldefrag(told.response.url)[0]
            is_json = told.type in ("XHR", "Fetch") and "json" in told.response.mime_type
            if told.type not in ("Stylesheet", "Script", "Font", "Image") and not is_json:
                continue
            if address in self.loaded.read and not is_json:
                continue
            self.loaded.read.add(address)
            body = self._body(request)
            if body is not None and len(body) <= LARGEST_BODY:
                self._take(told.type, told.response, address, body)

    def _body(self, request: str) -> bytes | None:
        try:
            raw = self.tab.call("Network.getResponseBody", requestId=request)
        except Unavailable:
            return None  # the browser let it go
        told = msgspec.json.decode(raw, type=_Body)
        return b64decode(told.body) if told.base64_encoded else told.body.encode("utf-8", "surrogatepass")

    def _take(self, kind: str, response: _Response, address: str, body: bytes) -> None:
        loaded = self.loaded
        match kind:
            case "Stylesheet":
                loaded.sheets[address] = body.decode("utf-8", "replace").lstrip("\ufeff")
            case "Font" | "Image":
                loaded.assets[address] = Kept(body, response.mime_type)
            case "Script":
                if len(loaded.literals) < evidence.MOST_STRINGS:
                    loaded.literals.update(evidence.literals(body.decode("utf-8", "replace")))
            case _:
                if evidence.is_translation(address):
                    loaded.literals.update(evidence.values(body))
                elif told := set(evidence.described(body)):
                    loaded.described |= told
                elif len(loaded.records) < evidence.MOST_STRINGS:
                    loaded.records.update(evidence.values(body))


@contextmanager
def opened(browser: Chromium, address: str, size: tuple[int, int], options: Options) -> Iterator[Product]:
    """Open a tab of its own for a product, still empty; it is gone at the end."""
    dice = Random(1)  # noqa: S311 - a pointer's way, not a secret
    with tab(browser, address, size, dice) as page:
        product = Product(page, options.script())
        browser.listeners.append(product.hear)
        try:
            page.call("Page.addScriptToEvaluateOnNewDocument", source=_STILL)
            page.call("Network.enable", maxTotalBufferSize=200_000_000, maxResourceBufferSize=20_000_000)
            yield product
        finally:
            browser.listeners.remove(product.hear)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What `page.js` is told: the scope, the attribute names that every page has, whether forms may be sent."""

    scope: Scope
    known: tuple[str, ...]
    may_submit: bool = False

    def script(self) -> str:
        """Write them as the script's argument."""
        said = {
            "exclusions": list(self.scope.selectors),
            "records": list(self.scope.records),
            "pages": list(self.scope.pages),
            "known": list(self.known),
            "submit": self.may_submit,
        }
        return msgspec.json.encode(said).decode()
