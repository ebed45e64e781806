"""Diagnosis: from what was seen of a page to the one cause why it is not recorded, and what to change.

Pure. Each check is right, wrong, or not reached because of one before it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from milkglass.database.signing import unpacked
from milkglass.detect.unfold import folded
from milkglass.policy.routes import covers, wild
from milkglass.verification.tester import origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CANARY = "Qwendolyn Varnhagen-Ostrowski"  # nobody's name: what the doctor plants in the page
_MARKS = ("qwendolyn", "varnhagen", "ostrowski")
_SECRET = frozenset({"visit_token_signature", "visit_token_application", "visit_token_algorithm"})
_CLOCK = frozenset({"visit_token_future", "visit_token_expired"})
_CLIENT = ("ERR_BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_ADMINISTRATOR")
_LARGEST = 8_000_000


class Journey(msgspec.Struct, frozen=True):
    """A journey of the capture rules."""

    name: str = ""
    routes: tuple[str, ...] = ()
    level: str = "off"


class _Rules(msgspec.Struct, frozen=True):
    journeys: tuple[Journey, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What the server said to a request for a ticket."""

    ticket: str = ""
    code: str = ""
    detail: str = ""
    rules: _Rules = _Rules()


class _Consent(msgspec.Struct, frozen=True):
    purposes: tuple[str, ...] = ()


class Claims(msgspec.Struct, frozen=True):
    """A visit token's claims as far as a diagnosis needs them."""

    institution: str = ""
    iat: int = 0
    consent: _Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A request that got no answer that the page may read; `blocked` is the browser's own word for why."""

    url: str
    error: str
    blocked: str = ""
    is_cors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What the page's content security policy forbade; no address for an inline script."""

    directive: str
    url: str


@dataclass(slots=True, kw_only=True)
class Looked:
    """What was seen of a page."""

    address: str
    has_recorder: bool = False
    missing: list[tuple[str, int]] = field(default_factory=list)  # recorder files that answered with an error status
    failed: list[Failed] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    has_dialog: bool = False  # our own consent dialog was fetched
    endpoint: str = ""  # the first address that was asked for a ticket
    tokens: list[str] = field(default_factory=list)
    answers: list[tuple[int, Answer]] = field(default_factory=list)  # status 0: no answer that the page may read
    batches: list[bytes] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)  # addresses of style sheets that the page may not read
    asked_at: float = 0.0  # our own clock at the first request for a ticket, in seconds since the epoch

    @property
    def ticket(self) -> Answer | None:
        """The last answer that gave a ticket."""
        return next((answer for _status, answer in reversed(self.answers) if answer.ticket), None)


class State(StrEnum):
    """How a check ended, as the doctor spells it."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "not reached"  # because of one before it


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the diagnosis."""

    name: str
    state: State
    says: str


def diagnose(looked: Looked) -> list[Check]:
    """List the checks in the order in which a page passes them."""
    checks = [
        _policy(looked),
        _blocker(looked),
        _snippet(looked),
        _started(looked),
        _origin(looked),
        *_answered(looked),
        _journey(looked),
    ]
    done = [check for check in checks if check is not None]
    first = next((place for place, check in enumerate(done) if check.state is State.WRONG), len(done))
    # What comes after the first cause says nothing of its own.
    kept = [*done[: first + 1], *(Check(one.name, State.UNKNOWN, "not reached") for one in done[first + 1 :])]
    return [*kept, _sheets(looked), _planted(looked)]


def claims_of(token: str) -> Claims:
    """Read a token's claims; empty ones for what is no token. The signature is the server's to check."""
    raw = unpacked([*token.split("."), "", ""][1])
    try:
        return msgspec.json.decode(raw or b"", type=Claims)
    except (ValueError, RecursionError):
        return Claims()


def is_recorder(address: str) -> bool:
    """Say whether an address is that of a recorder's file or of its endpoint.

    >>> is_recorder("https://see.example/sdk/milkglass-loader-0.1.0-76ffbe56.js"), is_recorder("https://a.example/x.js")
    (True, False)
    """
    path = urlsplit(address).path
    name = path.rpartition("/")[2]
    is_file = name.startswith("milkglass") and name.endswith((".js", ".mjs"))
    return is_file or path.endswith(("/v1/tickets", "/v1/batches"))


