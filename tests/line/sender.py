"""What a page does over HTTP, without a browser: sign a visit, take a ticket, send batches, read the answers."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

import httpx
import msgspec

from milkglass.tickets.visit_tokens import Claims, sign_visit

if TYPE_CHECKING:
    from tests.line.server import Server

CHAT = "/demo/chat/homework-help"
META = {"type": 4, "timestamp": 0, "data": {"href": CHAT, "width": 1280, "height": 720}}


def snapshot(*children: object) -> dict[str, object]:
    """A full snapshot of a page whose body has these children."""
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": list(children), "id": 3}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [body], "id": 2}
    page = {"type": 0, "childNodes": [html], "id": 1}
    return {"type": 2, "timestamp": 1, "data": {"node": page, "initialOffset": {"top": 0, "left": 0}}}


def said(text: str, node: int = 4) -> dict[str, object]:
    """A text node."""
    return {"type": 3, "textContent": text, "id": node}


def click(at: int = 5) -> dict[str, object]:
    """An interaction that a heatmap counts."""
    return {"kind": "click", "at": at, "route": "/demo/chat/:room", "viewport": "large", "page_x": 0.5, "page_y": 0.5}


@dataclass(frozen=True)
class Given:
    """A ticket and what came with it."""

    ticket: str
    recording: str
    policy: str
    vocabulary: int

    def batch(self, number: int, events: object = (), /, **changed: object) -> bytes:
        """A batch as JSON; `changed` replaces fields or adds unknown ones."""
        whole = {
            "number": number,
            "policy": self.policy,
            "vocabulary": self.vocabulary,
            "journey": "chat",
            "reset": number == 0,
            "events": list(events) if isinstance(events, (list, tuple)) else events,
            "interactions": [],
        }
        return json.dumps({**whole, **changed}).encode()


@dataclass
class Sender:
    """A product's page and backend at once."""

    server: Server
    secret: bytes = b""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.server.port}", trust_env=False, timeout=60)
        self.secret = self.secret or str(self.server.told("secret")["secret"]).encode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def claims(self, person: str, /, **changed: object) -> dict[str, object]:
        now = int(time.time())
        agreed = {"purposes": ["replay", "heatmap"], "notice": "chalkboard-2026-09", "actor": "adult", "at": now}
        return {
            "application": "chalkboard",
            "institution": "lakeside-college",
            "person": sha256(person.encode()).hexdigest(),
            "may_consent": True,
            "consent": agreed,
            "iat": now,
            "exp": now + 600,
            **changed,
        }

    def visit(self, person: str, /, **changed: object) -> str:
        return sign_visit(msgspec.convert(self.claims(person, **changed), Claims), self.secret)

    def exchange(self, visit: str, **more: object) -> httpx.Response:
        return self.http.post("/v1/tickets", content=json.dumps({"visit": visit, "release": "0.1.0", **more}))

    def ticket(self, person: str) -> Given:
        answer = self.exchange(self.visit(person))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        rules = told["rules"]
        return Given(told["ticket"], told["recording"], rules["policy"], rules["vocabulary"]["version"])

    def send(self, ticket: str, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Post a batch under a ticket."""
        plain = {"Content-Type": "text/plain", **(headers or {})}
        return self.http.post("/v1/batches", content=ticket.encode() + b"\n" + body, headers=plain)
