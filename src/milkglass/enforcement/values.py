"""Values: known words, numbers and functions stay; strings, addresses and the names of the page become tokens or go.

Source: CSS Values 4; CSS Fonts 4 on families; spec/css.json; spec/README.md.
"""

import re
from collections.abc import Sequence
from math import floor
from unicodedata import category

from tinycss2 import ast

from milkglass.enforcement import numbers
from milkglass.enforcement.pieces import BLANK, members, trim
from milkglass.enforcement.selectors import Selectors
from milkglass.enforcement.table import CssRules
from milkglass.enforcement.text import CLOSE, OPEN, SPACE
from milkglass.enforcement.writing import Gone, Writer

_HEX = re.compile(r"(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})")
_WORD = re.compile(f"[^{SPACE}]+")
# Letters by another name: circled, in boxes, of flags, of Braille.
_LETTER = re.compile("[\u2460-\u24ff\u2800-\u28ff\U0001f100-\U0001f1ff]")
_CLOSERS = {"() block": ("(", ")"), "[] block": ("[", "]")}
_FAMILIES = ("font", "font-family")
_NAMED = (*BLANK, "ident", "string")


class Values:
    """Cleans values and preludes by the tables; raises Gone for what no value of ours holds."""

    __slots__ = ("_families", "_keywords", "_known", "_rules", "_selectors")

    def __init__(self, rules: CssRules, selectors: Selectors) -> None:
        self._rules = rules
        self._selectors = selectors
        self._keywords = rules.keywords | rules.properties
        self._known = self._keywords | rules.fonts
        self._families = rules.fonts | rules.generic_families

    def write(self, nodes: Sequence[ast.Node], out: Writer, name: str) -> None:
        """Write the value of the property `name`, or a prelude, whose name is empty."""
        out.start()
        lower = name.lower()
        if lower in _FAMILIES or is_custom(name):
            self._list(nodes, out, name)
            return
        # A pointer that is a picture is followed by one that everybody has, which alone is valid.
        for node in trim(list(members(nodes))[-1]) if lower == "cursor" else nodes:
            self._one(node, out, name)

    def ident(self, said: str, out: Writer) -> None:
        """Write a known word, or the token of one that the page chose."""
        lower = said.lower()
        if lower in self._known or self._rules.base(lower) in self._rules.properties:
            out.word(lower)
        else:
            out.token("--k" if said.startswith("--") else "k", said)

    def _list(self, nodes: Sequence[ast.Node], out: Writer, name: str) -> None:
        parts = list(members(nodes))
        # What a custom property holds is for anything; two names of which one is of a font are a list of families.
        is_stack = not is_custom(name) or (len(parts) > 1 and any(map(self._is_known_family, parts)))
        for place, member in enumerate(parts):
            if place:
                out.mark(",")
            start = self._family_at(member, name, place) if is_stack else len(member)
            self._each(member[:start], out, name)
            self._family(member[start:], out, name)

    def _is_known_family(self, member: Sequence[ast.Node]) -> bool:
        return _is_family(member) and _family_of(member).lower() in self._families

    def _each(self, nodes: Sequence[ast.Node], out: Writer, name: str) -> None:
        """Write what is no family. What a custom property holds is for `font` as well, where a string is a family."""
        for at, node in enumerate(nodes):
            if is_custom(name) and isinstance(node, ast.StringToken) and self._is_font_alone(nodes, at):
                self._family_name(node.value, out)
            else:
                self._one(node, out, name)

    def _is_font_alone(self, nodes: Sequence[ast.Node], at: int) -> bool:
        """Tell a font's name that no other word stands beside: with one it would be read as another family."""
        beside = (trim(nodes[:at])[-1:], trim(nodes[at + 1 :])[:1])
        return nodes[at].value.lower() in self._rules.fonts and not any(one and _is_named(one[0]) for one in beside)

    def _family_at(self, member: Sequence[ast.Node], name: str, place: int) -> int:
        """Tell where a family begins; in `font` it follows the size."""
        start = next((at + 1 for at in range(len(member) - 1, -1, -1) if not _is_named(member[at])), 0)
        if name.lower() != "font" or place or start:
            return start
        known = self._keywords
        while start < len(member) and (
            member[start].type in BLANK or getattr(member[start], "lower_value", None) in known
        ):
            start += 1
        return start

    def _family(self, nodes: Sequence[ast.Node], out: Writer, name: str) -> None:
        said = trim(nodes)
        if not _is_family(said) or (len(said) == 1 and said[0].type == "ident"):
            self._each(nodes, out, name)
            return
        if nodes[0].type == "whitespace":
            out.space()
        self._family_name(_family_of(said), out)
        if nodes[-1].type == "whitespace":
            out.space()

    def _family_name(self, family: str, out: Writer) -> None:
        lower = family.lower()
        if family == "":
            out.mark('""')
        elif lower not in self._rules.fonts:
            out.token("k", family)
        elif " " in lower:
            out.mark(f'"{lower}"')
        else:
            out.word(lower)

    def _one(self, node: ast.Node, out: Writer, name: str) -> None:
        match node:
            case ast.IdentToken():
                self.ident(node.value, out)
            case ast.WhitespaceToken():
                out.space()
            case ast.LiteralToken() if node.value in self._rules.operators:
                out.operator(node.value)
            case ast.FunctionBlock():
                self._function(node, out, name)
            case ast.ParenthesesBlock() | ast.SquareBracketsBlock():
                self._brackets(node, out, name)
            case ast.Comment():
                pass
            case _:
                self._plain(node, out, name)

    def _plain(self, node: ast.Node, out: Writer, name: str) -> None:
        """Write a number, colour, string or address."""
        match node:
            case ast.NumberToken():
                out.word(self._number(node.value))
            case ast.DimensionToken() if node.lower_unit in self._rules.units:
                out.word(self._number(node.value) + node.lower_unit)
            case ast.PercentageToken():
                out.word(self._number(node.value))
                out.glue()
                out.mark("%")
            case ast.HashToken() if _HEX.fullmatch(node.value.lower()):
                out.word("#" + node.value.lower())
            case ast.StringToken():
                self._string(node.value, out, name)
            case ast.URLToken():
                self._url(node.value, out, name)
            case _:
                raise Gone

    def _number(self, number: float) -> str:
        most, scale = self._rules.number.most, 10**self._rules.number.decimals
        return numbers.shortest(floor(min(max(number, -most), most) * scale + 0.5) / scale)

    def _string(self, said: str, out: Writer, name: str) -> None:
        if name.lower() in self._rules.area_properties:
            self._areas(said, out)
        elif _is_icon(said):
            out.mark(f'"\\{ord(said):x}"')
        else:
            out.mark('""')

    def _areas(self, said: str, out: Writer) -> None:
        out.mark('"')
        out.start()
        for place, word in enumerate(_WORD.findall(said)):
            if place:
                out.space()
            if word.strip("."):
                self.ident(word, out)
            else:
                out.mark(word)
        out.start()
        out.mark('"')

    def _url(self, said: str, out: Writer, name: str) -> None:
        if said.startswith("#") and len(said) > 1:
            out.word("url(#")
            out.start()
            out.token("k", said[1:])
            out.mark(")")
        else:
            self._picture(out, name)

    def _picture(self, out: Writer, name: str) -> None:
        """Write what stands for a picture. A mask without one would show the whole box: it is faint instead."""
        if name.lower() in _FAMILIES:  # no font has one, and a word in its place would be a family's
            raise Gone
        instead = self._rules.instead.get("--" if is_custom(name) else self._rules.base(name.lower()), "none")
        if instead[0] == '"':
            out.mark(instead)
        else:
            out.word(instead)

    def _function(self, node: ast.FunctionBlock, out: Writer, name: str) -> None:
        called = node.lower_name
        first = node.arguments[0] if len(node.arguments) == 1 else None
        said = first.value if isinstance(first, ast.StringToken) else None
        if called == "url" and said is not None:
            self._url(said, out, name)
        elif called in self._rules.pictures:
            self._picture(out, name)
        elif called == "attr":
            out.mark('""')
        elif called == "path":
            _path(said, out)
        elif called == "selector" and not name:
            self._selector(node, out)
        elif called in self._rules.functions:
            out.word(called + "(")
            self.write(trim(node.arguments), out, name)
            out.start()
            out.mark(")")
        else:
            raise Gone

    def _selector(self, node: ast.FunctionBlock, out: Writer) -> None:
        out.word("selector(")
        out.start()
        self._selectors.write(node.arguments, out)
        out.start()
        out.mark(")")

    def _brackets(self, node: ast.ParenthesesBlock | ast.SquareBracketsBlock, out: Writer, name: str) -> None:
        opening, closing = _CLOSERS[node.type]
        out.opening(opening)
        self.write(trim(node.content), out, name)
        out.start()
        out.mark(closing)


