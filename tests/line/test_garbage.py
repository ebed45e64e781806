"""Garbage: 20,000 requests at every address, in process: each gets an answer, none is an error of ours or echoed.

A test of each seed sends 5,000, so that all of pytest's workers share them.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.line.garbage import WITNESS, Known, Request, garbage
from tests.line.sender import CHAT, META, snapshot
from tests.web.house import Lived, lived, right_now

SEEDS = (7, 8, 9, 10)
MANY = 20_000 // len(SEEDS)
AT_ONCE = 16  # more would share a busy machine until a body takes longer than a server waits for one
SIGNED_AFTER = 64
ROLLED_AFTER = 500
Message = MutableMapping[str, Any]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path / "data") as one:
        yield one


def known(house: Lived) -> Known:
    """Tickets of some people, one kept recording, the addresses of the server and a session of its owner."""
    tickets = [(str(house.ticket(f"person {n}")["ticket"]), house.batch(0, [], [])) for n in range(20)]
    page = [{**META, "data": {**META["data"], "href": CHAT}}, snapshot()]  # type: ignore[dict-item]  # a dict
    recording = house.record("somebody", page, [])
    owner = house.signed_in("Demo viewer")
    cookie = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
    paths = sorted({route.path for route in house.app.routes if hasattr(route, "path")})
    return Known(tickets, paths, cookie, recording)


async def answered(app: Starlette, asked: Request) -> tuple[int, bytes]:
    """Send one request through ASGI; an exception is a 500."""
    status, seen = 0, bytearray()
    sent = iter([{"type": "http.request", "body": asked.body, "more_body": False}])

    async def receive() -> Message:
        return next(sent, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)
        seen.extend(message.get("body", b"") or repr(message.get("headers", "")).encode())

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": asked.method, "scheme": "http",
        "path": asked.path, "raw_path": asked.path.encode(), "query_string": asked.query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in asked.headers.items()],
        "client": ("127.0.0.1", 1), "server": ("localhost", 8484),
    }  # fmt: skip
    try:
        await app(scope, receive, send)
    except Exception:  # noqa: BLE001 - whatever it is, it is an error of ours
        return 500, bytes(seen)
    return status, bytes(seen)


async def answer_all(house: Lived, asked: list[Request]) -> list[tuple[int, bytes]]:
    """Send them, some at once, as a server has them; sign the log often, for one whose entries wait is not ready."""
    found: list[tuple[int, bytes]] = []
    for at in range(0, len(asked), AT_ONCE):
        found += await asyncio.gather(*(answered(house.app, one) for one in asked[at : at + AT_ONCE]))
        if (at + AT_ONCE) % SIGNED_AFTER == 0:
            house.house.logs.sign(right_now())
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_each_request_gets_an_answer_and_none_is_an_error_of_ours(house: Lived, seed: int) -> None:
    chance, what = random.Random(seed), known(house)  # noqa: S311  # seeded, so that it can be run again
    asked = [garbage(chance, what) for _ in range(MANY)]
    began = time.monotonic()
    answers: list[tuple[int, bytes]] = []
    for at in range(0, MANY, ROLLED_AFTER):
        answers += asyncio.run(answer_all(house, asked[at : at + ROLLED_AFTER]))
        house.roll()  # as the server does each minute: to look up an old number reads the journal
    taken = time.monotonic() - began
    statuses = Counter(status for status, _ in answers)
    print(f"{MANY} requests in {taken:.1f} s, by status: {dict(sorted(statuses.items()))}")
    ours = [
        (turn, asked[turn].method, asked[turn].path)
        for turn, (status, _) in enumerate(answers)
        # A machine that stood still for some seconds has entries to sign, and says rightly that it is not ready.
        if status >= 500 and (status, asked[turn].path) != (503, "/readyz")
    ]
    assert ours == [], f"requests of seed {seed}"
    echoed = [turn for turn, (_, seen) in enumerate(answers) if WITNESS.encode() in seen or b"Traceback" in seen]
    assert echoed == [], f"requests of seed {seed}"
    assert len(answers) == MANY
    assert statuses[202] > MANY / 20, "some of it was right enough to reach enforcement"
    assert statuses[400] > MANY / 20
    assert statuses[404] > MANY / 200
    person = house.ticket("afterwards")
    assert house.send(person, house.batch(0, [META, snapshot()], [])) == {"number": 0, "next": None}, "it still stands"
