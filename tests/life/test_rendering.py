"""Rendering: a reference becomes its word, escaped for where it stands, and never anything but it."""

import json
from pathlib import Path

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.replay.rendering_sheets import references
from milkglass.replay.rendering_words import MASK, escape_identifier, escape_string, readable, with_words
from milkglass.wire.values import Json

SPEC = Path(__file__).parents[2] / "spec"
CASES = json.loads((SPEC / "rendering.json").read_text().replace("⟦", "\U0010fffc").replace("⟧", "\U0010fffd"))
SAID = {"t7": "Save & <b>", "n3": "md:w-1/2", "n4": "2col"}


def ref(name: str) -> str:
    return f"\U0010fffc{name}\U0010fffd"


def attribute(name: str, value: Json) -> Json:
    change: dict[str, Json] = {
        "type": 3,
        "data": {"source": 0, "attributes": [{"id": 1, "attributes": {name: value}}]},
        "timestamp": 5,
    }
    spoken = readable(change, SAID, 1000)
    assert spoken["timestamp"] == 1005
    whole: Json = json.loads(json.dumps(spoken))["data"]["attributes"][0]["attributes"]
    assert isinstance(whole, dict)
    return whole[name]


def test_words_stand_plain_in_attributes_and_text() -> None:
    assert attribute("class", f"{ref('n3')} k0123456789") == "md:w-1/2 k0123456789"
    assert attribute("title", ref("t7")) == "Save & <b>"
    assert with_words(f"▇▇ {ref('t7')}", SAID) == "▇▇ Save & <b>"


def test_words_in_style_text_are_escaped_for_their_place() -> None:
    css = f".{ref('n3')} > [class~=\"{ref('n3')}\"]::before{{content:'\\'{ref('n4')}'}} .{ref('n4')}{{}}"
    expected = ".md\\:w-1\\/2 > [class~=\"md:w-1/2\"]::before{content:'\\'2col'} .\\32 col{}"
    assert attribute("_cssText", css) == expected
    assert attribute("style", f"--{ref('n4')}: 1") == "--\\32 col: 1"
    assert attribute("style", {ref("n3"): "1px"}) == {"md\\:w-1\\/2": "1px"}


def test_style_elements_and_rules_are_style_text_too() -> None:
    child: dict[str, Json] = {"type": 3, "textContent": f".{ref('n3')}{{}}", "id": 2}
    style: dict[str, Json] = {"type": 2, "tagName": "style", "attributes": {}, "childNodes": [child], "id": 1}
    spoken = json.dumps(readable({"type": 2, "data": {"node": style}, "timestamp": 0}, SAID, 0))
    assert json.loads(spoken)["data"]["node"]["childNodes"][0]["textContent"] == ".md\\:w-1\\/2{}"
    rule: dict[str, Json] = {"type": 3, "data": {"source": 8, "adds": [{"rule": f".{ref('n3')}{{}}"}]}, "timestamp": 0}
    assert json.loads(json.dumps(readable(rule, SAID, 0)))["data"]["adds"][0]["rule"] == ".md\\:w-1\\/2{}"
    value: dict[str, Json] = {
        "type": 3,
        "data": {"source": 13, "set": {"property": f"--{ref('n3')}", "value": f"var(--{ref('n3')})"}},
    }
    spoken_value = json.loads(json.dumps(readable(value, SAID, 0)))["data"]["set"]
    assert spoken_value == {"property": "--md\\:w-1\\/2", "value": "var(--md\\:w-1\\/2)"}


def test_what_has_no_word_becomes_a_mask_and_stray_marks_go() -> None:
    assert attribute("title", ref("t99")) == MASK
    assert attribute("title", f"a{ref('t07')}b") == "at07b"
    assert attribute("_cssText", f".{ref('n99')}{{}}\U0010fffc") == f".{MASK}{{}}"


@settings(deadline=None)
@given(word=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_an_escaped_identifier_reads_back_as_the_word(word: str) -> None:
    tokens = tinycss2.parse_component_value_list(escape_identifier(word))
    assert [token.type for token in tokens] == ["ident"]
    assert tokens[0].value == word.replace("\0", "�")


@settings(deadline=None)
@given(
    word=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
    quote=st.sampled_from("\"'"),
)
def test_an_escaped_string_reads_back_as_the_word(word: str, quote: str) -> None:
    tokens = tinycss2.parse_component_value_list(f"{quote}{escape_string(word)}{quote}")
    assert [token.type for token in tokens] == ["string"]
    assert tokens[0].value == word


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=20), max_size=4))
def test_a_string_without_references_stays_as_it_is(texts: list[str]) -> None:
    plain = [one.replace("\U0010fffc", "").replace("\U0010fffd", "") for one in texts]
    event: dict[str, Json] = {"type": 3, "data": {"texts": list(plain), "_cssText": "".join(plain)}, "timestamp": 1}
    assert readable(event, SAID, 0) == event


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_known_sheets_and_images_stand_where_they_are_named(case: dict[str, dict[str, Json]]) -> None:
    assert readable(case["in"], CASES["said"], 0) == case["out"]


def test_only_what_events_name_is_asked_for() -> None:
    events = json.dumps([case["in"] for case in CASES["cases"]], ensure_ascii=False, separators=(",", ":")).encode()
    assert references(events) == {"s2", "s9", "a6", "a7", "a8"}
