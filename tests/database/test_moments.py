"""Ids: they sort by time, and those of one millisecond as they were drawn."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from milkglass.database.moments import spell, ulid, unspell

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@given(st.integers(0, (1 << 128) - 1))
def test_what_is_spelled_can_be_read_in_letters_of_either_case(value: int) -> None:
    assert unspell(spell(value)) == unspell(spell(value).upper()) == value


def test_ids_of_one_millisecond_sort_as_they_were_drawn() -> None:
    drawn = [ulid(NOW)]
    for _ in range(200):
        drawn.append(ulid(NOW, drawn[-1]))
    assert drawn == sorted(set(drawn))
    assert {one[:10] for one in drawn} == {drawn[0][:10]}


def test_an_id_of_another_millisecond_is_drawn_anew() -> None:
    first = ulid(NOW)
    assert ulid(NOW + MILLISECOND, first) > first
    assert ulid(NOW - MILLISECOND, first) < first
    assert len({ulid(NOW + MILLISECOND, first) for _ in range(50)}) == 50