def _policy(looked: Looked) -> Check:
    lines = {_line(one, looked) for one in looked.violations if is_recorder(one.url)}
    is_inline = any(not one.url and one.directive.startswith("script") for one in looked.violations)
    if is_inline and looked.has_recorder and not looked.endpoint and not looked.tokens and not lines:
        says = "an inline script is blocked; put the call of milkglass.start into a file, or give it a nonce"
        return Check("content security policy", State.WRONG, says)
    if lines:
        says = "the page's policy blocks the recorder; add to it: " + "; ".join(sorted(lines))
        return Check("content security policy", State.WRONG, says)
    return Check("content security policy", State.RIGHT, "blocks nothing of the recorder")


def _line(violation: Violation, looked: Looked) -> str:
    name = "script-src" if violation.directive.startswith("script") else violation.directive
    origin = origin_of(violation.url)
    return f"{name} {chr(39) + 'self' + chr(39) if origin == origin_of(looked.address) else origin}"


def _blocker(looked: Looked) -> Check:
    stopped = [one for one in looked.failed if is_recorder(one.url) and one.error.endswith(_CLIENT)]
    if stopped:
        says = (
            f"something in this browser blocked {urlsplit(stopped[0].url).path} (an ad blocker or an administrator's "
            "rule); serve the recorder from the product's own address: docs/recipes.md, Behind a proxy"
        )
        return Check("blocker", State.WRONG, says)
    return Check("blocker", State.RIGHT, "nothing in this browser blocks the recorder")


def _snippet(looked: Looked) -> Check:
    if looked.missing:
        address, status = looked.missing[0]
        return Check(
            "snippet", State.WRONG, f"the recorder's file {urlsplit(address).path} answers {status}; mend its address"
        )
    lost = [one for one in looked.failed if is_recorder(one.url) and not urlsplit(one.url).path.endswith("/v1/tickets")]
    if lost and not looked.has_recorder:
        why = f"{lost[0].error} {lost[0].blocked}".strip()
        return Check("snippet", State.WRONG, f"the recorder's file {urlsplit(lost[0].url).path} did not come: {why}")
    if not looked.has_recorder:
        return Check(
            "snippet", State.WRONG, "no script of this page is the recorder; paste the snippet of docs/sdk.md into it"
        )
    return Check("snippet", State.RIGHT, "the recorder is on the page")


def _started(looked: Looked) -> Check:
    if looked.endpoint:
        return Check("consent", State.RIGHT, "the page's token says yes")
    if looked.has_dialog:
        says = "our own dialog asks, and this visitor gave no answer: nothing is recorded before a yes"
        return Check("consent", State.WRONG, says)
    if not looked.tokens:
        says = "the recorder asked for no visit token; call milkglass.start({endpoint, visit}) once the person agreed"
        return Check("consent", State.WRONG, says)
    says = "the visit token has no consent, so the recorder asked for nothing; that is right for whoever did not agree"
    return Check("consent", State.WRONG, says)


def _origin(looked: Looked) -> Check | None:
    lost = [one for one in looked.failed if one.url.partition("?")[0] == looked.endpoint]
    if lost and not any(status for status, _answer in looked.answers):
        if lost[0].is_cors:
            says = (
                f"the answer of {origin_of(looked.endpoint)} may not be read: its policy does not list this page; "
                f"add {origin_of(looked.address)} to application.origins and publish"
            )
            return Check("origin", State.WRONG, says)
        return Check(
            "origin", State.WRONG, f"{origin_of(looked.endpoint)} does not answer ({lost[0].error} {lost[0].blocked})"
        )
    return Check("origin", State.RIGHT, f"{origin_of(looked.address)} is listed")


