"""Garbage: requests that somebody or something could send, most of them nearly right, at every address."""

from __future__ import annotations

import copy
import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote, urlencode

import zstandard

from tests.line.sender import META, said, snapshot

WITNESS = "Qwitnessed"  # put into everything that is sent; no answer may hold it
RECORDING = re.compile("[0-9a-hjkmnp-tv-z]{26}")
METHODS = ("GET", "POST", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", WITNESS.upper())
VALUES: tuple[object, ...] = (
    None, True, -1, 2**64, 1.5, 1e300, "", WITNESS, "\u0000", "▇" * 9, "\U0010fffct1\U0010fffd", "a" * 5_000,
    [], {}, [[]], [WITNESS], {"a": [WITNESS]}, {"type": 2, "id": 1},
)  # fmt: skip
PARTS = (WITNESS, "0" * 26, "..", "%2e%2e", "%00", "1", "-1", "9" * 40, "é", "💥", "a" * 3_000, "'; DROP TABLE", "x/y")
QUERY_NAMES = (
    "page",
    "institution",
    "journey",
    "from",
    "to",
    "after",
    "before",
    "policy",
    "route",
    "reason",
    "q",
    "sort",
)
NODE = {"type": 2, "id": 7, "tagName": "style", "attributes": {"class": WITNESS}, "childNodes": [said("a{}", 8)]}


@dataclass(frozen=True)
class Request:
    """One request, not sent yet."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Known:
    """What a sender can know: tickets and batches that would be taken, addresses, a session's cookie."""

    tickets: Sequence[tuple[str, dict[str, object]]]
    paths: Sequence[str]
    cookie: str
    recording: str
    numbers: Iterator[int] = field(default_factory=count)


def garbage(chance: random.Random, known: Known) -> Request:
    """Make one request."""
    kind = chance.random()
    if kind < 0.55:
        return _batch(chance, known)
    return _question(chance, known) if kind < 0.75 else _address(chance, known)


def _batch(chance: random.Random, known: Known) -> Request:
    ticket, batch = chance.choice(known.tickets)
    events = [json.loads(json.dumps(chance.choice(_EVENTS))) for _ in range(chance.randrange(1, 4))]
    row: dict[str, object] = {"kind": "click", "at": 1, "route": "/demo/chat/:room", "viewport": "large"}
    for _ in range(chance.randrange(4)):
        wreck(chance, chance.choice([*events, row]))
    # Mostly the number that comes next: to look up one that lies behind is slow, and has tests of its own.
    number = next(known.numbers) if chance.random() < 0.99 else chance.randrange(100_000)
    whole = {**batch, "number": number, "events": events, "interactions": [row]}
    if chance.random() < 0.2:
        wreck(chance, whole)
    body = json.dumps(whole).encode()
    if chance.random() < 0.4:
        body = bent(chance, body)
    if chance.random() < 0.3:
        body = gzip.compress(body) if chance.random() < 0.5 else zstandard.compress(body)
        body = bent(chance, body) if chance.random() < 0.5 else body
    head = ticket if chance.random() < 0.95 else bent(chance, ticket.encode()).decode("latin-1")
    return Request("POST", "/v1/batches", headers=_headers(chance), body=head.encode() + b"\n" + body)


def _question(chance: random.Random, known: Known) -> Request:
    ends: list[object] = ["", chance.choice(known.tickets)[0], WITNESS, "a.b.c", 3, None, [], {}, "é" * 99]
    asked = {"visit": chance.choice(ends), "ticket": chance.choice(ends), "erase": chance.choice(ends)}
    path = chance.choice(["/v1/tickets", "/v1/withdraw", "/v1/support-codes"])
    body = json.dumps(asked).encode()
    query = urlencode({"policy": chance.choice(PARTS)}) if chance.random() < 0.3 else ""
    return Request("POST", path, query, _headers(chance), bent(chance, body) if chance.random() < 0.6 else body)


def _address(chance: random.Random, known: Known) -> Request:
    parts = (*PARTS, known.recording)
    path = re.sub(r"\{\w+\}", lambda _: quote(chance.choice(parts), safe="%/"), chance.choice(known.paths))
    path = path if chance.random() < 0.9 else path + quote(chance.choice(parts))
    query = urlencode({chance.choice(QUERY_NAMES): chance.choice(PARTS) for _ in range(chance.randrange(4))})
    headers = _headers(chance)
    if chance.random() < 0.6:
        headers |= {"cookie": known.cookie, "sec-fetch-site": "same-origin"}
    form = urlencode({name: chance.choice(PARTS) for name in ("reason", "case", "code", "password", WITNESS)}).encode()
    return Request(chance.choice(METHODS), path, query, headers, form if chance.random() < 0.5 else bent(chance, form))


def _headers(chance: random.Random) -> dict[str, str]:
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", WITNESS)
    headers = {"content-type": chance.choice(kinds), "host": "localhost:8484"}
    if chance.random() < 0.3:
        headers["origin"] = chance.choice(["null", f"https://{WITNESS}.example", "http://localhost:8484"])
    if chance.random() < 0.2:
        headers["accept-language"] = headers["user-agent"] = headers["referer"] = WITNESS
    return headers


def wreck(chance: random.Random, thing: dict[str, object]) -> None:
    """Replace, add or take away something at some depth."""
    key = chance.choice(list(thing))
    inner = thing[key]
    while isinstance(inner, list) and inner:
        inner = chance.choice(inner)
    if isinstance(inner, dict) and inner and chance.random() < 0.7:
        wreck(chance, inner)
        return
    match chance.randrange(4):
        case 0:
            thing[WITNESS] = copy.deepcopy(chance.choice(VALUES))
        case 1 if len(thing) > 1:
            del thing[key]
        case _:
            thing[key] = copy.deepcopy(chance.choice(VALUES))


def bent(chance: random.Random, body: bytes) -> bytes:
    """Cut, flip, double or insert bytes."""
    at = chance.randrange(len(body) + 1)
    match chance.randrange(5):
        case 0:
            return body[:at]
        case 1:
            return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]
        case 2:
            return body[:at] + body[at // 2 :]
        case 3:
            return chance.randbytes(chance.randrange(300))
        case _:
            return body


def _change(source: int, **data: object) -> dict[str, object]:
    return {"type": 3, "timestamp": 5, "data": {"source": source, **data}}


_EVENTS: tuple[dict[str, object], ...] = (
    META,
    snapshot(said(WITNESS), said("x", 5), NODE),
    _change(
        0,
        texts=[{"id": 4, "value": WITNESS}],
        removes=[],
        attributes=[{"id": 4, "attributes": {"title": WITNESS, "style": {"color": WITNESS}}}],
        adds=[{"parentId": 3, "nextId": None, "node": NODE}],
    ),
    _change(1, positions=[{"x": 1, "y": 1, "id": 3, "timeOffset": -50}]),
    _change(2, type=2, id=3, x=1, y=2, pointerType=0),
    _change(5, id=3, text=WITNESS, isChecked=False),
    _change(8, id=3, adds=[{"rule": f".{WITNESS}{{top:0}}", "index": 0}], removes=[{"index": [0, 1]}], replace=WITNESS),
    _change(13, id=3, index=[0], set={"property": "--a", "value": WITNESS, "priority": "important"}),
    _change(15, id=3, styleIds=[1], styles=[{"styleId": 1, "rules": [{"rule": WITNESS, "index": 0}]}]),
    _change(16, define={"name": WITNESS}),
    {"type": 7, "timestamp": 5, "data": {"url": WITNESS, "payload": {"rr_type": "CssText", "cssTexts": [WITNESS]}}},
    {"type": 8, "timestamp": 5, "data": {"type": "caption", "text": WITNESS}},
)
