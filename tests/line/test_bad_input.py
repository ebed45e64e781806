"""Bad input: whatever comes over HTTP, the server says what is wrong by a code, repeats none of it, and stands."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from tests.line.refusals import WITNESS, holds_nothing, is_refused
from tests.line.sender import META, Given, Sender, said, snapshot

ELSEWHERE = "https://elsewhere.example"

# Bodies


def packings(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "gzip", gzip.compress(plain, 9)
    yield "zstd", zstandard.ZstdCompressor(level=3).compress(plain)


def test_a_body_over_the_limit_is_refused_at_once(sender: Sender, given: Given) -> None:
    is_refused(sender.send(given.ticket, b" " * (1 << 20)), 413, "too_large", "snapshot")
    pieces = (b"x" * 65_536 for _ in range(40))  # without a length: counted as it comes
    answer = sender.http.post("/v1/batches", content=pieces)
    is_refused(answer, 413, "too_large", "snapshot")


def peak_bytes(sender: Sender) -> int:
    """The most memory that the server has held so far."""
    assert sender.server.process is not None
    status = Path(f"/proc/{sender.server.process.pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_a_bomb_is_refused_packed(sender: Sender, given: Given) -> None:
    before = peak_bytes(sender)
    for _, bomb in packings(bytes(200_000_000)):
        is_refused(sender.send(given.ticket, bomb), 413, "too_large", "snapshot")
    assert peak_bytes(sender) - before < 100_000_000, "unpacking ended at its limit"
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    ).compress(bytes(2_000))
    assert sender.send(given.ticket, wide).status_code in (400, 413)


@pytest.mark.parametrize("opened", ['{"a":', "["])
def test_a_million_levels_of_json_are_refused(sender: Sender, given: Given, opened: str) -> None:
    deep = (opened * 1_000_000).encode()
    whole = given.batch(0, "HERE").replace(b'"HERE"', deep[:900_000])
    is_refused(sender.send(given.ticket, whole), 400, "invalid", "snapshot")
    for _, body in packings(deep[:6_000_000]):
        is_refused(sender.send(given.ticket, body), 400, "invalid", "snapshot")


def test_a_tree_deeper_than_a_page_is_refused(sender: Sender, given: Given) -> None:
    opened = '{"type":2,"tagName":"div","attributes":{},"id":9,"childNodes":['
    for levels, status, code in ((420, 413, "too_large"), (2_000, 400, "invalid")):
        deep = opened * levels + json.dumps(said(WITNESS)) + "]}" * levels
        whole = given.batch(0, [META, snapshot("HERE")]).replace(b'"HERE"', deep.encode())
        is_refused(sender.send(given.ticket, whole), status, code, "snapshot")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"{",
        WITNESS.encode(),
        b"\x1f\x8b" + WITNESS.encode(),
        zstandard.compress(WITNESS.encode() * 9)[:-4],
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{}") + WITNESS.encode(),
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"number": 0} ' + WITNESS.encode(),
        b"<html>" + WITNESS.encode(),
    ],
)
def test_what_is_no_batch_is_refused(sender: Sender, given: Given, body: bytes) -> None:
    is_refused(sender.send(given.ticket, body), 400, "invalid", "snapshot")


@pytest.mark.parametrize(
    "changed",
    [
        {"number": -1},
        {"number": 0.5},
        {"number": WITNESS},
        {"number": 2**63},
        {"vocabulary": None},
        {"policy": 7},
        {"journey": {"a": WITNESS}},
        {"reset": WITNESS},
        {"events": {"a": WITNESS}},
        {"interactions": WITNESS},
    ],
)
def test_a_batch_with_a_wrong_part_is_refused(sender: Sender, given: Given, changed: dict[str, object]) -> None:
    is_refused(sender.send(given.ticket, given.batch(0, **changed)), 400, "invalid", "snapshot")


@pytest.mark.parametrize("token", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x10", b"'a'", b"undefined"])
def test_what_json_does_not_know_is_refused(sender: Sender, given: Given, token: bytes) -> None:
    body = given.batch(0, [{**META, "timestamp": "HERE"}]).replace(b'"HERE"', token)
    answer = sender.send(given.ticket, body)
    is_refused(answer, 400, "invalid", "snapshot")


def test_a_lone_surrogate_is_refused_or_masked_never_an_error(sender: Sender, given: Given) -> None:
    for number, text in enumerate((r"\ud800", r"\udc00\ud800", r"a\ud83d")):
        body = given.batch(number, [META, snapshot(said("HERE"))]).replace(b"HERE", text.encode())
        answer = sender.send(given.ticket, body)
        assert answer.status_code in (202, 400), answer.text
        holds_nothing(answer)


def test_an_unknown_policy_or_journey_is_refused_by_name(sender: Sender, given: Given) -> None:
    other = given.batch(0, [META], policy="0" * 64)
    is_refused(sender.send(given.ticket, other), 412, "stale_policy", "renew")
    is_refused(sender.send(given.ticket, given.batch(0, [META], vocabulary=10**6)), 412, "stale_policy", "renew")
    is_refused(sender.send(given.ticket, given.batch(0, [META], journey=WITNESS)), 403, "journey_off", "renew")
    is_refused(sender.send(given.ticket, given.batch(0, [META], journey="students")), 403, "journey_off", "renew")


def test_unknown_fields_and_packed_events_are_dropped_and_the_rest_is_kept(sender: Sender, given: Given) -> None:
    odd = {**META, WITNESS: WITNESS, "data": {**META["data"], "title": WITNESS}}  # type: ignore[dict-item]  # a dict
    packed = "".join(map(chr, gzip.compress(WITNESS.encode())))  # what rrweb's `packFn` makes of an event
    strange = [odd, packed, {"type": 6, "timestamp": 2, "data": {"plugin": WITNESS}}, {"type": 99}, 7, None, [WITNESS]]
    body = given.batch(0, [*strange, snapshot(said(WITNESS))], extra={"a": WITNESS})
    answer = sender.send(given.ticket, body)
    assert (answer.status_code, answer.json()) == (202, {"number": 0, "next": None})
    rows = sender.server.told("recordings", "list")["recordings"]
    assert isinstance(rows, list)
    assert given.recording in {row["recording"] for row in rows}


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate", WITNESS])
def test_the_content_encoding_header_changes_nothing(sender: Sender, given: Given, encoding: str) -> None:
    # What packs the batch lies behind the ticket's line, so the header cannot speak of it.
    body = given.batch(0, [META, snapshot(said("x"))])
    answer = sender.send(given.ticket, body, {"Content-Encoding": encoding})
    assert answer.status_code == 202
    holds_nothing(answer)


# Addresses and origins


def test_another_method_or_address_answers_without_repeating_it(sender: Sender) -> None:
    for method, path in (("GET", "/v1/batches"), ("PUT", "/v1/tickets"), ("POST", f"/v1/{WITNESS}"), ("GET", "/v1/")):
        answer = sender.http.request(method, f"{path}?q={WITNESS}")
        assert answer.status_code in (404, 405)
        holds_nothing(answer)


def test_a_listed_origin_can_read_errors_too_and_another_reads_nothing(sender: Sender, given: Given) -> None:
    listed = sender.server.url
    bad: list[tuple[str, bytes]] = [
        ("/v1/tickets", b"{"),
        ("/v1/tickets", json.dumps({"visit": "a.b.c"}).encode()),
        ("/v1/batches", b"x\n{}"),
        ("/v1/batches", given.ticket.encode() + b"\n{"),
        ("/v1/batches", given.ticket.encode() + b"\n" + b" " * (1 << 20)),
        ("/v1/batches", given.ticket.encode() + b"\n" + given.batch(0, policy="0" * 64)),
        ("/v1/withdraw", b"{}"),
        ("/v1/support-codes", b'{"ticket": "x"}'),
    ]
    good = [("/v1/batches", given.ticket.encode() + b"\n" + given.batch(0, [META, snapshot()]))]
    for path, body in [*bad, *good]:
        read = sender.http.post(path, content=body, headers={"Origin": listed})
        assert read.is_success is ((path, body) in good)
        assert read.headers["access-control-allow-origin"] == listed, f"{path}: {read.status_code}"
        for origin in (ELSEWHERE, "null", f"{listed}.{WITNESS}.example", listed.upper()):
            unread = sender.http.post(path, content=body, headers={"Origin": origin})
            assert "access-control-allow-origin" not in unread.headers
            assert "origin" in unread.headers["vary"].lower()
        assert "access-control-allow-credentials" not in read.headers
