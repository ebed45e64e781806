"""Backend keys: told once, kept as a hash, ended at once, and never able to look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from milkglass import facts
from milkglass.access.decide import decide
from milkglass.access.keys import OVERLAP, BackendKeys, BadKey, Environment, NewKey, Scope
from milkglass.access.rules import RULES
from milkglass.access.values import Act, Facts, Request
from milkglass.errors import Conflict, Invalid
from milkglass.wire.values import InstitutionId
from tests.life.house import CHALKBOARD, NOW, House, opened

NEW = NewKey(name="Grades server", application=CHALKBOARD)
BY = facts.COMMAND_LINE


def keys(house: House) -> BackendKeys:
    return BackendKeys(engine=house.engine, writer=house.writer)


def test_a_key_is_told_once_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        key, said = keys(house).create(NEW, BY, NOW)
        prefix, environment, key_id, secret, check = said.split("_")
        assert (prefix, environment, key_id, len(secret), len(check)) == ("mg", "live", key.id, 52, 7)
        assert keys(house).check(said, Scope.CONSENT_WRITE, NOW) == key
        assert keys(house).list()[0].used_at == NOW
        assert house.acts()[-1] == "key.create"
    raw = b"".join(file.read_bytes() for file in tmp_path.glob("milkglass.db*"))
    assert secret.encode() not in raw


def test_a_forged_a_misspelt_an_ended_and_an_old_key_are_told_apart(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        room = keys(house)
        key, said = room.create(NEW, BY, NOW)
        other = "z" if said[40] != "z" else "y"
        cases = {
            "key_form": (said[:40] + other + said[41:], "", "mg_live", said + "x", said.upper()),
            "key_unknown": (room._drawn(NEW, NOW)[1],),  # noqa: SLF001 - a key of the right form that was never kept
        }
        for code, wrongs in cases.items():
            for wrong in wrongs:
                with pytest.raises(BadKey) as refused:
                    room.check(wrong, Scope.CONSENT_WRITE, NOW)
                assert refused.value.code == code
                assert not wrong or wrong not in str(refused.value)
        with pytest.raises(BadKey) as old:
            room.check(said, Scope.CONSENT_WRITE, NOW + timedelta(days=365))
        assert old.value.code == "key_expired"
        room.revoke(key.id, BY, NOW)
        with pytest.raises(BadKey) as ended:
            room.check(said, Scope.CONSENT_WRITE, NOW)
        assert ended.value.code == "key_revoked"
        with pytest.raises(Conflict):
            room.revoke(key.id, BY, NOW)
        assert house.acts()[-1] == "key.revoke"


def test_a_replaced_key_goes_on_for_a_day_with_the_same_rights(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        room = keys(house)
        riverbend = InstitutionId("riverbend-high")
        new = replace(NEW, institution=riverbend, environment=Environment.TEST, lasts=timedelta(days=30))
        key, said = room.create(new, BY, NOW)
        fresh, told = room.rotate(key.id, BY, NOW + timedelta(days=1))
        assert (fresh.institution, fresh.environment, fresh.lasts) == (riverbend, Environment.TEST, new.lasts)
        later = NOW + timedelta(days=1) + OVERLAP
        assert room.check(said, Scope.CONSENT_WRITE, later - timedelta(seconds=1)).id == key.id
        with pytest.raises(BadKey):
            room.check(said, Scope.CONSENT_WRITE, later)
        assert room.check(told, Scope.CONSENT_WRITE, later).id == fresh.id
        with pytest.raises(Conflict):
            room.rotate(key.id, BY, later)
        assert house.acts().count("key.rotate") == 1


@pytest.mark.parametrize("wrong", [{"lasts": timedelta(days=366)}, {"lasts": timedelta()}, {"name": " "}])
def test_a_key_lasts_at_most_a_year_and_says_what_it_is_for(tmp_path: Path, wrong: dict[str, object]) -> None:
    with opened(tmp_path) as house, pytest.raises(Invalid):
        keys(house).create(replace(NEW, **wrong), BY, NOW)  # type: ignore[arg-type]  # one field


def test_no_rule_ever_lets_a_key_do_anything(tmp_path: Path) -> None:
    """Whatever else is known and true, an actor without a role is refused each act."""
    with opened(tmp_path) as house:
        key, _ = keys(house).create(NEW, BY, NOW)
    assert key.actor.roles == ()
    random, moment = Random(7), datetime(2026, 3, 4, tzinfo=UTC)  # noqa: S311 - no secret
    for _ in range(2_000):
        maybe = [None, True, False]
        about = Facts(
            account=key.id,
            is_active=True,
            roles=frozenset(key.actor.roles),
            training_until=moment + timedelta(days=1),
            confidential_until=moment + timedelta(days=1),
            confirmed_until=moment + timedelta(days=1),
            recording="r",
            institution="riverbend-high",
            purge_after=moment + timedelta(days=1),
            has_consent=random.choice(maybe),
            is_sealed=random.choice(maybe),
            is_demo=random.choice(maybe),
            case_institution="riverbend-high",
            is_case_open=random.choice(maybe),
            leave_account=key.id,
            leave_by="somebody",
            leave_until=moment + timedelta(days=1),
            leave_institution="riverbend-high",
            leave_recording="r",
            requested_by=random.choice([key.id, "somebody"]),
            confirmed_by="another",
        )
        for act in (Act.LOOK, Act.EXPORT_REQUEST, Act.EXPORT, Act.EXPORT_CONFIRM, Act.LIST, Act.HEATMAP, Act.CODE):
            assert not decide(Request(act=act, reason="support_case"), about, moment).allowed
    assert RULES
