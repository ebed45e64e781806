"""Whatever operation of the disk fails, and wherever the power goes: what was acknowledged is there, once (G2)."""

import errno
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from milkglass.errors import Unavailable
from tests.vault.faulty import FaultyDisk, PowerCut
from tests.vault.room import NOW, PURGE, Remembered, Room, made, open_room, recording_id

RECORDINGS = 2
STEPS = 8


@dataclass
class Script:
    """Appends and rolls, and a note of each batch that was acknowledged."""

    acknowledged: set[tuple[int, int]] = field(default_factory=set)

    def run(self, room: Room) -> None:
        for step in range(STEPS):
            for recording in range(RECORDINGS):
                self.append(room, step, recording)
            if step % 4 == 3:
                try:
                    room.vault.roll(NOW)
                except Unavailable:
                    continue  # it runs again a minute later

    def append(self, room: Room, number: int, recording: int) -> None:
        try:
            room.vault.append(made(number, n=recording, said=b"[%d,%d]" % (recording, number)), PURGE, NOW)
        except Unavailable:
            return  # the sender was told, and keeps it
        self.acknowledged.add((recording, number))


def check(where: Path, acknowledged: set[tuple[int, int]], rows: Remembered) -> None:
    """Open the directory as after a restart: every acknowledged batch once, and its heatmap rows once."""
    room = open_room(where, rows=rows)
    room.vault.roll(NOW)
    kept = []
    for recording in range(RECORDINGS):
        for row in room.vault.segments(recording_id(recording)):
            for batch in room.vault.batches(recording_id(recording), row.segment):
                assert batch.events == b"[%d,%d]" % (recording, batch.number)
                kept.append((recording, batch.number))
        assert room.vault.tail(recording_id(recording)) == []
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    assert rows.numbers() == len(kept)
    assert room.journal.closed() == []
    room.close()


def prepared(where: Path) -> None:
    """Make database and keys first, so that each run counts only the journal's and the roll's operations."""
    room = open_room(where, rows=Remembered())
    for recording in range(RECORDINGS):
        room.vault.token_key(made(0, n=recording).ticket, PURGE)
    room.vault.days.interactions(PURGE)
    room.close()


def run_until_none_fails(base: Path, *, cuts_power: bool, code: int = errno.EIO) -> int:
    position = 0
    (base / "prepared").mkdir()
    prepared(base / "prepared")
    while True:
        where = base / str(position)
        shutil.copytree(base / "prepared", where)
        rows = Remembered()
        disk = FaultyDisk(cuts_power=cuts_power, code=code)
        room = open_room(where, disk, rows)
        disk.count, disk.fails_at = 0, position
        script = Script()
        try:
            script.run(room)
        except PowerCut:
            disk.drop_unsynced()
        is_over = disk.count <= position
        room.close()
        check(where, script.acknowledged, rows)
        if is_over:
            assert len(script.acknowledged) == RECORDINGS * STEPS
            return position
        position += 1


@pytest.mark.long
def test_an_error_at_each_operation_loses_nothing_acknowledged(tmp_path: Path) -> None:
    assert run_until_none_fails(tmp_path, cuts_power=False) > 40


@pytest.mark.long
def test_a_power_cut_at_each_operation_loses_nothing_acknowledged(tmp_path: Path) -> None:
    assert run_until_none_fails(tmp_path, cuts_power=True) > 40


def test_a_full_disk_is_told_as_such_and_the_journal_goes_on(tmp_path: Path) -> None:
    disk = FaultyDisk(code=errno.ENOSPC)
    room = open_room(tmp_path, disk)
    room.vault.append(made(0), PURGE, NOW)
    disk.fails_at = disk.count
    with pytest.raises(Unavailable) as full:
        room.vault.append(made(1), PURGE, NOW)
    assert full.value.code == "disk_full"
    room.vault.append(made(2), PURGE, NOW)
    assert [batch.number for batch in room.vault.whole(recording_id(1))] == [0, 2]
    room.close()


def test_the_power_cut_test_can_fail(tmp_path: Path) -> None:
    """A disk that only pretends to sync loses what was acknowledged, and the check sees it."""

    class Pretending(FaultyDisk):
        def sync(self, descriptor: int) -> None:
            del descriptor

    prepared(tmp_path)
    rows = Remembered()
    disk = Pretending()
    room = open_room(tmp_path, disk, rows)
    script = Script()
    script.append(room, 0, 0)
    disk.drop_unsynced()
    room.close()
    with pytest.raises(AssertionError):
        check(tmp_path, script.acknowledged, rows)


@pytest.mark.parametrize("lost", [1, 7, 40])
def test_a_torn_tail_is_cut_and_nothing_before_it_is_lost(tmp_path: Path, lost: int) -> None:
    room = open_room(tmp_path)
    for number in range(3):
        room.vault.append(made(number), PURGE, NOW)
    room.close()
    file = next((tmp_path / "journal").iterdir())
    whole = file.read_bytes()
    file.write_bytes(whole[:-lost])
    again = open_room(tmp_path)
    assert [batch.number for batch in again.vault.whole(recording_id(1))] == [0, 1]
    assert file.stat().st_size < len(whole) - lost
    again.close()


def test_a_damaged_frame_costs_itself_and_none_behind_it(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    for number in range(3):
        room.vault.append(made(number), PURGE, NOW)
    room.close()
    file = next((tmp_path / "journal").iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    again = open_room(tmp_path)
    again.vault.roll(NOW)
    assert [batch.number for batch in again.vault.whole(recording_id(1))] == [0, 2]
    assert again.vault.gaps(recording_id(1)) == [(1, 1)]
    again.close()


def test_a_journal_file_is_begun_anew_when_it_is_large(tmp_path: Path) -> None:
    room = open_room(tmp_path, most_bytes=1)
    for number in range(3):
        room.vault.append(made(number), PURGE, NOW)
    assert len(room.journal.closed()) == 3
    assert [batch.number for batch in room.vault.whole(recording_id(1))] == [0, 1, 2]
    room.close()
