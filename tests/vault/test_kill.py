"""Kill -9 of a process that appends and rolls: what it acknowledged is there, none of it twice (G1)."""

import os
import random
import signal
import struct
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from milkglass.interactions.heatmap import HeatmapQuery
from milkglass.wire.values import ApplicationId
from tests.vault.faulty import FaultyDisk, PowerCut
from tests.vault.room import NOW, PURGE, Room, made, open_room, recording_id

CYCLES = 50
THREADS = 4
ACKNOWLEDGED = struct.Struct("<II")


def append_for_ever(where: Path, cycle: int, pipe: int) -> None:
    """Append from several threads, roll now and then, and tell each acknowledged batch."""
    room = open_room(where)
    room.vault.roll(NOW)

    def work(thread: int) -> None:
        number = cycle * 100_000
        while True:
            room.vault.append(made(number, n=thread, said=b"[%d,%d]" % (thread, number)), PURGE, NOW)
            os.write(pipe, ACKNOWLEDGED.pack(thread, number))
            number += 1

    for thread in range(THREADS):
        threading.Thread(target=work, args=(thread,), daemon=True).start()
    while True:
        time.sleep(0.02)
        room.vault.roll(NOW)


def killed(where: Path, cycle: int, least: int, after: float) -> list[tuple[int, int]]:
    """Start a process, kill it some seconds after it acknowledged so many, and return what it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            append_for_ever(where, cycle, writing)
        finally:
            os._exit(1)
    os.close(writing)
    said = bytearray()
    while len(said) < least * ACKNOWLEDGED.size:  # counted and not timed: a slow disk does as much
        piece = os.read(reading, 1 << 16)
        assert piece, "the process ended by itself"
        said += piece
    killer = threading.Timer(after, os.kill, (child, signal.SIGKILL))
    killer.start()
    while piece := os.read(reading, 1 << 16):
        said += piece
    os.close(reading)
    _, status = os.waitpid(child, 0)
    killer.join()
    assert os.WTERMSIG(status) == signal.SIGKILL
    return list(ACKNOWLEDGED.iter_unpack(bytes(said[: len(said) // ACKNOWLEDGED.size * ACKNOWLEDGED.size])))


def kept(room: Room, recordings: int = THREADS) -> list[tuple[int, int]]:
    found = []
    for thread in range(recordings):
        for row in room.vault.segments(recording_id(thread)):
            for batch in room.vault.batches(recording_id(thread), row.segment):
                assert batch.events == b"[%d,%d]" % (thread, batch.number)
                found.append((thread, batch.number))
    return found


def count_of_rows(room: Room) -> int:
    assert room.store
    query = HeatmapQuery(
        application=ApplicationId("chalkboard"),
        route="/courses/:id",
        first_day=NOW.date(),
        last_day=NOW.date(),
        least_people=2,
    )
    return room.store.heatmap(query).count


@pytest.mark.long
def test_fifty_kills_lose_nothing_acknowledged_and_double_nothing(tmp_path: Path) -> None:
    acknowledged: list[tuple[int, int]] = []
    chance = random.Random(7)  # noqa: S311  a test's dice
    for cycle in range(CYCLES):
        acknowledged += killed(tmp_path, cycle, chance.randint(1, 24), chance.uniform(0.0, 0.04))
    room = open_room(tmp_path)
    room.vault.roll(NOW)
    found = kept(room)
    assert len(acknowledged) > CYCLES * THREADS  # by the seed: 641 at the least
    assert [batch for batch, times in Counter(found).items() if times > 1] == []
    assert set(acknowledged) - set(found) == set()
    assert count_of_rows(room) == len(found)
    assert room.journal.closed() == []
    room.close()


@pytest.mark.long
def test_a_roll_cut_off_at_each_step_and_run_again_doubles_nothing(tmp_path: Path) -> None:
    """With the real DuckDB store: before and after its rows, each object, the commit, the file's removal."""
    position, is_over = 0, False
    while not is_over:
        where = tmp_path / str(position)
        where.mkdir()
        disk = FaultyDisk(cuts_power=True)
        room = open_room(where, disk)
        for recording in range(2):
            for number in range(2):
                room.vault.append(made(number, n=recording, said=b"[%d,%d]" % (recording, number)), PURGE, NOW)
        disk.count, disk.fails_at = 0, position
        try:
            room.vault.roll(NOW)
        except PowerCut:
            disk.drop_unsynced()
        is_over = disk.count <= position
        room.close()
        again = open_room(where)
        again.vault.roll(NOW)
        assert len(kept(again, 2)) == len(set(kept(again, 2))) == 4
        assert count_of_rows(again) == 4
        assert again.journal.closed() == []
        again.close()
        position += 1
    assert position > 10
