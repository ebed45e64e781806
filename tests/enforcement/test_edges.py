"""The rarer turns of the rules, each as a whole event in and out."""

import msgspec
import pytest

from milkglass.enforcement import numbers
from milkglass.enforcement.css import Css
from milkglass.enforcement.cuts import Cuts
from milkglass.enforcement.table import classes, css_rules, widths
from milkglass.enforcement.text import normalise
from milkglass.wire.values import Json
from tests.enforcement.room import body, kept, marked, renamed

MASK = "▇▇▇▇"


def change(**attributes: Json) -> Json:
    data: Json = {
        "source": 0, "texts": [], "attributes": [{"id": 1, "attributes": attributes}], "removes": [], "adds": [],
    }  # fmt: skip
    return {"type": 3, "data": data, "timestamp": 0}


def left(**attributes: Json) -> Json:
    (stored,) = msgspec.json.decode(kept(body([change(**attributes)])).events)
    return renamed(stored["data"]["attributes"][0]["attributes"])


def incremental(source: int, **data: Json) -> Json:
    return {"type": 3, "data": {"source": source, **data}, "timestamp": 0}


def sheet(text: str) -> str:
    css = Css(classes(), css_rules())
    return css.sheet(text).fill(lambda letter, _word: letter)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"fill": 7, "style": 7, "media": 7, "href": 7, "viewBox": True, "class": {"a": "b"}}, {}),
        ({"fill": "x" * 10_001, "media": "(" * 3}, {"media": "((()))"}),
        ({"style": {"color": "x" * 10_001, "top": True, "left": ["1px", "jane"]}}, {"style": {}}),
        ({"style": {"top": True}}, {"style": {}}),
        ({"data-a": 1e300, "width": 1e300, "rows": True, "cols": "9" * 400}, {}),
        ({"_cssText": marked("⟦s2⟧")}, {"_cssText": marked("⟦s2⟧")}),
        ({"_cssText": "a{}" * 700_000}, {"_cssText": ""}),
        ({"title": 7, "value": 7}, {"value": MASK}),
        ({"href": "#", "aria-label": ""}, {"href": "#", "aria-label": ""}),
    ],
)
def test_attributes_of_an_odd_kind(given: dict[str, Json], stored: Json) -> None:
    assert left(**given) == stored


