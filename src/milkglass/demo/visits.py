"""Visits: invented people use Chalkboard in a real browser, and a demo account walks it for the wireframes.

A person's visit is recorded as any visit is: their browser asks Chalkboard for a visit token and Milkglass for a
ticket. The demo account's walk gets its tickets from the house itself, because no visit token can name it.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from random import Random
from threading import Event

import msgspec

from milkglass.demo.walks import Visit, chapters, sign_in
from milkglass.errors import Unavailable
from milkglass.verification.chromium import Chromium, Message, installed, running
from milkglass.verification.tab import Tab, tab

SIZES = {"large": (1280, 800), "medium": (900, 1100), "small": (390, 800)}
TAKEN_SECONDS = 12.0  # the SDK sends every five
# Of twelve people ten have a large screen: enough to stand above the floor of ten in that size's heatmap.
_MEDIUM, _SMALL, _OF = 4, 9, 12

# The answer of `POST /v1/tickets` for the demo account, as JSON; its argument is the old ticket, if there is one.
Exchange = Callable[[str | None], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the visits have come: visit `number` of `people`, and what is being done, never by whom."""

    number: int
    people: int
    size: str
    doing: str

    @property
    def line(self) -> str:
        """The line that a command prints."""
        return f"visit {self.number} of {self.people} ({self.size} screen): {self.doing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """One route of the demo account's walk: which recording holds its wireframe, in which viewport size."""

    route: str
    size: str
    recording: str


def run(
    base_url: str, *, people: int = 12, seed: int = 1, at_once: int = 3, chromium: str | None = None
) -> Iterator[Progress]:
    """Let different people use Chalkboard, a few at a time, and tell how far it is.

    Args:
        base_url: where Milkglass is served, such as `http://localhost:8484`.
        people: how many; beyond the twelve of the class list they type a name of their own.
        seed: the same seed walks the same ways.
        at_once: how many browsers run side by side; a visit takes about 20 s, most of it waiting.
        chromium: the browser's path, if it is not on the PATH.
    Raises: NotFound without Chromium, Unavailable when the browser or the demo does not answer in time; then no
        further visit begins.
    """
    told: SimpleQueue[Progress | None] = SimpleQueue()  # None: a browser is done
    crew = _Crew(base_url=base_url, people=people, seed=seed, chromium=installed(chromium), told=told, stop=Event())
    at_once = min(at_once, people)
    with ThreadPoolExecutor(max(1, at_once)) as pool:
        work = [pool.submit(crew.work, range(first, people, at_once)) for first in range(at_once)]
        try:
            for _ in work:
                while (progress := told.get()) is not None:
                    yield progress
        finally:
            crew.stop.set()
    for done in work:
        done.result()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew:
    base_url: str
    people: int
    seed: int
    chromium: str
    told: SimpleQueue[Progress | None]
    stop: Event

    def work(self, numbers: Iterable[int]) -> None:
        """Walk these visits in one browser; whatever goes wrong stops the others, too."""
        try:
            with running(self.chromium) as browser:
                for number in numbers:
                    self._visit(browser, number)
        except BaseException:
            self.stop.set()
            raise
        finally:
            self.told.put(None)

    def _visit(self, browser: Chromium, number: int) -> None:
        dice = Random(f"{self.seed}/{number}")  # noqa: S311 -- a walk, not a secret
        size = {_MEDIUM: "medium", _SMALL: "small"}.get(number % _OF, "large")
        with tab(browser, self.base_url, SIZES[size], dice) as page:
            visit = Visit(page=page, dice=dice, number=number, size=size)
            for doing, chapter in chapters(visit):
                if self.stop.is_set():
                    return
                self.told.put(Progress(number=number + 1, people=self.people, size=size, doing=doing))
                chapter(visit)
            page.leave()


class _Answered(msgspec.Struct):
    recording: str = ""


class _Asked(msgspec.Struct):
    ticket: str | None = None


class _PausedRequest(msgspec.Struct, rename="camel"):
    post_data: str = "{}"


class _Paused(msgspec.Struct, rename="camel"):
    request_id: str
    request: _PausedRequest


class _Reply(msgspec.Struct):
    url: str = ""
    status: int = 0


class _Replied(msgspec.Struct, rename="camel"):
    request_id: str
    response: _Reply


