"""The recorder's addresses: statuses, what an error says, and who may read the answers."""

import asyncio
from collections.abc import AsyncIterator

import httpx2 as httpx
import msgspec
import pytest

from tests.web.house import ORIGIN, Lived, happenings, page_events, right_now

PATHS = ("/v1/tickets", "/v1/batches", "/v1/withdraw", "/v1/support-codes")
NASTY = '<script>alert("jane")</script>'


def post(school: Lived, path: str, body: bytes, origin: str = ORIGIN) -> httpx.Response:
    return school.client().post(path, content=body, headers={"origin": origin, "content-type": "text/plain"})


def test_rules_come_with_a_ticket_unless_the_page_has_them(school: Lived) -> None:
    ticket = school.ticket("newcomer")
    rules = ticket["rules"]
    assert isinstance(rules, dict)
    assert rules["application"] == "chalkboard"
    body = msgspec.json.encode({"visit": school.visit("newcomer"), "release": "0.1.0"})
    again = post(school, f"/v1/tickets?policy={rules['policy']}", body).json()
    assert "rules" not in again
    assert set(again) == {"ticket", "recording", "elapsed", "renew_in"}


def test_an_answer_with_capture_rules_is_compressed_and_a_small_one_is_not(school: Lived) -> None:
    body = msgspec.json.encode({"visit": school.visit("newcomer"), "release": "0.1.0"})
    answer = post(school, "/v1/tickets", body)
    assert answer.headers["content-encoding"] == "gzip"
    assert "rules" in answer.json()
    assert (
        "content-encoding" not in post(school, f"/v1/tickets?policy={answer.json()['rules']['policy']}", body).headers
    )


def test_the_same_batch_again_gets_the_same_answer_and_another_is_refused(school: Lived) -> None:
    ticket = school.ticket("twice")
    batch = school.batch(0, page_events(), happenings())
    assert school.send(ticket, batch) == school.send(ticket, batch)
    other = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(school.batch(0, page_events(), []))
    answer = post(school, "/v1/batches", other)
    assert (answer.status_code, answer.json()["next"]) == (409, "snapshot")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"", b"{", NASTY.encode(), b"\xff\xfe", b"[" * 100_000])
def test_nonsense_is_an_error_that_can_be_read_and_repeats_nothing(school: Lived, path: str, body: bytes) -> None:
    answer = post(school, path, body)
    assert answer.status_code in (400, 401, 413)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "jane" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_another_origin_cannot_read_the_answer(school: Lived, path: str) -> None:
    answer = post(school, path, b"{}", origin="https://elsewhere.example")
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "Origin"


def test_a_body_over_the_limit_is_too_large_whether_or_not_it_says_its_size(school: Lived) -> None:
    assert post(school, "/v1/batches", b"x" * (1024 * 1024 + 1)).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 64 * 1024

    async def send() -> int:
        transport = httpx.ASGITransport(app=school.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return (await client.post("/v1/batches", content=pieces())).status_code

    assert asyncio.run(send()) == 413


def test_a_body_that_trickles_is_cut_off(school: Lived) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(4)
        yield b"y"

    async def send() -> int:
        transport = httpx.ASGITransport(app=school.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return (await client.post("/v1/batches", content=pieces())).status_code

    assert asyncio.run(send()) == 408


def test_withdrawing_stops_the_recorder(school: Lived) -> None:
    ticket = school.ticket("leaver")
    body = msgspec.json.encode({"visit": school.visit("leaver"), "ticket": ticket["ticket"], "erase": False})
    answer = post(school, "/v1/withdraw", body)
    assert (answer.status_code, answer.json()) == (202, {"next": "stop"})
    batch = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(school.batch(0, page_events(), []))
    refused = post(school, "/v1/batches", batch)
    assert (refused.status_code, refused.json()["next"]) == (403, "stop")


def test_the_server_says_that_it_is_alive_and_ready(school: Lived) -> None:
    assert school.client().get("/healthz").status_code == 200
    school.house.logs.sign(right_now())
    assert school.client().get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize("name", ["../x.js", "..%2f..%2fx.js", "x.py", ".js", "nothing.js"])
def test_only_built_files_are_served(school: Lived, name: str) -> None:
    assert school.client().get(f"/sdk/{name}").status_code == 404
