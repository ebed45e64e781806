"""The grammar of what is stored: every string with its path, and whether it has that path's form.

stored-string = { reference | mask | token | route | space | line break | punctuation | known word }. It shares the
table with `enforce` and none of its decisions: a string is judged as it lies there, whoever wrote it. CSS is parsed,
and each identifier and string in it is checked.

Source: docs/architecture.md section 4.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from milkglass.enforcement import numbers
from milkglass.enforcement.attributes import asset_number
from milkglass.enforcement.css import Css
from milkglass.enforcement.cuts import cuts
from milkglass.enforcement.interactions import is_element
from milkglass.enforcement.queries import kept_query
from milkglass.enforcement.table import Table, classes
from milkglass.enforcement.text import INDENT, is_mask, reference
from milkglass.enforcement.tokens import is_token
from milkglass.enforcement.writing import Cut
from milkglass.policy.compile import CompiledPolicy, Words
from milkglass.wire.values import Json

_HEX = re.compile("[0-9a-f]{10}")
_KEYS: frozenset[str] = frozenset(
    """
    type data timestamp delay node initialOffset top left childNodes id rootId compatMode name publicId systemId tagName
    attributes isSVG isCustom needBlock isShadowHost isShadow textContent isStyle source texts value removes adds
    parentId nextId previousId isAttachIframe positions x y timeOffset pointerType width height text isChecked
    userTriggered currentTime volume muted loop playbackRate styleId styleIds rule index replace replaceSync set remove
    property priority styles rules define payload cssTexts rr_type href kind at route viewport element role label
    tag faces family weight style kind ascent descent gap advance page_x page_y scroll_depth line method status ms
    """.split()  # noqa: SIM905 - a list of a hundred quoted words says no more
)
_VALUES = {"rr_type": "assetType", "type": "annotationType", "kind": "faceKind", "tag": "customTag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What a stored string may name: the policy's templates and the entries of the batch's vocabulary version."""

    policy: CompiledPolicy
    words: Words


def strings(events: bytes, interactions: bytes = b"[]") -> Iterator[tuple[str, str]]:
    """Walk stored events and interactions (JSON arrays): every string with its path; a key's path is `key`."""
    for event in msgspec.json.decode(events):
        yield from _walk(event, "event")
    for row in msgspec.json.decode(interactions):
        yield from _walk(row, "interaction")


