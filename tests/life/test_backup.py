"""Backup and restore: what was there plays again, what was purged stays gone, and the log goes on as a new one."""

import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from milkglass import facts
from milkglass.app.app import Milkglass
from milkglass.backup import Restored, restore
from milkglass.demo.files import POLICY_FILE
from milkglass.errors import Invalid, NotFound
from milkglass.merkle.log import Log
from milkglass.settings import Settings
from milkglass.wire.values import RecordingId
from tests.web.house import Lived, happenings, lived, page_events, right_now


def recorded(house: Lived) -> list[RecordingId]:
    found = [RecordingId(house.record(f"person {n}", page_events(), happenings())) for n in range(3)]
    house.roll()
    return found


def members(archive: Path) -> set[str]:
    with tarfile.open(archive) as tar:
        return {name.partition("/")[0] for name in tar.getnames()}


@contextmanager
def put_back(where: Path, found: Restored) -> Iterator[Milkglass]:
    """The directory of a restore, opened as `milkglass restore` opens it."""
    house = Milkglass.open(Settings(data=where), POLICY_FILE, right_now(), is_restored=True)
    try:
        house.leave_out(found, right_now())
        yield house
    finally:
        house.close()


def test_a_restore_plays_what_was_there_and_nothing_that_was_purged_since(tmp_path: Path) -> None:
    with lived(tmp_path / "first") as school:
        kept, purged, other = recorded(school)
        first = school.house.back_up(tmp_path / "out" / "first", facts.COMMAND_LINE, right_now())
        school.house.retention.purge(purged, facts.COMMAND_LINE, right_now())
        newest = school.house.back_up(tmp_path / "out" / "second", facts.COMMAND_LINE, right_now())
        school.house.sign_log(right_now())
        size = school.house.log.size()
    assert members(first.data) >= {"milkglass.db", "segments", "interactions"}
    assert members(first.keys) == {"keys.db", "keys"}
    found = restore(first.data, newest.keys, tmp_path / "again")
    assert (found.recordings, [name for name, _ in found.gone]) == (2, [purged])
    with put_back(tmp_path / "again", found) as house:
        for recording in (kept, other):
            assert list(house.vault.whole(recording))
        with pytest.raises(NotFound):
            house.replay.get(purged)
        assert house.rows.count(purged, found.gone[0][1]) == 0
        row = house.logs.newest()
        entry = json.loads(Log(house.engine, row.number).entries(0, 1)[0].spelled)
        assert (row.origin.endswith("-r1"), entry["act"]) == (True, "system.restore")
        assert entry["obj"]["kept_size"] < size
        assert house.logs.get(0).is_fork
        assert [Log(house.engine, number).verify().bad_index for number in (0, 1)] == [None, None]


def test_the_data_set_alone_holds_no_key(tmp_path: Path) -> None:
    with lived(tmp_path / "house") as school:
        recorded(school)
        sets = school.house.back_up(tmp_path / "out", facts.COMMAND_LINE, right_now())
        with closing(sqlite3.connect(school.house.settings.data / "milkglass.db")) as database:
            wrapped = [bytes(row[0]) for row in database.execute("SELECT wrapped FROM recording_keys")]
            wrapped += [bytes(row[0]) for row in database.execute("SELECT wrapped FROM day_keys")]
        master = (school.house.settings.data / "keys" / "master.key").read_bytes()
    assert len(wrapped) >= 4
    data, keys = sets.data.read_bytes(), sets.keys.read_bytes()
    assert [key for key in (*wrapped, master) if key in data] == []
    assert [key for key in (*wrapped, master) if key not in keys] == []


def test_a_restore_refuses_a_full_directory_and_files_that_are_no_sets(tmp_path: Path) -> None:
    with lived(tmp_path / "house") as school:
        sets = school.house.back_up(tmp_path / "out", facts.COMMAND_LINE, right_now())
    with pytest.raises(Invalid):
        restore(sets.data, sets.keys, tmp_path / "house")
    with pytest.raises(Invalid):
        restore(sets.keys, sets.keys, tmp_path / "keys-twice")
    (tmp_path / "no.tar").write_bytes(b"no tar")
    with pytest.raises(Invalid):
        restore(tmp_path / "no.tar", sets.keys, tmp_path / "none")
