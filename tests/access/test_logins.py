"""Ways in: what proves who somebody is, what does not, and that each proof counts once."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.pace import Pace, TooMany
from milkglass.access.passwords import Passwords
from milkglass.access.roles import Role
from milkglass.access.sessions import Session
from milkglass.access.totp import code_at, matching_step
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.access.device import PRESENT, Device, data
from tests.access.device import text as spelled
from tests.life.house import NOW, House, opened

PASSWORD = "correct horse battery"  # noqa: S105 - the test's own
MINUTE = timedelta(minutes=1)
STEP = timedelta(seconds=30)
HERE = "10.0.0.0/24"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def linked(house: House, now: datetime = NOW) -> Session:
    """A login of the viewer's by a one-time link."""
    return house.access.redeem(house.access.one_time_link(house.viewer.id, facts.SYSTEM, now), now)


def with_passkey(house: House, device: Device, session: Session, now: datetime = NOW) -> Session:
    logins = house.access.logins
    answer = device.make(logins.passkeys.asked_to_add(session.account, now))
    return logins.add_passkey(session.cookie, session.account, answer, "blue key", now)


def logged_in(house: House, device: Device, now: datetime = NOW) -> Session:
    logins = house.access.logins
    return logins.login_by_passkey(device.sign(logins.passkey_asked(HERE, now)), HERE, now)


def with_app(house: House, session: Session, now: datetime = NOW) -> bytes:
    logins = house.access.logins
    logins.show_app(session.account, now)
    secret = logins.authenticators.shown(session.account.id, now)
    assert secret is not None
    logins.add_app(session.cookie, session.account, PASSWORD, digits(secret, now), now)
    return secret


