"""Traffic: recordings as bodies that a server takes, either as our SDK sends them or as bare rrweb does.

The pages come from a folder of recordings, NDJSON with one batch a line (`BENCHMARK_RECORDINGS` names it; those with
`none` in their name are unmasked, those with `inputs` in their inputs alone), else they are made here. What our SDK
sends is what enforcement makes of a page: the same classes, masks and tokens, packed with gzip, with interactions.
"""

import gzip
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.request import Request, urlopen  # noqa: TID251 - it asks the server that it started

import msgspec

from benchmarks.enforcement import body_of, made, masked_bodies, policy_and_standing
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import random_id
from milkglass.database.signing import packed, signature, unpacked
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.wire.values import Json, RecordingId, TicketFields

_APPLICATION, _INSTITUTION = "chalkboard", "riverbend-high"
_PAGE = "http://localhost/demo/chat/python-basics"
_TEMPLATE = "/demo/chat/:room"
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a server told at the exchange of a ticket, and the key by which it signs them."""

    fields: TicketFields
    policy: str
    vocabulary: int
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Some recordings, each as its batches' events in order. `is_ours`: masked and packed, as our SDK sends."""

    name: str
    recordings: Sequence[Sequence[Json]]
    is_ours: bool
    _ready: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def bodies(self, rules: Rules, most: int) -> Iterator[bytes]:
        """Give at least `most` bodies, of as many recordings as that takes, each with its own ticket."""
        given = 0
        for which in count():
            place = which % len(self.recordings)
            ticket = _ticket(rules)
            for number in range(len(self.recordings[place])):
                yield ticket + b"\n" + self._batch(rules, place, number)
                given += 1
            if given >= most:
                return

    def _batch(self, rules: Rules, place: int, number: int) -> bytes:
        if (place, number) not in self._ready:
            batch = {
                "number": number,
                "policy": rules.policy,
                "vocabulary": rules.vocabulary,
                "journey": "chat",
                "reset": number == 0,
                "events": self.recordings[place][number],
                "interactions": [_click(5000 * number + 500 * n) for n in range(6)] if self.is_ours else [],
            }
            plain = msgspec.json.encode(batch)
            self._ready[place, number] = gzip.compress(plain, 6) if self.is_ours else plain
        return self._ready[place, number]


def ours() -> Traffic:
    """Return what our SDK sends."""
    policy, standing = policy_and_standing()
    pages = [masked_bodies([body_of(events) for events in one], policy, standing) for one in _pages("*inputs*.ndjson")]
    return Traffic(
        name="our SDK's batches",
        recordings=[[_moved(msgspec.json.decode(body)["events"], _TEMPLATE) for body in one] for one in pages],
        is_ours=True,
    )


def bare() -> Traffic:
    """Return what rrweb sends without any masking."""
    return Traffic(
        name="bare rrweb's batches",
        recordings=[[_moved(events, _PAGE) for events in one] for one in _pages("*none*.ndjson")],
        is_ours=False,
    )


def exchange(port: int, data: Path) -> Rules:
    """Get a person's consent and ticket from a running server."""
    keys, now = KeyFiles(data / "keys"), int(time.time())
    consent = {"purposes": ["replay", "heatmap"], "notice": "chalkboard-2026-09", "actor": "student", "at": now - 5}
    said = {"application": _APPLICATION, "institution": _INSTITUTION, "person": f"{next(_NUMBERS):064x}", "iat": now}
    claims = msgspec.convert(said | {"exp": now + 600, "may_consent": True, "consent": consent}, Claims)
    asked = json.dumps({"visit": sign_visit(claims, keys.secret(_APPLICATION)), "release": "0"}).encode()
    with urlopen(Request(f"http://127.0.0.1:{port}/v1/tickets", asked, method="POST")) as answer:
        given = json.load(answer)
    fields = msgspec.json.decode(unpacked(given["ticket"].partition(".")[0]) or b"", type=TicketFields)
    rules = given["rules"]
    return Rules(
        fields=fields,
        policy=rules["policy"],
        vocabulary=rules["vocabulary"]["version"],
        key=keys.key("tickets"),
    )


def _ticket(rules: Rules) -> bytes:
    """Sign a ticket for a fresh recording as the server does: the exchange is not what is measured."""
    fresh = msgspec.structs.replace(rules.fields, recording=RecordingId(random_id()), crowd=next(_NUMBERS))
    said = packed(msgspec.json.encode(fresh))
    return f"{said}.{signature(rules.key, said)}".encode()


def _pages(names: str) -> list[list[Json]]:
    """Read recordings, each as its batches' events with times that begin at 0; without any, make one."""
    folder = os.environ.get("BENCHMARK_RECORDINGS")
    files = sorted(Path(folder).glob(names)) if folder else []
    if not files:
        return [[msgspec.json.decode(body)["events"] for body in made()]]
    return [[msgspec.json.decode(line)["events"] for line in file.read_bytes().splitlines()] for file in files]


def _moved(events: Json, page: str) -> Json:
    """Put events on a page of the policy."""
    for event in events if isinstance(events, list) else ():
        if isinstance(event, dict) and event["type"] == 4 and isinstance(event["data"], dict):  # noqa: PLR2004 - Meta
            event["data"]["href"] = page
    return events


def _click(at: int) -> dict[str, Json]:
    place: dict[str, Json] = {"x": 0.5, "y": 0.5, "page_x": 0.25, "page_y": 0.75, "scroll_depth": 0.5}
    where: dict[str, Json] = {"route": _TEMPLATE, "viewport": "large", "element": "main>div:2>button", "role": "button"}
    return {"kind": "click", "at": at, **where, **place}
