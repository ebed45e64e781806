"""Paths: the string-class table as one list, for the people who read it and for naming the class of a counted path.

The fine classes of the table belong to eight groups, which are those of docs/masking.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from milkglass.enforcement.table import Table, classes

GROUPS = ("TEXT", "TOKEN", "ENUM", "NUMBER", "CSS", "URL", "VALUE", "DROP")
_NUMBERS = (
    "ID",
    "INDEX",
    "TIME",
    "GRID",
    "SIZE",
    "FLOAT",
    "FRACTION",
    "DURATION",
    "GEOMETRY",
    "FLAG",
    "MILLI",
    "ASSET",
)
_GROUP_OF = {
    **dict.fromkeys(_NUMBERS, "NUMBER"),
    "LABEL": "TEXT",
    "ELEMENT": "TOKEN",
    "UNKNOWN": "TOKEN",
    "TAG": "ENUM",
    "PAINT": "CSS",
    "HREF": "URL",
    "ASSET": "NUMBER",
    "FALSE": "VALUE",
    "EMPTY": "DROP",
}
_PARTS = frozenset({"NODE", "ATTRIBUTES"})  # these lead to tables of their own
_EVENTS = {
    "*": "every event",
    "0": "page loaded",
    "1": "page loading",
    "2": "full snapshot",
    "4": "address and window",
    "5": "custom event",
    "6": "plugin",
    "7": "asset",
    "8": "annotation",
}
_SOURCES = {
    "0": "change of the page",
    "1": "pointer moved",
    "2": "click, focus or touch",
    "3": "scroll",
    "4": "window size",
    "5": "field",
    "6": "finger moved",
    "7": "media",
    "8": "style rule",
    "9": "canvas",
    "10": "font",
    "11": "log line",
    "12": "drag",
    "13": "style declaration",
    "14": "selection",
    "15": "adopted sheet",
    "16": "custom element",
}
_NODES = {
    "*": "every node",
    "0": "document",
    "1": "document type",
    "2": "element",
    "3": "text",
    "4": "CDATA",
    "5": "comment",
}
# Counted under a path of their own, because the same place holds several classes.
_COUNTED = {"node.3.textContent.css": "CSS", "attributes.data-*": "TOKEN", "attributes.?": "TOKEN"}


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path of the table: its fine class, the group that class belongs to, and where it occurs, in words."""

    path: str
    string_class: str
    group: str
    where: str


def group_of(string_class: str) -> str:
    """Return the group of a fine class, such as `ENUM pointerType` or `GRID`.

    >>> group_of("ENUM pointerType"), group_of("GRID"), group_of("TEXT")
    ('ENUM', 'NUMBER', 'TEXT')
    """
    word = string_class.partition(" ")[0]
    return _GROUP_OF.get(word, word)


def rows(table: Table) -> tuple[PathRow, ...]:
    """List the whole table."""
    return tuple(_rows(table))


@cache
def class_of(path: str) -> str:
    """Return the group of a path under which enforcement counts; empty for a whole event or an unknown one."""
    if path in _COUNTED:
        return _COUNTED[path]
    known = _classes()
    return known.get(path) or known.get(path.rpartition(".")[0], "")


def _rows(table: Table) -> Iterator[PathRow]:
    for name, table_of, words in (
        ("events", table.events, _EVENTS),
        ("incremental", table.incremental, _SOURCES),
        ("node", table.node, _NODES),
    ):
        for kind, paths in table_of.items():
            for path, called in paths.items():
                if called not in _PARTS:
                    yield PathRow(f"{name}.{kind}.{path}", called, group_of(called), words.get(kind, kind))
    for name, called in table.attributes.items():
        yield PathRow(f"attributes.{name}", called, group_of(called), "attribute")
    yield PathRow("attributes.data-*", "TOKEN", "TOKEN", "attribute, name and value")
    yield PathRow("attributes.?", "TOKEN", "TOKEN", "attribute that the table does not name, name and value")
    yield PathRow("attributes.on*", "DROP", "DROP", "attribute")
    for path, called in table.interaction.items():
        yield PathRow(f"interaction.{path}", called, group_of(called), "interaction")


@cache
def _classes() -> dict[str, str]:
    return {row.path: row.group for row in rows(classes())}
