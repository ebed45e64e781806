"""The writer: facts and leaf together or not at all, and one caller's failure is nobody else's."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text

from milkglass.database.tables_consent import institutions
from milkglass.errors import Conflict, Invalid, Unavailable
from milkglass.merkle.entry import Resource
from tests.merkle.room import Room, fact, opened


def adding(slug: str) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        connection.execute(insert(institutions).values(institution=slug, log_id=slug, first_at=0))

    return change


def refusing(_connection: Connection) -> None:
    raise Conflict("somebody was first")


def kept(room: Room) -> list[str]:
    with room.engine.connect() as connection:
        return list(
            connection.execute(select(institutions.c.institution).order_by(institutions.c.institution)).scalars()
        )


def test_a_fact_and_its_leaf_come_together(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        assert room.writer.commit([adding("a")], fact()) == 0
        assert room.writer.commit([adding("b")]) is None
        assert kept(room) == ["a", "b"]
        assert room.log.size() == 1


def test_a_failed_precondition_undoes_that_call_and_leaves_no_leaf(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        with pytest.raises(Conflict):
            room.writer.commit([adding("a"), refusing], fact())
        with pytest.raises(Conflict):
            room.writer.commit([adding("b"), adding("b")], fact())
        with pytest.raises(Invalid):
            room.writer.commit([adding("c")], fact(institution="Riverbend High"))
        assert kept(room) == []
        assert room.log.size() == 0
        assert room.writer.commit([adding("d")], fact("school")) == 0
        assert room.log.verify().bad_index is None


def test_many_threads_at_once_get_numbers_without_gap_and_only_the_refused_ones_fail(tmp_path: Path) -> None:
    with opened(tmp_path) as room:

        def one(n: int) -> int | None:
            try:
                change = refusing if n % 5 == 0 else adding(f"slug-{n:03d}")
                return room.writer.commit([change], fact(f"school-{n % 3}"))
            except Conflict:
                return -1

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(one, range(200)))
        assert answers.count(-1) == 40
        assert sorted(answer for answer in answers if answer not in (-1, None)) == list(range(160))
        assert len(kept(room)) == 160
        entries = [json.loads(entry.spelled) for entry in room.log.entries(0, 1000)]
        seen: Counter[str] = Counter()
        for entry in entries:
            assert entry["institution_number"] == seen[entry["institution"]]
            seen[entry["institution"]] += 1
        assert room.log.verify().bad_index is None


def test_the_same_fact_again_adds_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        said = fact()
        assert room.writer.commit([adding("a")], said) == 0
        assert room.writer.commit([adding("a")], said) == 0
        assert (room.log.size(), kept(room)) == (1, ["a"])


def test_the_log_goes_on_after_a_restart(tmp_path: Path) -> None:
    for start in range(3):
        with opened(tmp_path) as room:
            assert room.writer.commit([], fact("school")) == start
            assert room.log.verify().size == start + 1
            assert room.log.verify().bad_index is None


def test_a_log_that_cannot_be_written_changes_nothing_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.writer.commit([], fact())
        with room.engine.connect() as connection, connection.begin():
            connection.execute(text("ALTER TABLE log_roots RENAME TO log_roots_away"))
        with pytest.raises(Unavailable):
            room.writer.commit([adding("a")], fact())
        assert kept(room) == []
        with room.engine.connect() as connection, connection.begin():
            connection.execute(text("ALTER TABLE log_roots_away RENAME TO log_roots"))
        assert room.writer.commit([adding("a")], fact()) == 1
        assert room.log.verify().bad_index is None


def test_a_closed_writer_is_unavailable(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.writer.close()
        with pytest.raises(Unavailable):
            room.writer.commit([], fact())


def test_a_start_on_a_cut_log_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.writer.commit([], fact())
        room.writer.commit([], fact())
        with room.engine.connect() as connection, connection.begin():
            connection.execute(text("DELETE FROM log_entries WHERE leaf_index = 1"))
    with pytest.raises(Unavailable), opened(tmp_path):
        pass


def test_entries_about_a_resource_are_found_in_order(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        for name in ("a", "b", "a"):
            room.writer.commit([], fact(resource=name))
        assert [entry.index for entry in room.log.about("a")] == [0, 2]
        assert Resource(kind="server", id="a").number is None
        with room.engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(institutions)).scalar_one() == 0
