"""Pseudonyms: told for a case, to the one who asked, when a second person agreed, and logged before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass.access.roles import Role
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.replay.pseudonyms import Pseudonyms, Subject
from milkglass.wire.values import RecordingId
from tests.life.house import CHALKBOARD, JANE, LAKESIDE, NOW, RIVERBEND, House, opened

LATER = NOW + timedelta(minutes=5)
BY_PERSON = Subject(institution=RIVERBEND, person=JANE)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def room(house: House) -> Pseudonyms:
    return Pseudonyms(engine=house.engine, writer=house.writer, access=house.access, consents=house.consents)


def asked(house: House, subject: Subject = BY_PERSON) -> str:
    return room(house).ask(house.viewer, subject, "rights_request", house.case().id, LATER).id


def agreed(house: House, subject: Subject = BY_PERSON) -> str:
    resolution = asked(house, subject)
    room(house).confirm(house.account("olga", Role.OWNER), resolution, LATER)
    return resolution


def test_a_persons_digest_and_a_recording_of_theirs_lead_to_one_random_name(house: House) -> None:
    recording = house.recorded()
    by_person = room(house).resolve(house.viewer, agreed(house), LATER)
    by_recording = room(house).resolve(
        house.viewer, agreed(house, Subject(institution=RIVERBEND, recording=recording)), LATER
    )
    assert by_person == by_recording
    assert by_person.recordings == (recording,)
    assert len(by_person.alias) == 26
    assert by_person.alias == house.consents.who(CHALKBOARD, RIVERBEND, JANE).alias
    assert house.acts()[-3:] == ["pseudonym.ask", "pseudonym.confirm", "pseudonym.resolve"]


def test_a_person_has_another_name_at_another_institution(house: House) -> None:
    house.recorded()
    here, there = (house.consents.digest(where, JANE) for where in (RIVERBEND, LAKESIDE))
    assert here != there
    assert house.consents.alias_of(there) is None


def test_neither_the_digest_nor_the_pseudonym_is_in_the_log_or_beside_the_question(house: House) -> None:
    house.recorded()
    resolved = room(house).resolve(house.viewer, agreed(house), LATER)
    log = b"".join(entry.spelled for entry in house.log.entries(0, 10_000))
    assert JANE.encode() not in log
    mine = [entry.spelled for entry in house.log.entries(0, 10_000) if b"pseudonym." in entry.spelled]
    assert len(mine) == 3
    assert resolved.alias.encode() not in b"".join(mine)
    assert resolved.alias not in str(room(house).list())
    with house.engine.connect() as connection:
        assert JANE not in "".join(str(row) for row in connection.exec_driver_sql("SELECT * FROM resolutions"))


def test_without_a_second_person_nothing_is_told_and_the_refusal_is_logged(house: House) -> None:
    house.recorded()
    resolution = asked(house)
    with pytest.raises(NotAllowed) as alone:
        room(house).resolve(house.viewer, resolution, LATER)
    assert alone.value.code == "four-eyes-person"
    with pytest.raises(NotAllowed) as own:
        room(house).confirm(house.viewer, resolution, LATER)
    assert own.value.code == "pseudonym-confirm"
    assert house.acts()[-2:] == ["pseudonym.refuse", "pseudonym.refuse"]
    assert room(house).get(resolution).confirmed_by is None


def test_a_link_alone_does_not_say_who_asks(house: House) -> None:
    house.recorded()
    resolution = agreed(house)
    with pytest.raises(NotAllowed) as unproved:
        room(house).resolve(replace(house.viewer, proved_at=None), resolution, LATER)
    assert unproved.value.code == "forbid-stale-mfa"


def test_only_the_one_who_asked_is_told(house: House) -> None:
    house.recorded()
    resolution = agreed(house)
    with pytest.raises(NotAllowed) as other:
        room(house).resolve(house.account("vito", Role.VIEWER), resolution, LATER)
    assert other.value.code == "four-eyes-person"
    assert room(house).get(resolution).done_at is None


def test_a_closed_case_and_one_of_another_institution_lead_to_nobody(house: House) -> None:
    recording = house.recorded()
    elsewhere = house.access.cases.open("ZD-9", LAKESIDE, house.viewer, NOW)
    subject = Subject(institution=LAKESIDE, recording=recording)  # the recording's own institution counts
    with pytest.raises(NotAllowed) as wrong:
        room(house).ask(house.viewer, subject, "support_case", elsewhere.id, LATER)
    assert wrong.value.code == "pseudonym-resolve"
    assert "the case is of the person's institution" in str(wrong.value)
    resolution = agreed(house)
    house.access.cases.close(house.case().id, house.viewer, LATER)
    with pytest.raises(NotAllowed, match="the case is open"):
        room(house).resolve(house.viewer, resolution, LATER)


def test_whether_somebody_is_known_is_told_by_the_answer_alone_and_logged_before(house: House) -> None:
    nobody = agreed(house, Subject(institution=RIVERBEND, person="cd" * 32))
    with pytest.raises(NotFound, match="nobody at this institution"):
        room(house).resolve(house.viewer, nobody, LATER)
    assert house.acts()[-1] == "pseudonym.resolve"


def test_what_is_no_person_and_no_recording_is_told_apart(house: House) -> None:
    with pytest.raises(Invalid, match="64 lower-case hex"):
        asked(house, Subject(institution=RIVERBEND, person="jane@school.example"))
    with pytest.raises(NotFound, match="no such recording"):
        asked(house, Subject(institution=RIVERBEND, recording=RecordingId("0" * 26)))
    with pytest.raises(NotFound):
        room(house).get("0" * 26)


def test_a_second_yes_is_a_conflict_and_a_purge_takes_the_question_along(house: House) -> None:
    recording = house.recorded()
    resolution = agreed(house, Subject(institution=RIVERBEND, recording=recording))
    with pytest.raises(Conflict):
        room(house).confirm(house.account("lea", Role.LEGAL), resolution, LATER)
    house.retention.purge(recording, house.viewer.actor, LATER)
    assert room(house).list() == []
