"""What a hostile reading of the rules found: each was stored once, and is not any more."""

import msgspec
import pytest

from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.wire.values import Json
from tests.enforcement.room import body, kept, room

VALUE = "▇▇▇▇"


class Change(msgspec.Struct):
    id: int
    attributes: dict[str, str]


class Data(msgspec.Struct):
    id: int = 0
    attributes: list[Change] = []


class Event(msgspec.Struct):
    timestamp: int
    data: Data


def said(*events: Json) -> str:
    """What is stored, which also has the form of what may be stored."""
    batch = kept(body(list(events)))
    where = room()
    grammar = Grammar(policy=where.policy, words=where.words)
    assert [pair for pair in strings(batch.events) if not is_stored_form(*pair, grammar)] == []
    return batch.events.decode()


def stored(*events: Json) -> list[Event]:
    return msgspec.json.decode(said(*events), type=list[Event])


def change(at: int, data: dict[str, Json]) -> Json:
    return {"type": 3, "timestamp": at, "data": data}


def typed(at: int, node: int = 4) -> Json:
    return change(at, {"source": 5, "id": node, "text": "J", "isChecked": False})


def written(at: int, attributes: dict[str, Json], node: int = 4) -> Json:
    return change(
        at,
        {"source": 0, "texts": [], "removes": [], "adds": [], "attributes": [{"id": node, "attributes": attributes}]},
    )


def added(node: Json) -> Json:
    return change(
        0,
        {
            "source": 0,
            "texts": [],
            "removes": [],
            "attributes": [],
            "adds": [{"parentId": 1, "nextId": None, "node": node}],
        },
    )


def element(tag: str, attributes: Json = None, *below: Json) -> Json:
    return {"type": 2, "id": 5, "tagName": tag, "attributes": attributes or {}, "childNodes": list(below)}


def test_a_recorder_that_tells_each_key_leaves_one_input_a_field_and_batch() -> None:
    keys: list[Json] = [typed(at) for at in (1000, 1150, 1250, 1500)]
    found = stored(*keys, typed(1600, node=9), typed(1700))
    assert [(one.timestamp, one.data.id) for one in found] == [(1600, 9), (1700, 4)]


def test_a_value_that_is_written_back_at_each_key_is_told_once() -> None:
    found = stored(*[written(at, {"value": "J"}) for at in (1000, 1150, 1250)])
    assert [one.timestamp for one in found] == [1000]


def test_another_change_beside_a_value_that_is_written_back_stays() -> None:
    found = stored(written(1000, {"value": "J"}), written(1150, {"value": "Ja", "hidden": ""}))
    assert found[1].data.attributes == [Change(id=4, attributes={"hidden": ""})]


def scrolled(at: int, node: int, by: int) -> Json:
    return change(at, {"source": 3, "id": node, "x": by, "y": 0})


def test_how_far_a_field_scrolls_while_somebody_types_is_not_kept() -> None:
    keys = [one for at in (1000, 1150, 1300) for one in (scrolled(at, 4, at // 10), typed(at))]
    found = stored(*keys, scrolled(1400, 9, 40))
    assert [(one.timestamp, one.data.id) for one in found] == [(1300, 4), (1400, 9)]


@pytest.mark.parametrize("tag", ["input", "textarea", "select"])
def test_a_snapshot_does_not_tell_how_far_a_field_is_scrolled(tag: str) -> None:
    assert "rr_scroll" not in said(added(element(tag, {"rr_scrollLeft": 84, "rr_scrollTop": 12})))


def test_an_editor_does_not_tell_how_far_it_is_scrolled_and_another_box_does() -> None:
    box = element("div", {"rr_scrollTop": 12})
    assert "rr_scroll" not in said(added(element("div", {"rr_scrollTop": 12, "contenteditable": "true"})))
    assert "rr_scrollTop" in said(added(box))
    assert said(added(box), added(element("div", {"rr_scrollTop": 12, "contenteditable": ""}))).count("rr_scroll") == 1


def texted(at: int, value: str, *adds: Json) -> Json:
    texts: Json = [{"id": 6, "value": value}]
    return change(at, {"source": 0, "texts": texts, "removes": [], "adds": list(adds), "attributes": []})


def test_an_editor_that_is_told_as_text_gives_no_moment_to_each_key() -> None:
    found = stored(*[texted(1000 + 150 * keys, "Jane"[:keys]) for keys in range(1, 5)])
    assert [one.timestamp for one in found] == [1150]


def test_a_text_that_changes_back_or_is_put_in_again_is_told() -> None:
    again: Json = {"parentId": 1, "nextId": None, "node": {"type": 3, "id": 6, "textContent": "Save changes"}}
    found = stored(texted(100, "Jane"), texted(200, "Save changes"), texted(300, "Jane"), texted(400, "Jane", again))
    assert [one.timestamp for one in found] == [100, 200, 300, 400]


@pytest.mark.parametrize("name", ["contenteditable", "contentEditable", "CONTENTEDITABLE"])
def test_text_in_an_editor_is_a_value_however_the_attribute_is_spelt(name: str) -> None:
    text: Json = {"type": 3, "id": 6, "textContent": "Save changes"}
    found = said(added(element("div", {name: "true"}, text)))
    assert VALUE in found
    assert "\U0010fffc" not in found


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", " ", "\t"])
def test_a_tag_with_white_space_in_it_is_one_token(space: str) -> None:
    found = said(added(element(f"user-jane{space}doe")))
    assert found.count('"x-') == 1


@pytest.mark.parametrize("letter", ["ⓙ", "Ⓙ", "⒥", "🄹", "🅙", "🅹", "🇯", "⠚", "①", "J", "\uff2a"])
def test_a_letter_in_a_circle_or_a_box_is_no_icon(letter: str) -> None:
    found = said(written(0, {"_cssText": f'.a::before{{content:"{letter}"}}'}))
    assert f"{ord(letter):x}" not in found
    assert r"content:\"\"" in found
