"""The quick look at an entry's form never takes what the whole one refuses."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from milkglass.merkle.entry import jcs
from milkglass.merkle.log import _quickly, _slowly

PARTS = {"id": "1", "ts": "t", "act": "a.b", "actor": {"id": "x"}, "res": {"id": "y"}, "institution": "-"}
VALUES = st.one_of(
    st.text(max_size=6), st.booleans(), st.none(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False),
    st.lists(st.text(max_size=3), max_size=3), st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
)  # fmt: skip


def spellings(entry: dict[str, Any]) -> set[bytes]:
    """The same JSON in the ways in which somebody could spell it."""
    both, marks = (True, False), ((",", ":"), (", ", ": "))
    return {
        json.dumps(entry, sort_keys=is_sorted, separators=mark, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
        for is_sorted in both
        for is_ascii in both
        for mark in marks
    }


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), VALUES)
def test_what_the_quick_look_takes_the_whole_one_takes(obj: dict[str, Any], number: object) -> None:
    for spelled in spellings({**PARTS, "institution_number": number, "obj": obj}):
        quick = _quickly(spelled)
        assert quick is None or quick == _slowly(spelled)


@given(st.text(alphabet="abc:-1", max_size=6), st.integers(0, 2**53 - 1))
def test_the_quick_look_knows_the_form_of_our_own_entries(word: str, number: int) -> None:
    entry = {**PARTS, "institution_number": number, "obj": {"look": word, "count": number, "roles": [word]}}
    assert _quickly(jcs(entry)) == entry
