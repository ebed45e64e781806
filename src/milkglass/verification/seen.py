"""Seen: what one state of a page told the walk, in the form in which `page.js` tells it."""

from __future__ import annotations

import msgspec


class Import(msgspec.Struct):
    """An `@import` of a sheet. `layer` is None without one, empty for an anonymous one."""

    address: str
    layer: str | None = None
    media: str = ""
    supports: str = ""
    imports: list[Import] = []


class Sheet(msgspec.Struct):
    """A style sheet: a `<style>` with its text, a `<link>` with its address, or an adopted one.

    `rules` counts top-level rules as the browser sees them, -1 where it may not. A sheet that the page's script changed
    tells its rules in `css`, for their names alone.
    """

    kind: str
    address: str
    base: str
    text: str
    rules: int
    imports: list[Import]
    is_changed: bool
    css: str


class Line(msgspec.Struct, array_like=True):
    """A line of text: where it stands in the tree (a digest), why it may be a person's, whether on a control."""

    said: str
    place: int
    mark: str
    is_strong: int


class Name(msgspec.Struct, array_like=True):
    """A word; kind c class, i id, a attribute's name, v word of an attribute's value, t tag."""

    word: str
    kind: str
    varies: int  # from row to row
    count: int


class Link(msgspec.Struct, array_like=True):
    """Where a link leads; links of one list of rows share a group."""

    address: str
    group: str
    words: str


class Clickable(msgspec.Struct, array_like=True):
    """What a person could click: texts that may be its label, its own names, its box as parts of the page."""

    labels: list[str]
    names: list[str]
    left: float
    top: float
    width: float
    height: float


class Page(msgspec.Struct):
    """All of one state of a page."""

    address: str
    language: str
    lines: list[Line]
    names: list[Name]
    sheets: list[Sheet]
    images: list[str]
    links: list[Link]
    clickables: list[Clickable]


class Opener(msgspec.Struct):
    """Something that may show more when it is clicked; `words` is all that says what it does."""

    key: int
    number: int
    in_row: bool
    words: str


class Place(msgspec.Struct):
    """Where an element is on the screen, and whether it is on top there."""

    x: float
    y: float
    is_hit: bool
