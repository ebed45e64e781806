"""The set-up of a real deployment: six steps, each left and continued, none of them around the policy's versions."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from milkglass.app.app import Milkglass
from milkglass.policy.versions import State
from milkglass.settings import Settings
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.web.application import application
from milkglass.wizard import Step
from tests.line.product import SDK_PAGE
from tests.web.house import Lived, right_now

HERE = {"kind": "navigation", "route": "/", "viewport": "large", "at": 0}
ORIGIN = "http://localhost:8000"
APPROVED = "approval: {quorum: 1}\n"


@contextmanager
def fresh(folder: Path, more: str = "") -> Iterator[Lived]:
    """A deployment of the smallest policy of docs/sdk.md, without the demo."""
    policy, words = re.findall(r"```yaml\n(.*?)```", SDK_PAGE, re.DOTALL)[:2]
    file = folder / "policy.yaml"
    if not file.exists():
        file.write_text(policy + more, "utf-8")
        (folder / "words.yaml").write_text(words, "utf-8")
    house = Milkglass.open(Settings(data=folder / "data", demo=False), file, right_now())
    try:
        yield Lived(house=house, app=application(house))
    finally:
        house.close()


def done(page: str) -> int:
    """How many steps the set-up says are done."""
    found = re.search(r"Set-up, (\d) of 6 steps done", page)
    return int(found[1]) if found else 6


def test_the_overview_leads_into_the_set_up_of_a_real_deployment_only(tmp_path: Path, school: Lived) -> None:
    with fresh(tmp_path) as one:
        page = one.signed_in("Owner").get("/console/").text
        assert "Set-up: 0 of 6 steps done" in page
        owner = one.signed_in("Owner")
        for path in ("/console/", "/console/recordings", "/console/heatmaps"):
            assert "/demo/" not in owner.get(path).text  # nothing is served there
        assert "/console/install" in owner.get("/console/recordings").text
    assert "/console/wizard" not in school.signed_in("Owner").get("/console/").text


def test_each_step_is_left_and_continued_and_its_state_is_kept_over_a_restart(tmp_path: Path) -> None:
    audit = (right_now() + timedelta(days=20)).date()
    forms = {
        Step.OWNER: {"name": "Ada Moreno", "email": "ada@vendor.example"},
        Step.APPLICATION: {"name": "Classroom", "origins": f"{ORIGIN}\nhttps://app.example/"},
        Step.STARTER: {"starter": "chat"},
        Step.AUDIT: {"retention": "21", "day": audit.isoformat()},
    }
    for place, (step, form) in enumerate(forms.items()):
        with fresh(tmp_path) as one:  # the server starts again between any two
            owner = one.signed_in("Owner")
            assert done(owner.get("/console/wizard").text) == place
            answer = owner.post(f"/console/wizard/{step}", data=form)
            assert (answer.status_code, done(owner.get("/console/wizard").text)) == (303, place + 1)
    with fresh(tmp_path) as one:
        stands = one.house.versions.effective(one.house.application)
        assert stands
        document = stands.document
        assert (document.name, document.origins) == ("Classroom", (ORIGIN, "https://app.example"))
        assert [journey.name for journey in document.journeys][:2] == ["welcome", "rooms"]
        assert document.retention_days == 21
        assert one.house.wizard.audit_day(one.house.application) == audit
        assert [account.name for account in one.house.access.accounts.list()] == ["Ada Moreno"]
        acts = [msgspec.json.decode(entry.spelled)["act"] for entry in one.house.log.entries(0, 200)]
        assert acts.count("audit.plan") == 1
        assert acts.count("policy.publish") == 4  # the file, and three steps


def test_a_passkey_and_the_first_batch_finish_their_steps(tmp_path: Path) -> None:
    with fresh(tmp_path) as one:
        client = one.proved("Owner")
        assert done(client.get("/console/wizard").text) == 1
        client.post("/console/wizard/application", data={"name": "My product", "origins": "http://localhost:8484"})
        assert done(client.get("/console/wizard").text) == 2
        token = msgspec.json.encode({"visit": _token(one)})
        ticket = client.post("/v1/tickets", content=token, headers={"origin": "http://localhost:8484"}).json()
        one.send(ticket, one.batch(0, [], [HERE]) | {"journey": "home"})
        assert done(client.get("/console/wizard").text) == 3


def _token(one: Lived) -> str:
    now = int(right_now().timestamp())
    said = {
        "application": "my-product",
        "institution": "my-school",
        "person": "ab" * 32,
        "consent": {"purposes": ["replay"], "notice": "n-1", "actor": "adult", "at": now - 5},
        "iat": now,
        "exp": now + 600,
    }
    return sign_visit(msgspec.convert(said, Claims), one.house.keys.secret(one.house.application))


def test_where_the_policy_asks_for_approval_a_step_waits_for_it(tmp_path: Path) -> None:
    with fresh(tmp_path, APPROVED) as one:
        owner = one.signed_in("Owner")
        owner.post("/console/wizard/application", data={"name": "Classroom", "origins": ORIGIN})
        stands = one.house.versions.effective(one.house.application)
        newest = one.house.versions.list(one.house.application)[0]
        assert stands
        assert (stands.document.name, newest.document.name, newest.state) == (
            "My product",
            "Classroom",
            State.IN_REVIEW,
        )
        page = owner.get("/console/wizard").text
        assert done(page) == 0
        assert "waits for approval" in page


@pytest.mark.parametrize(
    ("step", "form", "said"),
    [
        (Step.OWNER, {"name": "", "email": "a@b.example"}, "name of at most 120 letters"),
        (Step.OWNER, {"name": "Ada", "email": "owner@milkglass.invalid"}, "reach nobody"),
        (Step.LOGIN, {}, "has no passkey yet"),
        (Step.APPLICATION, {"name": "Shop", "origins": "app.example"}, "origin"),
        (Step.APPLICATION, {"name": "Shop", "origins": ""}, "origins"),
        (Step.STARTER, {"starter": "bank"}, "choose a starter pack"),
        (Step.AUDIT, {"retention": "0", "day": "2020-01-01"}, "choose a day from today"),
        (Step.AUDIT, {"retention": "many", "day": ""}, "the first audit is a day"),
    ],
)
def test_a_wrong_form_says_what_to_do_and_changes_nothing(
    tmp_path: Path, step: Step, form: dict[str, str], said: str
) -> None:
    with fresh(tmp_path) as one:
        owner = one.signed_in("Owner")
        answer = owner.post(f"/console/wizard/{step}", data=form)
        assert answer.status_code == 400
        assert said in answer.text
        assert done(owner.get("/console/wizard").text) == 0
        assert len(one.house.versions.list(one.house.application)) == 1
