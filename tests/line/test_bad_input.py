"""Bad input: whatever comes over HTTP, the server says what is wrong by a code, repeats none of it, and stands."""

from __future__ import annotations

import base64
import gzip
import hmac
import json
import random
import time
from collections.abc import Iterator

import httpx
import pytest
import zstandard

from milkglass.database.keyfiles import KeyFiles
from milkglass.database.signing import packed, signature
from tests.line.sender import META, Given, Sender, said, snapshot
from tests.line.server import Server

WITNESS = "Qwitnessed"  # put into everything that is sent; no answer may hold it
ELSEWHERE = "https://elsewhere.example"
PROBLEM = "application/problem+json"
MANY = 2_000


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    server = Server(tmp_path_factory.mktemp("bad") / "data")
    server.start()
    try:
        with Sender(server) as one:
            yield one
    finally:
        assert server.stop() == 0
        told = server.output.read_text("utf-8")
        assert WITNESS not in told, "nothing of the input is in the server's output"
        assert "Traceback" not in told


@pytest.fixture
def given(sender: Sender, request: pytest.FixtureRequest) -> Given:
    return sender.ticket(request.node.name)


def is_refused(answer: httpx.Response, status: int, code: str, following: str | None) -> None:
    """Check an error whole: status, form, code, what to do next, and that nothing of the input is in it."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    told = answer.json()
    assert (told["status"], told["code"], told.get("next")) == (status, code, following)
    assert set(told) <= {"type", "title", "status", "code", "detail", "next"}
    holds_nothing(answer)


def holds_nothing(answer: httpx.Response) -> None:
    assert WITNESS not in answer.text
    assert WITNESS not in str(answer.headers)
    assert "Traceback" not in answer.text


def part(said_: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said_).encode()).rstrip(b"=").decode()


def forged(header: object, claims: object, secret: bytes, digest: str = "sha256") -> str:
    """Write a token by hand, as somebody would who knows only part of what it takes."""
    head = f"{part(header)}.{part(claims)}"
    signed = base64.urlsafe_b64encode(hmac.digest(secret, head.encode(), digest)).rstrip(b"=").decode()
    return f"{head}.{signed}"


# Visit tokens


@pytest.mark.parametrize(
    ("header", "digest", "code"),
    [
        ({"alg": "none", "typ": "JWT"}, "sha256", "visit_token_algorithm"),
        ({"alg": "HS512", "typ": "JWT"}, "sha512", "visit_token_algorithm"),
        ({"alg": "hs256", "typ": "JWT"}, "sha256", "visit_token_algorithm"),
        ({"alg": "HS256", "typ": "JWT", "jwk": {"k": WITNESS}}, "sha256", "visit_token_algorithm"),
        ({"alg": "HS256", "typ": "JWT", "kid": f"../../{WITNESS}"}, "sha256", "visit_token_algorithm"),
        ([WITNESS], "sha256", "visit_token_algorithm"),
    ],
)
def test_a_token_of_another_algorithm_is_refused_though_its_signature_is_right(
    sender: Sender, header: object, digest: str, code: str
) -> None:
    token = forged(header, sender.claims("algorithm"), sender.secret, digest)
    is_refused(sender.exchange(token), 401, code, "renew")


def test_a_token_without_a_signature_is_refused(sender: Sender) -> None:
    signed = sender.visit("unsigned")
    is_refused(sender.exchange(signed.rpartition(".")[0] + "."), 401, "visit_token_signature", "renew")
    is_refused(sender.exchange(signed.rpartition(".")[0]), 401, "visit_token_form", "renew")


def test_a_token_of_another_secret_or_changed_after_signing_is_refused(sender: Sender) -> None:
    other = forged({"alg": "HS256", "typ": "JWT"}, sender.claims("secret"), WITNESS.encode())
    is_refused(sender.exchange(other), 401, "visit_token_signature", "renew")
    head, _, signed = sender.visit("changed").split(".")
    changed = f"{head}.{part(sender.claims(WITNESS))}.{signed}"
    is_refused(sender.exchange(changed), 401, "visit_token_signature", "renew")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"application": "another"}, "visit_token_application"),
        ({"application": f"../{WITNESS}"}, "visit_token_application"),
        ({"institution": "demo-account"}, "visit_token_institution"),
        ({"person": WITNESS}, "visit_token_person"),
        ({"iat": int(time.time()) - 2_000, "exp": int(time.time()) - 1_400}, "visit_token_expired"),
        ({"iat": int(time.time()) + 4_000, "exp": int(time.time()) + 4_600}, "visit_token_future"),
        ({"exp": int(time.time()) + 90_000}, "visit_token_too_long"),
        ({"iat": WITNESS}, "visit_token_claims"),
        ({"consent": {"purposes": [WITNESS], "notice": "n", "actor": "adult", "at": 1}}, "visit_token_claims"),
        (
            {"consent": {"purposes": ["replay"], "notice": f"{WITNESS} !", "actor": "adult", "at": 1}},
            "visit_token_consent",
        ),
        ({"consent": {"purposes": ["replay"], "notice": "n", "actor": WITNESS, "at": 1}}, "visit_token_consent"),
    ],
)
def test_a_token_with_wrong_claims_is_refused_by_its_reason(
    sender: Sender, changed: dict[str, object], code: str
) -> None:
    token = forged({"alg": "HS256", "typ": "JWT"}, sender.claims("claims", **changed), sender.secret)
    is_refused(sender.exchange(token), 401, code, "renew")


@pytest.mark.parametrize(
    "changed",
    [
        {"consent": None},
        {"consent": {"purposes": [], "notice": "n", "actor": "adult", "at": 1}},
        {"institution": "unknown-school"},
    ],
)
def test_without_consent_or_opt_in_nothing_may_be_recorded(sender: Sender, changed: dict[str, object]) -> None:
    claims = {key: value for key, value in sender.claims("no", **changed).items() if value is not None}
    is_refused(
        sender.exchange(forged({"alg": "HS256", "typ": "JWT"}, claims, sender.secret)), 403, "no_consent", "stop"
    )


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"visit": 3}', b"\xff\xfe", b'{"visit": "' + b"x" * 8_000 + b'"}']
)
def test_what_is_no_question_for_a_ticket_is_refused(sender: Sender, body: bytes) -> None:
    answer = sender.http.post("/v1/tickets", content=body)
    assert answer.status_code in (400, 401)
    assert answer.headers["content-type"] == PROBLEM


# Recording tickets


def test_a_ticket_that_is_not_ours_is_refused_before_anything_is_unpacked(sender: Sender, given: Given) -> None:
    fields, signed = given.ticket.split(".")
    told = json.loads(base64.urlsafe_b64decode(fields + "=="))
    other = part({**told, "recording": WITNESS})
    bomb = gzip.compress(bytes(50_000_000), 1)
    for ticket in ("", WITNESS, f"{fields}.", f"{other}.{signed}", f"{fields}.{signed[::-1]}", "a" * 5_000, "ä"):
        is_refused(sender.send(ticket, bomb), 401, "ticket_invalid", "renew")
    is_refused(sender.http.post("/v1/batches", content=given.ticket), 401, "ticket_invalid", "renew")


def test_a_ticket_that_is_over_is_refused(sender: Sender, given: Given) -> None:
    # Signed with the server's own key, as only the server can: what is wrong with it is its time alone.
    fields = json.loads(base64.urlsafe_b64decode(given.ticket.split(".")[0] + "=="))
    late = {**fields, "iat": fields["iat"] - 2_000, "exp": fields["iat"] - 1_000}
    told = packed(json.dumps(late).encode())
    key = KeyFiles(sender.server.data / "keys").key("tickets")
    is_refused(sender.send(f"{told}.{signature(key, told)}", given.batch(0)), 401, "ticket_expired", "renew")


def test_a_number_is_taken_by_what_came_first_in_its_own_recording_only(sender: Sender, given: Given) -> None:
    page = given.batch(0, [META, snapshot(said("one"))])
    assert sender.send(given.ticket, page).status_code == 202
    assert sender.send(given.ticket, page).status_code == 202, "the same again is acknowledged again"
    assert sender.send(given.ticket, gzip.compress(page)).status_code == 202, "packed or not, it is the same"
    other = given.batch(0, [META, snapshot(said("two"), said(WITNESS, 5))])
    is_refused(sender.send(given.ticket, other), 409, "number_taken", "snapshot")
    another = sender.ticket("another person")
    assert sender.send(another.ticket, page).status_code == 202, "another recording has its own numbers"


# Bodies


def packings(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "gzip", gzip.compress(plain, 9)
    yield "zstd", zstandard.ZstdCompressor(level=3).compress(plain)


def test_a_body_over_the_limit_is_refused_at_once(sender: Sender, given: Given) -> None:
    is_refused(sender.send(given.ticket, b" " * (1 << 20)), 413, "too_large", "snapshot")
    pieces = (b"x" * 65_536 for _ in range(40))  # without a length: counted as it comes
    answer = sender.http.post("/v1/batches", content=pieces)
    is_refused(answer, 413, "too_large", "snapshot")


def test_a_bomb_is_refused_packed(sender: Sender, given: Given) -> None:
    for _, bomb in packings(bytes(400_000_000)):
        began = time.monotonic()
        is_refused(sender.send(given.ticket, bomb), 413, "too_large", "snapshot")
        assert time.monotonic() - began < 5, "unpacking ended at its limit"
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


# Garbage


def garbage(chance: random.Random, given: Given) -> tuple[str, bytes]:
    """Make one request that somebody or something could send, most of it nearly right."""
    path = chance.choice(["/v1/batches"] * 6 + ["/v1/tickets", "/v1/withdraw", "/v1/support-codes"])
    if path != "/v1/batches":
        ends = ["", given.ticket, WITNESS, "a.b.c", 3, None, [], {}]
        asked = {"visit": chance.choice(ends), "ticket": chance.choice(ends), "erase": chance.choice(ends)}
        return path, bent(chance, json.dumps(asked).encode())
    values: list[object] = [None, True, -1, 2**64, 1.5, "", WITNESS, "\u0000", "▇" * 9, [], {}, [[]], {"a": [WITNESS]}]
    event = json.loads(json.dumps(chance.choice([META, snapshot(said(WITNESS), said("x", 5))])))
    for _ in range(chance.randrange(3)):
        wreck(chance, event, values)
    row = {"kind": "click", "at": 1, "route": "/demo/chat/:room", "viewport": "large"}
    wreck(chance, row, values)
    body = given.batch(chance.randrange(10_000), [event], interactions=[row])
    if chance.random() < 0.5:
        body = bent(chance, body)
    if chance.random() < 0.3:
        body = bent(chance, gzip.compress(body))
    return path, given.ticket.encode() + b"\n" + body


def wreck(chance: random.Random, thing: dict[str, object], values: list[object]) -> None:
    """Replace something at some depth."""
    key = chance.choice(list(thing))
    inner = thing[key]
    while isinstance(inner, list) and inner:
        inner = inner[0]
    if isinstance(inner, dict) and inner and chance.random() < 0.7:
        wreck(chance, inner, values)
    else:
        thing[key] = chance.choice(values)


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


def test_two_thousand_requests_of_garbage_get_an_answer_each_and_none_is_an_error_of_ours(sender: Sender) -> None:
    given = sender.ticket("garbage")
    chance = random.Random(7)  # noqa: S311  # seeded, so that it can be run again
    statuses: dict[int, int] = {}
    for turn in range(MANY):
        path, body = garbage(chance, given)
        answer = sender.http.post(path, content=body)
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, f"request {turn} of seed 7: {answer.status_code}"
        if not answer.is_success:
            assert answer.headers["content-type"] == PROBLEM
        holds_nothing(answer)
    print(f"answers by status: {dict(sorted(statuses.items()))}")
    assert statuses[202] > MANY / 20, "some of it was right enough to reach enforcement"
    assert statuses[400] > MANY / 20
    assert sender.send(given.ticket, given.batch(20_000, [META, snapshot()])).status_code == 202, "it still stands"
