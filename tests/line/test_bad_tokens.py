"""Bad tokens: who may record is decided before anything is unpacked, and the reason is told by a code."""

from __future__ import annotations

import base64
import gzip
import json
import time

import pytest

from milkglass.database.keyfiles import KeyFiles
from milkglass.database.signing import packed, signature
from tests.line.refusals import PROBLEM, WITNESS, forged, is_refused, part
from tests.line.sender import META, Given, Sender, said, snapshot

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
    code = "institution_off" if "institution" in changed else "no_consent"
    is_refused(sender.exchange(forged({"alg": "HS256", "typ": "JWT"}, claims, sender.secret)), 403, code, "stop")


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
