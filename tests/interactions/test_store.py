"""Heatmaps: different people are counted, few people are hidden, rows are there once and go for good."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from milkglass.errors import Invalid, Unavailable
from milkglass.interactions.heatmap import HeatmapQuery
from milkglass.interactions.interactions import Interactions
from milkglass.interactions.store_duckdb import DuckdbInteractions
from milkglass.wire.events import Interaction
from milkglass.wire.values import ApplicationId

PURGE = date(2026, 4, 3)
DAY = date(2026, 3, 4)
BEGAN = 1_772_618_400_000  # 2026-03-04T10:00Z
KEY = b"k" * 32
QUERY = HeatmapQuery(
    application=ApplicationId("chalkboard"), route="/c/:id", first_day=DAY, last_day=DAY, columns=4, rows=4
)


@dataclass(frozen=True)
class Rows:
    recording: str
    crowd: int
    interactions: list[Interaction]
    application: str = "chalkboard"
    institution: str = "riverside"
    purge_day: date = PURGE
    began: int = BEGAN


def keys(_: date) -> list[bytes]:
    return [KEY]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckdbInteractions]:
    opened = DuckdbInteractions(tmp_path, keys)
    yield opened
    opened.close()


def recorded(person: int, *, x: float = 0.1, clicks: int = 1, element: str = "main>button", at: int = 0) -> Rows:
    rows = [
        Interaction(kind="click", at=at, route="/c/:id", viewport="large", element=element, page_x=x, page_y=0.1)
    ] * clicks
    return Rows(f"{person:026d}", person, rows)


def test_a_cell_counts_people_and_not_clicks(store: DuckdbInteractions) -> None:
    store.take("1", [recorded(person, clicks=3) for person in range(12)])
    found = Interactions(store=store).heatmap(QUERY)
    assert [(cell.column, cell.row, cell.people, cell.count) for cell in found.cells] == [(0, 0, 12, 36)]
    assert (found.people, found.count) == (12, 36)
    assert [(one.element, one.people) for one in found.elements] == [("main>button", 12)]


def test_nine_people_are_hidden_and_ten_are_shown(store: DuckdbInteractions) -> None:
    crowd = [recorded(person) for person in range(10)]
    few = [recorded(person, x=0.9, element="main>a", clicks=50) for person in range(9)]
    store.take("1", crowd + few)
    found = store.heatmap(QUERY)
    assert [cell.people for cell in found.cells] == [10]
    assert (found.hidden_cells, found.hidden_elements) == (1, 1)
    assert "10 different people" in found.why_hidden
    assert not any(one.element == "main>a" for one in found.elements)


def test_where_few_did_anything_not_even_their_number_is_told(store: DuckdbInteractions) -> None:
    store.take("1", [recorded(person) for person in range(9)])
    found = store.heatmap(QUERY)
    assert (found.people, found.count, list(found.cells)) == (0, 0, [])
    assert found.is_below_floor
    assert not store.heatmap(
        HeatmapQuery(application=ApplicationId("x"), route="/", first_day=DAY, last_day=DAY)
    ).is_below_floor


def test_a_journal_file_taken_twice_adds_nothing(store: DuckdbInteractions) -> None:
    rows = [recorded(person) for person in range(12)]
    store.take("1", rows)
    store.take("1", rows)
    assert store.heatmap(QUERY).count == 12
    store.take("2", rows)
    assert store.heatmap(QUERY).count == 24


def test_rows_are_there_after_the_store_is_opened_again_and_only_with_the_key(tmp_path: Path) -> None:
    first = DuckdbInteractions(tmp_path, keys)
    first.take("1", [recorded(person) for person in range(12)])
    first.close()
    again = DuckdbInteractions(tmp_path, keys)
    assert again.heatmap(QUERY).count == 12
    again.close()
    stranger = DuckdbInteractions(tmp_path, lambda _: [b"x" * 32])
    with pytest.raises(Unavailable) as refused:
        stranger.heatmap(QUERY)
    assert (b"x" * 32).hex() not in str(refused.value)
    stranger.close()


def test_a_file_holds_no_readable_row(store: DuckdbInteractions, tmp_path: Path) -> None:
    store.take("1", [recorded(person, element="main>canary") for person in range(12)])
    store.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert content
    assert b"canary" not in content
    assert b"chalkboard" not in content


def test_forgetting_a_recording_writes_the_file_anew_under_the_newest_key(tmp_path: Path) -> None:
    known = [KEY]
    store = DuckdbInteractions(tmp_path, lambda _: known)
    store.take("1", [recorded(person) for person in range(12)])
    known.insert(0, b"n" * 32)
    assert store.forget(f"{3:026d}", PURGE) == 1
    assert store.count(f"{3:026d}", PURGE) == 0
    assert store.heatmap(QUERY).people == 11
    store.take("1", [recorded(3)])
    assert store.count(f"{3:026d}", PURGE) == 0
    store.close()
    newest = DuckdbInteractions(tmp_path, lambda _: [b"n" * 32])
    assert newest.heatmap(QUERY).people == 11
    newest.close()


def test_a_file_is_sorted_once_its_day_is_over(store: DuckdbInteractions) -> None:
    store.take("1", [recorded(person, at=person) for person in range(12)])
    assert store.settle(DAY) == 0
    assert store.settle(date(2026, 3, 5)) == 1
    assert store.settle(date(2026, 3, 5)) == 0
    assert store.heatmap(QUERY).people == 12
    store.take("2", [recorded(20)])
    assert store.settle(date(2026, 3, 5)) == 1


def test_rows_of_two_days_lie_in_two_files_and_a_purged_day_is_gone(store: DuckdbInteractions, tmp_path: Path) -> None:
    store.take("1", [recorded(person, at=at) for person in range(12) for at in (0, 15 * 3_600_000)])
    assert len(list(tmp_path.glob("*.duckdb"))) == 2
    assert store.heatmap(QUERY).count == 12
    assert store.routes("chalkboard") == ["/c/:id"]
    assert store.drop(PURGE) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_query_without_a_floor_is_refused(store: DuckdbInteractions) -> None:
    room = Interactions(store=store)
    for wrong in ({"least_people": 1}, {"columns": 0}, {"last_day": date(2020, 1, 1)}):
        with pytest.raises(Invalid):
            room.heatmap(
                HeatmapQuery(
                    **{"application": ApplicationId("a"), "route": "/", "first_day": DAY, "last_day": DAY} | wrong  # type: ignore[arg-type]  # one wrong value each
                )
            )
