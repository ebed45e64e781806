"""Sending again, in any order and through any roll: one batch a number, the first that was acknowledged (G4)."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milkglass.errors import Conflict
from milkglass.vault.bodies import head_of, seal_batch
from milkglass.vault.values import Stored
from tests.vault.room import NOW, PURGE, Remembered, made, open_room, recording_id

ROLL = "roll"
RESTART = "restart"
sent = st.tuples(st.integers(0, 4), st.sampled_from([b"[1]", b"[1]", b"[1]", b"[2]"]))
acts = st.lists(st.one_of(sent, sent, sent, sent, st.sampled_from([ROLL, RESTART])), max_size=40)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=acts)
def test_repeats_in_any_order_keep_the_first_and_only_it(acts: list[tuple[int, bytes] | str]) -> None:
    with TemporaryDirectory() as where:
        rows = Remembered()
        room = open_room(Path(where), rows=rows)
        first: dict[int, bytes] = {}
        for act in acts:
            if act == ROLL:
                room.vault.roll(NOW)
            elif act == RESTART:
                room.close()
                room = open_room(Path(where), rows=rows)
            elif isinstance(act, tuple):
                number, said = act
                try:
                    stored = room.vault.append(made(number, said=said), PURGE, NOW)
                except Conflict:
                    assert first[number] != said
                else:
                    assert stored is (Stored.DUPLICATE if number in first else Stored.NEW)
                    assert first.setdefault(number, said) == said
        room.vault.roll(NOW)
        kept = room.vault.whole(recording_id(1))
        room.close()
    assert {batch.number: batch.events for batch in kept} == first
    assert len(kept) == len(first) == rows.numbers()


def test_what_slipped_past_the_worker_is_settled_by_the_roll(tmp_path: Path) -> None:
    """Two of one number in the journal, as after a failed answer: the first stays, the rest is counted."""
    rows = Remembered()
    room = open_room(tmp_path, rows=rows)
    held = room.vault.keys.of(recording_id(1), "riverside", PURGE)
    (rows_key,) = room.vault.days.interactions(PURGE)
    for said in (b"[1]", b"[1]", b"[2]"):
        batch = made(0, said=said)
        sealed = seal_batch(batch, head_of(batch, held.purge_day, NOW), held.key, rows_key)
        room.journal.append(sealed, lambda: True)
    room.vault.roll(NOW)
    assert [batch.events for batch in room.vault.whole(recording_id(1))] == [b"[1]"]
    assert rows.numbers() == 1
    room.close()
