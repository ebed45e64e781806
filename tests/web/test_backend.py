"""What a customer's server does with its key, and what our dialog's addresses take: each wrong thing is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from milkglass import facts
from milkglass.access.keys import NewKey
from milkglass.consent.values import State
from milkglass.policy.compile import CompiledPolicy
from milkglass.policy.document import ConsentTerms, Notice
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.web.application import screens
from milkglass.wire.values import ApplicationId, InstitutionId, Purpose
from tests.web.house import Lived, lived, right_now

NOTICES = tuple(
    Notice(version="2026-11", language=language, text=text)
    for language, text in (
        ("en-US", "We record how this page is used."),
        ("es-US", "Grabamos cómo se usa esta página."),
    )
)
SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "schemas" / "consent"
# ISO/IEC TS 27560's own names, kept here too, so that this holds where the schemas are not.
RECORD = {"schema_version", "record_id", "pii_principal_id", "pii_processing", "party_identification", "events"}
PROCESSING = {"privacy_notice", "language", "purposes"}
PURPOSE = {
    *("purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period", "jurisdiction"),
    *("recipient_third_parties", "withdrawal_method"),
}
PARTY = {"party_id", "party_name", "party_address", "party_contact", "party_type"}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path) as house:
        noticed(house, *NOTICES)
        yield house


def noticed(school: Lived, *notices: Notice) -> None:
    """Let these notices stand, as a published policy would."""
    policies = school.house.policies
    policy = policies.current(ApplicationId("chalkboard"))
    assert policy is not None
    document = replace(policy.document, consent=ConsentTerms(notices=notices))
    standing: dict[str, CompiledPolicy] = {"chalkboard": replace(policy, document=document)}
    object.__setattr__(school.house.institutions, "policy_of", MappingProxyType(standing).get)


def visit(school: Lived, person: str = "jane", institution: str = "lakeside-college", **more: object) -> str:
    now = int(right_now().timestamp())
    claims = Claims(
        application=ApplicationId("chalkboard"),
        institution=InstitutionId(institution),
        person=sha256(person.encode()).hexdigest(),
        iat=now,
        exp=now + 600,
        may_consent=bool(more.get("may_consent", True)),
    )
    return sign_visit(claims, school.house.keys.secret(school.house.application))


def served(client: TestClient, institution: str = "lakeside-college", language: str = "en-US") -> dict[str, Any]:
    answer = client.get(f"/v1/notice?application=chalkboard&institution={institution}&language={language}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def answered(client: TestClient, token: str, serving: str, answer: str = "given", **more: object) -> Any:
    body = {"visit": token, "serving": serving, "answer": answer, "purposes": ["replay", "heatmap"], **more}
    return client.post("/v1/consents", content=json.dumps(body))


def key(school: Lived, **more: Any) -> dict[str, str]:
    new = NewKey(name="test", application=school.house.application, **more)
    return {"authorization": f"Bearer {school.house.backend_keys.create(new, facts.COMMAND_LINE, right_now())[1]}"}


def written(client: TestClient, headers: dict[str, str], path: str = "consents", /, **more: Any) -> Any:
    body: dict[str, object] = {"institution": "lakeside-college", "person": "ab" * 32}
    if path == "consents":
        at = int(right_now().timestamp())
        body |= {"purposes": ["replay"], "notice": "2026-11", "actor": "student", "at": at, "may_consent": True}
    return client.post(f"/v1/backend/{path}", content=json.dumps(body | more), headers=headers)


def acts(school: Lived) -> list[str]:
    return [json.loads(one.spelled)["act"] for one in school.house.log.entries(0, 10_000)]


def test_asked_answered_recorded_and_taken_back(school: Lived) -> None:
    client, token = school.client(), visit(school)
    assert client.post("/v1/tickets", content=json.dumps({"visit": token})).json()["code"] == "no_consent"
    notice = served(client)
    assert (notice["version"], notice["language"], notice["purposes"]) == ("2026-11", "en-US", ["replay", "heatmap"])
    assert notice["words"]["yes"] == "Yes, record"
    told = answered(client, token, notice["serving"])
    assert told.status_code == 202, told.text
    assert told.json()["purposes"] == ["heatmap", "replay"]
    ticket = client.post("/v1/tickets", content=json.dumps({"visit": token, "release": "0.1.0"}))
    assert ticket.status_code == 200, ticket.text
    assert acts(school).index("consent.request") < acts(school).index("consent.record")
    assert client.post("/v1/withdraw", content=json.dumps({"visit": token, "erase": True})).status_code == 202
    assert client.post("/v1/tickets", content=json.dumps({"visit": token})).json()["code"] == "no_consent"
    again = answered(client, token, served(client)["serving"])
    assert again.status_code == 202, "a yes after the no, as a new record"


def test_a_no_holds_for_ninety_days_and_a_dialog_that_was_closed_is_a_no(school: Lived) -> None:
    client = school.client()
    for answer in ("refused", "dismissed"):
        token = visit(school, answer)
        told = answered(client, token, served(client)["serving"], answer).json()
        days = (told["ask_again_at"] - right_now().timestamp() * 1000) / 86_400_000
        assert 89.9 < days <= 90
        assert client.post("/v1/tickets", content=json.dumps({"visit": token})).json()["code"] == "no_consent"
    assert acts(school).count("consent.refuse") == 2


def test_the_notice_is_served_in_the_nearest_language_and_names_nobody(school: Lived) -> None:
    client = school.client()
    assert served(client, language="es-MX")["language"] == "es-US"
    assert served(client, language="fr")["language"] == "en-US"
    assert served(client)["digest"] != served(client, language="es")["digest"]
    assert "consent.request" not in acts(school), "nobody is known yet"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("application=other&institution=lakeside-college", 404, "no_application"),
        ("application=chalkboard&institution=nowhere", 403, "not_asked"),
        ("", 404, "no_application"),
    ],
)
def test_nobody_is_asked_for_what_may_not_be_recorded(school: Lived, query: str, status: int, code: str) -> None:
    answer = school.client().get(f"/v1/notice?{query}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_policy_without_a_notice_has_none_to_show(school: Lived) -> None:
    noticed(school)
    answer = school.client().get("/v1/notice?application=chalkboard&institution=lakeside-college")
    assert answer.json()["code"] == "no_notice"


def test_each_wrong_answer_is_refused_by_name(school: Lived) -> None:
    client, token = school.client(), visit(school)
    serving = served(client)["serving"]
    wrong = {
        "serving_unknown": answered(client, token, "0" * 26),
        "purpose_unknown": answered(client, token, serving, purposes=["replay", "advertising"]),
        "visit_token_actor": answered(client, visit(school, "pupil", may_consent=False), serving),
        "invalid": answered(client, token, serving, "perhaps"),
        "visit_token_form": answered(client, "no token", serving),
    }
    assert {code: one.json()["code"] for code, one in wrong.items()} == {code: code for code in wrong}
    other = served(client, "riverbend-high")["serving"]
    assert answered(client, token, other).json()["code"] == "serving_unknown", "of another institution"
    noticed(school, *(replace(one, version="2026-12") for one in NOTICES))
    assert answered(client, token, serving).json()["code"] == "notice_changed"
    assert "advertising" not in wrong["purpose_unknown"].text


def test_a_page_of_another_origin_asks_nobody(school: Lived) -> None:
    client, strange = school.client(), {"origin": "https://elsewhere.example"}
    query = "/v1/notice?application=chalkboard&institution=lakeside-college"
    body = json.dumps({"visit": visit(school), "serving": served(client)["serving"], "answer": "refused"})
    for answer in (client.get(query, headers=strange), client.post("/v1/consents", content=body, headers=strange)):
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_listed")
    assert "consent.refuse" not in acts(school)


def test_another_persons_answer_binds_nobody_else(school: Lived) -> None:
    client = school.client()
    answered(client, visit(school, "jane"), served(client)["serving"])
    ticket = client.post("/v1/tickets", content=json.dumps({"visit": visit(school, "john")}))
    assert ticket.json()["code"] == "no_consent"


def test_a_backend_writes_takes_back_reads_the_state_and_stops(school: Lived) -> None:
    client, headers = school.client(), key(school)
    assert written(client, headers).json() == {"purposes": ["replay"]}
    state = written(client, headers, "state").json()
    assert state["states"] == {"replay": State.GIVEN, "heatmap": State.REFUSED}
    assert written(client, headers, "withdrawals", erase=True).status_code == 202
    assert written(client, headers, "state").json()["states"]["replay"] == State.WITHDRAWN
    assert written(client, headers, "refusals").json()["ask_again_at"]
    stop = client.post("/v1/backend/stop", content='{"institution": "lakeside-college"}', headers=headers)
    assert stop.status_code == 202
    assert client.get("/v1/notice?application=chalkboard&institution=lakeside-college").json()["code"] == "not_asked"
    told = json.loads(list(school.house.log.entries(0, 10_000))[-1].spelled)
    assert (told["act"], told["actor"]["t"]) == ("recording.stop", "key")


def test_a_parents_yes_by_the_backend_lapses_when_the_student_may_consent(school: Lived) -> None:
    client, headers = school.client(), key(school)
    person = sha256(b"pupil").hexdigest()
    yes: dict[str, Any] = {"institution": "riverbend-high", "person": person, "actor": "parent", "may_consent": False}
    assert written(client, headers, **yes).status_code == 202
    for may_consent, status in ((False, 200), (True, 403), (False, 403)):
        token = visit(school, "pupil", "riverbend-high", may_consent=may_consent)
        assert client.post("/v1/tickets", content=json.dumps({"visit": token})).status_code == status
    assert "consent.expire" in acts(school)


def test_each_wrong_write_of_a_backend_is_refused_by_name(school: Lived) -> None:
    client, headers = school.client(), key(school)
    ahead = int(right_now().timestamp()) + 3600
    pupil: dict[str, Any] = {"institution": "riverbend-high", "may_consent": False}
    wrong: dict[str, dict[str, Any]] = {
        "purpose_unknown": {"purposes": ["advertising"]},
        "actor_unknown": {"actor": "demo"},
        "clock_skew": {"at": ahead},
        "consent_expired": {"at": ahead - 200 * 86_400},
        "notice_unknown": {"notice": "2020-01"},
        "backend_form": {"person": "jane@riverbend.example"},
        "invalid": {"institution": "nowhere"},
        "key_institution": {"institution": "demo-account"},
        "wrong_actor": {**pupil, "actor": "student"},
    }
    for code, more in wrong.items():
        answer = written(client, headers, **more)
        assert answer.json()["code"] == code, answer.text
        assert "jane" not in answer.text
    at_college = written(client, headers, actor="parent")
    of_age = written(client, headers, **(pupil | {"actor": "parent", "may_consent": True}))
    assert {at_college.json()["code"], of_age.json()["code"]} == {"wrong_actor"}
    written(client, headers, "withdrawals")
    assert written(client, headers, at=ahead - 3700).json()["code"] == "consent_withdrawn"
    one = key(school, institution=InstitutionId("riverbend-high"))
    assert written(client, one).json()["code"] == "key_institution"


def test_without_a_good_key_nothing_is_written(school: Lived) -> None:
    client = school.client()
    for headers, code in (({}, "key_missing"), ({"authorization": "Bearer mg_live_x"}, "key_form")):
        answer = written(client, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_a_key_opens_no_screen(school: Lived) -> None:
    client, headers = school.client(), key(school)
    for screen in screens():
        path = screen.path.replace("{number}", "1")
        answer = client.request(screen.method, path, headers=headers)
        assert answer.status_code in (303, 401), path
        assert answer.headers.get("location", "/login") == "/login"


def test_a_receipt_has_every_field_of_the_standard_and_is_never_a_99_30_consent(school: Lived) -> None:
    client, token = school.client(), visit(school)
    missing = client.post("/v1/receipts", content=json.dumps({"visit": token}))
    assert missing.json()["code"] == "no_receipt"
    answered(client, token, served(client, language="es-US")["serving"])
    client.post("/v1/withdraw", content=json.dumps({"visit": token}))
    receipt = client.post("/v1/receipts", content=json.dumps({"visit": token})).json()
    assert set(receipt) >= {"schema_version", "receipt_id", "record_ids", "created"}
    (record,) = receipt["records"]
    assert set(record) == RECORD
    assert set(record["pii_processing"]) == PROCESSING
    assert record["pii_processing"]["language"] == "es-US"
    assert len(record["pii_processing"]["privacy_notice"]["sha256"]) == 64
    for purpose in record["pii_processing"]["purposes"]:
        assert set(purpose) >= PURPOSE
        assert purpose["lawful_basis"] == "consent"
    assert all(set(party) >= PARTY for party in record["party_identification"])
    addresses = [party["party_address"] for party in record["party_identification"]]
    assert addresses == ["2 Invented Road, Lakeside", "Chalkboard, 1 Invented Street, Springfield"]
    assert all(set(event) >= EVENT for event in record["events"])
    assert [event["event_state"] for event in record["events"]] == ["given", "withdrawn"]
    assert "99.30" not in json.dumps(receipt)
    assert {one["purpose"] for one in record["pii_processing"]["purposes"]} == {
        "labelled_recording",
        "heatmap_aggregation",
    }


def test_a_receipt_fits_the_schemas_of_the_project(school: Lived) -> None:
    """Reads ../shared/schemas, which lies beside a checkout of the project; skipped only where it is absent."""
    if not SCHEMAS.exists():
        pytest.skip("../shared/schemas is not beside this checkout")
    client, token = school.client(), visit(school)
    answered(client, token, served(client)["serving"])
    answered(client, token, served(client)["serving"], purposes=["heatmap"])
    receipt = client.post("/v1/receipts", content=json.dumps({"visit": token})).json()
    shape = json.loads((SCHEMAS / "consent-record-27560-v1.schema.json").read_text("utf-8"))
    checker = jsonschema.FormatChecker()
    for record in receipt["records"]:
        jsonschema.validate(record, shape, format_checker=checker)
    outer = json.loads((SCHEMAS / "consent-receipt-v1.schema.json").read_text("utf-8"))
    outer["properties"]["records"] = {"type": "array"}
    jsonschema.validate(receipt, outer, format_checker=checker)
    assert len(receipt["records"]) == 2


def test_what_nobody_answered_is_forgotten_after_a_day(school: Lived) -> None:
    client = school.client()
    serving = served(client)["serving"]
    school.house.asking.forget_old(right_now() + timedelta(days=2))
    assert answered(client, visit(school), serving).json()["code"] == "serving_unknown"
    assert Purpose.REPLAY.value in served(client)["purposes"]