def _walk(value: Json, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case list():
            for item in value:
                yield from _walk(item, path)
        case dict() if path == "attributes":
            yield from _attributes(value)
        case dict() if path == "attribute.style":
            for name, item in value.items():
                yield "style.name", name
                yield from _walk(item[:1] if isinstance(item, list) else item, f"style.{name}")
                yield from ((f"style.{name}!", str(one)) for one in (item[1:] if isinstance(item, list) else ()))
        case dict():
            yield from _object(value, path)
        case _:  # a number, a flag or null says nothing
            pass


def _attributes(value: dict[str, Json]) -> Iterator[tuple[str, str]]:
    if "attributes" in value and isinstance(value["attributes"], dict):  # a change in a list, not the attributes
        yield from _object(value, "change")
        return
    for name, item in value.items():
        yield "attribute", name
        yield from _walk(item, f"attribute.{name}")


def _object(value: dict[str, Json], path: str) -> Iterator[tuple[str, str]]:
    is_style = value.get("tagName") == "style" or path == "style>"
    for key, item in value.items():
        yield "key", key
        if key == "childNodes":
            yield from _walk(item, "style>" if is_style else "node")
        elif key == "textContent":
            yield from _walk(item, "css" if is_style or value.get("isStyle") else "textContent")
        elif key == "value" and path == "set" and "property" in value:
            yield from _walk(item, f"style.{value['property']}")
        else:
            yield from _walk(item, key if key in ("attributes", "set", "texts", "define") else f"{path}.{key}")


def is_stored_form(path: str, said: str, grammar: Grammar) -> bool:
    """Tell whether a string may stand at a path that `strings` gave. What is not known has no form."""
    return _Judge(grammar, classes(), cuts().css).is_form(path, said)


class _Judge:
    def __init__(self, grammar: Grammar, table: Table, css: Css) -> None:
        self._words = grammar.words
        self._policy = grammar.policy
        self._table = table
        self._css = css
        self._tags = table.known_tags

    def is_form(self, path: str, said: str) -> bool:
        head, _, rest = path.partition(".")
        match head:
            case "key":
                return said in _KEYS
            case "attribute":
                return self._is_attribute(rest, said) if rest else self._is_attribute_name(said)
            case "css":
                return self._is_sheet(said)
            case "style" if rest.endswith("!"):
                return said in self._table.values["priority"]
            case "style":
                return self._is_declared(rest, said)
            case "interaction":
                return self._is_interaction(rest, said)
            case _:
                return self._is_plain(path.rpartition(".")[2], head, said)

    def _is_plain(self, key: str, head: str, said: str) -> bool:
        values = self._table.values
        match key:
            case "textContent" | "text":
                return self._is_text(said)
            case "value":
                return self._is_text(said) if head == "texts" else said == self._table.text.value
            case "tagName":
                return self._is_tag(said)
            case "name":
                return self._is_tag(said) if head == "define" else said in values["doctypeName"]
            case "compatMode" | "publicId" | "systemId" | "priority" | "rr_type" | "type" | "kind" | "tag":
                return said in values[_VALUES.get(key, key)]
            case "href":
                return self._is_address(said)
            case "rule":
                return self._is_cut(self._css.rule, said)
            case "replace" | "replaceSync" | "cssTexts":
                return self._is_sheet(said)
            case "property":
                return said != "" and self._is_cut(self._css.property, said)
            case "family" | "weight" | "style":
                return said != "" and self._is_declared(f"font-{key}", said)
            case _:
                return False

    def _is_address(self, said: str) -> bool:
        template, mark, query = said.partition("?")
        if not self._policy.is_template(template):
            return False
        return not mark or kept_query(query, self._policy.query_keys, self._entry) == f"?{query}"

    def _entry(self, said: str) -> str | None:
        return said if reference(said, "t") in self._words.text_numbers else None

    def _is_interaction(self, key: str, said: str) -> bool:
        values = {"kind": "interactionKind", "viewport": "viewport", "type": "errorType"}
        values |= {"method": "httpMethod", "status": "statusClass"}
        match key:
            case "route":
                return self._policy.is_template(said)
            case "element":
                return is_element(said, self._tags, self._words.name_numbers)
            case "role":
                return said in self._table.enums["role"]
            case "label":
                return reference(said, "t") in self._words.text_numbers
            case _:
                return key in values and said in self._table.values[values[key]]

    def _is_attribute_name(self, said: str) -> bool:
        found = self._table.attributes.get(said.lower())
        if found is not None:
            return found != "DROP" and self._table.attribute_spelling.get(said.lower(), said.lower()) == said
        return self._is_word("d-", said)

    def _is_attribute(self, name: str, said: str) -> bool:
        lower = name.lower()
        match self._table.attributes.get(lower):
            case "TEXT" | "VALUE":
                return self._is_text(said)
            case "TOKEN":
                return self._are_words("k", said)
            case None:
                return self._are_words("v", said)
            case "ENUM":
                parts = said.split(" ") if lower == "rel" else [said]
                return all(part in self._table.enums[lower] for part in parts)
            case "NUMBER":
                return numbers.attribute(said) == said
            case "ASSET":
                return asset_number(said) in self._words.asset_numbers
            case "GEOMETRY":
                return numbers.geometry(lower, said) == said
            case "PAINT":
                return self._is_cut(self._css.paint, said)
            case "URL" | "HREF":
                return self._is_address(said) or (said[:1] == "#" and self._are_words("k", said[1:]))
            case "CSS" if lower == "_csstext":
                return self._is_sheet(said)
            case "CSS":
                return self._is_cut(self._css.declarations if lower == "style" else self._css.media, said)
            case _:
                return False

    def _is_text(self, said: str) -> bool:
        lines = said.split("\n")
        return said == " " or (
            all(self._is_line(line) for line in lines[:-1]) and (self._is_line(lines[-1]) or self._is_indent(lines[-1]))
        )

    def _is_indent(self, said: str) -> bool:
        return 1 < len(said) <= self._table.limits.lines and said == INDENT * len(said)

    def _is_line(self, line: str) -> bool:
        rest = line.lstrip(INDENT)
        if self._is_indent(line[: len(line) - len(rest)]):
            return rest != "" and not is_mask(rest.removesuffix(" ")) and rest[0] != " " and self._is_line(rest)
        core = line.removeprefix(" ").removesuffix(" ")
        number = reference(core, "t")
        if number is not None:
            return number in self._words.text_numbers
        rules = self._table.text
        return (
            line == "" or is_mask(core) or (0 < len(core) <= rules.punctuation_run and set(core) <= rules.punctuation)
        )

    def _is_tag(self, said: str) -> bool:
        return said in self._tags or self._is_word("x-", said)

    def _is_word(self, letter: str, said: str) -> bool:
        numbers = self._words.element_numbers if letter == "x-" else self._words.name_numbers
        if reference(said, "n") in numbers:
            return True
        return is_token(said) and said.startswith(letter) and _HEX.fullmatch(said[len(letter) :]) is not None

    def _are_words(self, letter: str, said: str) -> bool:
        return said == "" or all(self._is_word(letter, word) for word in said.split(" "))

    def _is_sheet(self, said: str) -> bool:
        return reference(said, "s") in self._words.sheet_numbers or self._is_cut(self._css.sheet, said)

    def _is_declared(self, name: str, said: str) -> bool:
        if name == "name":
            return said != "" and self._is_cut(self._css.property, said)
        cut = self._css.value_of(name, said)
        return self._is_clean(cut, said)

    def _is_cut(self, clean: Callable[[str], Cut], said: str) -> bool:
        return self._is_clean(clean(said), said)

    def _is_clean(self, cut: Cut, said: str) -> bool:
        return cut.fill(lambda _letter, word: word) == said and all(self._is_word(*place) for place in cut.places)
