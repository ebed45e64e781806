"""The policy's screens: forms that write the draft, and the way from there to what stands."""

from collections.abc import Iterator

import msgspec
import pytest
from starlette.testclient import TestClient

from milkglass.policy.versions import State
from milkglass.wire.values import Level
from tests.web.house import Lived, happenings, lived, page_events


@pytest.fixture
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with lived(tmp_path_factory.mktemp("school")) as house:
        yield house


def text_of(school: Lived) -> str:
    stands = school.house.versions.effective(school.house.application)
    assert stands is not None
    return stands.body


def level(school: Lived, journey: str) -> Level:
    policy = school.house.policies.current(school.house.application)
    assert policy is not None
    return policy.journeys[journey]


def saved(client: TestClient, page: str, **form: str) -> str:
    answer = client.post(f"/console/policy/{page}", data=form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


JOURNEY = {"routes": "/demo/files/:id", "students": "yes", "risk": "high", "owner": "Files team"}


def test_a_journey_changed_by_its_form_stands_after_review(school: Lived) -> None:
    owner = school.signed_in("Owner")
    where = saved(owner, "journey", was="files", name="files", level="clicks", **JOURNEY)
    assert level(school, "files") is Level.WIREFRAME, "a draft changes nothing"
    page = owner.get(where).text
    assert "journey files: level" in page
    assert "<ins>clicks</ins>" in page
    assert owner.post(f"{where}/propose").status_code == 303
    assert owner.post(f"{where}/publish").status_code == 303
    assert level(school, "files") is Level.CLICKS
    assert "# A file is the pupil's own writing" in text_of(school), "comments stay"
    assert 'level: "off"' in text_of(school)


def test_a_journey_can_be_added_and_taken_out(school: Lived) -> None:
    owner = school.signed_in("Owner")
    new = {**JOURNEY, "routes": "/demo/new\n/demo/new/:id", "risk": "low"}
    saved(owner, "journey", was="", name="brand-new", level="off", **new)
    draft = school.house.versions.draft(school.house.application)
    assert draft is not None
    assert draft.document.journeys[-1].routes == ("/demo/new", "/demo/new/:id")
    saved(owner, "journey", was="brand-new", act="remove")
    draft = school.house.versions.draft(school.house.application)
    assert draft is not None
    assert [one.name for one in draft.document.journeys] == [
        one.name for one in school.house.versions.get(school.house.application, 1).document.journeys
    ]


@pytest.mark.parametrize(
    ("page", "form", "says"),
    [
        ("journey", {**JOURNEY, "was": "", "name": "chat", "level": "off"}, "there is a journey of the name"),
        ("journey", {**JOURNEY, "was": "", "name": "x y", "level": "off"}, "must be text of the form"),
        ("journey", {**JOURNEY, "was": "files", "name": "files", "level": "all"}, "must be one of off"),
        ("journey", {**JOURNEY, "was": "files", "name": "files", "level": "off", "routes": "(a+)+"}, "is a regular"),
        ("exclusions", {"selectors": ".a[", "routes": ""}, "close the bracket"),
        ("exclusions", {"selectors": "", "routes": "nowhere"}, "must be path segments"),
        ("text", {"text": "milkglass: 1\nretention_day: 4\n"}, "did you mean &#39;retention_days&#39;?"),
        ("text", {"text": ""}, "must hold keys and values"),
    ],
)
def test_a_mistake_is_told_above_the_form_and_nothing_is_saved(
    school: Lived, page: str, form: dict[str, str], says: str
) -> None:
    answer = school.signed_in("Owner").post(f"/console/policy/{page}", data=form)
    assert answer.status_code == 400
    assert says in answer.text
    assert school.house.versions.draft(school.house.application) is None


def test_exclusions_keep_their_owners(school: Lived) -> None:
    owner = school.signed_in("Owner")
    page = owner.get("/console/policy/exclusions").text
    assert ".student-list || Chalkboard engineering" in page
    saved(owner, "exclusions", selectors=".student-list || Chat team\n.new:not(#x)", routes="/demo/students")
    draft = school.house.versions.draft(school.house.application)
    assert draft is not None
    assert draft.document.exclusions.selectors == (".student-list", ".new:not(#x)")
    assert draft.document.exclusions.owners == {".student-list": "Chat team"}


def test_the_author_waits_for_legal_and_legal_finds_the_button(school: Lived) -> None:
    owner, legal, engineer = (school.signed_in(name) for name in ("Owner", "Demo legal", "Demo engineer"))
    where = saved(owner, "text", text=text_of(school) + "approval: {quorum: 1}\n")
    for step in ("propose", "publish"):
        assert owner.post(f"{where}/{step}").status_code == 303
    where = saved(owner, "text", text=text_of(school).replace("retention_days: 30", "retention_days: 31"))
    owner.post(f"{where}/propose")
    refused = owner.post(f"{where}/approve")
    assert (refused.status_code, "another person approves it" in refused.text) == (409, True)
    assert engineer.post(f"{where}/approve").status_code == 303
    assert "legal, since the change is material" in owner.get(where).text
    assert owner.post(f"{where}/publish").status_code == 409
    assert "Log it and approve" in legal.get(where).text
    assert legal.post(f"{where}/approve").status_code == 303
    assert owner.post(f"{where}/publish").status_code == 303
    stands = school.house.versions.effective(school.house.application)
    assert stands is not None
    assert [approval.is_legal for approval in stands.approvals] == [False, True]


def test_a_version_can_be_returned_and_written_anew(school: Lived) -> None:
    owner = school.signed_in("Owner")
    where = saved(owner, "text", text=text_of(school) + "# more\n")
    owner.post(f"{where}/propose")
    assert owner.post(f"{where}/return").status_code == 303
    again = school.house.versions.get(school.house.application, 2)
    assert again.state is State.DRAFT


def test_a_change_in_one_tab_holds_in_the_next_batch_of_another(school: Lived) -> None:
    ticket = school.ticket("pupil")
    school.send(ticket, school.batch(0, page_events(), happenings()))
    after = school.batch(1, [], happenings())  # masked under the policy that stood when the page loaded
    owner = school.signed_in("Owner")
    where = saved(
        owner, "journey", was="chat", name="chat", level="off", students="yes", risk="high", owner="",
        routes="/demo/chat\n/demo/chat/:room",
    )  # fmt: skip
    for step in ("propose", "publish"):
        assert owner.post(f"{where}/{step}").status_code == 303
    body = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(after)
    answer = school.client().post("/v1/batches", content=body, headers={"origin": "http://localhost:8484"})
    assert (answer.status_code, answer.json()["code"], answer.json()["next"]) == (403, "journey_off", "renew")


def test_the_policy_downloads_as_it_was_written(school: Lived) -> None:
    assert school.signed_in("Demo auditor").get("/console/policy.yaml").text == text_of(school)
