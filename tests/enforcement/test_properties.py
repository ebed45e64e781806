"""Whatever a page says, wherever it says it: nothing of it is stored."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.enforcement.redacted import RedactedBatch, Remarks, Standing
from milkglass.enforcement.table import Table, classes
from milkglass.wire.decode import decode
from milkglass.wire.unpacking import Limits
from milkglass.wire.values import Json
from tests.enforcement.room import CLOSE, OPEN, body, kept, renamed, room, standing, vectors

WHERE = room()
GRAMMAR = Grammar(policy=WHERE.policy, words=WHERE.words)
RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings"

# Words of several scripts, none of which is a word that CSS, HTML or the policy knows: they begin with a rare run.
_SCRIPTS = [
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзиклмн",
    "αβγδεζηθικλμ",
    "אבגדהוזחטי",
    "ابتثجحخدذر",
    "田中花子太郎山川",
    "éüñçøåß",
]
_LETTERS = st.sampled_from(_SCRIPTS).flatmap(lambda script: st.text(st.sampled_from(script), min_size=6, max_size=12))
planted = _LETTERS.map(lambda word: "zqx" + word)

# How a word may be dressed, so that a careless rule lets it through.
_DRESS = [
    "{}",
    "⟦{}⟧",
    "⟦t{}⟧",
    "k0123456789{}",
    "v-{}",
    "▇▇▇▇ {}",
    "Save changes {}",
    "  {}\n",
    "#{}",
    "/courses/{}",
    "https://{}.example/demo/chat/1?u={}#{}",
    "javascript:{}",
    ".{}{{color:red}}",
    'a{{content:"{}"}}',
    "a{{--{}:{}}}",
    '[title="{}"]{{}}',
    "/* {} */",
    "url({})",
    "@import url({})",
    "@media {}{{a{{top:0}}}}",
    "@keyframes {}{{from{{top:0}}}}",
    "a:{}(x){{}}",
    "\\{}",
    "color: {};",
    "M 1 {}",
    "translate({})",
    "1{}",
    "button>{}",
    "main.{}",
]
dressed = st.tuples(planted, st.sampled_from(_DRESS)).map(
    lambda pair: (pair[0], pair[1].replace("⟦", OPEN).replace("⟧", CLOSE).format(*[pair[0]] * 3))
)

EVENTS: list[Json] = [case.given for file, case in vectors() if file != "interactions" and isinstance(case.given, dict)]
ROWS: list[Json] = [case.given for file, case in vectors() if file == "interactions"]
_KEYS = st.sampled_from([*sorted(classes().attributes), "data-x", "x-y", "style", "textContent", "tag", "payload"])


def places(value: Json, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place below a value: strings, and objects that take another key."""
    found: list[tuple[str | int, ...]] = [at]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*at, key))
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += places(item, (*at, number))
    return found


def plant(value: Json, at: tuple[str | int, ...], said: str, key: str | None) -> Json:
    """Put a string in a place: instead of what is there, or beside it under a key."""
    if not at:
        return (
            {**value, key or said: said}
            if isinstance(value, dict)
            else [*value, said]
            if isinstance(value, list)
            else said
        )
    if isinstance(value, dict):
        return {k: plant(v, at[1:], said, key) if k == at[0] else v for k, v in value.items()}
    assert isinstance(value, list)
    return [plant(v, at[1:], said, key) if i == at[0] else v for i, v in enumerate(value)]


@st.composite
def leaks(draw: st.DrawFn, sources: list[Json]) -> tuple[str, Json]:
    """A word, and something a page sent with the word somewhere in it, at one to four places."""
    name, said = draw(dressed)
    value = draw(st.sampled_from(sources))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.sampled_from(places(value)))
        key = draw(st.one_of(st.none(), _KEYS, st.just(name)))
        value = plant(value, at, said, key)
    return name, value


def readings(batch: RedactedBatch) -> str:
    """All that is stored, as bytes and as what the bytes say."""
    said = json.dumps(msgspec.json.decode(batch.events), ensure_ascii=False)
    rows = msgspec.json.encode(batch.interactions + batch.heatmap).decode()
    return said + rows + batch.events.decode() + " ".join(batch.remarks.dropped) + " ".join(batch.routes)


SLOW = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOW
@given(leaks(EVENTS))
def test_no_planted_word_survives_in_an_event(leak: tuple[str, Json]) -> None:
    name, event = leak
    found = enforce(decode(body([event])), WHERE.policy, standing(WHERE.words))
    if isinstance(found, RedactedBatch):
        assert name not in readings(found)
        assert [one for one in strings(found.events) if not is_stored_form(*one, GRAMMAR)] == []


@SLOW
@given(leaks(ROWS))
def test_no_planted_word_survives_in_an_interaction(leak: tuple[str, Json]) -> None:
    name, row = leak
    found = enforce(decode(body(None, [row])), WHERE.policy, standing(WHERE.words))
    if isinstance(found, RedactedBatch):
        assert name not in readings(found)
        rows = msgspec.json.encode(found.interactions)
        assert [one for one in strings(b"[]", rows) if not is_stored_form(*one, GRAMMAR)] == []


