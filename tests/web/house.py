"""A whole house on a directory of its own, with people recorded through the same addresses that the recorder uses."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.testclient import TestClient

from milkglass.app.app import Milkglass
from milkglass.demo.files import POLICY_FILE
from milkglass.replay.pseudonyms import Subject
from milkglass.settings import Settings
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.web.application import application
from milkglass.wire.values import RecordingId
from tests.access.device import Device

ORIGIN = "http://localhost:8484"
Json = dict[str, object]


def right_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Lived:
    """A house, its server, and what was recorded in it."""

    house: Milkglass
    app: Starlette
    recordings: list[str] = field(default_factory=list)
    devices: dict[str, Device] = field(default_factory=dict)

    def client(self) -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)

    def signed_in(self, name: str) -> TestClient:
        client = self.client()
        link = self.house.link(name, right_now()).rpartition("/")[2]
        assert client.post(f"/login/{link}", data={}).status_code == 303
        return client

    def proved(self, name: str) -> TestClient:
        """Somebody who logged in by a link and proved by a passkey who they are."""
        client = self.signed_in(name)
        if name in self.devices:
            answer = self.devices[name].sign(client.post("/console/sign-in/proof/ask").text)
            told = client.post("/console/sign-in/proof", data={"answer": answer})
        else:
            self.devices[name] = Device()
            answer = self.devices[name].make(client.post("/console/sign-in/passkeys/ask").text)
            told = client.post("/console/sign-in/passkeys", data={"answer": answer, "label": "blue key"})
        assert told.json() == {"next": "/console/sign-in"}, told.text
        return client

    def visit(self, person: str, institution: str = "riverbend-high") -> str:
        now = int(right_now().timestamp())
        said = {
            "application": "chalkboard",
            "institution": institution,
            "person": sha256(person.encode()).hexdigest(),
            "may_consent": True,
            "consent": {
                "purposes": ["replay", "heatmap"],
                "notice": "chalkboard-2026-09",
                "actor": "student",
                "at": now - 5,
            },
            "iat": now,
            "exp": now + 600,
        }
        return sign_visit(msgspec.convert(said, Claims), self.house.keys.secret(self.house.application))

    def ticket(self, person: str, institution: str = "riverbend-high", release: str = "0.1.0") -> Json:
        body = {"visit": self.visit(person, institution), "release": release}
        answer = self.client().post("/v1/tickets", content=msgspec.json.encode(body), headers={"origin": ORIGIN})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def send(self, ticket: Json, batch: Json) -> Json:
        body = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(batch)
        answer = self.client().post(
            "/v1/batches", content=body, headers={"origin": ORIGIN, "content-type": "text/plain"}
        )
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def record(
        self, person: str, events: Sequence[Json], clicks: Sequence[Json], institution: str = "riverbend-high"
    ) -> str:
        ticket = self.ticket(person, institution)
        self.send(ticket, self.batch(0, events, clicks))
        recording = str(ticket["recording"])
        self.recordings.append(recording)
        return recording

    def batch(self, number: int, events: Sequence[Json], clicks: Sequence[Json]) -> Json:
        policy = self.house.policies.current(self.house.application)
        assert policy is not None
        return {
            "number": number,
            "policy": policy.hash,
            "vocabulary": policy.vocabulary.version,
            "journey": "chat",
            "reset": number == 0,
            "events": list(events),
            "interactions": list(clicks),
        }

    def roll(self) -> None:
        self.house.ingest.roll(right_now())

    def begun_look(self, client: TestClient, recording: str, case: str = "HD-1042") -> str:
        answer = client.post(f"/console/recordings/{recording}/looks", data={"reason": "support_case", "case": case})
        assert answer.status_code == 303, re.sub(r"<[^>]+>", "", answer.text)
        return answer.headers["location"].rpartition("/")[2]

    def asked_leave(self, recording: str, case: str = "HD-1042", name: str = "Demo viewer") -> str:
        """Leave to look that waits for a second person."""
        account, now = self.house.account(name), right_now()
        row = self.house.replay.get(RecordingId(recording))
        opened = self.house.access.cases.open(case, row.institution, account, now)
        return self.house.access.grants.ask(account, opened.id, "support_case", 60, now).id

    def asked_pseudonym(self, recording: str, case: str = "HD-1042", name: str = "Demo viewer") -> str:
        """A question whose recording this is, which waits for a second person."""
        account, now = self.house.account(name), right_now()
        row = self.house.replay.get(RecordingId(recording))
        opened = self.house.access.cases.open(case, row.institution, account, now)
        subject = Subject(institution=row.institution, recording=row.recording)
        return self.house.pseudonyms.ask(account, subject, "support_case", opened.id, now).id

    def asked_export(self, recording: str, case: str = "HD-1042", name: str = "Demo viewer") -> str:
        """An export that waits for a second person, asked for as the command line does."""
        account, now = self.house.account(name), right_now()
        row = self.house.replay.get(RecordingId(recording))
        opened = self.house.access.cases.open(case, row.institution, account, now)
        if self.house.access.grants.of_case(account.id, opened.id, now) is None:
            self.house.access.grants.approve(self.asked_leave(recording, case, name), self.house.account("Owner"), now)
        return self.house.replay.request_export(account, row.recording, "support_case", opened.id, now)


@contextmanager
def lived(directory: Path, port: int = 8484) -> Iterator[Lived]:
    """Open a house; close it when done."""
    house = Milkglass.open(Settings(data=directory, port=port), POLICY_FILE, right_now())
    try:
        yield Lived(house=house, app=application(house))
    finally:
        house.close()


def page_events() -> list[Json]:
    """A small chat page: a heading, a list of messages by people, a form."""

    def element(number: int, tag: str, children: list[Json], **attributes: str) -> Json:
        return {"type": 2, "id": number, "tagName": tag, "attributes": attributes, "childNodes": children}

    def text(number: int, said: str) -> Json:
        return {"type": 3, "id": number, "textContent": said}

    style = (
        "body{font-family:Arial,sans-serif;margin:24px;background:#f5f7fb;color:#222}"
        "h1{font-size:28px}li{background:#fff;border:1px solid #ccd;padding:12px;margin:8px 0}"
        "ul{padding:0}button{background:#2456c8;color:#fff;border:0;padding:12px 20px;border-radius:6px;font-size:16px}"
    )
    messages = [
        element(30 + i * 2, "li", [text(31 + i * 2, f"Jane Doe asked about homework number {i}, and why")])
        for i in range(6)
    ]
    body = element(
        10,
        "body",
        [
            element(11, "h1", [text(12, "Help rooms")]),
            element(20, "ul", messages),
            element(60, "button", [text(61, "Send")], type="button"),
        ],
    )
    html = element(3, "html", [element(4, "head", [element(5, "style", [{**text(6, style), "isStyle": True}])]), body])
    node = {
        "type": 0,
        "id": 1,
        "childNodes": [{"type": 1, "id": 2, "name": "html", "publicId": "", "systemId": ""}, html],
    }
    moves = [
        {
            "type": 3,
            "timestamp": 1000 + i * 400,
            "data": {"source": 1, "positions": [{"x": 80 + i * 20, "y": 120 + i * 16, "id": 20, "timeOffset": 0}]},
        }
        for i in range(14)
    ]
    return [
        {
            "type": 4,
            "timestamp": 0,
            "data": {"href": "http://localhost:8484/demo/chat/web-project", "width": 1280, "height": 720},
        },
        {"type": 2, "timestamp": 50, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}},
        *moves,
        {"type": 3, "timestamp": 7000, "data": {"source": 2, "type": 2, "id": 60, "x": 80, "y": 600}},
        {"type": 3, "timestamp": 9000, "data": {"source": 3, "id": 1, "x": 0, "y": 120}},
    ]


def happenings() -> list[Json]:
    """Some of everything that a person can do."""
    here: Json = {"route": "/demo/chat/:room", "viewport": "large"}
    click: Json = {
        **here,
        "kind": "click",
        "element": "body>button",
        "role": "button",
        "x": 0.5,
        "y": 0.5,
        "page_x": 0.1,
        "page_y": 0.7,
    }
    return [
        {**here, "kind": "navigation", "at": 0},
        {**click, "at": 1200},
        {**here, "kind": "scroll", "at": 2400, "scroll_depth": 0.5},
        {**click, "kind": "rage", "at": 3300},
        {**click, "kind": "dead", "at": 4200},
        {**here, "kind": "error", "at": 5100, "type": "TypeError", "line": 12},
        {**here, "kind": "request", "at": 6000, "method": "POST", "status": "5xx", "ms": 120},
        {**click, "at": 7000},
    ]