def _answered(looked: Looked) -> Iterator[Check]:
    """Judge the answer to the visit token: secret, clock, consent and institution, each under its own name."""
    code = next((answer.code for status, answer in looked.answers if status != 0 and answer.code), "")
    if looked.ticket is not None:
        code = ""
    detail = next((answer.detail for _status, answer in looked.answers if answer.code == code), "")
    claims = claims_of(looked.tokens[-1]) if looked.tokens else Claims()
    is_wrong = code in _SECRET
    says = f"{code}: {detail}" if is_wrong else "the signature is taken"
    yield Check("secret", State.WRONG if is_wrong else State.RIGHT, says)
    if code in _CLOCK:
        apart = round(claims.iat - looked.asked_at)
        says = f"{code}: the token was made {abs(apart)} s {'ahead of' if apart > 0 else 'behind'} this clock; "
        yield Check("clock", State.WRONG, says + detail)
    else:
        yield Check("clock", State.RIGHT, "the token is of now")
    refused = {
        "no_consent": "the server refused: taken back, expired, or under a notice that the policy does not name",
        "institution_off": f"the policy does not name {claims.institution or 'the institution'}, or it opted in to "
        "nothing; add it to institutions with opted_in",
        "stopped": "recording was stopped; `milkglass resume` or the Institutions page lets it begin again",
    }
    is_other = bool(code) and code not in _SECRET | _CLOCK
    says = refused.get(code, f"{code}: {detail}") if is_other else "agreed, and the institution opted in"
    name = "institution" if code == "institution_off" else "ticket"
    yield Check(name, State.WRONG if is_other else State.RIGHT, says)


def _journey(looked: Looked) -> Check:
    ticket = looked.ticket
    if ticket is None:
        return Check("journey", State.UNKNOWN, "not reached")
    found = _found(looked.address, ticket.rules.journeys)
    path = urlsplit(looked.address).path or "/"
    if found is None:
        says = f"no journey of the policy takes {path}; add its route to one: such pages are not recorded"
        return Check("journey", State.WRONG, says)
    if found.level == "off":
        return Check(
            "journey", State.WRONG, f"the journey {found.name} is off here; raise its level if it should be recorded"
        )
    return Check("journey", State.RIGHT, f"{found.name}, {found.level}")


def _found(address: str, journeys: Sequence[Journey]) -> Journey | None:
    parts = urlsplit(address)
    hash_route = parts.fragment.removeprefix("!")
    places = [parts.path or "/", *([f"#{hash_route}"] if hash_route.startswith("/") else [])]
    for place in reversed(places):
        taken = [
            (wild(route), one)
            for one in journeys
            for route in one.routes
            if covers(route, place.rstrip("/") if place not in ("/", "#/") else place)
        ]
        if taken:
            # Of a route that several journeys share, one that is told apart by what the page shows may hold.
            return min(taken, key=lambda pair: (pair[0], pair[1].level == "off"))[1]
    return None


def _sheets(looked: Looked) -> Check:
    origins = sorted({origin_of(one) for one in looked.sheets})
    if not origins:
        return Check("style sheets", State.RIGHT, "all can be read")
    says = (
        f"{len(looked.sheets)} of {', '.join(origins)} cannot be read, so the replay lacks it; give the <link> "
        "`crossorigin` and the file `Access-Control-Allow-Origin`, or let `milkglass vocabulary learn` know it"
    )
    return Check("style sheets", State.WRONG, says)


def _planted(looked: Looked) -> Check:
    if not looked.batches:
        return Check("planted name", State.UNKNOWN, "nothing was about to be sent")
    found = sum(any(mark in folded(_text(body)) for mark in _MARKS) for body in looked.batches)
    if found:
        says = f"a name that was planted in the page is in {found} of {len(looked.batches)} batches: do not record here"
        return Check("planted name", State.WRONG, says)
    return Check("planted name", State.RIGHT, f"is in none of {len(looked.batches)} batches that would be sent")


def _text(body: bytes) -> str:
    """A batch's text, unpacked where it is gzip after the ticket's line."""
    head, line, rest = body.partition(b"\n")
    if rest.startswith(b"\x1f\x8b"):
        try:
            rest = zlib.decompressobj(31).decompress(rest, _LARGEST)
        except zlib.error:
            rest = b""
    return (head + line + rest).decode("utf-8", "replace")