@SLOW
@given(leaks(EVENTS))
def test_a_second_pass_changes_nothing_but_the_tokens(leak: tuple[str, Json]) -> None:
    _, event = leak
    once = enforce(decode(body([event])), WHERE.policy, standing(WHERE.words))
    if isinstance(once, RedactedBatch):
        twice = kept(body(msgspec.json.decode(once.events)))
        assert renamed(msgspec.json.decode(twice.events)) == renamed(msgspec.json.decode(once.events))
        assert Remarks(masked=twice.remarks.masked, dropped=twice.remarks.dropped) == Remarks()


def ids(value: Json) -> Json:
    """The tree of a node by its ids alone; what stands inside a script or a meta has none."""
    assert isinstance(value, dict)
    tag = str(value.get("tagName", "")).lower()
    below = value.get("childNodes", [])
    assert isinstance(below, list)
    return [value["id"], [] if tag in classes().tags.empty else [ids(one) for one in below]]


_NODES = st.recursive(
    st.one_of(
        st.text(max_size=20).map(lambda said: {"type": 3, "textContent": said}),
        st.text(max_size=20).map(lambda said: {"type": 5, "textContent": said}),
    ),
    lambda inner: st.builds(
        lambda tag, attributes, below: {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": below},
        st.sampled_from(["div", "p", "style", "textarea", "x-jane", "jane", "script", "SVG"]),
        st.dictionaries(st.sampled_from(["class", "title", "href", "data-x", "style", "contenteditable"]), st.text()),
        st.lists(inner, max_size=4),
    ),
    max_leaves=15,
)


def numbered(value: dict[str, Json], numbers: "list[int]") -> dict[str, Json]:
    numbers.append(len(numbers))
    below = value.get("childNodes", [])
    assert isinstance(below, list)
    here: dict[str, Json] = {**value, "id": len(numbers)}
    if "childNodes" in value:
        here["childNodes"] = [numbered(one, numbers) for one in below if isinstance(one, dict)]
    return here


@SLOW
@given(_NODES)
def test_ids_and_shape_of_the_tree_stay(tree: dict[str, Json]) -> None:
    document: Json = {"type": 0, "childNodes": [numbered(tree, [0])], "id": 1}
    event: Json = {"type": 2, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 0}
    batch = kept(body([event]))
    (stored,) = msgspec.json.decode(batch.events)
    assert ids(stored["data"]["node"]) == ids(document)


TABLE = classes()
NAME = "zqxjanedoe"
LOOSE_TEXT = msgspec.structs.replace(TABLE.text, punctuation=frozenset(NAME), punctuation_run=99)
LOOSE_ENUM = {**TABLE.enums, "role": frozenset({NAME})}


@pytest.mark.parametrize(
    ("table", "event"),
    [
        (msgspec.structs.replace(TABLE, text=LOOSE_TEXT), {"texts": [{"id": 1, "value": NAME}]}),
        (msgspec.structs.replace(TABLE, enums=LOOSE_ENUM), {"attributes": [{"id": 1, "attributes": {"role": NAME}}]}),
        (
            msgspec.structs.replace(TABLE, attributes={**TABLE.attributes, "zqxjanedoe": "NUMBER"}),
            {"attributes": [{"id": 1, "attributes": {NAME: "1"}}]},
        ),
    ],
    ids=["letters taken for punctuation", "a value that is known by mistake", "a name that is known by mistake"],
)
def test_with_a_rule_off_the_word_is_found(table: Table, event: dict[str, Json]) -> None:
    data: Json = {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **event}
    sent = decode(body([{"type": 3, "data": data, "timestamp": 0}]))
    loose = enforce(sent, WHERE.policy, standing(WHERE.words), table)
    strict = enforce(sent, WHERE.policy, standing(WHERE.words))
    assert isinstance(loose, RedactedBatch)
    assert isinstance(strict, RedactedBatch)
    assert NAME in readings(loose)
    assert NAME not in readings(strict)
    assert [one for one in strings(loose.events) if not is_stored_form(*one, GRAMMAR)] != []


def recordings() -> list[Path]:
    return [one for one in sorted(RECORDINGS.glob("*/*")) if one.suffix in (".json", ".ndjson")]


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings lie beside the checkout, not in it")
def test_every_recording_is_enforced_and_holds_the_grammar() -> None:
    under = Standing(ticket=standing(WHERE.words).ticket, now_ms=600_000, recording_key=b"r" * 32, words=WHERE.words)
    for file in recordings():
        for line in file.read_text("utf-8").splitlines() if file.suffix == ".ndjson" else [file.read_text("utf-8")]:
            read = json.loads(line)
            sent = body([one for one in (read if isinstance(read, list) else read["events"]) if one["type"] != 4])
            found = enforce(decode(sent, Limits(wire_bytes=6 << 20)), WHERE.policy, under)
            assert isinstance(found, RedactedBatch), file.name
            seen = {one for one in strings(found.events) if not is_stored_form(*one, GRAMMAR)}
            assert seen == set(), file.name
