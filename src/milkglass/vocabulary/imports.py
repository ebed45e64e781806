"""Imports: translation files and built bundles become proposals.

JSON (nested i18next and vue-i18n, flat FormatJS), PO, XLIFF 1.2 and 2.0, ARB, and string literals of built JavaScript.
Every text is cut at its placeholders; texts of one key in two languages become one entry.

Source: the formats' own specifications; GNU gettext; OASIS XLIFF.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import polib
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from milkglass.errors import Invalid
from milkglass.vocabulary.bundles import literals
from milkglass.vocabulary.entries import NAME, TEXT, Proposal
from milkglass.vocabulary.fragments import fragments
from milkglass.vocabulary.sheets import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST_FILE = 50_000_000  # bytes
_DEEPEST = 20
_LANGUAGE = re.compile(r"(?:^|[._/-])([a-z]{2}(?:[-_](?:[A-Z][a-z]{3}|[A-Z]{2}|\d{3})){0,2})(?=$|[._/-])")
_XLIFF = re.compile(r"^\{urn:oasis:names:tc:xliff:document:[\d.]+\}")
_INLINE = frozenset({"x", "g", "bx", "ex", "bpt", "ept", "ph", "it", "pc", "sc", "ec", "mrk", "sm", "em"})
_SPANS = frozenset({"g", "pc", "mrk"})  # inline elements that hold text of the page


@dataclass(frozen=True, slots=True)
class _Message:
    """A text of a translation file. `key` joins languages; `where` is told to the reviewer and holds no text."""

    key: str
    language: str
    said: str
    where: str
    is_icu: bool = True


def read_file(name: str, content: bytes, language: str = "") -> list[Proposal]:
    """Read one file by its ending: .json, .po, .pot, .xlf, .xliff, .arb, .js, .mjs, .cjs, .css (its names).

    Args:
        name: the file's name as the reviewer shall see it, with its folder where that tells the language.
        content: its bytes.
        language: BCP 47 of its texts; without it the file or its name says so.
    Raises: Invalid for a file that is none of these or is broken; the message holds no text of it.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid(f"{PurePath(name).name}: larger than {LARGEST_FILE:,} bytes; split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{PurePath(name).name}: not UTF-8 text; save it as UTF-8") from None
    ending = PurePath(name).suffix.lower()
    language = (language or _language_of(name)).replace("_", "-")
    if ending == ".css":
        return list(_of_sheet(name, text))
    if ending in (".js", ".mjs", ".cjs"):
        return list(_of_bundle(name, text))
    readers = {
        ".json": _json,
        ".arb": _arb,
        ".po": _po,
        ".pot": _po,
        ".xlf": _xliff,
        ".xliff": _xliff,
    }
    if ending not in readers:
        raise Invalid(f"{PurePath(name).name}: of no known kind; the kinds are .css, .js, {', '.join(sorted(readers))}")
    return [one for message in readers[ending](name, text, language) for one in _proposals(name, message)]


def _proposals(name: str, message: _Message) -> Iterator[Proposal]:
    for part in fragments(message.said, is_icu=message.is_icu):
        yield Proposal(
            kind=TEXT,
            said=part.said,
            source="import",
            where=f"{PurePath(name).name}:{message.where}"[:200],
            group=name[-200:],
            language=message.language,
            key=f"{message.key}{part.place}" if message.language else "",
        )


def _language_of(name: str) -> str:
    """Read the language out of a path such as `locales/de/chat.json` or `messages.pt-BR.po`; the last one wins."""
    found = _LANGUAGE.findall(str(PurePath(name).with_suffix("")))
    return str(found[-1]) if found else ""


def _json(name: str, text: str, language: str) -> Iterator[_Message]:
    tree = _tree(name, text)
    only = next(iter(tree.values())) if len(tree) == 1 else None
    top = next(iter(tree), "")
    # Rails and some of vue-i18n put the language on top.
    if isinstance(only, dict) and re.fullmatch(r"[a-z]{2,3}(?:[-_]\w{2,4})?", top):
        tree, language = only, top.replace("_", "-")
    yield from _leaves(tree, "", language, 0)


