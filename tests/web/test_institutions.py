"""Stopping: the server at once, the browser with its next batch, a leaf each; and what an institution allows."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from milkglass import facts
from milkglass.errors import Invalid, NotFound
from milkglass.institutions import Reach, Scope
from milkglass.wire.values import InstitutionId
from tests.web.house import ORIGIN, Json, Lived, happenings, lived, page_events, right_now


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path) as house:
        yield house


def answer(school: Lived, ticket: Json, number: int) -> tuple[int, object, object]:
    body = f"{ticket['ticket']}\n".encode() + msgspec.json.encode(school.batch(number, page_events(), happenings()))
    told = school.client().post("/v1/batches", content=body, headers={"origin": ORIGIN})
    return told.status_code, told.json().get("code"), told.json().get("next")


def asked(school: Lived, institution: str) -> int:
    body = msgspec.json.encode({"visit": school.visit("new", institution)})
    return school.client().post("/v1/tickets", content=body, headers={"origin": ORIGIN}).status_code


def acts(school: Lived) -> list[str]:
    said = [msgspec.json.decode(entry.spelled)["act"] for entry in school.house.log.entries(0, 10_000)]
    return [act for act in said if act.startswith("recording.")]


@pytest.mark.parametrize("reach", list(Reach))
def test_one_click_stops_and_only_the_owner_resumes(school: Lived, reach: Reach) -> None:
    form, stops_other = {"reach": reach.value, "name": "riverbend-high"}, reach is not Reach.INSTITUTION
    here, there = school.ticket("pupil"), school.ticket("student", "lakeside-college")
    assert answer(school, here, 0)[0] == answer(school, there, 0)[0] == 202
    viewer, owner = school.signed_in("Demo viewer"), school.signed_in("Owner")
    assert viewer.post("/console/institutions/stop", data=form).status_code == 303
    assert answer(school, here, 1) == (403, "stopped", "stop")
    assert (answer(school, there, 1)[0] == 403) is stops_other
    assert (asked(school, "riverbend-high"), asked(school, "lakeside-college")) == (403, 403 if stops_other else 200)
    assert viewer.post("/console/institutions/resume", data=form).status_code == 403
    assert "stopped" in owner.get("/console/institutions").text
    assert "Recording is stopped" in owner.get("/console/").text
    assert owner.post("/console/institutions/resume", data=form).status_code == 303
    assert answer(school, here, 2)[0] == 202
    assert acts(school) == ["recording.stop", "recording.resume"]


def test_a_stop_stands_over_a_restart_and_twice_is_once(tmp_path: Path) -> None:
    scope, by = Scope(Reach.EVERYTHING), facts.By(at=right_now(), actor=facts.COMMAND_LINE)
    with lived(tmp_path) as school:
        for _ in range(2):
            school.house.institutions.stops.stop(scope, by)
        assert acts(school) == ["recording.stop"]
    with lived(tmp_path) as school:
        assert [one.scope for one in school.house.institutions.stops.list()] == [scope]
        assert asked(school, "riverbend-high") == 403


def test_a_person_can_still_leave_while_recording_is_stopped(school: Lived) -> None:
    visit = school.visit("pupil")
    school.house.institutions.stops.stop(Scope(Reach.EVERYTHING), facts.By(at=right_now()))
    body = msgspec.json.encode({"visit": visit, "erase": True})
    assert school.client().post("/v1/withdraw", content=body, headers={"origin": ORIGIN}).status_code == 202


def test_a_stop_names_no_institution_in_the_log(school: Lived) -> None:
    by = facts.By(at=right_now())
    school.house.institutions.stops.stop(school.house.scope("institution", "riverbend-high"), by)
    entry = school.house.log.entries(school.house.log.size() - 1, 1)[0].spelled
    assert b"riverbend" not in entry
    assert school.house.institutions.log_id(InstitutionId("riverbend-high"), right_now()).encode() in entry


def test_what_is_not_there_cannot_be_stopped_or_resumed(school: Lived) -> None:
    with pytest.raises(Invalid, match="riverbend-high, lakeside-college"):
        school.house.scope("institution", "nowhere")
    with pytest.raises(Invalid, match="everything, application or institution"):
        school.house.scope("planet", "")
    with pytest.raises(NotFound):
        school.house.institutions.stops.resume(Scope(Reach.EVERYTHING), facts.By(at=right_now()))


def test_a_recording_goes_after_the_fewest_days_that_are_allowed(school: Lived) -> None:
    stands = school.house.versions.effective(school.house.application)
    assert stands is not None
    apart = "opted_in: {replay: {retention_days: 14}, heatmap: {retention_days: 7}}"
    body = stands.body.replace("opted_in: [replay, heatmap]", apart, 1)
    owner = facts.By(at=right_now(), actor=school.house.account("Owner").actor)
    draft = school.house.versions.save(school.house.application, body, owner)
    school.house.stand(school.house.versions.propose(school.house.application, draft.number, owner), owner)
    for institution in ("riverbend-high", "lakeside-college"):
        school.record("person", page_events(), happenings(), institution)
    school.roll()
    rows = school.signed_in("Owner").get("/console/recordings.json").json()["recordings"]
    days = {row["institution"]: row["expires_in_days"] for row in rows}
    assert days == {"riverbend-high": 7, "lakeside-college": 30}
