"""Entries: one canonical form, of the published shape, with nothing that could hold a person's words."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import jsonschema
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.errors import Invalid
from milkglass.merkle.entry import Actor, Decided, Fact, Plain, Resource, Why, canonical, jcs
from milkglass.merkle.verify import spelled
from tests.merkle.room import NOW, fact

REQUIRED = (
    *("v", "id", "ts", "seq_wall", "act", "actor", "institution"),
    *("institution_number", "res", "decision", "why", "policy"),
)
ULID = "^[0-9A-HJKMNP-TV-Z]{26}$"
# The shape of an entry, written again from the published description of version 1.
SHAPE = {
    "type": "object",
    "additionalProperties": False,
    "required": [*REQUIRED],
    "properties": {
        "v": {"const": 1},
        "id": {"type": "string", "pattern": ULID},
        "ts": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"},
        "seq_wall": {"type": "integer", "minimum": 0},
        "act": {"type": "string", "pattern": r"^[a-z]+(\.[a-z_]+)+$", "maxLength": 48},
        "actor": {
            "type": "object",
            "additionalProperties": False,
            "required": ["t", "id"],
            "properties": {
                "t": {"enum": ["account", "key", "system", "idp", "cli"]},
                "id": {"type": "string", "maxLength": 64},
                "roles": {"type": "array", "items": {"type": "string", "maxLength": 40}, "maxItems": 8},
            },
        },
        "institution": {"type": "string", "maxLength": 64},
        "institution_number": {"type": "integer", "minimum": 0},
        "res": {
            "type": "object",
            "additionalProperties": False,
            "required": ["t", "id"],
            "properties": {
                "t": {"type": "string", "maxLength": 24},
                "id": {"type": "string", "maxLength": 64},
                "n": {"type": "integer", "minimum": 0},
            },
        },
        "decision": {"enum": ["allow", "deny", "error", "none"]},
        "why": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "rules": {"type": "array", "items": {"type": "string", "maxLength": 64}, "maxItems": 16},
                "reason": {"enum": ["support_case", "incident", "rights_request", "audit", "legal", "maintenance"]},
                "case": {"type": "string", "pattern": ULID},
                "grant": {"type": "string", "maxLength": 64},
            },
        },
        "policy": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "obj": {"type": "object"},
    },
}
plain = st.recursive(
    st.text(max_size=20) | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@settings(deadline=None)
@given(obj=st.dictionaries(st.text(max_size=8), plain, max_size=4), decision=st.sampled_from(list(Decided)))
def test_an_entry_has_the_published_shape_and_one_form(obj: dict[str, Plain], decision: Decided) -> None:
    said = replace(fact(), obj=obj, decision=decision, why=Why(rules=("vetted-view",), reason="support_case"))
    spelled = canonical(said, institution_number=3, seq_wall=7)
    entry = json.loads(spelled)
    jsonschema.validate(entry, SHAPE)
    assert rfc8785.dumps(entry) == spelled


@pytest.mark.parametrize(
    "wrong",
    [
        replace(fact(), resource=Resource(kind="account", id="jane@riverbend.example")),
        replace(fact(), resource=Resource(kind="page", id="/students/jane?tab=1")),
        replace(fact(), actor=Actor(kind="account", id="Jane Doe")),
        replace(fact(), institution="Riverbend High"),
        replace(fact(), why=Why(case="ZD-4711")),
        replace(fact(), act="Look"),
        replace(fact(), id="not-a-ulid"),
        replace(fact(), policy="sha256:none"),
        replace(fact(), obj={"seconds": 1.5}),  # type: ignore[dict-item]  # what the type forbids is refused as well
        replace(fact(), obj={"count": 2**53}),
        replace(fact(), obj={"said": "\ud800"}),
        replace(fact(), obj={"long": "x" * 70_000}),
        replace(fact(), at=datetime(2026, 3, 4, 10, 0)),  # noqa: DTZ001 - a moment without a zone is what is refused
        replace(fact(), at=NOW.astimezone(timezone(timedelta(hours=2)))),
    ],
)
def test_what_is_not_opaque_or_not_of_the_form_is_refused(wrong: Fact) -> None:
    with pytest.raises(Invalid):
        canonical(wrong, institution_number=0, seq_wall=0)


json_values = st.recursive(
    st.text() | st.integers(-(2**53), 2**53) | st.booleans() | st.none() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(said=st.dictionaries(st.text(max_size=4), json_values, max_size=5))
def test_the_fast_spelling_is_the_canonical_one(said: dict[str, object]) -> None:
    try:
        right = rfc8785.dumps(said)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError):
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeError)):
            jcs(said)
    else:
        assert jcs(said) == right


@settings(deadline=None)
@given(said=st.dictionaries(st.text(max_size=6), plain, max_size=4))
def test_the_stand_alone_verifier_spells_alike(said: dict[str, Plain]) -> None:
    assert spelled(said) == rfc8785.dumps(said)
