"""Training: a pass is good for a year, a fail changes nothing, and nobody guesses through."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass.access.roles import Role
from milkglass.access.training import LASTS, QUESTIONS, mark
from milkglass.errors import Conflict, Invalid, NotAllowed
from tests.life.house import NOW, House, opened

RIGHT = {one.id: one.right for one in QUESTIONS}
WRONG = {one.id: (one.right + 1) % len(one.choices) for one in QUESTIONS}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def test_every_question_has_one_right_choice_of_three() -> None:
    assert len({one.id for one in QUESTIONS}) == len(QUESTIONS) >= 10
    for one in QUESTIONS:
        assert len(set(one.choices)) == 3
        assert 0 <= one.right < 3
        assert one.why
    assert {one.right for one in QUESTIONS} == {0, 1, 2}
    assert mark(RIGHT) == ()
    assert mark({}) == tuple(one.id for one in QUESTIONS)


def test_passing_lets_a_viewer_look_for_a_year(house: House) -> None:
    nora = house.account("nora", Role.VIEWER, trained=None)
    assert nora.training_until is None
    result = house.access.trainings.take(nora, RIGHT | dict(list(WRONG.items())[:2]), NOW, promises=True)
    assert (result.right, result.passed, result.wrong) == (8, True, tuple(list(WRONG)[:2]))
    assert house.access.accounts.get(nora.id).training_until == NOW + LASTS
    assert house.acts()[-1] == "account.train"


def test_failing_changes_nothing_and_three_tries_are_a_days_most(house: House) -> None:
    vera = house.viewer
    before = vera.training_until
    for _ in range(3):
        assert not house.access.trainings.take(vera, WRONG, NOW, promises=True).passed
    with pytest.raises(Conflict):
        house.access.trainings.take(vera, RIGHT, NOW, promises=True)
    assert house.access.accounts.get(vera.id).training_until == before
    day_after = NOW + timedelta(days=1, seconds=1)
    assert house.access.trainings.take(vera, RIGHT, day_after, promises=True).until == day_after + LASTS


def test_without_the_promise_or_an_account_nobody_is_trained(house: House) -> None:
    vera = house.viewer
    with pytest.raises(Invalid):
        house.access.trainings.take(vera, RIGHT, NOW, promises=False)
    house.access.accounts.end(vera.id, house.account("olga", Role.OWNER).actor, NOW)
    with pytest.raises(NotAllowed):
        house.access.trainings.take(house.access.accounts.get(vera.id), RIGHT, NOW, promises=True)