def _leaves(value: object, path: str, language: str, depth: int) -> Iterator[_Message]:
    if depth > _DEEPEST:
        raise Invalid("the file is nested too deep")
    match value:
        case str():
            # vue-i18n writes plurals as `one | many`.
            forms = value.split(" | ")
            for place, form in enumerate(forms if len(forms) == 1 else [*forms, value]):
                yield _Message(f"{path}|{place}", language, form, path[:100])
        case {"defaultMessage": str(said)}:
            yield _Message(f"{path}|0", language, said, path[:100])
        case {"message": str(said), **rest} if set(rest) <= {"description", "placeholders"}:
            yield _Message(f"{path}|0", language, said, path[:100])
        case dict():
            for key, item in value.items():
                yield from _leaves(item, f"{path}.{key}".removeprefix("."), language, depth + 1)
        case list():
            for place, item in enumerate(value):
                yield from _leaves(item, f"{path}.{place}", language, depth + 1)
        case _:
            return


def _arb(name: str, text: str, language: str) -> Iterator[_Message]:
    tree = _tree(name, text)
    said = tree.get("@@locale")
    language = said.replace("_", "-") if isinstance(said, str) else language
    for key, value in tree.items():
        if not key.startswith("@") and isinstance(value, str):
            yield _Message(f"{key}|0", language, value, key[:100])


def _po(name: str, text: str, language: str) -> Iterator[_Message]:
    try:
        # The line feed: without one a text that is a path would be read as that file.
        file = polib.pofile(f"{text}\n", check_for_duplicates=False)
    except (OSError, ValueError) as problem:
        raise Invalid(f"{PurePath(name).name}: not a PO file; check its quotes") from problem
    language = file.metadata.get("Language", "").replace("_", "-") or language
    for number, entry in enumerate(file):
        if entry.obsolete:
            continue
        key = f"{entry.msgctxt or ''}\\4{entry.msgid}"
        where = f"{entry.linenum or number}"
        # The id is the text of the source language; it stands on the page wherever no translation does.
        source = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
        for place, said in enumerate(source):
            yield _Message(f"{key}|{min(place, 1)}", "source", said, where, is_icu=False)
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        for place, said in enumerate(forms):
            if said:
                yield _Message(f"{key}|{min(place, 1)}", language, said, where, is_icu=False)


def _xliff(name: str, text: str, language: str) -> Iterator[_Message]:
    try:
        root = fromstring(text)
    except (ET.ParseError, DefusedXmlException, ValueError) as problem:
        raise Invalid(f"{PurePath(name).name}: not XLIFF; it is no XML that may be read") from problem
    if _tag(root) != "xliff":
        raise Invalid(f"{PurePath(name).name}: not XLIFF")
    for file in [root, *root.iter()]:
        if _tag(file) != "file":
            continue
        source = file.get("source-language") or root.get("srcLang") or "source"
        target = file.get("target-language") or root.get("trgLang") or language
        for unit in (one for one in file.iter() if _tag(one) in ("trans-unit", "segment")):
            key = unit.get("resname") or unit.get("id") or ""
            for part in unit:
                is_source = _tag(part) == "source"
                if is_source or _tag(part) == "target":
                    said = _spoken(part)
                    yield _Message(f"{key}|{_spoken_source(unit)}", source if is_source else target, said, key[:100])


def _spoken_source(unit: ET.Element) -> str:
    return next((_spoken(part) for part in unit if _tag(part) == "source"), "")


def _spoken(part: ET.Element) -> str:
    """Return the text of a source or target; a code of it is a place, a span's own text stays."""
    said = [part.text or ""]
    for child in part:
        if _tag(child) in _INLINE:
            said += ["{}", _spoken(child), "{}"] if _tag(child) in _SPANS else ["{}"]
        said.append(child.tail or "")
    return "".join(said)


def _tag(element: ET.Element) -> str:
    return _XLIFF.sub("", str(element.tag))


def _tree(name: str, text: str) -> Mapping[str, object]:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise Invalid(f"{PurePath(name).name}: not JSON") from problem
    if not isinstance(tree, dict):
        raise Invalid(f"{PurePath(name).name}: not an object of texts")
    return tree


def _of_sheet(name: str, text: str) -> Iterator[Proposal]:
    for said in sorted(names_of(text)):
        where = PurePath(name).name
        yield Proposal(kind=NAME, said=said, source="import", where=where, group=name[-200:])


def _of_bundle(name: str, text: str) -> Iterator[Proposal]:
    for kind, said, line in literals(text):
        parts = [part.said for part in fragments(said)] if kind == TEXT else [said]
        for part in parts:
            yield Proposal(
                kind=NAME if kind == NAME else TEXT,
                said=part,
                source="import",
                where=f"{PurePath(name).name}:{line}",
                group=name[-200:],
            )
