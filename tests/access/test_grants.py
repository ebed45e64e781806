"""Grants: leave to look comes from a second person, ends by itself, and a break-glass is reviewed by a third."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.grants import Grant, State
from milkglass.access.roles import Role
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.wire.values import CaseId
from tests.life.house import LAKESIDE, NOW, RIVERBEND, House, opened

HOUR = timedelta(hours=1)
WORDS = "The school called: a pupil reports a threat in the chat."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def asked(house: House, minutes: int = 120) -> Grant:
    case = house.access.cases.open("ZD-1", RIVERBEND, house.viewer, NOW)
    return house.access.grants.ask(house.viewer, case.id, "support_case", minutes, NOW)


def case_of(grant: Grant) -> CaseId:
    assert grant.case is not None
    return grant.case


def owner(house: House) -> Account:
    return house.account("olga", Role.OWNER)


def last(house: House) -> str:
    return house.acts()[-1]


def test_without_leave_a_trained_viewer_with_a_case_sees_nothing(house: House) -> None:
    recording, grant = house.recorded(), asked(house)
    with pytest.raises(NotAllowed) as refused:
        house.replay.look(house.viewer, recording, "support_case", grant.case, NOW)
    assert refused.value.code == "vetted-view"
    assert "second person gave leave" in str(refused.value)
    house.access.grants.approve(grant.id, owner(house), NOW)
    look = house.replay.look(house.viewer, recording, "support_case", grant.case, NOW)
    assert house.replay.segment(look, 0, NOW)
    entry = house.log.entries(house.log.size() - 1, 1)[0].spelled.decode()
    assert f'"grant":"{grant.id}"' in entry


def test_leave_ends_a_look_at_its_next_segment(house: House) -> None:
    recording, grant = house.recorded(), asked(house, minutes=60)
    house.access.grants.approve(grant.id, owner(house), NOW)
    look = house.replay.look(house.viewer, recording, "support_case", grant.case, NOW)
    house.replay.segment(look, 0, NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        house.replay.segment(look, 0, NOW + HOUR)
    again = house.access.grants.ask(house.viewer, case_of(grant), "support_case", 60, NOW + HOUR)
    house.access.grants.approve(again.id, owner(house), NOW + HOUR)
    house.replay.segment(look, 0, NOW + HOUR)
    house.access.grants.revoke(again.id, owner(house), NOW + HOUR)
    with pytest.raises(NotAllowed):
        house.replay.segment(look, 0, NOW + HOUR)
    assert again.state(NOW + HOUR) is State.WAITING
    assert house.access.grants.get(again.id).state(NOW + HOUR) is State.REVOKED


def test_nobody_gives_leave_to_themselves_and_nobody_twice(house: House) -> None:
    grant = asked(house)
    for account in (house.viewer, house.account("otto", Role.AUDITOR)):
        with pytest.raises(NotAllowed) as refused:
            house.access.grants.approve(grant.id, account, NOW)
        assert refused.value.code == "grant-approve"
    house.access.grants.approve(grant.id, owner(house), NOW)
    with pytest.raises(Conflict):
        house.access.grants.approve(grant.id, owner(house), NOW)
    with pytest.raises(Conflict):
        house.access.grants.refuse(grant.id, owner(house), NOW)


def test_a_refused_and_a_forgotten_request_open_nothing(house: House) -> None:
    recording, refused, late = house.recorded(), asked(house), asked(house)
    house.access.grants.refuse(refused.id, owner(house), NOW)
    assert last(house) == "grant.refuse"
    day_after = NOW + timedelta(hours=25)
    with pytest.raises(Conflict):
        house.access.grants.approve(late.id, owner(house), day_after)
    assert house.access.grants.get(late.id).state(day_after) is State.LAPSED
    with pytest.raises(NotAllowed):
        house.replay.look(house.viewer, recording, "support_case", late.case, NOW)


WRONG: dict[str, Callable[[House, Grant], object]] = {
    "nine hours": lambda house, _: asked(house, minutes=541),
    "no time": lambda house, _: asked(house, minutes=0),
    "no reason": lambda house, grant: house.access.grants.ask(house.viewer, case_of(grant), "curious", 60, NOW),
    "few words": lambda house, _: house.access.grants.break_glass(
        house.viewer,
        house.recorded(),
        RIVERBEND,
        "urgent      !!       ",
        NOW,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_request_of_another_form_is_refused(house: House, wrong: str) -> None:
    grant = asked(house)
    with pytest.raises(Invalid):
        WRONG[wrong](house, grant)


def test_a_closed_case_an_untrained_viewer_and_an_auditor_get_no_leave(house: House) -> None:
    grant = asked(house)
    assert grant.case is not None
    for account in (house.account("otto", Role.AUDITOR), house.account("nora", Role.VIEWER, trained=None)):
        with pytest.raises(NotAllowed):
            house.access.grants.ask(account, grant.case, "support_case", 60, NOW)
    house.access.cases.close(grant.case, house.viewer, NOW)
    with pytest.raises(Conflict):
        house.access.grants.ask(house.viewer, grant.case, "support_case", 60, NOW)


def test_leave_for_one_institution_opens_no_other(house: House) -> None:
    recording = house.recorded()
    case = house.access.cases.open("ZD-2", LAKESIDE, house.viewer, NOW)
    grant = house.access.grants.ask(house.viewer, case.id, "support_case", 60, NOW)
    house.access.grants.approve(grant.id, owner(house), NOW)
    with pytest.raises(NotAllowed):
        house.replay.look(house.viewer, recording, "support_case", case.id, NOW)


def test_a_break_glass_opens_one_recording_for_an_hour(house: House) -> None:
    recording, other = house.recorded(), house.recorded(NOW + timedelta(seconds=5))
    grants = house.access.grants
    glass = grants.break_glass(house.viewer, recording, RIVERBEND, WORDS, NOW)
    with pytest.raises(NotAllowed):
        house.replay.look(house.viewer, recording, "incident", None, NOW)
    with pytest.raises(NotAllowed):
        grants.approve(glass.id, house.viewer, NOW)
    grants.approve(glass.id, owner(house), NOW)
    look = house.replay.look(house.viewer, recording, "incident", None, NOW)
    assert house.replay.segment(look, 0, NOW)
    assert b'"breakglass-view"' in house.log.entries(house.log.size() - 1, 1)[0].spelled
    with pytest.raises(NotAllowed):
        house.replay.look(house.viewer, other, "incident", None, NOW)
    with pytest.raises(NotAllowed):
        house.replay.segment(look, 0, NOW + HOUR)
    assert "threat" not in str([entry.spelled for entry in house.log.entries(0, 500)])


def test_a_break_glass_is_reviewed_by_a_third_person(house: House) -> None:
    recording, grants = house.recorded(), house.access.grants
    glass = grants.break_glass(house.viewer, recording, RIVERBEND, WORDS, NOW)
    grants.approve(glass.id, owner(house), NOW)
    over = NOW + HOUR
    assert not grants.get(glass.id).needs_review(NOW)
    assert grants.get(glass.id).needs_review(over)
    assert grants.get(glass.id).review_due_at == NOW + HOUR + timedelta(days=1)
    lena = house.account("lena", Role.LEGAL)
    for account in (house.viewer, owner(house)):
        with pytest.raises(NotAllowed):
            grants.review(glass.id, account, "justified", over)
    with pytest.raises(Conflict):
        grants.review(glass.id, lena, "fine", over)
    grants.review(glass.id, lena, "justified", over)
    assert last(house) == "grant.review"
    assert not grants.get(glass.id).needs_review(over)
    with pytest.raises(Conflict):
        grants.review(glass.id, lena, "unjustified", over)


def test_a_leavers_grants_end_with_the_account(house: House) -> None:
    grant = asked(house)
    house.access.grants.approve(grant.id, owner(house), NOW)
    house.access.accounts.end(house.viewer.id, facts.SYSTEM, NOW)
    assert house.access.grants.get(grant.id).state(NOW) is State.REVOKED
    with pytest.raises(NotFound):
        house.access.grants.get("0" * 26)


def test_what_was_granted_is_listed_newest_first(house: House) -> None:
    first = asked(house)
    second = house.access.grants.ask(house.viewer, case_of(first), "incident", 30, NOW + HOUR)
    assert [grant.id for grant in house.access.grants.list()] == [second.id, first.id]