def digits(secret: bytes, now: datetime) -> str:
    return code_at(secret, int(now.timestamp()) // 30)


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(NotAllowed) as caught:
        act()
    assert caught.value.code == code
    assert "vera" not in str(caught.value)


def test_a_link_lets_in_and_proves_nothing(house: House) -> None:
    session = linked(house)
    assert house.access.session(session.cookie, NOW) == replace(house.viewer, proved_at=None)


def test_a_passkey_made_after_a_link_proves_who_it_is_and_draws_the_cookie_anew(house: House) -> None:
    first, device = linked(house), Device()
    session = with_passkey(house, device, first)
    assert session.cookie != first.cookie
    assert house.access.session(first.cookie, NOW) is None
    assert house.access.session(session.cookie, NOW) == replace(house.viewer, proved_at=NOW)
    again = logged_in(house, device, NOW + MINUTE)
    assert again.account.proved_at == NOW + MINUTE
    assert [one.label for one in house.access.logins.passkeys.list(house.viewer.id)] == ["blue key"]
    assert house.acts()[-3:] == ["login.link_used", "login.passkey_added", "login.done"]
    spelled_entries = b"".join(entry.spelled for entry in house.log.entries(0, 100))
    assert b"blue key" not in spelled_entries


def test_a_proof_keeps_the_12_hours_of_its_login(house: House) -> None:
    device = Device()
    session = with_passkey(house, device, linked(house))
    logins, now = house.access.logins, NOW
    for _ in range(35):
        now += 20 * MINUTE
        asked = logins.passkeys.asked_to_prove(session.account, now)
        old, session = session, logins.prove_by_passkey(session.cookie, session.account, device.sign(asked), now)
        assert house.access.session(old.cookie, now) is None
        assert house.access.session(session.cookie, now) is not None
    assert house.access.session(session.cookie, NOW + timedelta(hours=12)) is None


WRONG_DEVICES: dict[str, Callable[[Device], Device]] = {
    "another origin": lambda device: replace(device, origin="https://milkglass.example"),
    "another host": lambda device: replace(device, host="example.org"),
    "without finger, face or PIN": lambda device: replace(device, flags=PRESENT),
    "another key": lambda device: replace(Device(), credential=device.credential),
    "a count that went back": lambda device: replace(device, count=-1),
}


@pytest.mark.parametrize(
    "wrong", [name for name in WRONG_DEVICES if name not in ("another key", "a count that went back")]
)
def test_a_wrong_device_makes_no_passkey(house: House, wrong: str) -> None:
    session = linked(house)
    refused("passkey", lambda: with_passkey(house, WRONG_DEVICES[wrong](Device()), session))
    assert house.access.logins.passkeys.list(house.viewer.id) == []
    assert house.access.session(session.cookie, NOW) is not None


@pytest.mark.parametrize("wrong", WRONG_DEVICES)
def test_a_wrong_device_does_not_log_in(house: House, wrong: str) -> None:
    device = Device()
    with_passkey(house, device, linked(house))
    for _ in range(2):
        logged_in(house, device)
    refused("passkey", lambda: logged_in(house, WRONG_DEVICES[wrong](device)))
    assert house.acts()[-1] == "login.refuse"


def test_an_answer_counts_once_for_five_minutes_and_for_whom_it_was_asked(house: House) -> None:
    device, logins = Device(), house.access.logins
    session = with_passkey(house, device, linked(house))
    answer = device.sign(logins.passkey_asked(HERE, NOW))
    logins.login_by_passkey(answer, HERE, NOW)
    refused("passkey", lambda: logins.login_by_passkey(answer, HERE, NOW))
    late = device.sign(logins.passkey_asked(HERE, NOW))
    refused("passkey", lambda: logins.login_by_passkey(late, HERE, NOW + 5 * MINUTE))
    other = house.account("otto", Role.AUDITOR)
    others = device.sign(logins.passkeys.asked_to_prove(other, NOW + MINUTE))
    refused("passkey", lambda: logins.prove_by_passkey(session.cookie, session.account, others, NOW + MINUTE))
    refused("passkey", lambda: logins.prove_by_passkey(session.cookie, other, others, NOW + MINUTE))
    unknown = Device().sign(logins.passkey_asked(HERE, NOW + MINUTE))
    refused("passkey", lambda: logins.login_by_passkey(unknown, HERE, NOW + MINUTE))


def test_an_answer_that_is_changed_anywhere_is_refused(house: House) -> None:
    device, logins, checked = Device(), house.access.logins, 0
    with_passkey(house, device, linked(house))

    def signed() -> dict[str, dict[str, str]]:
        said: dict[str, dict[str, str]] = json.loads(device.sign(logins.passkeys.asked_to_prove(None, NOW)))
        return said

    def prove(said: object) -> None:
        refused("passkey", lambda: logins.passkeys.proved(house.viewer.id, json.dumps(said), NOW, is_login=True))

    for name, part in signed()["response"].items():
        for at in range(0, len(data(part)), 7):
            said = signed()
            whole = bytearray(data(said["response"][name]))
            whole[min(at, len(whole) - 1)] ^= 1  # a signature's length differs each time
            said["response"][name] = spelled(bytes(whole))
            prove(said)
            checked += 1
    assert checked > 30
    shapeless: list[object] = [{}, {**signed(), "response": None}, {**signed(), "rawId": "%"}, [], "x"]
    for wrong in shapeless:
        prove(wrong)
    refused("passkey", lambda: logins.login_by_passkey("[" * 10_000, HERE, NOW))
    logins.passkeys.proved(house.viewer.id, json.dumps(signed()), NOW, is_login=True)


def test_no_way_in_changes_without_a_fresh_proof_and_the_last_one_stays(house: House) -> None:
    device, second, logins = Device(), Device(), house.access.logins
    session = with_passkey(house, device, linked(house))
    found = linked(house)
    refused("forbid-stale-change", lambda: with_passkey(house, second, found))
    refused("forbid-stale-change", lambda: logins.show_app(found.account, NOW))
    late = NOW + 15 * MINUTE
    refused("forbid-stale-change", lambda: logins.remove_passkey(session.account, "0" * 26, late))
    only = logins.passkeys.list(house.viewer.id)[0].id
    with pytest.raises(Conflict):
        logins.remove_passkey(session.account, only, NOW)
    session = with_passkey(house, second, session)
    with pytest.raises(NotFound):
        logins.remove_passkey(session.account, "0" * 26, NOW)
    logins.remove_passkey(session.account, only, NOW)
    assert house.acts()[-1] == "login.passkey_removed"
    refused("passkey", lambda: logged_in(house, device))
    assert logged_in(house, second).account.id == house.viewer.id


def test_a_passkey_is_kept_once_and_ten_at_most(house: House) -> None:
    device, session = Device(), linked(house)
    session = with_passkey(house, device, session)
    with pytest.raises(Conflict):
        with_passkey(house, device, session)
    for _ in range(9):
        session = with_passkey(house, Device(), session)
    with pytest.raises(Conflict):
        with_passkey(house, Device(), session)
    assert len(house.access.logins.passkeys.list(house.viewer.id)) == 10


def test_a_password_counts_only_with_a_code_and_a_code_once(house: House) -> None:
    logins = house.access.logins
    secret = with_app(house, linked(house))
    stored = house.access.accounts.hashed_password(house.viewer.id)
    assert stored is not None
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    later = NOW + 2 * STEP
    session = logins.login("VERA@vendor.example ", PASSWORD, digits(secret, later), HERE, later)
    assert session.account == replace(house.viewer, proved_at=later)
    right = digits(secret, later + STEP)
    wrong = [
        ("vera@vendor.example", PASSWORD, digits(secret, later)),  # used
        ("vera@vendor.example", PASSWORD + "x", right),
        ("nobody@vendor.example", PASSWORD, right),
        ("vera@vendor.example", PASSWORD, ""),
        ("vera@vendor.example", PASSWORD, "٣٣٣٣٣٣"),
    ]
    for number, (email, password, code) in enumerate(wrong):
        with pytest.raises(NotAllowed):
            logins.login(email, password, code, f"network {number}", later + MINUTE + number * 20 * STEP)
    assert house.acts().count("login.refuse") == 4  # none for an address that nobody has
    assert not any(PASSWORD.encode() in entry.spelled for entry in house.log.entries(0, 100))


def test_the_apps_secret_is_not_in_the_database_and_two_at_once_use_a_code_once(house: House, tmp_path: Path) -> None:
    secret, logins = with_app(house, linked(house)), house.access.logins
    assert not any(secret in file.read_bytes() for file in tmp_path.glob("milkglass.db*"))
    later = NOW + 2 * STEP
    sessions = [linked(house, later) for _ in range(4)]

    def one(session: Session) -> bool:
        try:
            logins.prove_by_code(session.cookie, session.account, digits(secret, later), later)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, sessions)) == 1


