"""Consent: it holds only while everybody says yes, and a withdrawal works with its own commit."""

from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milkglass.consent.rows import events_of
from milkglass.consent.values import Agreed, Consent, Kind
from milkglass.wire.values import ConsentId, Purpose
from tests.life.house import CHALKBOARD, JANE, LAKESIDE, NOW, RIVERBEND, House, opened

AT = int(NOW.timestamp())
BOTH = frozenset(Purpose)
NONE: frozenset[Purpose] = frozenset()


def agreed(at: int = AT - 10, purposes: frozenset[Purpose] = BOTH) -> Agreed:
    return Agreed(purposes=purposes, notice="n-1", actor="student", at=at)


def given_to(house: House, said: Agreed) -> Consent:
    consent = house.consents.record(house.consents.who(CHALKBOARD, RIVERBEND, JANE), said, NOW)
    assert consent is not None
    return consent


def test_the_same_words_are_recorded_once_with_one_leaf(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        assert given_to(house, agreed()) == given_to(house, agreed())
        assert house.acts().count("consent.record") == 1


def test_unknown_and_old_consent_holds_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent = given_to(house, agreed())
        assert house.consents.standing(consent.id, NOW) == BOTH
        assert house.consents.standing(consent.id, NOW + timedelta(days=180)) == NONE
        assert house.consents.standing(ConsentId("0" * 26), NOW) == NONE


def test_the_institutions_yes_is_asked_each_time(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent = given_to(house, agreed())
        assert house.consents.institutions.purposes(CHALKBOARD, LAKESIDE, NOW) == {Purpose.HEATMAP}
        house.policies.clear()
        assert house.consents.standing(consent.id, NOW) == NONE


def test_a_newer_consent_narrows_an_older_one_and_never_widens_it(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        wide = given_to(house, agreed())
        narrow = given_to(house, agreed(AT - 5, frozenset({Purpose.HEATMAP})))
        assert house.consents.standing(wide.id, NOW) == {Purpose.HEATMAP}
        given_to(house, agreed(AT - 4))
        assert house.consents.standing(narrow.id, NOW) == {Purpose.HEATMAP}


def test_a_withdrawal_ends_every_consent_at_once_and_an_older_yes_stays_withdrawn(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        first, later = house.exchange(), NOW + timedelta(seconds=30)
        house.tickets.withdraw(house.visit(), first.ticket, later, erase=False)
        assert house.consents.standing(first.fields.consent, later) == NONE
        who = house.consents.who(CHALKBOARD, RIVERBEND, JANE)
        assert house.consents.record(who, agreed(AT + 30), later) is None
        again = house.consents.record(who, agreed(AT + 31), later + timedelta(seconds=1))
        assert again is not None
        assert again.purposes == BOTH
        assert house.consents.standing(first.fields.consent, later + timedelta(seconds=1)) == NONE
        assert house.consents.erasures() == []
        assert house.acts().count("consent.withdraw") == 1


def test_what_happens_in_one_millisecond_keeps_its_order(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        for n in range(12):  # by chance alone the order would hold in one of 2**12
            who = house.consents.who(CHALKBOARD, RIVERBEND, f"{n:064x}")
            house.consents.record(who, agreed(AT), NOW)
            house.consents.withdraw(who, NOW, erase=False)
            with house.engine.connect() as connection:
                assert [one.kind for one in events_of(connection, who)] == [Kind.GIVEN, Kind.WITHDRAWN]


def test_erasure_is_queued_for_every_consent_of_the_person(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consents = {given_to(house, agreed(AT - n)).id for n in (9, 8, 7)}
        house.tickets.withdraw(house.visit(), None, NOW, erase=True)
        assert set(house.consents.erasures()) == consents
        for one in consents:
            house.consents.erased(one, 0, NOW)
        assert house.consents.erasures() == []
        house.tickets.withdraw(house.visit(), None, NOW, erase=True)
        assert set(house.consents.erasures()) == consents


def test_one_person_has_one_random_alias_an_institution(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        who = house.consents.who(CHALKBOARD, RIVERBEND, JANE)
        assert who == house.consents.who(CHALKBOARD, RIVERBEND, JANE)
        assert who.alias != house.consents.who(CHALKBOARD, LAKESIDE, JANE).alias
    with opened(tmp_path) as house:
        assert house.consents.who(CHALKBOARD, RIVERBEND, JANE) == who


def test_consent_never_stands_after_the_last_withdrawal(tmp_path: Path) -> None:
    people = count()
    with opened(tmp_path) as house:

        @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
        @given(steps=st.lists(st.tuples(st.booleans(), st.integers(-50, 50)), min_size=1, max_size=6))
        def every(steps: list[tuple[bool, int]]) -> None:
            # A person of its own for each example: a drawn one comes again, with rows from what is then the future.
            who = house.consents.who(CHALKBOARD, RIVERBEND, f"{next(people):064x}")
            now, last, held = NOW, None, []
            for is_withdrawal, offset in steps:
                now += timedelta(seconds=1)
                if is_withdrawal:
                    house.consents.withdraw(who, now, erase=False)
                    last = now
                elif consent := house.consents.record(who, agreed(int(now.timestamp()) + offset), now):
                    held.append((now, consent.id))
            for recorded, consent_id in held:
                if last is not None and recorded <= last:
                    assert house.consents.standing(consent_id, now) == NONE

        every()


def test_what_is_remembered_is_forgotten_with_every_change(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent = given_to(house, agreed())
        assert house.consents.standing(consent.id, NOW) == BOTH
        generation = house.consents._memory.generation  # noqa: SLF001 - a reader that began before the withdrawal
        held = house.consents._memory.find(consent.id)  # noqa: SLF001
        assert held is not None
        house.tickets.withdraw(house.visit(), None, NOW, erase=False)
        house.consents._memory.keep(generation, consent.id, held)  # noqa: SLF001
        assert house.consents.standing(consent.id, NOW) == NONE


def test_a_change_under_way_is_read_from_the_rows_and_not_from_memory(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent, memory = given_to(house, agreed()), house.consents._memory  # noqa: SLF001 - the moment before a commit
        assert house.consents.standing(consent.id, NOW) == BOTH
        with memory.change(house.consents.who(CHALKBOARD, RIVERBEND, JANE)):
            assert house.consents.standing(consent.id, NOW) == BOTH
            assert memory.find(consent.id) is None
        house.consents.standing(consent.id, NOW)
        assert memory.find(consent.id) is not None
