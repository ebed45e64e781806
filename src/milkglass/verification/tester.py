"""Tester: what would be stored of a page, tried with the recorder and the rules as they are. Nothing of it is kept.

A page is pasted, or opened at an address of the product. Headless Chromium shows it with a fresh profile, the recorder
runs beside it in a world of its own, and what it would send goes through enforcement. A pasted page gets no network and
no script; one at an address may ask only origins that the policy lists, whatever it links or is redirected to.
"""

from __future__ import annotations

import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from importlib.resources import files
from random import Random
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.errors import Invalid, Unavailable
from milkglass.policy.capture import capture_rules
from milkglass.policy.compile import compile_policy
from milkglass.verification.chromium import running
from milkglass.verification.tab import tab
from milkglass.verification.trial import Row, rows_of
from milkglass.wire.decode import decode
from milkglass.wire.values import (
    ConsentId,
    Level,
    Purpose,
    RecordingId,
    Refusal,
    TicketFields,
    VisitId,
)

if TYPE_CHECKING:
    from milkglass.policy.compile import CompiledPolicy
    from milkglass.verification.chromium import Chromium, Message
    from milkglass.verification.tab import Tab
    from milkglass.wire.values import InstitutionId

SCRIPT = files("milkglass.verification").joinpath("trial.js").read_text("utf-8")
HOST = "https://page-tester.invalid"
SIZE = (1280, 800)
RECORD_SECONDS = 0.5
ANSWER_SECONDS = 30.0
_BOTH = (Purpose.REPLAY, Purpose.HEATMAP)
_PASTED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"

# What asks the network without being seen by the gate, and what opens pages that have no gate.
_NO_OTHER_WAY = (
    "for (const name of ['Worker', 'SharedWorker', 'WebSocket', 'WebSocketStream', 'WebTransport', 'RTCPeerConnection',"
    " 'webkitRTCPeerConnection', 'EventSource']) Reflect.deleteProperty(globalThis, name);"
    " Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'); globalThis.open = () => null;"
)


class _Asked(msgspec.Struct):
    url: str = ""


class _Paused(msgspec.Struct, rename="camel"):
    request_id: str
    request: _Asked
    resource_type: str = ""


class _World(msgspec.Struct, rename="camel"):
    execution_context_id: int


class _Frame(msgspec.Struct):
    id: str


class _Tree(msgspec.Struct):
    frame: _Frame


class _FrameTree(msgspec.Struct, rename="camel"):
    frame_tree: _Tree


class _Recorded(msgspec.Struct):
    bodies: list[str]
    pairs: list[tuple[int, str, str, str]]


class _Value(msgspec.Struct):
    value: _Recorded | None = None


class _Evaluated(msgspec.Struct):
    result: _Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is tried: `html` shown at a route, else the page at an `address`. `most` caps the level."""

    html: str = ""
    route: str = ""
    address: str = ""
    most: Level = Level.LABELLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would be stored: rrweb events as a JSON array, and each string of the page beside its stored form."""

    events: bytes
    rows: list[Row]
    level: Level
    refusal: Refusal | None
    plain: int  # strings that the recorder left to the server: 0, or the recorder has a fault


@dataclass(slots=True, kw_only=True)
class Tester:
    """The room; one page at a time. `chromium` is the browser's command, empty for the usual places."""

    chromium: str = ""
    _turn: Lock = field(default_factory=Lock)

    def try_page(self, page: Page, policy: CompiledPolicy, sdk: str) -> Trial:
        """Try a page under a policy with the recorder's own file.

        Raises: Invalid for an address of an origin that the policy does not list; NotFound without Chromium;
            Unavailable if the page does not answer or another is being tried.
        """
        if not page.html:
            check_origin(page.address, policy)
        strict = _capped(policy, page.most)
        institution = max(strict.institutions, key=lambda one: (strict.institutions[one], one))
        if not self._turn.acquire(blocking=False):
            raise Unavailable("another page is being tried; try again in some seconds")
        try:
            with running(self.chromium or None) as browser:
                recorded = _record(browser, page, strict, capture_rules(strict, institution, _BOTH), sdk)
        finally:
            self._turn.release()
        return _stored(recorded, strict, institution)


def check_origin(address: str, policy: CompiledPolicy) -> None:
    """Raise Invalid unless an address is of one of the policy's origins."""
    if origin_of(address) not in policy.origins:
        raise Invalid(
            f"the policy lists no such origin; it lists {', '.join(policy.origins)}", code="origin_not_listed"
        )


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address; empty for one that names a user, or is none.

    >>> origin_of("https://app.example/x"), origin_of("https://app.example@10.0.0.1/")
    ('https://app.example', '')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "\\" in address:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _capped(policy: CompiledPolicy, most: Level) -> CompiledPolicy:
    journeys = tuple(replace(one, level=min(one.level, most)) for one in policy.document.journeys)
    return compile_policy(replace(policy.document, journeys=journeys), policy.vocabulary, policy.key)