def test_a_code_is_taken_one_step_early_or_late_and_no_more() -> None:
    secret = b"12345678901234567890"
    taken = [matching_step(secret, digits(secret, NOW + near * STEP), NOW, 0) for near in (-2, -1, 0, 1, 2)]
    here = int(NOW.timestamp()) // 30
    assert taken == [None, here - 1, here, here + 1, None]
    assert matching_step(secret, digits(secret, NOW), NOW, here) is None


def test_a_short_password_is_refused_and_nothing_is_kept(house: House) -> None:
    session, logins = linked(house), house.access.logins
    logins.show_app(session.account, NOW)
    secret = logins.authenticators.shown(session.account.id, NOW)
    assert secret is not None
    with pytest.raises(Invalid):
        logins.add_app(session.cookie, session.account, "short", digits(secret, NOW), NOW)
    refused("code_wrong", lambda: logins.add_app(session.cookie, session.account, PASSWORD, "000000x", NOW))
    assert not logins.has_factor(house.viewer.id)
    assert house.access.session(session.cookie, NOW) is not None


def test_guessing_is_slowed_by_account_and_by_network() -> None:
    pace = Pace()
    for _ in range(5):
        pace.hold("account a", 5, NOW)
    with pytest.raises(TooMany):
        pace.hold("account a", 5, NOW + timedelta(seconds=59))
    pace.hold("account b", 5, NOW)
    pace.hold("account a", 5, NOW + MINUTE)


def test_a_flood_of_passwords_is_turned_away_and_the_pool_goes_on() -> None:
    """D5: each that waits would hold a thread of the server."""
    pool = Passwords()

    def one(_: int) -> bool:
        try:
            return not pool.verify("$argon2id$v=19$m=65536,t=3,p=4$bWlsa2dsYXNzbWlsa2dsYQ$" + "A" * 43, "a guess")
        except TooMany:
            return False

    with ThreadPoolExecutor(100) as flood:
        checked = sum(flood.map(one, range(100)))
    assert 0 < checked < 100
    assert one(0)


def test_a_leaver_keeps_no_way_in(house: House) -> None:
    device, vera = Device(), house.viewer
    first = with_passkey(house, device, linked(house))
    secret = with_app(house, first)
    link = house.access.one_time_link(vera.id, facts.SYSTEM, NOW)
    session = logged_in(house, device)
    house.access.accounts.end(vera.id, facts.SYSTEM, NOW)
    later, logins = NOW + 2 * STEP, house.access.logins
    assert house.access.session(session.cookie, NOW) is None
    refused("link_over", lambda: house.access.redeem(link, NOW))
    refused("passkey", lambda: logged_in(house, device))
    refused("login_wrong", lambda: logins.login("vera@vendor.example", PASSWORD, digits(secret, later), HERE, later))
    with house.engine.connect() as connection:
        for table in ("login_sessions", "login_links", "passkeys", "authenticators"):
            mine = text(f"SELECT count(*) FROM {table} WHERE account = :account")  # noqa: S608 - names of this test
            assert connection.execute(mine, {"account": vera.id}).scalar_one() == 0
    assert house.acts()[-2:] == ["account.change", "login.refuse"]


def test_a_reset_takes_every_way_in_and_leaves_the_account(house: House) -> None:
    device = Device()
    session = with_passkey(house, device, linked(house))
    house.access.logins.reset(house.viewer.id, facts.COMMAND_LINE, NOW)
    assert house.acts()[-1] == "login.reset"
    assert house.access.session(session.cookie, NOW) is None
    refused("passkey", lambda: logged_in(house, device))
    assert with_passkey(house, Device(), linked(house)).account.id == house.viewer.id


def test_logging_out_elsewhere_leaves_this_login(house: House) -> None:
    here, there = linked(house), linked(house)
    house.access.logins.end_others(here.cookie, here.account, NOW)
    assert house.access.session(there.cookie, NOW) is None
    assert house.access.session(here.cookie, NOW) is not None


def test_a_look_needs_a_proof_of_its_own_login_at_each_part(house: House) -> None:
    recording, case = house.recorded(), house.case()
    unproved: Account = replace(house.viewer, proved_at=None)
    refused("forbid-stale-mfa", lambda: house.replay.look(unproved, recording, "support_case", case.id, NOW))
    look = house.replay.look(house.viewer, recording, "support_case", case.id, NOW)
    assert house.replay.segment(look, 0, NOW)
    refused("forbid-stale-mfa", lambda: house.replay.segment(house.replay.resume(look.id, unproved), 0, NOW))
    assert house.acts()[-1] == "look.refuse"
