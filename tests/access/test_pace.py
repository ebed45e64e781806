"""Pace: so many tries of one thing a minute, whatever else is tried beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from milkglass.access.pace import Pace, TooMany

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_minute_after_the_first_try_one_more_is_free() -> None:
    pace = Pace()
    for n in range(3):
        pace.hold("account a", 3, NOW + n * SECOND)
    with pytest.raises(TooMany):
        pace.hold("account a", 3, NOW + 59 * SECOND)
    pace.hold("account a", 3, NOW + 60 * SECOND)
    with pytest.raises(TooMany):
        pace.hold("account a", 3, NOW + 60 * SECOND)


def test_one_key_does_not_slow_another() -> None:
    pace = Pace()
    pace.hold("account a", 1, NOW)
    pace.hold("account b", 1, NOW)


def test_ten_thousand_made_up_keys_do_not_free_the_one_that_is_guessed() -> None:
    pace = Pace()
    pace.hold("account a", 1, NOW)
    refused = 0
    for n in range(20_000):
        try:
            pace.hold(f"made up {n}", 1, NOW + SECOND)
        except TooMany:
            refused += 1
    assert refused == 10_001
    with pytest.raises(TooMany):
        pace.hold("account a", 1, NOW + 2 * SECOND)


def test_a_minute_after_a_flood_everything_is_free_again() -> None:
    pace = Pace()
    for n in range(10_000):
        pace.hold(f"made up {n}", 1, NOW)
    with pytest.raises(TooMany):
        pace.hold("account a", 1, NOW + 59 * SECOND)
    pace.hold("account a", 1, NOW + 60 * SECOND)
