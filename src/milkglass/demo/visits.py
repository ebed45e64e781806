"""Visits: invented people use Chalkboard in a real browser, and a demo account walks it for the wireframes.

A person's visit is recorded as any visit is: their browser asks Chalkboard for a visit token and Milkglass for a
ticket. The demo account's walk gets its tickets from the house itself, because no visit token can name it.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import msgspec

from milkglass.demo.chromium import Message, running
from milkglass.demo.people import PEOPLE
from milkglass.demo.tab import Tab, tab
from milkglass.errors import Unavailable

SIZES = {"large": (1280, 800), "medium": (900, 1100), "small": (390, 800)}
ENTER = 13
TAKEN_SECONDS = 12.0  # the SDK sends every five
# Of twelve people ten have a large screen: enough to stand above the floor of ten in that size's heatmap.
_MEDIUM, _SMALL, _OF = 4, 9, 12

QUESTIONS = (
    "My loop never ends, and I do not see why.",
    "Is exercise 7 due on Monday? I missed the lesson.",
    "Can somebody look at my average, please?",
    "It works at home but not on the school's laptop.",
    "What is the difference between = and ==?",
    "I got 58 again. What am I doing wrong?",
)
SNIPPETS = (
    ("Endless loop", "while True:\n  print(marks)"),
    ("Menu", "nav { display: flex }"),
    ("Sum", "total = sum(marks)"),
)
OPINIONS = (
    "The answers are quick, thank you.",
    "I cannot find my old messages.",
    "Please let us change our photo.",
)

Say = Callable[[str], None]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    page: Tab
    dice: Random
    number: int
    size: str

    @property
    def is_small(self) -> bool:
        return self.size == "small"

    def menu(self, selector: str, number: int = 0) -> None:
        """Follow a link of the navigation, which a small screen folds away."""
        if self.is_small:
            self.page.click(".menu-button")
        self.page.click(selector, number)


def run(base_url: str, *, people: int = 12, seed: int = 1, chromium: str | None = None) -> Iterator[Progress]:
    """Let different people use Chalkboard, one after the other, and tell how far it is.

    Args:
        base_url: where Milkglass is served, such as `http://localhost:8484`.
        people: how many; beyond the twelve of the class list they type a name of their own.
        seed: the same seed walks the same ways.
        chromium: the browser's path, if it is not on the PATH.
    Raises: NotFound without Chromium, Unavailable when the browser or the demo does not answer in time.
    """
    with running(chromium) as browser:
        for number in range(people):
            dice = Random(f"{seed}/{number}")  # noqa: S311 -- a walk, not a secret
            size = {_MEDIUM: "medium", _SMALL: "small"}.get(number % _OF, "large")
            with tab(browser, base_url, SIZES[size], dice) as page:
                visit = _Visit(page=page, dice=dice, number=number, size=size)
                for doing, chapter in _chapters(visit):
                    yield Progress(number=number + 1, people=people, size=size, doing=doing)
                    chapter(visit)
                page.leave()


Chapter = Callable[[_Visit], None]


def _chapters(visit: _Visit) -> list[tuple[str, Chapter]]:
    """What this person does, in which order: everybody signs in and asks; the rest comes shuffled."""
    rest: list[tuple[str, Chapter]] = [
        ("shares a snippet", _share),
        ("gives feedback", _give_feedback),
        ("opens the grade book", _grade_book),
        ("reads other rooms", _other_rooms),
    ]
    visit.dice.shuffle(rest)
    # Every third person also looks at the class list, of which nothing may be kept.
    listed: list[tuple[str, Chapter]] = [("looks at the class list", _class_list)] if visit.number % 3 == 0 else []
    return [("signs in", _sign_in), ("gets started", _welcome), ("asks a question", _question), *listed, *rest]


def _sign_in(visit: _Visit) -> None:
    page = visit.page
    page.go("/demo/sign-in")
    if visit.number < len(PEOPLE):
        page.click(f'.person-choice:has([value="{PEOPLE[visit.number].number}"])')
    else:
        page.click('.input[name="name"]')
        page.write(f"Visitor {visit.number + 1}")
    page.click('.choice:has([value="yes"])')
    page.follow(".button-wide")


def _welcome(visit: _Visit) -> None:
    page = visit.page
    page.hover(".facts")
    page.pause(0.3)
    page.click(".step.is-current .step-button")
    page.pause(0.3)
    page.click(".step.is-current .switch", visit.dice.randrange(2))
    page.click(".step.is-current .step-button")
    page.pause(0.3)
    page.follow(".step.is-current .button-primary")


def _question(visit: _Visit) -> None:
    page = visit.page
    _in_room(visit)
    page.hover(".message", visit.dice.randrange(3))
    page.wheel(visit.dice.choice((-240, 240)))
    page.click(".composer-input")
    page.write(visit.dice.choice(QUESTIONS))
    if visit.dice.random() < 0.5:  # noqa: PLR2004 -- one in two sends with the key
        page.press("Enter", ENTER)
    else:
        page.click(".send-button")
    page.pause(1.6)  # the helper types for 1.2 s


def _share(visit: _Visit) -> None:
    page = visit.page
    title, code = visit.dice.choice(SNIPPETS)
    _in_room(visit)
    page.click(".share-button")
    page.click('.share-dialog [name="title"]')
    page.write(title)
    page.click('.share-dialog [name="code"]')
    page.write(code.replace("\n", " "))
    page.click(".share-dialog .button-primary")
    page.pause(0.6)
    page.click('.tab[href$="tab=shared"]')
    page.pause(0.4)
    page.follow(".card-link", visit.dice.randrange(2))
    page.wheel(300)
    page.click(".copy-page-button")
    page.pause(0.3)


def _give_feedback(visit: _Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/feedback"]')
    page.click(".scale .choice", visit.dice.randrange(4))
    page.click('[name="email"]')
    page.write("me@lakeside.example")
    page.click('[name="words"]')
    page.write(visit.dice.choice(OPINIONS))
    page.click(".check")
    page.follow('.feedback-form [type="submit"]')
    page.pause(0.4)


def _grade_book(visit: _Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/broken"]')
    page.click(".marks-button")
    page.pause(0.5)
    page.click(".average-button")
    page.pause(0.3)
    # Nothing happens, so some click on: once is a dead click, five times is rage.
    page.click(".dead-button", times=visit.dice.choice((1, 5, 6)))
    page.pause(1.2)  # a click is dead only after a while without any change


def _other_rooms(visit: _Visit) -> None:
    page = visit.page
    _in_room(visit)
    for number in visit.dice.sample((1, 2, 3), 2):
        visit.menu(".room-link", number)
        page.pause(0.4)
        page.hover(".message", visit.dice.randrange(2))
        page.wheel(200)


def _class_list(visit: _Visit) -> None:
    page = visit.page
    visit.menu('.nav-link[href="/demo/students"]')
    page.follow(".person-name a", visit.dice.randrange(6))
    page.pause(0.4)


def _in_room(visit: _Visit) -> None:
    """Be in a room's messages, by a click if somewhere else."""
    page = visit.page
    if re.fullmatch(r"/demo/chat/[a-z-]+", page.path()):
        page.click('.tab[href$="tab=messages"]')
    else:
        visit.menu(".room-link")
    page.place(".composer-input")


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


def _walk(account: _DemoAccount, size: str) -> Iterator[Walked]:
    page = account.page
    _sign_in(_Visit(page=page, dice=page.dice, number=0, size=size))
    _snapshot(account)
    yield Walked(route="/demo/welcome", size=size, recording=account.recording)
    for route, path in _routes(page):
        page.go(path)
        _snapshot(account)
        yield Walked(route=route, size=size, recording=account.recording)
    page.leave()


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


def _snapshot(account: _DemoAccount) -> None:
    """Wait until the server has taken a batch of this page."""
    here = account.page.address()
    account.page.until(lambda: here in account.taken, TAKEN_SECONDS, "a snapshot to be taken; is the SDK built?")
    if not account.recording:
        raise Unavailable("the SDK asked for no ticket, so there is no wireframe")
    account.page.quiet()
