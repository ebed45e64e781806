"""Retention: gone means gone, at any point where a crash could come between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from milkglass import facts
from milkglass.errors import NotFound, Unavailable
from milkglass.policy.compile import compile_policy
from milkglass.replay.values import Filters
from milkglass.retention import Dated, Trigger, late
from milkglass.vault.values import Gone
from milkglass.wire.values import RecordingId
from tests.life.house import CHALKBOARD, NOW, RIVERBEND, House, opened, page

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


@settings(deadline=None)
@given(days=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=8))
def test_due_is_what_the_day_has_come_for(days: list[date]) -> None:
    kept = [Dated(RecordingId(f"{n:026d}"), day) for n, day in enumerate(days)]
    due = late(kept, NOW)
    assert set(due) == {one.recording for one in kept if one.purge_day <= NOW.date()}


def test_a_purge_leaves_nothing_and_proves_it(house: House) -> None:
    recording, other = house.recorded(), house.recorded()
    look = house.replay.look(house.viewer, recording, "support_case", house.case().id, LATER)
    certificate = house.retention.purge(recording, facts.SYSTEM, LATER)
    assert certificate.positives == 0
    assert (certificate.recording, certificate.trigger) == (sha256(recording.encode()).hexdigest(), "request")
    assert certificate.heatmap_rows > 0
    assert [row.recording for row in house.replay.list(Filters())] == [other]
    for ask in (
        lambda: house.replay.segment(look, 0, LATER),
        lambda: house.retention.purge(recording, facts.SYSTEM, LATER),
    ):
        with pytest.raises(NotFound):
            ask()
    assert house.acts()[-2:] == ["purge.start", "purge.done"]
    entry = msgspec.json.decode(house.log.entries(house.log.size() - 1, 1)[0].spelled)
    spelled = rfc8785.dumps(msgspec.to_builtins(certificate))
    assert entry["obj"] == {"certificate": sha256(spelled).hexdigest(), "probe_positives": 0}
    assert house.retention.certificates() == [certificate]
    with house.engine.connect() as connection:
        for table in ("recordings", "segments", "recording_keys", "looks", "purges"):
            named = connection.execute(text(f"SELECT count(*) FROM {table} WHERE recording = :r"), {"r": recording})  # noqa: S608
            assert named.scalar_one() == 0


def test_a_batch_that_comes_after_the_purge_does_not_land(house: House) -> None:
    fields = house.exchange().fields
    house.record(fields, page("Save changes"))
    house.retention.purge(fields.recording, facts.SYSTEM, LATER)
    with pytest.raises(Gone):
        house.record(fields, page("Save changes"))


def test_run_purges_what_is_due_and_nothing_else(house: House) -> None:
    recording = house.recorded()
    young = house.recorded(NOW + timedelta(days=1))
    assert house.retention.run(NOW + timedelta(days=29)) == 0
    assert house.retention.due(NOW + timedelta(days=30)) == [recording]
    assert house.retention.run(NOW + timedelta(days=30)) == 1
    assert [row.recording for row in house.replay.list(Filters())] == [young]
    assert house.retention.certificates()[0].trigger == Trigger.TTL


def test_a_withdrawal_with_erasure_is_done_by_the_next_run(house: House) -> None:
    recording = house.recorded()
    house.tickets.withdraw(house.visit(), None, LATER, erase=True)
    assert house.retention.run(LATER) == 1
    assert house.retention.certificates()[0].recording == sha256(recording.encode()).hexdigest()
    assert house.replay.list(Filters()) == []
    assert house.consents.erasures() == []
    assert house.retention.run(LATER) == 0


STEPS = ("segments", "recordings", "recording_keys", "tombstones", "purges", "looks", "log_entries")


@pytest.mark.parametrize("table", STEPS)
def test_a_purge_that_fails_at_a_table_is_taken_up_again(house: House, table: str) -> None:
    """A trigger in the database fails the write to one table, as a full disk or a crash there would."""
    recording = house.recorded()
    house.replay.look(house.viewer, recording, "support_case", house.case().id, LATER)
    with house.engine.connect() as connection, connection.begin():
        for act in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                text(f"CREATE TRIGGER fail_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(FAIL, 'planted'); END")
            )
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, the purge must not claim to be done
        house.retention.purge(recording, facts.SYSTEM, LATER)
    assert house.retention.certificates() == []
    with house.engine.connect() as connection, connection.begin():
        for act in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(text(f"DROP TRIGGER fail_{act}"))
    running = house.acts().count("purge.start")
    assert house.retention.run(LATER) == running
    if not running:
        house.retention.purge(recording, facts.SYSTEM, LATER)
    assert len(house.retention.certificates()) == 1
    assert house.replay.list(Filters()) == []


def test_nothing_is_destroyed_before_the_log_knows(house: House) -> None:
    recording = house.recorded()
    look = house.replay.look(house.viewer, recording, "support_case", house.case().id, LATER)
    with house.engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE log_roots RENAME TO away"))
    with pytest.raises(Unavailable):
        house.retention.purge(recording, facts.SYSTEM, LATER)
    with house.engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE away RENAME TO log_roots"))
    assert len(house.replay.segment(look, 0, LATER)) == 1
    assert house.replay.get(recording).institution == RIVERBEND


def shorter(house: House, heatmap_days: int) -> None:
    """A policy that keeps heatmap rows for fewer days than recordings."""
    policy = house.policies[CHALKBOARD]
    document = replace(policy.document, heatmap_days=heatmap_days)
    house.policies[CHALKBOARD] = compile_policy(document, policy.vocabulary, policy.key)


def test_heatmap_rows_go_on_their_own_day_and_the_recording_stays_until_its_own(house: House) -> None:
    shorter(house, 7)
    recording = house.recorded()
    house.vault.roll(NOW)
    purge_day = house.replay.get(recording).purge_day
    assert purge_day == (NOW + timedelta(days=30)).date()
    assert house.interactions.days() == [(NOW + timedelta(days=7)).date()]
    assert house.retention.run(NOW + timedelta(days=6)) == 0
    assert house.interactions.count(recording, purge_day) > 0
    assert house.retention.run(NOW + timedelta(days=7)) == 0
    assert (house.interactions.days(), house.interactions.count(recording, purge_day)) == ([], 0)
    assert house.acts()[-1] == "purge.heatmaps"
    assert [row.recording for row in house.replay.list(Filters())] == [recording]
    with house.engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM day_keys WHERE kind = 'interactions'")).scalar_one()
    assert left == 0, "whatever copy of the rows is left opens no more"
    assert house.retention.run(NOW + timedelta(days=30)) == 1
    assert house.acts()[-1] == "purge.done"


def test_an_erasure_finds_the_rows_under_their_earlier_day(house: House) -> None:
    shorter(house, 7)
    recording, other = house.recorded(), house.recorded()
    assert house.retention.purge(recording, facts.SYSTEM, LATER).heatmap_rows > 0
    purge_day = house.replay.get(other).purge_day
    assert house.interactions.count(recording, purge_day) == 0
    assert house.interactions.count(other, purge_day) > 0


def test_nothing_of_heatmap_rows_is_destroyed_before_the_log_knows(house: House) -> None:
    shorter(house, 7)
    recording = house.recorded()
    house.vault.roll(NOW)
    purge_day = house.replay.get(recording).purge_day
    with house.engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE log_roots RENAME TO away"))
    with pytest.raises(Unavailable):
        house.retention.run(NOW + timedelta(days=8))
    with house.engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE away RENAME TO log_roots"))
    assert house.interactions.count(recording, purge_day) > 0


def test_a_policy_that_changes_moves_no_recording_and_no_row_past_its_recording(house: House) -> None:
    fields = house.exchange().fields
    house.record(fields, page("Save changes"))
    shorter(house, 300)  # wider than a policy file may say: the recording's own day holds all the same
    house.record(fields, page("Save changes"))
    house.vault.roll(NOW)
    assert house.interactions.days() == [house.replay.get(fields.recording).purge_day]
