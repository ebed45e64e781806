"""The vocabulary on the wire: packed, and small enough to come with every ticket."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.policy.packing import hash32, pack, unpack

SPEC = Path(__file__).parents[2] / "spec"
CASES = json.loads((SPEC / "packing.json").read_text())["cases"]
HASH, NUMBER = st.integers(0, 2**32 - 1), st.integers(0, 2**31)
TEXTS_BUDGET, NAMES_BUDGET = 18_000, 30_000  # bytes on the wire: 3,000 texts; 5,000 names


@given(st.lists(st.tuples(HASH, NUMBER)))
def test_what_is_packed_comes_out_again_sorted(pairs: list[tuple[int, int]]) -> None:
    assert unpack(pack(pairs)) == sorted(pairs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_cases_that_the_browser_unpacks_are_what_the_server_packs(case: dict[str, object]) -> None:
    pairs = [(hash_, number) for hash_, number in case["pairs"]]  # type: ignore[attr-defined]  # rows of two numbers
    assert pack(pairs) == case["packed"]
    assert unpack(str(case["packed"])) == pairs


def test_three_thousand_texts_and_five_thousand_names_stay_within_their_budgets() -> None:
    for what, count, budget in (("texts", 3000, TEXTS_BUDGET), ("names", 5000, NAMES_BUDGET)):
        packed = pack(
            (hash32(f"{what} {place} of the product"), place * 5003 % 8009 + 1) for place in range(count)
        ).encode()
        wire = len(gzip.compress(packed, 6))
        print(f"{count} {what}: {len(packed):,} bytes plain, {wire:,} as the ticket's answer carries them")
        assert wire <= budget
