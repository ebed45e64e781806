"""Accounts, links and sessions: each works once, for as long as it should, for whom it should."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from milkglass import facts
from milkglass.access.accounts import NewAccount
from milkglass.access.roles import Role
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.wire.values import AccountId
from tests.life.house import LAKESIDE, NOW, RIVERBEND, House, opened

MINUTE = timedelta(minutes=1)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def test_the_log_holds_a_commitment_and_never_the_address(house: House) -> None:
    house.account("vera", Role.VIEWER, vetted=False)
    entry = house.log.entries(house.log.size() - 1, 1)[0].spelled
    assert b"vera" not in entry
    assert len(json.loads(entry)["obj"]["email_commitment"]) == 64
    with house.engine.connect() as connection:
        assert connection.execute(text("SELECT length(email_salt) FROM accounts")).scalar_one() == 16


def test_limits_hold_also_for_two_at_once(house: House) -> None:
    def one(n: int) -> bool:
        try:
            house.account(f"viewer{n}", Role.VIEWER)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 2
    house.account("olga", Role.OWNER)
    with pytest.raises(Conflict):
        house.account("second", Role.OWNER)


@pytest.mark.parametrize(
    "new",
    [
        NewAccount(email="no-address", name="A", roles=frozenset({Role.VIEWER})),
        NewAccount(email="a@b.example", name=" ", roles=frozenset({Role.VIEWER})),
        NewAccount(email="a@b.example", name="A", roles=frozenset()),
        NewAccount(email="a@b.example", name="A", roles=frozenset({Role.OWNER, Role.VIEWER})),
        NewAccount(email="a@b.example", name="A", roles=frozenset({Role.AUDITOR, Role.VIEWER})),
    ],
)
def test_a_wrong_account_is_refused(house: House, new: NewAccount) -> None:
    with pytest.raises(Invalid):
        house.access.accounts.create(new, facts.COMMAND_LINE, NOW)


def test_an_unknown_account_is_not_found(house: House) -> None:
    for ask in (
        lambda: house.access.accounts.get(AccountId("0" * 26)),
        lambda: house.access.accounts.train(AccountId("0" * 26), NOW, facts.SYSTEM, NOW),
        lambda: house.access.one_time_link(AccountId("0" * 26), facts.SYSTEM, NOW),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_link_works_once_and_for_half_an_hour(house: House) -> None:
    vera = house.viewer
    link = house.access.one_time_link(vera.id, facts.COMMAND_LINE, NOW)
    session = house.access.redeem(link, NOW + MINUTE)
    assert house.access.session(session.cookie, NOW + 2 * MINUTE) == replace(vera, proved_at=None)
    late = house.access.one_time_link(vera.id, facts.COMMAND_LINE, NOW)
    for wrong, now in ((link, NOW + MINUTE), (late, NOW + 30 * MINUTE), ("no-link", NOW)):
        with pytest.raises(NotAllowed) as refused:
            house.access.redeem(wrong, now)
        assert refused.value.code == "link_over"


def test_two_who_use_one_link_at_once_do_not_both_get_in(house: House) -> None:
    link = house.access.one_time_link(house.viewer.id, facts.COMMAND_LINE, NOW)

    def one(_: int) -> bool:
        try:
            house.access.redeem(link, NOW)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(6))) == 1


def test_a_session_ends_idle_old_or_logged_out_and_only_its_hash_is_kept(house: House) -> None:
    def begin() -> str:
        return house.access.redeem(house.access.one_time_link(house.viewer.id, facts.SYSTEM, NOW), NOW).cookie

    cookie = begin()
    assert house.access.session(cookie, NOW + 29 * MINUTE) is not None
    assert house.access.session(cookie, NOW + 58 * MINUTE) is not None
    assert house.access.session(cookie, NOW + 88 * MINUTE) is None
    busy = begin()
    now = NOW
    while now < NOW + timedelta(hours=12):
        assert house.access.session(busy, now) is not None
        now += 20 * MINUTE
    assert house.access.session(busy, NOW + timedelta(hours=12)) is None
    out = begin()
    house.access.logout(out)
    house.access.logout("unknown")
    assert house.access.session(out, NOW) is None
    with house.engine.connect() as connection:
        kept = connection.execute(text("SELECT digest FROM login_sessions")).scalars().all()
    assert all(cookie.encode() not in digest for digest in kept)


def test_a_case_keeps_the_help_desks_number_and_the_log_a_random_id(house: House) -> None:
    case = house.case()
    assert house.case() == case
    long = "8105417302664711"  # a short number is in a digest by chance
    house.access.cases.open(f"ZD-{long}", RIVERBEND, house.viewer, NOW)
    log = b"".join(entry.spelled for entry in house.log.entries(0, 100))
    assert [one for one in (b"ZD-", long.encode()) if one in log] == []
    for name in ("Jane Doe cannot log in", "Jane.Doe", "JaneDoe"):
        with pytest.raises(Invalid):
            house.access.cases.open(name, RIVERBEND, house.viewer, NOW)
    with pytest.raises(NotAllowed) as refused:
        house.access.cases.open("ZD-1", LAKESIDE, house.account("otto", Role.AUDITOR), NOW)
    assert refused.value.code == "viewer-work"
    for one in house.access.cases.list():
        house.access.cases.close(one.id, house.viewer, NOW)
    with pytest.raises(Conflict):
        house.access.cases.close(case.id, house.viewer, NOW)
    assert house.access.cases.list() == []


def test_an_erased_account_is_named_nowhere_and_the_log_still_verifies(house: House, tmp_path: Path) -> None:
    vera = house.viewer
    with pytest.raises(Conflict):
        house.access.accounts.erase(vera.id, facts.SYSTEM, NOW)
    assert any(b"vera@vendor.example" in file.read_bytes() for file in tmp_path.glob("milkglass.db*"))
    house.access.accounts.end(vera.id, facts.SYSTEM, NOW)
    house.access.accounts.erase(vera.id, facts.SYSTEM, NOW)
    assert [file for file in tmp_path.glob("milkglass.db*") if b"vera@vendor.example" in file.read_bytes()] == []
    with pytest.raises(NotFound):
        house.access.accounts.get(vera.id)
    assert house.acts()[-2:] == ["account.change", "account.erase"]
    assert house.log.verify().bad_index is None
