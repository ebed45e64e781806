"""A log's life: opened, signed, continued in a new year; a copy that is behind what was signed writes nothing."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from milkglass.errors import Conflict, NotFound, Unavailable
from milkglass.merkle.checkpoint_lock import CheckpointLock
from milkglass.merkle.log import Log
from milkglass.merkle.tile_files import TileFiles
from milkglass.merkle.verify import Checkpoint, read_checkpoint, read_key, verify_proof
from tests.merkle.room import NOW, Room, fact, opened

NEXT_YEAR = NOW.replace(year=2027)


def act(room: Room, number: int, index: int) -> str:
    return str(json.loads(Log(room.engine, number).entries(index, 1)[0].spelled)["act"])


def checkpoint(room: Room, number: int) -> Checkpoint:
    row = room.logs.get(number)
    assert row.checkpoint is not None
    return read_checkpoint(row.checkpoint, read_key(row.vkey))


def test_a_log_begins_with_its_name_and_key_and_is_signed_as_it_grows(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        row = room.logs.newest()
        assert (row.origin, row.checkpoint, act(room, 0, 0)) == ("see.example/audit/2026", None, "log.open")
        for count in (1, 7, 300):
            room.fill(count)
            room.logs.sign(NOW)
            at = checkpoint(room, 0)
            assert (at.origin, at.size, at.root) == (row.origin, room.log.size(), room.log.root())
        before = room.logs.newest()
        room.logs.sign(NOW + timedelta(hours=1))
        assert room.logs.newest() == before  # nothing new is not signed again
        room.logs.begin(NOW + timedelta(days=100))
        assert len(room.logs.list()) == 1


def test_entries_that_wait_for_a_checkpoint_are_late_after_five_seconds(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        assert not room.logs.is_late(NOW + timedelta(seconds=5))
        assert room.logs.is_late(NOW + timedelta(seconds=6))
        room.logs.sign(NOW)
        assert not room.logs.is_late(NOW + timedelta(days=1))


def test_a_new_year_begins_a_new_log_that_the_old_one_names(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        room.fill(5)
        old = room.log.size()
        room.logs.begin(NEXT_YEAR)
        first, second = room.logs.list()
        assert (second.origin, second.number) == ("see.example/audit/2027", 1)
        last = json.loads(Log(room.engine, 0).entries(old, 1)[0].spelled)
        assert (last["act"], last["obj"]) == ("log.continue", {"origin": second.origin, "vkey": second.vkey})
        assert act(room, 1, 0) == "log.open"
        assert room.writer.commit([], fact("school-0")) == 1
        entry = json.loads(room.log.entries(1, 1)[0].spelled)
        assert entry["institution_number"] == 0  # each log counts for itself
        room.logs.sign(NEXT_YEAR)
        assert checkpoint(room, 0).size == old + 1  # the closed log's end is signed too
        assert checkpoint(room, 1).size == 2
        assert first.vkey != second.vkey
        assert [Log(room.engine, number).verify().bad_index for number in (0, 1)] == [None, None]
    with opened(tmp_path) as room:
        room.logs.begin(NEXT_YEAR)
        assert room.writer.commit([], fact("school-0")) == 2


def rolled_back(tmp_path: Path) -> Path:
    """A copy of the data from before the last three entries; the lock knows all of them."""
    with opened(tmp_path, tmp_path / "lock" / "lock.db") as room:
        room.logs.begin(NOW)
        room.fill(4)
        room.logs.sign(NOW)
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(tmp_path / "milkglass.db", copy)
    shutil.copytree(tmp_path / "keys", copy / "keys")
    with opened(tmp_path, tmp_path / "lock" / "lock.db") as room:
        room.fill(3)
        room.logs.sign(NOW)
    return copy


def test_a_copy_that_is_behind_what_was_signed_writes_and_signs_nothing(tmp_path: Path) -> None:
    copy = rolled_back(tmp_path)
    with opened(copy, tmp_path / "lock" / "lock.db") as room:
        before = room.log.size()
        asks: tuple[Callable[[], object], ...] = (
            lambda: room.logs.begin(NOW),
            lambda: room.writer.commit([], fact()),
            lambda: room.logs.sign(NOW),
        )
        for ask in asks:
            with pytest.raises(Unavailable) as refused:
                ask()
            assert refused.value.code == "log_forked"
        assert room.log.size() == before


def test_a_restored_copy_begins_a_log_that_cites_the_old_and_shows_what_is_lost(tmp_path: Path) -> None:
    copy = rolled_back(tmp_path)
    with opened(copy, tmp_path / "lock" / "lock.db") as room:
        signed = room.logs.lock.read("see.example/audit/2026")
        assert signed is not None
        room.logs.reopen(NOW)
        room.logs.begin(NOW)
        entry = json.loads(room.log.entries(0, 1)[0].spelled)
        assert (room.logs.newest().origin, entry["act"]) == ("see.example/audit/2026-r1", "system.restore")
        told = entry["obj"]
        assert (told["old_origin"], told["kept_size"], told["signed_size"]) == ("see.example/audit/2026", 5, 8)
        assert told["signed_root"] == signed.root.hex()
        room.fill(2)
        room.logs.sign(NOW)
        assert checkpoint(room, 1).size == 3
        assert room.logs.get(0).size == 5  # the fork is never signed again
        assert room.logs.lock.read("see.example/audit/2026") == signed


def test_the_same_backup_restored_twice_takes_no_name_twice(tmp_path: Path) -> None:
    copy, again = rolled_back(tmp_path), tmp_path / "again"
    shutil.copytree(copy, again)
    for where, name in ((copy, "2026-r1"), (again, "2026-r2")):
        with opened(where, tmp_path / "lock" / "lock.db") as room:
            room.logs.reopen(NOW)
            room.logs.sign(NOW)
            assert room.logs.newest().origin == f"see.example/audit/{name}"


def test_a_rewritten_log_of_the_same_length_is_not_signed(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        room.logs.sign(NOW)
        with room.engine.connect() as connection, connection.begin():
            connection.execute(text("UPDATE log_roots SET root = zeroblob(32)"))
        with pytest.raises(Unavailable):
            room.logs.check()


def test_only_the_known_checkpoint_is_swapped(tmp_path: Path) -> None:
    lock = CheckpointLock(tmp_path / "lock.db")
    first, second = (Checkpoint("a", size, bytes([size]) * 32) for size in (1, 2))
    lock.swap(None, first)
    with pytest.raises(Conflict):
        lock.swap(None, second)
    lock.swap(first, second)
    with pytest.raises(Conflict):
        lock.swap(first, second)
    assert (lock.read("a"), lock.read("b")) == (second, None)
    lock.close()


def test_a_proof_of_one_entry_holds_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        room.fill(9)
        with pytest.raises(Unavailable):
            room.logs.proof(0, 3)
        room.logs.sign(NOW)
        entry, at = verify_proof(room.logs.proof(0, 3), room.key)
        assert (entry, at.size) == (json.loads(room.log.entries(3, 1)[0].spelled), 10)
        with pytest.raises(NotFound):
            room.logs.proof(7, 0)


def test_tile_files_follow_the_log_and_can_be_made_again(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.logs.begin(NOW)
        tiles = TileFiles(tmp_path / "log")
        for count in (3, 250, 300):
            room.fill(count)
            room.logs.sign(NOW)
            tiles.publish(room.log, room.logs.newest())
            assert tiles.differing(room.log, room.logs.newest()) == []
        kept = {file: file.read_bytes() for file in (tmp_path / "log").rglob("*") if file.is_file()}
        assert tiles.publish(room.log, room.logs.newest()) == 0
        shutil.rmtree(tmp_path / "log")
        tiles.publish(room.log, room.logs.newest())
        made = {file: file.read_bytes() for file in (tmp_path / "log").rglob("*") if file.is_file()}
        assert made.items() <= kept.items()
        assert {"000", "001"} <= {file.name for file in made}
        spoiled = tmp_path / "log" / "0" / "tile" / "entries" / "001"
        spoiled.write_bytes(spoiled.read_bytes()[:-1] + b"?")
        (tmp_path / "log" / "0" / "tile" / "9").write_bytes(b"")
        assert tiles.differing(room.log, room.logs.newest()) == ["tile/9", "tile/entries/001"]