def _record(browser: Chromium, page: Page, policy: CompiledPolicy, rules: bytes, sdk: str) -> _Recorded:
    address = page.address if not page.html else HOST + _path(page.route)
    with tab(browser, address, SIZE, Random(1)) as opened:  # noqa: S311 - a pointer's way, not a secret
        gate = _Gate(opened, page.html, address, policy)
        browser.listeners.append(gate.hear)
        try:
            opened.call("Network.setBypassServiceWorker", bypass=True)
            opened.call("Network.setBlockedURLs", urls=["ws://*", "wss://*"])
            opened.call("Page.addScriptToEvaluateOnNewDocument", source=_NO_OTHER_WAY)
            opened.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
            opened.go(address)
            opened.quiet()
            return _run(opened, rules, sdk)
        finally:
            browser.listeners.remove(gate.hear)


def _path(route: str) -> str:
    """An address of a route, with something in place of each name."""
    path = "/".join("1" if part.startswith(":") else part for part in route.split("/"))
    return path if path.startswith("/") else f"/{path}"


def _run(opened: Tab, rules: bytes, sdk: str) -> _Recorded:
    frame = msgspec.json.decode(opened.call("Page.getFrameTree"), type=_FrameTree).frame_tree.frame.id
    world = opened.call("Page.createIsolatedWorld", frameId=frame, worldName="milkglass-tester")
    said = ", ".join((rules.decode(), msgspec.json.encode(_visit()).decode(), str(RECORD_SECONDS)))
    asked = {
        "expression": f"{sdk}\n;({SCRIPT.partition(chr(10))[2].rstrip()})({said})",
        "contextId": msgspec.json.decode(world, type=_World).execution_context_id,
        "returnByValue": True,
        "awaitPromise": True,
    }
    answer = opened.browser.call("Runtime.evaluate", asked, opened.session, seconds=ANSWER_SECONDS)
    found = msgspec.json.decode(answer, type=_Evaluated).result.value
    if found is None:
        raise Unavailable("the recorder did not run on this page; nothing of it would be stored")
    return found


def _visit() -> str:
    """A visit token as far as the recorder reads it: it says yes to both purposes, and no server takes it."""
    consent = {"purposes": list(_BOTH), "notice": "page-tester", "actor": "adult", "at": 1}
    claims = urlsafe_b64encode(msgspec.json.encode({"consent": consent})).decode().rstrip("=")
    return f"e30.{claims}.e30"


@dataclass(frozen=True, slots=True)
class _Gate:
    """Decides about each request of the page before it leaves."""

    tab: Tab
    html: str
    address: str
    policy: CompiledPolicy

    def hear(self, method: str, message: Message) -> None:
        """Answer a paused request: the pasted page itself, a listed origin, or nothing."""
        if method != "Fetch.requestPaused" or message.session_id != self.tab.session:
            return
        paused = msgspec.json.decode(message.params, type=_Paused)
        said: dict[str, object] = {"requestId": paused.request_id}
        is_page = paused.request.url == self.address.partition("#")[0] and paused.resource_type == "Document"
        if self.html and is_page:
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _PASTED}
            said |= {
                "responseCode": 200,
                "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
                "body": b64encode(self.html.encode()).decode(),
            }
            self.tab.browser.send("Fetch.fulfillRequest", said, self.tab.session)
        elif not self.html and origin_of(paused.request.url) in self.policy.origins:
            self.tab.browser.send("Fetch.continueRequest", said, self.tab.session)
        else:
            self.tab.browser.send("Fetch.failRequest", {**said, "errorReason": "BlockedByClient"}, self.tab.session)


def _stored(recorded: _Recorded, policy: CompiledPolicy, institution: InstitutionId) -> Trial:
    standing = Standing(
        ticket=_ticket(policy, institution),
        now_ms=600_000,
        recording_key=secrets.token_bytes(32),
        words=policy.vocabulary,
    )
    events: list[msgspec.Raw] = []
    level, refusal, plain = Level.OFF, None, 0
    for body in recorded.bodies:
        found = enforce(decode(body.encode()), policy, standing)
        if isinstance(found, RedactedBatch):
            events += msgspec.json.decode(found.events, type=list[msgspec.Raw])
            level, plain = max(level, found.level), plain + found.remarks.bypassed.total()
        else:
            refusal = found
    whole = msgspec.json.encode(events)
    rows = rows_of(recorded.pairs, whole, policy.vocabulary.version)
    return Trial(events=whole, rows=rows, level=level, refusal=refusal, plain=plain)


def _ticket(policy: CompiledPolicy, institution: InstitutionId) -> TicketFields:
    return TicketFields(
        application=policy.application,
        institution=institution,
        recording=RecordingId("0" * 26),
        visit=VisitId("0" * 26),
        consent=ConsentId("0" * 26),
        purposes=_BOTH,
        began=0,
        iat=0,
        exp=900,
        crowd=0,
    )
