"""What the policy and the browser say about a yes, and the query that finds what no yes covers."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Insert, Update, insert, update

from milkglass.consent.values import Agreed, Signal, Who
from milkglass.database.moments import spell, to_ms
from milkglass.database.tables_consent import consent_events, consents
from milkglass.database.tables_vault import recordings, segments
from milkglass.policy.compile import compile_policy
from milkglass.policy.document import ConsentTerms, Notice
from milkglass.wire.values import ConsentId, Purpose, Refusal
from tests.life.house import CHALKBOARD, JANE, NOW, RIVERBEND, House, opened

AT = int(NOW.timestamp())
BOTH = frozenset(Purpose)
NONE: frozenset[Purpose] = frozenset()
NOTICES = (
    Notice(version="n-1", language="en-US", text="May we?"),
    Notice(version="n-1", language="es-US", text="¿Sí?"),
)


def agreed(at: int = AT - 10, purposes: frozenset[Purpose] = BOTH, notice: str = "n-1") -> Agreed:
    return Agreed(purposes=purposes, notice=notice, actor="student", at=at)


def jane(house: House) -> Who:
    return house.consents.who(CHALKBOARD, RIVERBEND, JANE)


def recorded(house: House, said: Agreed | None = None) -> ConsentId:
    consent = house.consents.record(jane(house), said or agreed(), NOW)
    assert consent is not None
    return consent.id


def terms(house: House, said: ConsentTerms) -> None:
    policy = house.policies[CHALKBOARD]
    document = replace(policy.document, consent=said)
    house.policies[CHALKBOARD] = compile_policy(document, policy.vocabulary, policy.key)


def test_a_yes_under_a_notice_that_the_policy_dropped_stands_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        terms(house, ConsentTerms(notices=NOTICES))
        consent = recorded(house)
        assert house.consents.standing(consent, NOW) == BOTH
        terms(house, ConsentTerms(notices=(replace(NOTICES[0], version="n-2"),)))
        assert house.consents.standing(consent, NOW) == NONE
        assert house.consents.record(jane(house), agreed(), NOW) is None
        assert house.consents.record(jane(house), agreed(notice="n-2"), NOW) is not None


def test_a_notice_is_known_by_the_hash_of_its_words() -> None:
    assert NOTICES[0].hash != NOTICES[1].hash
    assert replace(NOTICES[0], text="May we? ").hash != NOTICES[0].hash


def test_the_policys_days_and_purposes_hold_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent = recorded(house)
        terms(house, ConsentTerms(lasts_days=30))
        assert house.consents.standing(consent, NOW + timedelta(days=29)) == BOTH
        assert house.consents.standing(consent, NOW + timedelta(days=30)) == NONE
        terms(house, ConsentTerms(purposes=frozenset({Purpose.HEATMAP})))
        assert house.consents.standing(consent, NOW) == {Purpose.HEATMAP}


@pytest.mark.parametrize("signal", list(Signal))
def test_a_browsers_signal_ends_what_was_agreed_and_a_later_yes_wins(tmp_path: Path, signal: Signal) -> None:
    with opened(tmp_path) as house:
        consent = recorded(house)
        later = NOW + timedelta(seconds=5)
        token = house.visit(later)
        refused = house.tickets.exchange(token, None, "0.1.0", later, signal)
        assert refused is Refusal.NO_CONSENT
        assert house.consents.standing(consent, later) == NONE
        assert house.acts().count("consent.signal") == 1
        yes = {"purposes": ["replay"], "notice": "n-1", "actor": "student", "at": AT + 8}
        after = NOW + timedelta(seconds=10)
        for _ in range(2):  # the browser goes on to say it
            given = house.tickets.exchange(house.visit(after, consent=yes), None, "0.1.0", after, signal)
            assert not isinstance(given, Refusal)
        assert house.acts().count("consent.signal") == 1


def test_a_signal_without_any_yes_is_noted_as_a_refusal(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        token = house.visit(NOW, consent=None)
        assert house.tickets.exchange(token, None, "0.1.0", NOW, Signal.GPC) is Refusal.NO_CONSENT
        assert house.consents.record(jane(house), agreed(), NOW) is None, "said before the signal"
        assert house.acts().count("consent.signal") == 1


def filled(house: House, count: int) -> None:
    """Rows of this many recordings, a hundred to a person, each with two segments."""
    many: list[dict[str, int | str | bool]] = []
    rows: list[dict[str, int | str | bool]] = []
    parts: list[dict[str, int | str | bool]] = []
    began = to_ms(NOW)
    for number in range(count):
        person = number // 100
        if number % 100 == 0:
            many.append(
                {
                    "consent": spell(person),
                    "alias": spell(person),
                    "application": CHALKBOARD,
                    "institution": RIVERBEND,
                    "purposes": "heatmap replay",
                    "notice": "n-1",
                    "actor": "student",
                    "agreed_at": began - 1_000,
                    "recorded_at": began - 500,
                    "expires_at": began + 180 * 86_400_000,
                }
            )
        rows.append(
            {column.name: 0 if column.name in COUNTS else "{}" for column in recordings.c}
            | {
                "recording": spell(number),
                "application": CHALKBOARD,
                "institution": RIVERBEND,
                "consent": spell(person),
                "began_at": began + number,
            }
        )
        parts += [
            {column.name: 0 if column.name in COUNTS else "x" for column in segments.c if column.name != "numbers"}
            | {"recording": spell(number), "segment": part, "first_at": part * 60_000, "last_at": (part + 1) * 60_000}
            for part in range(2)
        ]
    written(house, insert(consents), many)
    written(house, insert(recordings), rows)
    written(house, insert(segments), parts)


def written(house: House, statement: Insert | Update, rows: list[dict[str, int | str | bool]] | None = None) -> None:
    """Write rows as no room would."""

    def change(connection: Connection) -> None:
        connection.execute(statement, rows) if rows else connection.execute(statement)

    house.writer.commit([change])


COUNTS = frozenset(
    {
        *("began_at", "ended_at", "level", "batches", "events", "bytes", "gaps", "highest_number", "segment"),
        *("first_number", "last_number", "first_at", "last_at", "rolled_at"),
    }
)


def test_of_ten_thousand_recordings_the_check_finds_each_that_no_consent_covers_and_no_other(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        filled(house, 10_000)
        found = house.consents.check(NOW)
        assert (found.segments, found.violations) == (20_000, ())
        began = to_ms(NOW)

        def broken(person: int, **values: object) -> None:
            written(house, update(consents).where(consents.c.consent == spell(person)).values(values))

        broken(1, institution="lakeside-college")
        broken(2, recorded_at=began + 10_000_000)
        broken(3, expires_at=began + 1)
        broken(4, purposes="")
        broken(5, application="another")
        broken(6, consent="z" * 26)
        taken_back = {
            "event": "w" * 26,
            "alias": spell(7),
            "application": CHALKBOARD,
            "institution": RIVERBEND,
            "kind": "withdrawn",
            "at": began + 30_000,
        }
        written(house, insert(consent_events).values(taken_back))
        found = house.consents.check(NOW)
        assert set(found.violations) == {spell(number) for number in range(100, 800)}
        assert house.consents.checked == found
        assert house.acts().count("consent.check") == 2
