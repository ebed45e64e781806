"""The visit token says what a customer's backend must say, and says yes only where somebody agreed."""

import hmac
import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from milkglass.database.keyfiles import KeyFiles
from milkglass.demo.people import PEOPLE, Person, guest
from milkglass.demo.visit_token import Keys, pseudonym, visit_token
from milkglass.tickets.visit_tokens import read_visit
from tests.demo.server import SECRET, mounted

KEYS = Keys(secret=SECRET, pseudonyms=b"k" * 32)


class Consent(TypedDict):
    purposes: list[str]
    notice: str
    actor: str
    at: int


class Claims(TypedDict, total=False):
    application: str
    institution: str
    person: str
    may_consent: bool
    consent: Consent
    iat: int
    exp: int


def opened(token: str) -> Claims:
    head, body, signature = token.split(".")
    raw = [urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in (head, body, signature)]
    assert json.loads(raw[0]) == {"alg": "HS256", "typ": "JWT"}
    assert hmac.compare_digest(raw[2], hmac.digest(SECRET, f"{head}.{body}".encode(), "sha256"))
    claims: Claims = json.loads(raw[1])
    return claims


@given(person=st.sampled_from(PEOPLE), now=st.integers(0, 2**40))
def test_without_a_yes_the_token_carries_no_consent(person: Person, now: int) -> None:
    claims = opened(visit_token(person, KEYS, agreed_at=None, now=now))
    assert "consent" not in claims
    assert claims["exp"] - claims["iat"] <= 15 * 60


@given(person=st.sampled_from(PEOPLE), now=st.integers(0, 2**40))
def test_a_parent_agrees_for_a_pupil_and_a_student_for_themselves(person: Person, now: int) -> None:
    claims = opened(visit_token(person, KEYS, agreed_at=now, now=now))
    assert claims["consent"]["purposes"] == ["replay", "heatmap"]
    assert claims["consent"]["actor"] == ("parent" if person.is_pupil else "student")
    assert claims["may_consent"] is not person.is_pupil


def test_a_pupil_without_a_parents_agreement_gives_none() -> None:
    pupil = Person(number="RB-1", name="A", email="a@b.example", institution="riverbend-high", year="Grade 9")
    assert "consent" not in opened(visit_token(pupil, KEYS, agreed_at=1, now=1))


@given(name=st.text(min_size=1, max_size=40))
def test_the_pseudonym_is_64_hex_digits_and_hides_name_and_number(name: str) -> None:
    person = guest(name)
    token = visit_token(person, KEYS, agreed_at=None, now=1)
    said = opened(token)["person"]
    assert len(bytes.fromhex(said)) == 32
    assert person.number not in json.dumps(opened(token))
    assert said != pseudonym(person, b"another key")


def test_different_people_have_different_pseudonyms() -> None:
    assert len({pseudonym(p, KEYS.pseudonyms) for p in PEOPLE}) == len(PEOPLE)


@pytest.mark.parametrize(("answer", "agreed"), [("yes", True), ("no", False), ("", False), ("YES", False)])
def test_only_a_plain_yes_is_a_yes(answer: str, agreed: bool) -> None:  # noqa: FBT001 -- a column of the table
    with TestClient(mounted(), base_url="http://localhost") as client:
        client.post("/demo/sign-in", data={"person": "LC-88210", "help_support": answer}, follow_redirects=False)
        claims = opened(client.post("/demo/api/visit").json()["visit"])
    assert ("consent" in claims) is agreed
    assert claims["institution"] == "lakeside-college"


def test_nobody_signed_in_gets_no_token() -> None:
    with TestClient(mounted(), base_url="http://localhost") as client:
        answer = client.post("/demo/api/visit")
    assert answer.status_code == 401
    assert answer.json() == {"visit": None}


@given(person=st.sampled_from(PEOPLE), agreed=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_milkglass_takes_the_token(tmp_path: Path, person: Person, agreed: bool) -> None:  # noqa: FBT001 -- drawn
    files = KeyFiles(tmp_path)
    keys = Keys(secret=(files.secrets("chalkboard") or (files.rotate("chalkboard"),))[0], pseudonyms=b"k" * 32)
    token = visit_token(person, keys, agreed_at=1_700_000_000 if agreed else None, now=1_700_000_000)
    claims = read_visit(token, files, datetime.fromtimestamp(1_700_000_030, UTC))
    assert claims.institution == person.institution
    assert (claims.consent is not None) is agreed
