"""Selectors: tags, pseudo names and known attribute values stay; classes, ids and the page's attributes become tokens.

What is not understood raises Gone: the rule then becomes an empty rule, so that no index shifts.

Source: Selectors 4; spec/css.json; spec/README.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile

from tinycss2 import ast, nth

from milkglass.enforcement import numbers
from milkglass.enforcement.pieces import BLANK, members
from milkglass.enforcement.table import CssRules, Table
from milkglass.enforcement.text import SPACE
from milkglass.enforcement.writing import Gone, Hidden, Writer

_COMBINATORS = frozenset(">+~*&")
_MOST = 999_999


class Selectors:
    """Cleans selectors by the tables."""

    __slots__ = ("_rules", "_table", "_tags")

    def __init__(self, table: Table, rules: CssRules) -> None:
        self._table = table
        self._rules = rules
        self._tags = table.known_tags

    def write(self, nodes: Sequence[ast.Node], out: Writer, *, may_drop: bool = True) -> None:
        """Write a selector list; raises Gone. A selector of the list that asks for what is never stored is left out."""
        kept, begin = 0, len(out.parts)
        for member in members(nodes):
            start = len(out.parts)
            try:
                if kept:
                    out.mark(",")
                self._complex(member if kept else dropwhile(_is_blank, member), out)
                kept += 1
            except Hidden:
                if not may_drop:
                    raise
                out.back(start)
        if not kept:
            raise Hidden
        if len(out.parts) == begin:
            raise Gone  # nothing but commas: no browser takes it for a selector

    def _complex(self, nodes: Iterable[ast.Node], out: Writer) -> None:
        rest = iter(nodes)
        for node in rest:
            match node:
                case ast.WhitespaceToken():
                    out.space()
                case ast.Comment():
                    pass
                case ast.IdentToken():
                    self._tag(node.lower_value, out)
                case ast.HashToken() if node.is_identifier:
                    out.mark("#")
                    out.token("k", node.value)
                case ast.SquareBracketsBlock():
                    self._attribute([one for one in node.content if one.type not in ("whitespace", "comment")], out)
                case ast.LiteralToken(value="."):
                    out.mark(".")
                    out.token("k", _ident(next(rest, None)).value)
                case ast.LiteralToken(value=":"):
                    self._pseudo(rest, out)
                case ast.LiteralToken() if node.value in _COMBINATORS:
                    out.mark(node.value)
                case _:
                    raise Gone

    def _tag(self, name: str, out: Writer) -> None:
        if name in self._tags:
            out.word(name)
        else:
            out.token("x-" if "-" in name else "k", name)

    def _pseudo(self, rest: Iterator[ast.Node], out: Writer) -> None:
        node = next(rest, None)
        is_element = isinstance(node, ast.LiteralToken) and node.value == ":"
        if is_element:
            node = next(rest, None)
        out.mark("::" if is_element else ":")
        if isinstance(node, ast.FunctionBlock):
            self._function(node, out)
            return
        name = _ident(node).lower_value
        if name not in (self._rules.pseudo_elements if is_element else self._rules.pseudo_classes):
            raise Gone
        out.word(name)

    def _function(self, node: ast.FunctionBlock, out: Writer) -> None:
        name, rules = node.lower_name, self._rules
        out.mark(name + "(")
        out.start()
        if name in rules.selector_functions:
            self.write(node.arguments, out, may_drop=name in rules.forgiving)
        elif name in rules.nth_functions:
            self._nth(node.arguments, out)
        elif name in rules.token_functions:
            for one in node.arguments:
                if one.type == "whitespace":
                    out.space()
                else:
                    out.token("k", _ident(one).value)
        elif name in ("dir", "lang"):
            words = [_ident(one).value for one in node.arguments if one.type != "whitespace"]
            if len(words) != 1 or words[0] not in self._table.enums[name]:
                raise Gone
            out.word(words[0])
        else:
            raise Gone
        out.start()
        out.mark(")")

    def _nth(self, nodes: Sequence[ast.Node], out: Writer) -> None:
        at = next(
            (i for i, one in enumerate(nodes) if isinstance(one, ast.IdentToken) and one.lower_value == "of"), None
        )
        found = nth.parse_nth(nodes[:at])
        if found is None or max(map(abs, found)) > _MOST:
            raise Gone
        step, first = found
        out.word(str(first) if not step else f"{step}n{first:+d}" if first else f"{step}n")
        if at is not None:
            out.space()
            out.word("of")
            out.space()
            self.write(nodes[at + 1 :], out, may_drop=False)

    def _attribute(self, nodes: Sequence[ast.Node], out: Writer) -> None:
        if not nodes:
            raise Gone
        name = _ident(nodes[0]).lower_value
        found = self._table.attributes.get(name)
        out.mark("[")
        if found is None:
            found = "TOKEN v"
            out.token("d-", name)
        else:
            out.word(name)
        if len(nodes) > 1:
            self._value(name, found, nodes[1:], out)
        out.mark("]")

    def _value(self, name: str, found: str, nodes: Sequence[ast.Node], out: Writer) -> None:
        # Part of a word cannot survive a hash, so only = and ~= are kept.
        operator = nodes[0].value if isinstance(nodes[0], ast.LiteralToken) else ""
        flags = [_ident(one).lower_value for one in nodes[2:]]
        if len(nodes) == 1 or flags not in ([], ["i"], ["s"]):
            raise Gone
        if operator not in ("=", "~="):
            raise Hidden
        value = nodes[1].value if isinstance(nodes[1], ast.IdentToken | ast.StringToken) else None
        if value is None:
            raise Gone
        out.mark(operator + '"')
        if found in ("TOKEN", "TOKEN v"):
            for word in _words(value)[: self._table.limits.words]:
                out.token("v" if found == "TOKEN v" else "k", word)
        elif (found == "ENUM" and value in self._table.enums[name]) or (
            found == "NUMBER" and numbers.attribute(value) == value
        ):
            out.word(value)
        else:
            raise Hidden
        out.start()
        out.mark(f'" {flags[0]}' if flags else '"')


def _words(said: str) -> list[str]:
    return [one for one in re.split(f"[{SPACE}]+", said) if one]


def _ident(node: ast.Node | None) -> ast.IdentToken:
    if not isinstance(node, ast.IdentToken):
        raise Gone
    return node


def _is_blank(node: ast.Node) -> bool:
    return node.type in BLANK
