"""Translation files and bundles: every text that a page shows of them, cut at its placeholders, in all languages."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.errors import Invalid
from milkglass.vocabulary.bundles import literals
from milkglass.vocabulary.fragments import fragments
from milkglass.vocabulary.imports import read_file
from tests.vocabulary.room import APPLICATION, Room, opened

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: de\\n"

msgid "Save changes"
msgstr "Änderungen sichern"

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d Datei"
msgstr[1] "%d Dateien"

#~ msgid "Old words"
#~ msgstr "Alte Worte"
"""
XLIFF_1 = """<?xml version="1.0"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file source-language="en" target-language="de" datatype="plaintext" original="x"><body>
<trans-unit id="a"><source>Hi <x id="NAME"/>, press <g id="1">Enter</g></source>
<target>Hallo <x id="NAME"/>, drücke <g id="1">Eingabe</g></target></trans-unit></body></file></xliff>"""
XLIFF_2 = """<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="fr"><file id="f">
<unit id="a"><segment><source>Share</source><target>Partager</target></segment></unit></file></xliff>"""
NESTED = "{g, select, a {his} other {their {n, plural, one {hat} other {hats}}}} thing"
BUNDLE = r"""
/* "Comment words" */ // 'More comment words'
const re=/["']Regex words/g, a = b / 2; "use strict";
h("button",{className:"share-snippet is-open",onClick:()=>x("click")},"Share a snippet");
t(`Hello ${user.name}, welcome back`);e.exports={title:"R\u00e9glages avanc\xe9s",key:"fooBar",url:"https://x/a b"};
data["data-testid"]="grade-book";n="Save";m="row_wrap";o="flex items-center md:p-2"
"""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path) as one:
        yield one


def said(name: str, content: str | dict[str, object], language: str = "") -> list[str]:
    text = content if isinstance(content, str) else json.dumps(content)
    return [one.said for one in read_file(name, text.encode(), language)]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Save changes", ["Save changes"]),
        ("Hi {name}, welcome", ["Hi", ", welcome"]),
        ("Hi {{ name }}!", ["Hi"]),
        ("Hi %(name)s, you owe %.2f to %2$s now", ["Hi", ", you owe", "to", "now"]),
        ("Hi %{name}, ${other} and %@", ["Hi", "and"]),
        ("{{count}} unread", ["# unread", "unread"]),
        ("%d of %d done", ["# of # done", "of", "done"]),
        ("Press <0>Enter</0> to send", ["Press", "Enter", "to send"]),
        ("{n, plural, offset:1 =0 {Nobody} one {# pupil} other {# pupils}}", ["Nobody", "# pupil", "# pupils"]),
        (
            "{g, select, a {his} other {their {n, plural, one {hat} other {hats}}}} thing",
            ["his", "thing", "their", "hat", "hats"],
        ),
        ("It''s '{'done'}'", ["It's (done)"]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("$t(common.save) @:other.key {x}", []),
        ("100% sure", ["100% sure"]),
        ("{broken, plural, one {never closed", ["never closed"]),
    ],
)
def test_a_message_is_cut_at_its_places_and_each_form_is_a_text(message: str, parts: list[str]) -> None:
    assert [one.said for one in fragments(message)] == parts


@given(st.text(alphabet="ab {}%$<>,#'\\|plurasect=019\n", max_size=60))
def test_any_message_can_be_cut(message: str) -> None:
    for one in fragments(message):
        assert one.said


def test_nested_flat_and_language_first_json_are_read() -> None:
    assert said("en.json", {"chat": {"send": "Send", "more": ["One", "Two"]}}) == ["Send", "One", "Two"]
    assert said("en.json", {"a": {"defaultMessage": "Send", "description": "A button"}}) == ["Send"]
    assert said("_locales/en/messages.json", {"a": {"message": "Send", "description": "A button"}}) == ["Send"]
    assert read_file("all.json", b'{"de": {"a": "Senden"}}')[0].language == "de"
    assert said("en.json", {"cars": "no cars | one car | {n} cars"})[:3] == ["no cars", "one car", "# cars"]
    arb = {"@@locale": "pt_BR", "save": "Salvar", "@save": {"description": "A button"}}
    assert [(one.said, one.language) for one in read_file("app.arb", json.dumps(arb).encode())] == [("Salvar", "pt-BR")]


def test_po_has_its_source_texts_and_every_plural(room: Room) -> None:
    assert said("de.po", PO) == [
        *("Save changes", "Änderungen sichern", "# file", "file", "# files", "files"),
        *("# Datei", "Datei", "# Dateien", "Dateien"),
    ]
    room.propose(*read_file("de.po", PO.encode()))
    room.approve_all()
    room.publish()
    words = room.text()
    assert words["Save changes"] == words["Änderungen sichern"]
    assert words["# files"] == words["# Dateien"] != words["# file"]
    assert room.vocabulary.said(APPLICATION, "de")[f"t{words['file']}"] == "Datei"


def test_xliff_joins_source_and_target_part_by_part(room: Room) -> None:
    room.propose(*read_file("app.xlf", XLIFF_1.encode()), *read_file("app.fr.xliff", XLIFF_2.encode()))
    room.approve_all()
    room.publish()
    words = room.text()
    assert set(words) == {"Hi", "Hallo", ", press", ", drücke", "Enter", "Eingabe", "Share", "Partager"}
    assert words["Hi"] == words["Hallo"]
    assert words["Enter"] == words["Eingabe"]
    assert words["Share"] == words["Partager"]
    assert room.vocabulary.languages(APPLICATION) == ("de", "fr")


def test_files_of_two_languages_are_joined_by_key_and_a_shape_that_differs_is_an_entry_alone(room: Room) -> None:
    english, german = {"a": "Save", "b": "Hi {x}, bye"}, {"a": "Sichern", "b": "{x}, servus"}
    room.propose(*read_file("locales/en/app.json", json.dumps(english).encode()))
    room.propose(*read_file("locales/de/app.json", json.dumps(german).encode()))
    assert {one.group for one in room.open()} == {"locales/en/app.json", "locales/de/app.json"}
    room.approve_all()
    room.publish()
    words = room.text()
    assert words["Save"] == words["Sichern"]
    assert len(set(words.values())) == len(words) - 2


def test_a_bundles_literals_are_texts_and_names_and_not_its_code() -> None:
    found = {(kind, one) for kind, one, _ in literals(BUNDLE)}
    assert found == {
        ("n", "share-snippet"),
        ("n", "is-open"),
        ("n", "data-testid"),
        ("n", "grade-book"),
        ("t", "Share a snippet"),
        ("t", "Hello {}, welcome back"),
        ("t", "Réglages avancés"),
        ("t", "Save"),
    }
    proposals = read_file("static/app.js", BUNDLE.encode())
    assert ("Hello", "t", "static/app.js") in {(one.said, one.kind, one.group) for one in proposals}
    assert next(one.where for one in proposals if one.said == "Save") == "app.js:6"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"),
        ("a.json", b"[1]"),
        ("a.json", b'{"a":' * 1500 + b"1" + b"}" * 1500),
        ("a.po", b"Jane Doe"),
        ("a.xlf", b"<x>"),
        ("a.xlf", b"<html/>"),
        ("a.xlf", b"<!DOCTYPE a [<!ENTITY b 'Jane'>]><xliff>&b;</xliff>"),
        ("a.exe", b"Jane"),
        ("a.json", b"\xff\xfeJane"),
    ],
)
def test_a_broken_file_is_an_error_that_repeats_nothing_of_it(name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as problem:
        read_file(name, content)
    assert "Jane" not in str(problem.value)
