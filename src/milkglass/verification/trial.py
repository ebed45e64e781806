"""Trial: each string of a tried page beside what would be stored of it, with its class and the rule. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from milkglass.enforcement.paths import group_of
from milkglass.enforcement.table import classes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milkglass.wire.values import Json

_FULL_SNAPSHOT = 2
_REFERENCE = re.compile("\U0010fffc([tns][0-9]+)\U0010fffd")
_TOKEN = re.compile(r"(?:^|[ #.])(?:--k|k|v|x-)[0-9a-f]{10}")
_STYLES = frozenset({"style"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A string of the page: where, its class, the rule that decided, and its stored form; None: left out."""

    place: str
    said: str
    string_class: str
    rule: str
    stored: str | None


def rows_of(pairs: Sequence[tuple[int, str, str, str]], events: bytes, version: int) -> list[Row]:
    """Pair (node id, attribute or nothing, tag, string) with the stored node of that id."""
    nodes = {int(str(node["id"])): node for node in _nodes(events)}
    return [_row(nodes.get(one), name, tag, said, version) for one, name, tag, said in pairs]


def _row(node: dict[str, Json] | None, name: str, tag: str, said: str, version: int) -> Row:
    stored = _stored(node, name)
    group = _class_of(name, tag)
    place = f"text in {tag}" if not name else f"{name} of {tag}"
    return Row(place=place, said=said, string_class=group, rule=_rule(group, said, stored, version), stored=stored)


def _class_of(name: str, tag: str) -> str:
    table = classes()
    if not name:
        return "CSS" if tag in _STYLES else "VALUE" if tag in table.tags.value_text else "TEXT"
    if name.startswith("on"):
        return "DROP"
    return group_of(table.attributes.get(name, "UNKNOWN"))


def _stored(node: dict[str, Json] | None, name: str) -> str | None:
    if node is None:
        return None
    if not name:
        return str(node.get("textContent", ""))
    kept = node.get("attributes")
    spelt = classes().attribute_spelling.get(name, name)
    said = kept.get(spelt) if isinstance(kept, dict) else None
    return None if said is None else str(said)


def _rule(group: str, said: str, stored: str | None, version: int) -> str:
    if stored is None:
        return "name and value become tokens" if group == "TOKEN" else "left out"
    if stored == "":
        return "nothing stays"
    if _REFERENCE.search(stored):
        return f"reviewed, in vocabulary {version}"
    if "▇" in stored:
        return "one constant" if group == "VALUE" else "not reviewed: a mask"
    if _TOKEN.search(stored):
        return "not reviewed: a token"
    return "kept as it is" if stored == said else "written anew"


def _nodes(events: bytes) -> Iterator[dict[str, Json]]:
    decoded: list[dict[str, Json]] = msgspec.json.decode(events)
    for event in decoded:
        inside = event.get("data")
        if event.get("type") == _FULL_SNAPSHOT and isinstance(inside, dict):
            yield from _below(inside.get("node"))


def _below(node: Json) -> Iterator[dict[str, Json]]:
    if not isinstance(node, dict):
        return
    yield node
    children = node.get("childNodes")
    for child in children if isinstance(children, list) else ():
        yield from _below(child)