def test_at_most_so_many_attributes() -> None:
    found = left(**{f"data-{number}": "a" for number in range(201)})
    assert isinstance(found, dict)
    assert len(found) == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"type": 7, "data": {"payload": {"rr_type": "Blob", "cssTexts": []}}, "timestamp": 0},
        {"type": 8, "data": {"type": "jane", "text": "Jane"}, "timestamp": 0},
        incremental(7, type=9, id=1),
        incremental(13, index=-1, id=1),
        incremental(13, index=[0, -1], id=1),
        incremental(13, index=[0], remove={"property": "jane"}),
        incremental(12, positions=[{"x": 1e300, "y": 0, "id": 1, "timeOffset": 0}]),
        incremental(4, width=1e300, height=1),
    ],
)
def test_events_that_fall(odd: Json) -> None:
    assert kept(body([odd])).events == b"[]"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (incremental(8, id=1, replace=".a{top:0}"), incremental(8, id=1, replace=".k#1{top:0}")),
        (
            incremental(8, id=1, adds=[{"rule": "x" * 2_000_001}], removes=[{"index": -1}]),
            incremental(8, id=1, removes=[], adds=[{"rule": "*{}"}]),
        ),
        (incremental(7, type=1, id=1), incremental(7, type=1, id=1)),
        (incremental(2, type=1, id=1), incremental(2, type=1, id=1)),
        (incremental(15, id=1, styleIds=[2]), incremental(15, id=1, styleIds=[2])),
        (
            incremental(13, index=0, set={"property": "top", "value": None}),
            incremental(13, index=0, set={"property": "top"}),
        ),
        ({"type": 1, "data": {}, "timestamp": 0, "delay": 1e300}, {"type": 1, "data": {}, "timestamp": 0}),
        ({"type": 8, "data": {"type": "note", "text": False}, "timestamp": 0},
         {"type": 8, "data": {"type": "note"}, "timestamp": 0}),
    ],
)  # fmt: skip
def test_events_that_are_kept_in_part(given: Json, stored: Json) -> None:
    assert [renamed(one) for one in msgspec.json.decode(kept(body([given])).events)] == [stored]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("@media print;a{}", "*{}a{}"),
        ("@scope x{a{}}", "*{}"),
        ("@scope{a{}}", "@scope{a{}}"),
        ("@keyframes x{@media{} jane(){} to{top:0}}", "@keyframes x{to{top:0}}"),
        ("a{top:0;@media print{left:0}}", "a{top:0;@media print{left:0}}"),
        ("a{--x:url(/jane)}", "a{--k:linear-gradient(#0000,#0000)}"),
        ("a{--x:url(jane)}", "a{--k:linear-gradient(#0000,#0000)}"),
        ("a{--x:attr(y)}", 'a{--k:""}'),
        ("a{{}}", "a{*{}}"),
        ("a{width:1jane;height:{}}", "a{}"),
        (":lang(en):dir(rtl){}", ":lang(en):dir(rtl){}"),
        (":lang(jane){}", "*{}"),
        (":jane(x){}", "*{}"),
        (":nth-child(jane){}", "*{}"),
        (":nth-child(9999999){}", "*{}"),
        (":nth-child(2n):nth-child(3){}", ":nth-child(2n):nth-child(3){}"),
        ("[]{}", "*{}"),
        ("[width=10]{}", "*{}"),
        ('[width="10"]{}', '[width="10"]{}'),
        ("[class=]{}", "*{}"),
        ("[class=#x]{}", "*{}"),
        ("a/**/b{}", "a b{}"),
        (".{}", "*{}"),
        ("%{}", "*{}"),
    ],
)
def test_sheets_that_are_odd(given: str, stored: str) -> None:
    assert sheet(given) == stored


def test_a_line_without_words_normalises() -> None:
    assert normalise("  3 \n unread ") == "# unread"


def test_numbers_beyond_are_none() -> None:
    beyond = 1e300
    kinds = (numbers.grid, numbers.size, numbers.offset, numbers.duration, numbers.two_decimals, numbers.fraction)
    assert {kind(beyond) for kind in kinds} == {None}
    assert numbers.index(-1) is None
    assert numbers.node_id(-2) is None
    assert numbers.attribute(True) is None  # noqa: FBT003 - a flag where a number is wanted


def test_what_is_held_is_bounded() -> None:
    cuts = Cuts(Css(classes(), css_rules()), most=250)
    for text in ("a{}", "b{}", "c{}", "x" * 300):
        cuts.cut(cuts.css.sheet, text)
    assert cuts.cut(cuts.css.sheet, "c{}") is cuts.cut(cuts.css.sheet, "c{}")


def test_a_line_of_ascii_is_as_wide_as_its_characters() -> None:
    measured = widths()
    assert all(measured.of(chr(code)) == measured[chr(code)] for code in range(128))
    assert measured.of("Save, all 12") == sum(measured[one] for one in "Save, all 12")


@pytest.mark.parametrize(("tag", "stored"), [("textarea", MASK), ("template", "")])
def test_a_mark_of_style_text_goes_where_none_can_stand(tag: str, stored: str) -> None:
    text: Json = {"type": 3, "id": 3, "textContent": "Jane", "isStyle": True}
    node: Json = {"type": 2, "id": 2, "tagName": tag, "attributes": {}, "childNodes": [text]}
    change_of: Json = {"parentId": 1, "nextId": None, "node": node}
    (event,) = msgspec.json.decode(
        kept(body([incremental(0, texts=[], attributes=[], removes=[], adds=[change_of])])).events
    )
    inside = event["data"]["adds"][0]["node"]["childNodes"]
    assert all(one["textContent"] == stored and "isStyle" not in one for one in inside)
