"""Batch numbers in memory: what the look-up would say, without asking it for every number."""

from hypothesis import given
from hypothesis import strategies as st

from milkglass.vault.numbers import Numbers


@given(st.lists(st.integers(0, 200), max_size=300))
def test_memory_says_what_the_store_would(numbers: list[int]) -> None:
    stored: dict[int, bytes] = {}
    memory = Numbers(lambda _recording: dict(stored))
    for number in numbers:
        assert memory.find("r", number) == stored.get(number)
        stored.setdefault(number, b"%d" % number)
        memory.note("r", number, stored[number])


def test_numbers_that_come_backwards_are_not_each_looked_up() -> None:
    asked: list[str] = []

    def look_up(recording: str) -> dict[int, bytes]:
        asked.append(recording)
        return {}

    memory = Numbers(look_up)
    for number in range(60, 0, -1):
        assert memory.find("r", number) is None
        memory.note("r", number, b"x")
    assert asked == ["r"]