class _Sent(msgspec.Struct):
    request_id: str = msgspec.field(name="requestId")
    document: str = msgspec.field(name="documentURL", default="")


class _DemoAccount:
    """Answers the SDK's ticket requests in place of the server, and sees from which pages a batch was taken."""

    def __init__(self, page: Tab, exchange: Exchange) -> None:
        self.page = page
        self.exchange = exchange
        self.recording = ""
        self.sent: dict[str, str] = {}
        self.taken: set[str] = set()

    def hear(self, method: str, message: Message) -> None:
        if message.session_id != self.page.session:
            return
        if method == "Fetch.requestPaused":
            paused = msgspec.json.decode(message.params, type=_Paused)
            asked = msgspec.json.decode(paused.request.post_data, type=_Asked)
            body = self.exchange(asked.ticket)
            self.recording = msgspec.json.decode(body, type=_Answered).recording
            answer: dict[str, object] = {
                "requestId": paused.request_id,
                "responseCode": 200,
                "body": b64encode(body).decode(),
            }
            answer["responseHeaders"] = [{"name": "Content-Type", "value": "application/json"}]
            # Not waited for: this runs while another command's answer is awaited.
            self.page.browser.send("Fetch.fulfillRequest", answer, self.page.session)
        elif method == "Network.requestWillBeSent":
            sent = msgspec.json.decode(message.params, type=_Sent)
            self.sent[sent.request_id] = sent.document
        elif method == "Network.responseReceived":
            replied = msgspec.json.decode(message.params, type=_Replied)
            if replied.response.url.endswith("/v1/batches") and replied.response.status == 202:  # noqa: PLR2004 -- kept
                self.taken.add(self.sent.get(replied.request_id, ""))


def walk_wireframes(
    base_url: str,
    exchange: Exchange,
    *,
    sizes: Sequence[str] = ("large", "medium", "small"),
    chromium: str | None = None,
) -> Iterator[Walked]:
    """Walk every recorded route as the demo account, in each viewport size, and tell which recording holds it.

    The batches go the normal way into the server; only the tickets come from `exchange`, which the house makes from
    `Tickets.demo`. A route's wireframe is the full snapshot after the Meta event that names the route.

    Raises: NotFound without Chromium, Unavailable if a route's snapshot was not taken in time.
    """
    with running(chromium) as browser:
        for size in sizes:
            dice = Random(size)  # noqa: S311 -- a walk, not a secret
            with tab(browser, base_url, SIZES[size], dice) as page:
                account = _DemoAccount(page, exchange)
                browser.listeners.append(account.hear)
                page.call("Fetch.enable", patterns=[{"urlPattern": "*/v1/tickets*"}])
                yield from _walk(account, size)
                browser.listeners.remove(account.hear)


def _walk(account: _DemoAccount, size: str) -> list[Walked]:
    """Walk the routes; what was seen is told after the last page is left, when everything has been sent."""
    page = account.page
    sign_in(Visit(page=page, dice=page.dice, number=0, size=size))
    _taken(account)
    walked = [Walked(route="/demo/welcome", size=size, recording=account.recording)]
    for route, path in _routes(page):
        page.go(path)
        _taken(account)
        walked.append(Walked(route=route, size=size, recording=account.recording))
    page.leave()
    return walked


def _routes(page: Tab) -> list[tuple[str, str]]:
    """The recorded routes and an address of each; snippet and file are the first that the room shows."""
    page.go("/demo/chat/homework-help?tab=shared")
    links = "() => [...document.querySelectorAll('.card-link')].map((a) => a.getAttribute('href'))"
    addresses = msgspec.json.decode(page.ask(links), type=list[str])
    first = {kind: next(a for a in addresses if f"/{kind}/" in a) for kind in ("snippets", "files")}
    return [
        ("/demo/chat/:room", "/demo/chat/homework-help"),
        ("/demo/snippets/:id", first["snippets"]),
        ("/demo/files/:id", first["files"]),
        ("/demo/feedback", "/demo/feedback"),
        ("/demo/broken", "/demo/broken"),
    ]


def _taken(account: _DemoAccount) -> None:
    """Wait until the server has taken a batch of this page."""
    here = account.page.address()
    account.page.until(lambda: here in account.taken, TAKEN_SECONDS, "a snapshot to be taken; is the SDK built?")
    if not account.recording:
        raise Unavailable("the SDK asked for no ticket, so there is no wireframe")
    account.page.quiet()
