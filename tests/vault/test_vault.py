"""The vault: what is appended is read back, in order, once, before and after a roll; and gone means gone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from milkglass.database.tables_vault import journal_files_taken
from milkglass.errors import Conflict, NotFound
from milkglass.vault.values import Gone, Stored
from tests.vault.room import NOW, PURGE, Room, made, open_room, recording_id


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = open_room(tmp_path)
    yield opened
    opened.close()


def test_a_batch_is_read_back_before_and_after_the_roll(room: Room) -> None:
    for number in (0, 1, 2):
        assert room.vault.append(made(number, said=b"[%d]" % number), PURGE, NOW) is Stored.NEW
    live = room.vault.tail(recording_id(1))
    assert room.vault.roll(NOW) == 3
    rolled = [
        batch
        for row in room.vault.segments(recording_id(1))
        for batch in room.vault.batches(recording_id(1), row.segment)
    ]
    assert live == rolled
    assert [batch.events for batch in rolled] == [b"[0]", b"[1]", b"[2]"]
    assert room.vault.tail(recording_id(1)) == []


def test_a_live_recording_is_segments_then_tail(room: Room) -> None:
    room.vault.append(made(0), PURGE, NOW)
    room.vault.append(made(2), PURGE, NOW)
    room.vault.roll(NOW)
    room.vault.append(made(1), PURGE, NOW)
    assert [batch.number for batch in room.vault.whole(recording_id(1))] == [0, 1, 2]
    assert [batch.number for batch in room.vault.tail(recording_id(1))] == [1]


def test_a_number_sent_again_is_kept_once_and_another_content_is_a_conflict(room: Room) -> None:
    room.vault.append(made(0, said=b"[1]"), PURGE, NOW)
    assert room.vault.append(made(0, said=b"[1]"), PURGE, NOW) is Stored.DUPLICATE
    with pytest.raises(Conflict):
        room.vault.append(made(0, said=b"[2]"), PURGE, NOW)
    room.vault.roll(NOW)
    assert room.vault.append(made(0, said=b"[1]"), PURGE, NOW) is Stored.DUPLICATE


def test_a_lost_batch_is_reported_as_a_gap(room: Room) -> None:
    for number in (0, 1, 4):
        room.vault.append(made(number), PURGE, NOW)
    assert room.vault.gaps(recording_id(1)) == [(2, 3)]
    room.vault.roll(NOW)
    assert room.vault.gaps(recording_id(1)) == [(2, 3)]


def test_a_shredded_recording_cannot_be_read_and_takes_nothing(room: Room) -> None:
    room.vault.append(made(0), PURGE, NOW)
    room.vault.append(made(0, n=2), PURGE, NOW)
    room.vault.roll(NOW)
    room.vault.append(made(1), PURGE, NOW)
    room.vault.shred(recording_id(1), NOW)
    with pytest.raises(NotFound):
        list(room.vault.batches(recording_id(1), 0))
    with pytest.raises(Gone):
        room.vault.append(made(2), PURGE, NOW)
    assert len(room.vault.whole(recording_id(2))) == 1
    room.vault.purge(recording_id(1), NOW)
    assert room.vault.probe(recording_id(1)).is_clean
    assert not room.vault.probe(recording_id(2)).is_clean


def test_what_was_taken_is_forgotten_two_days_after_its_file_is_gone(room: Room) -> None:
    room.vault.append(made(0), PURGE, NOW)
    room.vault.roll(NOW)
    room.vault.append(made(1), PURGE, NOW)
    room.vault.roll(NOW + timedelta(hours=49))
    with room.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(journal_files_taken)).scalar_one() == 1
