"""Tickets: only a whole and fresh visit token gets one, and it says who and what for as long as it should."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milkglass.database.signing import packed, signature, unpacked
from milkglass.database.tables_consent import people, support_codes, visits
from milkglass.errors import NotAllowed
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.tickets.tickets import Exchange
from milkglass.tickets.visit_tokens import REMEDIES, BadVisitToken, VisitFault, read_visit
from milkglass.wire.values import Purpose, Refusal
from tests.life.house import CHALKBOARD, JANE, LAKESIDE, NOW, RIVERBEND, House, opened

AT = int(NOW.timestamp())
FAULTS: dict[str, tuple[dict[str, object], VisitFault]] = {
    "a plain id as person": ({"person": "jane.doe"}, VisitFault.PERSON),
    "capital hex": ({"person": "AB" * 32}, VisitFault.PERSON),
    "the built-in institution": ({"institution": "demo-account"}, VisitFault.INSTITUTION),
    "a name as institution": ({"institution": "Riverbend High"}, VisitFault.INSTITUTION),
    "too long": ({"exp": AT + 901}, VisitFault.TOO_LONG),
    "ends before it begins": ({"exp": AT - 1}, VisitFault.TOO_LONG),
    "over": ({"iat": AT - 700, "exp": AT - 61}, VisitFault.EXPIRED),
    "from the future": ({"iat": AT + 61, "exp": AT + 100}, VisitFault.FUTURE),
    "an application without secret": ({"application": "other-app"}, VisitFault.APPLICATION),
    "an application that is a path": ({"application": "../../etc"}, VisitFault.APPLICATION),
    "consent of tomorrow": (
        {"consent": {"purposes": ["replay"], "notice": "n", "actor": "student", "at": AT + 90}},
        VisitFault.CONSENT,
    ),
    "a notice with words": (
        {"consent": {"purposes": ["replay"], "notice": "Jane agreed", "actor": "student", "at": AT}},
        VisitFault.CONSENT,
    ),
    "an unknown actor": (
        {"consent": {"purposes": ["replay"], "notice": "n", "actor": "demo", "at": AT}},
        VisitFault.CONSENT,
    ),
}


def fault(house: House, token: str) -> str:
    with pytest.raises(BadVisitToken) as refused:
        house.tickets.exchange(token, None, "0.1.0", NOW)
    assert str(refused.value) == REMEDIES[VisitFault(refused.value.code)]
    return refused.value.code


@pytest.mark.parametrize("name", FAULTS)
def test_each_wrong_claim_is_refused_with_its_remedy_and_counted(tmp_path: Path, name: str) -> None:
    claims, expected = FAULTS[name]
    with opened(tmp_path) as house:
        assert fault(house, house.visit(NOW, **claims)) == expected
        (counted,) = house.tickets.install.seen(CHALKBOARD, NOW).refused
        assert (counted.code, counted.count, counted.remedy) == (expected, 1, REMEDIES[expected])


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "RS256"},
        {"alg": "hs256"},
        {"alg": "HS512"},
        {"alg": "HS256", "kid": "1"},
        {"alg": "HS256", "jwk": {}},
        {"alg": "HS256", "x5u": "https://evil.example"},
        {"alg": "HS256", "crit": ["exp"]},
        {"typ": "JWT"},
        [],
    ],
)
def test_no_other_algorithm_or_key_is_taken(tmp_path: Path, header: object) -> None:
    with opened(tmp_path) as house:
        payload = house.visit().split(".")[1]
        said = f"{packed(json.dumps(header).encode())}.{payload}"
        assert fault(house, f"{said}.{signature(house.keys.secret(CHALKBOARD), said)}") == VisitFault.ALGORITHM
        assert fault(house, f"{said}.") in (VisitFault.ALGORITHM, VisitFault.FORM)


def test_what_is_no_token_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        good = house.visit()
        head, payload, signed = good.split(".")
        for wrong in ("", "a.b", f"{good}.x", f"{head}=.{payload}.{signed}", f"{head}.é.{signed}", "x" * 5000):
            assert fault(house, wrong) == VisitFault.FORM
        said = f"{head}.{packed(b'[1]')}"
        assert fault(house, f"{said}.{signature(house.keys.secret(CHALKBOARD), said)}") == VisitFault.CLAIMS
        said = f"{head}.{packed(b'[' * 4000)}"[:4000]
        assert fault(house, f"{said}.{signed}") in (VisitFault.CLAIMS, VisitFault.FORM)


def test_no_changed_letter_of_a_token_or_ticket_is_accepted(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        token, ticket = house.visit(), house.exchange().ticket

        @settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
        @given(place=st.integers(0, 2**16), letter=st.sampled_from("AZaz09-_."), data=st.booleans())
        def every(place: int, letter: str, data: bool) -> None:  # noqa: FBT001 - drawn by name
            whole = token if data else ticket
            place %= len(whole)
            changed = whole[:place] + letter + whole[place + 1 :]
            if changed == whole:
                return
            with pytest.raises(NotAllowed):
                read_visit(changed, house.keys, NOW) if data else house.tickets.check(changed.encode(), NOW)

        every()


def test_both_of_two_rotating_secrets_are_good_and_no_third(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        tokens = [house.visit()]
        for _ in range(2):
            house.keys.rotate(CHALKBOARD)
            tokens.append(house.visit())
        assert fault(house, tokens[0]) == VisitFault.SIGNATURE
        assert all(isinstance(house.tickets.exchange(one, None, "", NOW), Exchange) for one in tokens[1:])


def test_a_ticket_says_who_and_what_and_never_the_person(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        given_ = house.exchange()
        fields = house.tickets.check(given_.ticket.encode(), NOW)
        assert fields == given_.fields
        assert (fields.application, fields.institution) == (CHALKBOARD, RIVERBEND)
        assert fields.purposes == (Purpose.HEATMAP, Purpose.REPLAY)
        assert (given_.elapsed, given_.renew_in, fields.exp - fields.iat) == (0, 840, 900)
        assert JANE not in str(unpacked(given_.ticket.split(".")[0]))
        with house.engine.connect() as connection:
            assert JANE not in str([connection.execute(table.select()).all() for table in (people, visits)])


def test_a_ticket_ends_after_15_minutes_and_a_renewal_keeps_the_recording(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        first = house.exchange()
        later = NOW + timedelta(minutes=15)
        with pytest.raises(NotAllowed) as over:
            house.tickets.check(first.ticket.encode(), later)
        assert over.value.code == "ticket_expired"
        consent = {"purposes": ["replay", "heatmap"], "notice": "n-1", "actor": "student", "at": AT - 10}
        renewed = house.exchange(later, first.ticket, consent=consent)
        assert (renewed.fields.recording, renewed.fields.began) == (first.fields.recording, first.fields.began)
        assert renewed.elapsed == 15 * 60 * 1000


def test_a_recording_ends_after_four_hours(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        consent = {"purposes": ["replay"], "notice": "n-1", "actor": "student", "at": AT - 10}
        first = house.exchange(consent=consent)
        nearly = NOW + timedelta(hours=3, minutes=55)
        renewed = house.exchange(nearly, first.ticket, consent=consent)
        assert renewed.fields.recording == first.fields.recording
        assert renewed.fields.exp == AT + 4 * 3600
        fresh = house.exchange(NOW + timedelta(hours=4), renewed.ticket, consent=consent)
        assert fresh.fields.recording != first.fields.recording
        assert fresh.fields.visit != first.fields.visit


def test_another_person_institution_or_consent_starts_a_new_recording(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        first = house.exchange()
        heatmap = {"purposes": ["heatmap"], "notice": "n-1", "actor": "student", "at": AT - 5}
        others = [
            house.exchange(old=first.ticket, person="cd" * 32),
            house.exchange(old=first.ticket, institution=LAKESIDE),
            house.exchange(old=first.ticket, consent=heatmap),
        ]
        recordings = {given_.fields.recording for given_ in [first, *others]}
        assert len(recordings) == 4
        assert others[0].fields.crowd != first.fields.crowd


def test_tabs_within_half_an_hour_are_one_visit_and_there_is_a_cap(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        first = house.exchange()
        second = house.exchange(NOW + timedelta(minutes=29))
        assert first.fields.visit == second.fields.visit
        assert first.fields.recording != second.fields.recording
        for _ in range(58):
            house.exchange(NOW + timedelta(minutes=1))
        token = house.visit(NOW + timedelta(minutes=1))
        assert house.tickets.exchange(token, None, "", NOW + timedelta(minutes=1)) is Refusal.ENDED
        assert house.exchange(NOW + timedelta(minutes=31)).fields.visit != first.fields.visit


def test_nothing_is_given_without_consent_or_without_the_institutions_yes(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        replay_only = {"purposes": ["replay"], "notice": "n-1", "actor": "student", "at": AT - 10}
        for claims in (
            {"consent": None},
            {"consent": {**replay_only, "purposes": []}},
            {"institution": "unknown-school"},
            {"institution": LAKESIDE, "consent": replay_only},  # it opted in to heatmaps only
        ):
            is_unknown = claims.get("institution") == "unknown-school"
            expected = Refusal.INSTITUTION_OFF if is_unknown else Refusal.NO_CONSENT
            assert house.tickets.exchange(house.visit(NOW, **claims), None, "", NOW) is expected
        assert house.exchange(institution=LAKESIDE).fields.purposes == (Purpose.HEATMAP,)
        with house.engine.connect() as connection:
            assert len(connection.execute(visits.select()).all()) == 1


def test_the_demo_account_gets_tickets_from_inside_only(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        first = house.tickets.demo(CHALKBOARD, None, NOW)
        assert isinstance(first, Exchange)
        assert (first.fields.institution, first.fields.purposes) == (DEMO_ACCOUNT, (Purpose.REPLAY,))
        again = house.tickets.demo(CHALKBOARD, first.ticket, NOW + timedelta(minutes=14))
        assert isinstance(again, Exchange)
        assert again.fields.recording == first.fields.recording
        assert house.exchange(old=first.ticket).fields.recording != first.fields.recording


def test_a_support_code_names_the_visit_for_two_weeks_and_is_kept_as_a_hash(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        fields = house.exchange().fields
        code = house.tickets.support_code(fields, NOW)
        assert len(code) == len("MG-7Q4K-2F9M")
        assert house.tickets.visit_of(code, NOW) == (fields.visit, RIVERBEND)
        assert house.tickets.visit_of(f" {code.lower()} ", NOW) == (fields.visit, RIVERBEND)
        assert house.tickets.visit_of("MG-0000-0000", NOW) is None
        assert house.tickets.visit_of(code, NOW + timedelta(days=14)) is None
        with house.engine.connect() as connection:
            rows = str(connection.execute(support_codes.select()).all())
        # Four letters alone are in a random id now and then.
        assert [one for one in (code, code[3:7] + code[8:]) if one in rows] == []


@pytest.mark.parametrize("fault_", VisitFault)
def test_the_docs_name_every_fault(fault_: VisitFault) -> None:
    assert f"`{fault_}`" in (Path(__file__).parents[2] / "docs" / "consent.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("institution", "actor", "may_consent", "is_right"),
    [
        ("riverbend-high", "student", False, False),
        ("riverbend-high", "student", True, True),
        ("riverbend-high", "parent", False, True),
        ("riverbend-high", "parent", True, False),
        ("lakeside-college", "parent", False, False),
        ("lakeside-college", "student", False, True),
    ],
)
def test_a_yes_counts_only_from_who_may_give_it(
    tmp_path: Path, institution: str, actor: str, *, may_consent: bool, is_right: bool
) -> None:
    with opened(tmp_path) as house:
        said = {"purposes": ["heatmap"], "notice": "n-1", "actor": actor, "at": AT - 10}
        token = house.visit(NOW, institution=institution, consent=said, may_consent=may_consent)
        if is_right:
            assert not isinstance(house.tickets.exchange(token, None, "0.1.0", NOW), Refusal)
            return
        with pytest.raises(BadVisitToken) as refused:
            house.tickets.exchange(token, None, "0.1.0", NOW)
        assert refused.value.code == "visit_token_actor"
        assert "34 CFR 99.5" in str(refused.value)
