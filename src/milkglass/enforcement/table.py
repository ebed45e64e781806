"""The string-class table and its companions, read once from `spec/`.

In a checkout `spec/` lies at the root; a wheel carries it as data files. Nothing else in this room reads anything.

Source: spec/classes.json, spec/css.json, spec/widths.json.
"""

from bisect import bisect_right
from functools import cache, cached_property
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import TypeVar

import msgspec
from msgspec import Struct

_Read = TypeVar("_Read")

# What the text nodes inside an element are.
TEXT, VALUE, STYLE, NOTHING, EMPTY = "TEXT", "VALUE", "STYLE", "NOTHING", "EMPTY"


class Limits(Struct, frozen=True):
    """How much of one place is kept: characters, words, lines, attributes."""

    text: int
    attribute: int
    css: int
    words: int
    attributes: int
    lines: int
    url: int


class TextRules(Struct, frozen=True):
    """What TEXT is made of."""

    reference_open: str
    reference_close: str
    mask: str
    group: int
    short_em: int
    short_words: int
    value: str
    punctuation: frozenset[str]
    punctuation_run: int
    digit_runs: str


class Tags(Struct, frozen=True):
    """Known tag names, and those whose inside is of another class."""

    html: frozenset[str]
    svg: frozenset[str]
    math: frozenset[str]
    empty: frozenset[str]
    fields: frozenset[str]
    value_text: frozenset[str]
    style_text: frozenset[str]
    drop_text: frozenset[str]
    button_value_types: frozenset[str]


class Table(Struct, frozen=True, dict=True):
    """spec/classes.json."""

    limits: Limits
    events: dict[str, dict[str, str]]
    incremental: dict[str, dict[str, str]]
    node: dict[str, dict[str, str]]
    interaction: dict[str, str]
    values: dict[str, frozenset[int | str]]
    attributes: dict[str, str]
    attribute_prefixes: dict[str, str]
    attribute_spelling: dict[str, str]
    attribute_values_dropped: tuple[str, ...]
    enums: dict[str, frozenset[str]]
    tags: Tags
    text: TextRules

    @cached_property
    def known_tags(self) -> frozenset[str]:
        """Every tag name that may be kept."""
        return self.tags.html | self.tags.svg | self.tags.math

    @cached_property
    def insides(self) -> dict[str, str]:
        """What the text inside each known tag is, or that nothing may be inside it."""
        tags = self.tags
        found = dict.fromkeys(self.known_tags, TEXT)
        for names, inside in ((tags.value_text, VALUE), (tags.style_text, STYLE), (tags.drop_text, NOTHING)):
            found |= dict.fromkeys(names & self.known_tags, inside)
        return found | dict.fromkeys(tags.empty & self.known_tags, EMPTY)

    @cached_property
    def known_attributes(self) -> dict[str, tuple[str, str, str]]:
        """By lower-case name: class, lower-case name, spelling."""
        spelt = self.attribute_spelling
        known = {name: (called, name, spelt.get(name, name)) for name, called in self.attributes.items()}
        return known | {spelling: known[name] for name, spelling in spelt.items()}


class NumberRule(Struct, frozen=True):
    """How a number in CSS is clamped and rounded."""

    most: int
    decimals: int


class AtRules(Struct, frozen=True, dict=True):
    """What becomes of an at-rule, by name."""

    rules: frozenset[str]
    keyframes: frozenset[str]
    declared: frozenset[str]
    property: frozenset[str]
    gone: frozenset[str]

    @cached_property
    def kept(self) -> frozenset[str]:
        """Every name that is written."""
        return self.rules | self.keyframes | self.declared | self.property


class CssRules(Struct, frozen=True):
    """spec/css.json."""

    empty_rule: str
    split: str
    prefixes: tuple[str, ...]
    properties: frozenset[str]
    keywords: frozenset[str]
    fonts: frozenset[str]
    generic_families: frozenset[str]
    functions: frozenset[str]
    units: frozenset[str]
    operators: frozenset[str]
    pseudo_classes: frozenset[str]
    pseudo_elements: frozenset[str]
    selector_functions: frozenset[str]
    forgiving: frozenset[str]
    nth_functions: frozenset[str]
    token_functions: frozenset[str]
    at_rules: AtRules
    syntax: frozenset[str]
    area_properties: frozenset[str]
    pictures: frozenset[str]
    instead: dict[str, str]
    number: NumberRule

    def base(self, lower: str) -> str:
        """Take a vendor's prefix off a property's name."""
        if lower[:1] == "-":
            for prefix in self.prefixes:
                if lower.startswith(prefix):
                    return lower[len(prefix) :]
        return lower


class _Widths(Struct, frozen=True):
    default: int
    characters: dict[str, int]
    ranges: list[tuple[int, int, int]]


class Widths(dict[str, int]):
    """Width of a character in hundredths of an em, by the character; one that is not listed is found by its range."""

    __slots__ = ("_ascii", "_default", "_ranges", "_starts")

    def __init__(self, read: _Widths) -> None:
        super().__init__(read.characters)
        self._default = read.default
        self._ranges = sorted(read.ranges)
        self._starts = [start for start, _, _ in self._ranges]
        # Most lines are ASCII, whose widths fit a byte each: adding up bytes takes a third of the time.
        self._ascii = bytes([self[chr(code)] if code < 128 else 0 for code in range(256)])  # noqa: PLR2004

    def of(self, line: str) -> int:
        """Add up a line."""
        if line.isascii():
            return sum(line.encode("ascii").translate(self._ascii))
        return sum(map(self.__getitem__, line))

    def __missing__(self, character: str) -> int:
        code = ord(character)
        place = bisect_right(self._starts, code) - 1
        found = place >= 0 and code <= self._ranges[place][1]
        return self._ranges[place][2] if found else self._default


def read_spec(name: str) -> bytes:
    """Read a file of `spec/` by its name below it, such as `vectors/text.json`."""
    package = resources.files("milkglass")
    wheel = metadata.distribution("milkglass")
    recorded = [wheel.locate_file(one) for one in wheel.files or () if one.as_posix().endswith(f"/spec/{name}")]
    # The checkout first: an editable install may carry an older copy. The last is where `pip --target` puts data.
    places = [package.joinpath("..", "..", "spec", name), *recorded, wheel.locate_file(f"share/milkglass/spec/{name}")]
    found = next(place for place in places if isinstance(place, Traversable) and place.is_file())
    return found.read_bytes()


def _read(name: str, form: type[_Read]) -> _Read:
    return msgspec.json.decode(read_spec(name), type=form)


@cache
def classes() -> Table:
    """Read the table of classes."""
    return _read("classes.json", Table)


@cache
def css_rules() -> CssRules:
    """Read what CSS keeps."""
    return _read("css.json", CssRules)


@cache
def widths() -> Widths:
    """Read the widths of characters."""
    return Widths(_read("widths.json", _Widths))
