"""Institutions are told of a material change: each mark is a leaf, and what nobody marked is shown until it is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass import facts
from tests.web.house import Lived, lived, right_now
from tests.web.test_console import since, text_of


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Lived]:
    with lived(tmp_path) as house:
        yield house


def changed(school: Lived, was: str, becomes: str) -> int:
    """Make a change stand, as the owner; return its version's number."""
    rooms, by = school.house, facts.By(at=right_now(), actor=school.house.account("Owner").actor)
    stands = rooms.versions.effective(rooms.application)
    assert stands is not None
    draft = rooms.versions.save(rooms.application, stands.body.replace(was, becomes), by)
    rooms.stand(rooms.versions.propose(rooms.application, draft.number, by), by)
    return draft.number


def test_what_nobody_marked_is_shown_until_each_institution_was_told(school: Lived) -> None:
    owner, auditor = school.signed_in("Owner"), school.signed_in("Demo auditor")
    assert "Institutions are told" not in owner.get("/console/policy/versions/1").text, "the first policy is no change"
    number = changed(school, "retention_days: 30", "retention_days: 60")
    page = f"/console/policy/versions/{number}"
    assert "2 institutions not told" in text_of(owner.get("/console/").text)
    assert "not marked as told: Riverbend High, Lakeside College" in text_of(auditor.get("/console/policy/living").text)
    assert "Log it as told" not in auditor.get(page).text
    before, day = school.house.log.size(), right_now().date().isoformat()
    for institution in ("riverbend-high", "lakeside-college"):
        assert owner.post(f"{page}/told", data={"institution": institution, "day": day}).status_code == 303
    assert since(school, before).count("policy.tell") == 2
    assert "not told" not in text_of(owner.get("/console/").text)
    assert "all were marked as told" in text_of(auditor.get("/console/policy/living").text)
    assert "told by Owner" in text_of(auditor.get(page).text)
    assert owner.post(f"{page}/told", data={"institution": "riverbend-high", "day": day}).status_code == 409


def test_a_minor_change_needs_nobody_told_and_a_wrong_mark_says_why(school: Lived) -> None:
    owner = school.signed_in("Owner")
    number = changed(school, "retention_days: 30", "retention_days: 14")
    assert "not told" not in text_of(owner.get("/console/").text)
    today = right_now().date()
    for version, institution, day, said in (
        (number, "riverbend-high", today.isoformat(), "the change is not material"),
        (number, "nowhere", today.isoformat(), "not in the policy"),
        (number, "riverbend-high", "soon", "say on which day"),
    ):
        answer = owner.post(f"/console/policy/versions/{version}/told", data={"institution": institution, "day": day})
        assert answer.status_code in (400, 409)
        assert said in text_of(answer.text)
    material = changed(school, "retention_days: 14", "retention_days: 21")
    for wrong in (today + timedelta(days=2), today - timedelta(days=400)):
        form = {"institution": "riverbend-high", "day": wrong.isoformat()}
        answer = owner.post(f"/console/policy/versions/{material}/told", data=form)
        assert "lies in the last year, and not in the future" in text_of(answer.text)
