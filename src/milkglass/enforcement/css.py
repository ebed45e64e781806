"""CSS: parsed, and written anew from what is known; whatever the page chose becomes a token or goes.

Cleaning depends on nothing but the text: it gives a `Cut`, text with places for tokens, which each recording fills with
its own. So a sheet that was seen before is not parsed again.

Source: CSS Syntax 3; Selectors 4; spec/css.json; spec/README.md.
"""

import re
from collections.abc import Iterable, Sequence
from math import floor
from unicodedata import category

import tinycss2
from tinycss2 import ast

from milkglass.enforcement.numbers import shortest
from milkglass.enforcement.selectors import Selectors
from milkglass.enforcement.table import CssRules, Table
from milkglass.enforcement.text import CLOSE, OPEN, SPACE
from milkglass.enforcement.writing import Cut, Gone, Writer

_HEX = re.compile(r"(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})")
_GRID_WORD = re.compile(f"[^{SPACE}]+")
# Letters by another name: circled, in boxes, of flags, of Braille.
_LETTER = re.compile("[\u2460-\u24ff\u2800-\u28ff\U0001f100-\U0001f1ff]")
_EMPTY = Cut(())
_CLOSERS = {"() block": ("(", ")"), "[] block": ("[", "]")}


class Css:
    """Cleans sheets, rules, declarations and values by the tables. Every method returns a Cut and never raises."""

    __slots__ = ("_keywords", "_rules", "_selectors", "_table")

    def __init__(self, table: Table, rules: CssRules) -> None:
        self._table = table
        self._rules = rules
        self._selectors = Selectors(table, rules)
        self._keywords = rules.keywords | rules.properties

    def sheet(self, text: str) -> Cut:
        """A whole sheet; one that cannot be read is empty."""
        out = Writer()
        for rule in tinycss2.parse_stylesheet(text, skip_comments=False, skip_whitespace=True):
            if isinstance(rule, ast.Comment) and f"/*{rule.value}*/" == self._rules.split:
                out.mark(self._rules.split)
            self._rule(rule, out)
        return out.cut()

    def rule(self, text: str) -> Cut:
        """Exactly one rule, whatever the text is: it is put at an index."""
        out = Writer()
        found = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        if len(found) == 1:
            self._rule(found[0], out)
        if not out.parts:
            out.mark(self._rules.empty_rule)
        return out.cut()

    def declarations(self, text: str) -> Cut:
        """The text of a `style` attribute."""
        out = Writer()
        self._block(tinycss2.parse_component_value_list(text), out, is_nested=False)
        return out.cut()

    def property(self, name: str) -> Cut:
        """The name of a property; nothing for one that is not known."""
        out = Writer()
        if self._property(name, out) is None:
            return _EMPTY
        return out.cut()

    def value_of(self, name: str, text: str) -> Cut:
        """The value of a property, without its priority; nothing where the declaration would go."""
        out = Writer()
        try:
            self._values(_trim(tinycss2.parse_component_value_list(text)), out, name)
        except (Gone, RecursionError):
            return Cut((), 1)
        return out.cut()

    def paint(self, text: str) -> Cut:
        """A `fill`, `stroke`, `mask` or `filter`."""
        return self.value_of("fill", text)

    def media(self, text: str) -> Cut:
        """A media query list."""
        return self.value_of("", text)

    def _rule(self, rule: ast.Node, out: Writer) -> None:
        """Write a rule of a sheet or of a group."""
        start = len(out.parts)
        try:
            match rule:
                case ast.QualifiedRule():
                    self._style(rule, out)
                case ast.AtRule():
                    self._at(rule, out, is_nested=False)
                case _:  # a comment, or an error: no rule, so no place either
                    pass
        except Gone:
            out.back(start)
            out.mark(self._rules.empty_rule)

    def _style(self, rule: ast.QualifiedRule, out: Writer) -> None:
        prelude = _trim(rule.prelude)
        if not prelude:
            raise Gone
        out.start()
        self._selectors.write(prelude, out)
        out.start()
        out.mark("{")
        self._block(rule.content, out, is_nested=True)
        out.mark("}")

    def _at(self, rule: ast.AtRule, out: Writer, *, is_nested: bool) -> None:
        name, kinds = rule.lower_at_keyword, self._rules.at_rules
        if name in kinds.gone:
            return
        if name not in kinds.rules and name not in kinds.keyframes:
            raise Gone
        if rule.content is None and name != "layer":
            raise Gone
        out.start()
        prelude = _trim(rule.prelude)
        out.mark(f"@{name} " if prelude else "@" + name)
        self._prelude(name, prelude, out)
        out.start()
        if rule.content is None:
            out.mark(";")
            return
        out.mark("{")
        if name in kinds.keyframes:
            self._frames(rule.content, out)
        elif is_nested:
            self._block(rule.content, out, is_nested=True)
        else:
            for one in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
                self._rule(one, out)
        out.mark("}")

    def _prelude(self, name: str, nodes: Sequence[ast.Node], out: Writer) -> None:
        if name != "scope":
            self._values(nodes, out, "")
            return
        for node in nodes:
            match node:
                case ast.ParenthesesBlock():
                    out.mark("(")
                    out.start()
                    self._selectors.write(node.content, out)
                    out.start()
                    out.mark(")")
                case ast.IdentToken(lower_value="to"):
                    out.word("to")
                case ast.WhitespaceToken():
                    out.space()
                case _:
                    raise Gone

    def _frames(self, nodes: Sequence[ast.Node], out: Writer) -> None:
        for frame in tinycss2.parse_rule_list(nodes, skip_comments=True, skip_whitespace=True):
            start = len(out.parts)
            try:
                self._frame(frame, out)
            except Gone:
                out.back(start)

    def _frame(self, frame: ast.Node, out: Writer) -> None:
        if not isinstance(frame, ast.QualifiedRule):
            raise Gone
        out.start()
        self._values(_trim(frame.prelude), out, "")
        out.start()
        out.mark("{")
        self._block(frame.content, out, is_nested=False)
        out.mark("}")

    def _block(self, nodes: Sequence[ast.Node], out: Writer, *, is_nested: bool) -> None:
        """Write declarations and, in a rule, the rules nested in it. What is not known goes; a rule leaves a place."""
        is_open = False  # after a declaration, which a semicolon closes if anything follows
        for node in tinycss2.parse_blocks_contents(nodes, skip_comments=True, skip_whitespace=True):
            start = len(out.parts)
            is_rule = is_nested and isinstance(node, ast.QualifiedRule | ast.AtRule)
            try:
                out.start()
                if is_open:
                    out.mark(";")
                self._part(node, out, is_nested=is_nested)
                is_open = not is_rule
            except Gone:
                out.back(start)
                if is_rule:
                    out.mark((";" if is_open else "") + self._rules.empty_rule)
                    is_open = False

    def _part(self, node: ast.Node, out: Writer, *, is_nested: bool) -> None:
        match node:
            case ast.Declaration():
                self._declaration(node, out)
            case ast.QualifiedRule() if is_nested:
                self._style(node, out)
            case ast.AtRule() if is_nested:
                self._at(node, out, is_nested=True)
            case _:
                raise Gone

    def _declaration(self, node: ast.Declaration, out: Writer) -> None:
        if self._property(node.name, out) is None:
            raise Gone
        out.mark(":")
        out.start()
        self._values(_trim(node.value), out, node.name)
        out.start()
        if node.important:
            out.mark("!important")

    def _property(self, name: str, out: Writer) -> str | None:
        """Write a property's name; None if it is not known."""
        if _is_custom(name):
            out.token("--k", name)
            return name
        lower = name.lower()
        if self._base(lower) not in self._rules.properties:
            return None
        out.word(lower)
        return lower

    def _base(self, lower: str) -> str:
        for prefix in self._rules.prefixes:
            if lower.startswith(prefix):
                return lower[len(prefix) :]
        return lower

    def _values(self, nodes: Iterable[ast.Node], out: Writer, name: str) -> None:
        """Write a value or a prelude; raises Gone for what no value of ours holds."""
        out.start()
        for node in nodes:
            match node:
                case ast.IdentToken():
                    self._ident(node.value, out)
                case ast.WhitespaceToken():
                    out.space()
                case ast.LiteralToken() if node.value in self._rules.operators:
                    out.mark(node.value)
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
                out.mark("#" + node.value.lower())
            case ast.StringToken():
                self._string(node.value, out, name)
            case ast.URLToken():
                self._url(node.value, out, name)
            case _:
                raise Gone

    def _ident(self, said: str, out: Writer) -> None:
        lower = said.lower()
        if lower in self._keywords:
            out.word(lower)
        else:
            out.token("--k" if said.startswith("--") else "k", said)

    def _number(self, number: float) -> str:
        most, scale = self._rules.number.most, 10**self._rules.number.decimals
        return shortest(floor(min(max(number, -most), most) * scale + 0.5) / scale)

    def _string(self, said: str, out: Writer, name: str) -> None:
        if _is_custom(name):
            raise Gone
        kind = self._rules.string_properties.get(name.lower())
        if kind == "icon" and _is_icon(said):
            out.mark(f'"\\{ord(said):x}"')
        elif kind == "areas":
            out.mark('"')
            out.start()
            for place, word in enumerate(_GRID_WORD.findall(said)):
                if place:
                    out.space()
                if word.strip("."):
                    self._ident(word, out)
                else:
                    out.mark(word)
            out.start()
            out.mark('"')
        else:
            out.mark('""')

    def _url(self, said: str, out: Writer, name: str) -> None:
        if said.startswith("#") and len(said) > 1:
            out.mark("url(#")
            out.start()
            out.token("k", said[1:])
            out.mark(")")
        elif _is_custom(name):
            raise Gone
        else:
            out.word("none")

    def _function(self, node: ast.FunctionBlock, out: Writer, name: str) -> None:
        called = node.lower_name
        instead = self._rules.dropped_functions.get(called)
        if called == "url" and len(node.arguments) == 1 and isinstance(node.arguments[0], ast.StringToken):
            self._url(node.arguments[0].value, out, name)
        elif instead is not None and not _is_custom(name):
            out.word(instead)
        elif called == "selector" and not name:
            out.word("selector(")
            out.start()
            self._selectors.write(node.arguments, out)
            out.start()
            out.mark(")")
        elif called in self._rules.functions:
            out.word(called + "(")
            self._values(_trim(node.arguments), out, name)
            out.start()
            out.mark(")")
        else:
            raise Gone

    def _brackets(self, node: ast.ParenthesesBlock | ast.SquareBracketsBlock, out: Writer, name: str) -> None:
        opening, closing = _CLOSERS[node.type]
        out.mark(opening)
        self._values(_trim(node.content), out, name)
        out.start()
        out.mark(closing)


def _is_custom(name: str) -> bool:
    # A reviewed name's reference stands in a property's place only for a custom property.
    return name.startswith("--") or name[:1] == OPEN


def _is_icon(said: str) -> bool:
    return (
        len(said) == 1
        and said not in (OPEN, CLOSE)
        and re.fullmatch(f"[{SPACE}]", said) is None
        and category(said)[0] not in "LN"
        and _LETTER.fullmatch(said) is None
    )


def _trim(nodes: Sequence[ast.Node]) -> Sequence[ast.Node]:
    """Leave white space and comments away at both ends."""
    blank = ("whitespace", "comment")
    start, end = 0, len(nodes)
    while start < end and nodes[start].type in blank:
        start += 1
    while end > start and nodes[end - 1].type in blank:
        end -= 1
    return nodes[start:end]
