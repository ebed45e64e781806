"""From an invited viewer to a first look: each screen says what is missing and leads there."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from milkglass import facts
from milkglass.access.accounts import NewAccount
from milkglass.access.agreement import DIGEST, TEXT
from milkglass.access.roles import Role
from milkglass.access.training import QUESTIONS
from milkglass.app.people import seed
from tests.web.house import Lived, happenings, lived, page_events, right_now

LOOK = {"reason": "support_case", "case": "HD-1042"}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path) as house:
        house.record("person", page_events(), happenings())
        house.roll()
        yield house


def told(client: TestClient, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).text).split())


def refused(client: TestClient, recording: str) -> str:
    answer = client.post(f"/console/recordings/{recording}/looks", data=LOOK)
    assert answer.status_code == 403
    return answer.text


@pytest.fixture
def nora(school: Lived) -> TestClient:
    """A viewer who was invited and logged in by the link, and no more."""
    new = NewAccount(email="nora@vendor.example", name="Nora", roles=frozenset({Role.VIEWER}))
    school.house.access.accounts.create(new, facts.COMMAND_LINE, right_now())
    return school.signed_in("Nora")


def train(nora: TestClient) -> None:
    right = {one.id: str(one.right) for one in QUESTIONS}
    assert "passed" in nora.post("/console/training", data={**right, "promise": "yes"}).text


def sign(nora: TestClient) -> None:
    answer = nora.post("/console/training/agreement", data={"agreement": DIGEST, "signs": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/training#vetting")


def test_the_overview_says_what_is_missing_and_to_the_owner_who_waits(school: Lived, nora: TestClient) -> None:
    owner = school.signed_in("Owner")
    for part in ("FERPA training is missing", "not signed the confidentiality", "No manager has confirmed"):
        assert part in told(nora, "/console/")
        assert part not in told(owner, "/console/")
    assert "1 viewer waits for you to confirm them" in told(owner, "/console/")
    assert "wait for you to confirm" not in told(nora, "/console/").replace("waits", "wait")


def test_an_invited_viewer_is_led_from_the_refused_look_to_the_first_one(school: Lived, nora: TestClient) -> None:
    owner, recording, account = school.signed_in("Owner"), school.recordings[0], school.house.account("Nora").id
    confirm = f"/console/access/people/{account}/confirm"
    assert 'href="/console/training">Take the training' in refused(nora, recording)
    train(nora)
    assert 'href="/console/training#agreement"' in refused(nora, recording)
    sign(nora)
    said = refused(nora, recording)
    assert "A manager&#39;s confirmation is missing or over" in said
    assert 'href="/console/training#vetting"' in said
    assert "#agreement" not in said
    assert "Ask Demo legal or Owner to confirm you" in told(nora, "/console/training")
    assert confirm not in nora.get("/console/access").text
    assert confirm in owner.get("/console/access").text
    assert owner.post(confirm).headers["location"] == "/console/access#people"
    assert confirm not in owner.get("/console/access").text
    assert "waits for you to confirm" not in told(owner, "/console/")
    assert "you cannot look" not in told(nora, "/console/")
    school.begun_look(nora, recording)


def test_what_is_signed_is_the_text_that_was_shown(nora: TestClient) -> None:
    page = html.unescape(nora.get("/console/training").text)
    assert all(f"<p>{number}. {line}</p>" in page for number, line in enumerate(TEXT, 1))
    assert DIGEST in page
    assert nora.post("/console/training/agreement", data={"agreement": DIGEST}).status_code == 400
    assert nora.post("/console/training/agreement", data={"agreement": "0", "signs": "yes"}).status_code == 409
    assert "not signed" in told(nora, "/console/training")
    sign(nora)
    assert "not signed" not in told(nora, "/console/training")


def test_the_demo_is_vetted_by_the_server_and_says_so_in_the_log(school: Lived) -> None:
    signed = [entry.spelled for entry in school.house.log.entries(0, 100) if b'"account.sign"' in entry.spelled]
    assert len(signed) == 2
    assert all(b'"t":"system"' in entry for entry in signed)
    before = school.house.log.size()
    seed(school.house.access, right_now(), with_demo=True)
    assert school.house.log.size() == before


def test_each_role_is_shown_with_its_permissions_by_their_names(school: Lived) -> None:
    page = school.signed_in("Owner").get("/console/access").text
    rows = dict(re.findall(r'<th scope="row">(\w+)</th><td>((?:<code class="small">[a-z_:]+</code> )+)', page))
    assert set(rows) == {role.value for role in Role}
    named = [one for row in rows.values() for one in re.findall(r">([^< ]+)<", row)]
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", one) for one in named)
    assert "recording:view" in rows["viewer"]
    assert "recording:view" not in rows["owner"]
    assert "vetting:confirm" in rows["legal"]