def is_custom(name: str) -> bool:
    """Tell a custom property; a reviewed name's reference stands in a property's place only for one."""
    return name.startswith("--") or name[:1] == OPEN


def _is_named(node: ast.Node) -> bool:
    """Tell a word, a string, an `attr()`, which is written as one, or what is between them."""
    return node.type in _NAMED or (isinstance(node, ast.FunctionBlock) and node.lower_name == "attr")


def _is_family(nodes: Sequence[ast.Node]) -> bool:
    """Tell a family's name: one string, or words."""
    kinds = [one.type for one in nodes if one.type not in BLANK]
    return kinds == ["string"] or (kinds != [] and set(kinds) == {"ident"})


def _family_of(nodes: Sequence[ast.Node]) -> str:
    """A family's name, with one space between its words however it was spelt."""
    return " ".join(" ".join(_WORD.findall(one.value)) for one in nodes if one.type in ("ident", "string"))


def _is_icon(said: str) -> bool:
    return (
        len(said) == 1
        and said not in (OPEN, CLOSE)
        and category(said)[0] not in "LN"
        and _LETTER.fullmatch(said) is None
    )


def _path(said: str | None, out: Writer) -> None:
    drawn = None if said is None else numbers.geometry("d", said)
    if drawn is None:
        raise Gone
    out.word(f'path("{drawn}")')
    out.glue()
