"""Vetting: signature and confirmation open the door for a year, each by the right person, each with its leaf."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import update

from milkglass.access.agreement import DIGEST, TEXT, VERSION
from milkglass.access.roles import Role
from milkglass.access.values import Act
from milkglass.access.vetting import LASTS
from milkglass.database.open import writing
from milkglass.database.tables_access import vettings
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.wire.values import AccountId
from tests.life.house import NOW, House, opened

# Whoever changes the text gives it the next version, and writes its digest here.
SIGNED_TEXTS = {1: "56f39b0f40a74d32875a12ee88aaf405c582bd89fa5bac6bdd542b2c482eda3f"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def last(house: House) -> dict[str, object]:
    entry: dict[str, object] = json.loads(house.log.entries(house.log.size() - 1, 1)[0].spelled)
    return entry


def test_a_version_of_the_agreement_is_one_text() -> None:
    assert SIGNED_TEXTS[VERSION] == DIGEST == sha256("\n".join((str(VERSION), *TEXT)).encode()).hexdigest()
    assert len(TEXT) >= 6
    assert all(line.endswith(".") for line in TEXT)


def test_an_invited_viewer_may_look_once_both_parts_are_there_and_no_longer_than_a_year(house: House) -> None:
    nora, olga = house.account("nora", Role.VIEWER, vetted=False), house.account("olga", Role.OWNER)
    vettings_, accounts, access = house.access.vettings, house.access.accounts, house.access
    assert access.may(nora, Act.GRANT_ASK, NOW).rule == "forbid-unvetted"
    assert vettings_.sign(nora, DIGEST, NOW) == NOW + LASTS
    assert last(house)["act"] == "account.sign"
    assert last(house)["obj"] == {"version": 1, "agreement": DIGEST, "until": int((NOW + LASTS).timestamp() * 1000)}
    assert last(house)["why"] == {"rules": ["own-training"]}
    assert not access.may(accounts.get(nora.id), Act.GRANT_ASK, NOW).allowed
    assert vettings_.confirm(nora.id, olga, NOW) == NOW + LASTS
    assert (last(house)["act"], last(house)["why"]) == ("account.confirm", {"rules": ["manager-confirm"]})
    assert last(house)["actor"] == {"t": "account", "id": olga.id, "roles": ["owner"]}
    vetted = accounts.by_email("nora@vendor.example")
    assert vetted == accounts.get(nora.id)
    assert access.may(accounts.get(nora.id), Act.GRANT_ASK, NOW).allowed
    # The training, which would be over at the same moment, is not what ends it.
    accounts.train(nora.id, NOW + 2 * LASTS, olga.actor, NOW)
    late = accounts.get(nora.id)
    assert access.may(late, Act.GRANT_ASK, NOW + LASTS - timedelta(milliseconds=1)).allowed
    assert access.may(late, Act.GRANT_ASK, NOW + LASTS).rule == "forbid-unvetted"
    vettings_.sign(late, DIGEST, NOW + LASTS)
    vettings_.confirm(late.id, house.account("lea", Role.LEGAL), NOW + LASTS)
    assert access.may(accounts.get(nora.id), Act.GRANT_ASK, NOW + LASTS).allowed


def test_a_signature_of_another_text_is_none(house: House) -> None:
    vera = house.viewer
    with pytest.raises(Conflict):
        house.access.vettings.sign(vera, sha256(b"an older text").hexdigest(), NOW)
    with writing(house.engine) as connection:
        connection.execute(update(vettings).where(vettings.c.digest == DIGEST).values(digest="0" * 64))
    old = house.access.accounts.get(vera.id)
    assert (old.confidential_until, old.confirmed_until) == (None, NOW + LASTS)
    assert house.access.may(old, Act.CODE, NOW).rule == "forbid-unvetted"


def test_only_the_owner_and_legal_confirm_and_only_active_viewers_are_confirmed(house: House) -> None:
    olga, vera = house.account("olga", Role.OWNER), house.viewer
    vito, otto = house.account("vito", Role.VIEWER), house.account("otto", Role.AUDITOR)
    room, before = house.access.vettings, house.log.size()
    for by in (vera, vito, otto):
        with pytest.raises(NotAllowed) as refused:
            room.confirm(vera.id, by, NOW)
        assert refused.value.code == "manager-confirm"
    with pytest.raises(NotAllowed):
        room.confirm(olga.id, olga, NOW)
    with pytest.raises(Invalid):
        room.confirm(otto.id, olga, NOW)
    with pytest.raises(NotFound):
        room.confirm(AccountId("0" * 26), olga, NOW)
    house.access.accounts.end(vera.id, olga.actor, NOW)
    with pytest.raises(Invalid):
        room.confirm(vera.id, olga, NOW)
    with pytest.raises(NotAllowed):
        room.sign(house.access.accounts.get(vera.id), DIGEST, NOW)
    assert house.acts()[before:] == ["account.change"]
