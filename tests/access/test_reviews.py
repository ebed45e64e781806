"""The quarterly review: who is asked about and why, and that signing it off ends whom it says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass.access.decide import acts_of
from milkglass.access.reviews import Flag, flags_of
from milkglass.access.roles import Role
from milkglass.access.values import Act
from milkglass.errors import Conflict, Invalid
from tests.life.house import NOW, House, opened

DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def test_an_account_is_asked_about_for_what_is_true_of_it_and_for_no_more(house: House) -> None:
    vera = house.viewer
    assert flags_of(vera, NOW, NOW + 90 * DAY, has_factor=True) == ()
    assert flags_of(vera, None, NOW + 91 * DAY, has_factor=True) == (Flag.DORMANT,)
    assert flags_of(vera, NOW + 2 * DAY, NOW + 91 * DAY, has_factor=True) == ()
    assert flags_of(vera, NOW + 300 * DAY, NOW + 365 * DAY, has_factor=True) == (Flag.UNTRAINED, Flag.UNVETTED)
    unsigned = replace(vera, confidential_until=None)
    assert flags_of(unsigned, NOW, NOW, has_factor=True) == (Flag.UNVETTED,)
    otto = house.account("otto", Role.AUDITOR, trained=None)
    assert flags_of(otto, None, NOW + 91 * DAY, has_factor=False) == (Flag.NO_PROOF,)
    both = replace(vera, roles=frozenset({Role.VIEWER, Role.AUDITOR}))
    assert flags_of(both, NOW, NOW, has_factor=True) == (Flag.APART,)


def test_signing_off_says_of_each_and_ends_who_is_not_needed(house: House) -> None:
    owner, vera, otto = house.account("olga", Role.OWNER), house.viewer, house.account("otto", Role.AUDITOR)
    reviews, everybody = house.access.reviews, {owner.id, vera.id, otto.id}  # none has a passkey yet
    assert {row.account.id for row in reviews.asked(NOW) if row.flags} == everybody
    for kept, ended in ((set(), set()), ({owner.id, vera.id}, set()), (everybody, {vera.id}), ({owner.id}, {"0" * 26})):
        with pytest.raises(Invalid):
            reviews.sign_off(owner, kept, ended, NOW)
    with pytest.raises(Conflict):
        reviews.sign_off(owner, {vera.id, otto.id}, {owner.id}, NOW)
    assert reviews.last() is None
    reviews.sign_off(owner, {owner.id, otto.id}, {vera.id}, NOW)
    signed = reviews.last()
    assert signed is not None
    assert (signed.account, signed.accounts, signed.flagged, signed.ended) == (owner.id, 3, 3, 1)
    assert not house.access.accounts.get(vera.id).is_active
    assert house.acts()[-2:] == ["account.change", "access.review"]


def test_the_acts_of_a_role_are_those_that_a_rule_permits_it() -> None:
    assert set(acts_of(Role.LEGAL)) >= {Act.POLICY_APPROVE, Act.TRAIN, Act.GRANT_APPROVE}
    for role in Role:
        assert (Act.LOOK in acts_of(role)) == (role is Role.VIEWER)
        assert (Act.POLICY in acts_of(role)) == (role is Role.OWNER)
        assert (Act.LOG in acts_of(role)) == (role in (Role.OWNER, Role.AUDITOR))
