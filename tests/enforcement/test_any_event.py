"""Properties over the whole grammar of events: any type, any source, a word at every place, the shape bent."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.enforcement.redacted import RedactedBatch, Remarks
from milkglass.wire.decode import decode
from milkglass.wire.values import Json
from tests.enforcement.any_event import KINDS, TABLE, Kind, documents, events, interactions
from tests.enforcement.room import body, kept, renamed, room, standing
from tests.enforcement.test_properties import ids, readings

WHERE = room()
GRAMMAR = Grammar(policy=WHERE.policy, words=WHERE.words)
MANY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
EACH = settings(MANY, max_examples=12)


def enforced(sent: bytes) -> RedactedBatch | None:
    found = enforce(decode(sent), WHERE.policy, standing(WHERE.words))
    return found if isinstance(found, RedactedBatch) else None


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@EACH
@given(st.data())
def test_of_no_event_a_word_survives_or_a_string_out_of_its_grammar(kind: Kind, data: st.DataObject) -> None:
    word, sent = data.draw(events(kind))
    found = enforced(body(sent))
    if found is not None:
        assert word not in readings(found)
        assert [one for one in strings(found.events) if not is_stored_form(*one, GRAMMAR)] == []


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@EACH
@given(st.data())
def test_a_second_pass_over_any_event_changes_nothing_but_tokens(kind: Kind, data: st.DataObject) -> None:
    _, sent = data.draw(events(kind))
    once = enforced(body(sent))
    if once is not None:
        twice = kept(body(msgspec.json.decode(once.events)))
        assert renamed(msgspec.json.decode(twice.events)) == renamed(msgspec.json.decode(once.events))
        assert Remarks(masked=twice.remarks.masked, dropped=twice.remarks.dropped) == Remarks()


@MANY
@given(interactions())
def test_of_no_interaction_a_word_survives_or_a_string_out_of_its_grammar(drawn: tuple[str, list[Json]]) -> None:
    word, sent = drawn
    found = enforced(body(None, sent))
    if found is not None:
        assert word not in readings(found)
        rows = msgspec.json.encode(found.interactions)
        assert [one for one in strings(b"[]", rows) if not is_stored_form(*one, GRAMMAR)] == []


@MANY
@given(documents())
def test_the_shape_of_any_tree_stays(drawn: tuple[str, Json]) -> None:
    word, node = drawn
    offset: Json = {"top": 0, "left": 0}
    found = kept(body([{"type": 2, "timestamp": 0, "data": {"node": node, "initialOffset": offset}}]))
    (stored,) = msgspec.json.decode(found.events)
    assert ids(stored["data"]["node"]) == ids(node)
    assert word not in readings(found)


class Everything(frozenset[str]):
    """A set of known values that knows whatever it is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


def test_with_a_rule_off_an_event_is_found_that_keeps_a_word() -> None:
    loose = msgspec.structs.replace(TABLE, enums=dict.fromkeys(TABLE.enums, Everything()))

    def keeps_the_word(drawn: tuple[str, list[Json]]) -> bool:
        found = enforce(decode(body(drawn[1])), WHERE.policy, standing(WHERE.words), loose)
        return isinstance(found, RedactedBatch) and drawn[0] in readings(found)

    find(
        events(("incremental", "0")),
        keeps_the_word,
        settings=settings(MANY, max_examples=2_000, phases=[Phase.generate]),
    )
