"""Verification: whatever is edited, deleted, swapped or put in is found, and its place is named."""

import json
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import text

from milkglass.merkle.hashing import leaf_hash
from tests.merkle.room import Room, fact, opened

ENTRIES = 9
EDITS = {
    "entry": ("UPDATE log_entries SET entry = replace(entry, 'milkglass', 'milkglasz') WHERE leaf_index = 4", 4),
    "leaf hash": ("UPDATE log_entries SET leaf_hash = zeroblob(32) WHERE leaf_index = 2", 2),
    "institution column": ("UPDATE log_entries SET institution = 'other' WHERE leaf_index = 3", 3),
    "number column": ("UPDATE log_entries SET institution_number = 99 WHERE leaf_index = 5", 5),
    "act column": ("UPDATE log_entries SET act = 'look.allow' WHERE leaf_index = 6", 6),
    "actor column": ("UPDATE log_entries SET actor = 'somebody' WHERE leaf_index = 6", 6),
    "resource column": ("UPDATE log_entries SET resource = 'else' WHERE leaf_index = 0", 0),
    "time column": ("UPDATE log_entries SET at_ms = at_ms + 1 WHERE leaf_index = 1", 1),
    "id column": ("UPDATE log_entries SET id = '7' || substr(id, 2) WHERE leaf_index = 8", 8),
    "root": ("UPDATE log_roots SET root = zeroblob(32) WHERE size = 4", 3),
    "frontier": ("UPDATE log_roots SET frontier = zeroblob(64) WHERE size = 6", 5),
    "deleted in the middle": ("DELETE FROM log_entries WHERE leaf_index = 4", 5),
    "deleted at the start": ("DELETE FROM log_entries WHERE leaf_index = 0", 1),
    "deleted at the end": ("DELETE FROM log_entries WHERE leaf_index = 8", 8),
    "last root deleted": ("DELETE FROM log_roots WHERE size = 9", 8),
}


def fill(room: Room) -> None:
    for n in range(ENTRIES):
        room.writer.commit([], fact(f"school-{n % 2}"))
    assert room.log.verify().bad_index is None


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_is_found_at_its_place(tmp_path: Path, edit: str) -> None:
    statement, place = EDITS[edit]
    with opened(tmp_path) as room:
        fill(room)
        with room.engine.connect() as connection, connection.begin():
            assert connection.execute(text(statement)).rowcount == 1
        found = room.log.verify()
        assert found.bad_index == place
        assert found.fault


def test_two_swapped_entries_are_found(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        fill(room)
        with room.engine.connect() as connection, connection.begin():
            for there, here in ((99, 2), (2, 3), (3, 99)):
                moved = text("UPDATE log_entries SET leaf_index = :there WHERE leaf_index = :here")
                connection.execute(moved, {"there": there, "here": here})
        assert room.log.verify().bad_index == 2


def test_an_entry_written_again_with_its_own_right_hash_is_found_by_the_root(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        fill(room)
        entry = json.loads(room.log.entries(4, 1)[0].spelled)
        entry["actor"]["id"] = "nobody"
        spelled = rfc8785.dumps(entry)
        with room.engine.connect() as connection, connection.begin():
            rewritten = text("UPDATE log_entries SET entry = :e, leaf_hash = :h, actor = 'nobody' WHERE leaf_index = 4")
            connection.execute(rewritten, {"e": spelled, "h": leaf_hash(spelled)})
        assert room.log.verify().bad_index == 4


def test_an_entry_in_another_spelling_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        fill(room)
        spelled = json.dumps(json.loads(room.log.entries(7, 1)[0].spelled)).encode()
        with room.engine.connect() as connection, connection.begin():
            respelled = text("UPDATE log_entries SET entry = :e, leaf_hash = :h WHERE leaf_index = 7")
            connection.execute(respelled, {"e": spelled, "h": leaf_hash(spelled)})
        assert room.log.verify().fault == "entry is not in canonical form"


def test_every_bit_of_an_entry_counts(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        fill(room)
        whole = room.log.entries(3, 1)[0].spelled
        for place in range(0, len(whole) * 8, 61):
            flipped = bytearray(whole)
            flipped[place // 8] ^= 1 << place % 8
            with room.engine.connect() as connection, connection.begin():
                written = text("UPDATE log_entries SET entry = :e WHERE leaf_index = 3")
                connection.execute(written, {"e": bytes(flipped)})
            assert room.log.verify().bad_index == 3
