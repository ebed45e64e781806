"""CSS: parsed, and written anew from what is known; whatever the page chose becomes a token or goes.

Cleaning depends on nothing but the text: it gives a `Cut`, text with places for tokens, which each recording fills with
its own. So a sheet that was seen before is not parsed again.

Source: CSS Syntax 3; Selectors 4; spec/css.json; spec/README.md.
"""

import re
from collections.abc import Sequence

import tinycss2
from tinycss2 import ast

from milkglass.enforcement.pieces import trim
from milkglass.enforcement.selectors import Selectors
from milkglass.enforcement.table import CssRules, Table
from milkglass.enforcement.values import Values, is_custom
from milkglass.enforcement.writing import Cut, Gone, Writer

_EMPTY = Cut()
_DESCRIPTORS = ("syntax", "inherits", "initial-value")
_SYNTAX = re.compile(r"<([a-z-]+)>[+#]?")


class Css:
    """Cleans sheets, rules, declarations and values by the tables. Every method returns a Cut and never raises."""

    __slots__ = ("_rules", "_selectors", "_values")

    def __init__(self, table: Table, rules: CssRules) -> None:
        self._rules = rules
        self._selectors = Selectors(table, rules)
        self._values = Values(rules, self._selectors)

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
        rules = tinycss2.parse_stylesheet(text, skip_comments=False, skip_whitespace=True)
        found = [one for one in rules if not isinstance(one, ast.Comment)]
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
            self._values.write(trim(tinycss2.parse_component_value_list(text)), out, name)
        except (Gone, RecursionError):
            return Cut(gone=1)
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
        prelude = trim(rule.prelude)
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
        if name not in kinds.kept or (rule.content is None and name != "layer"):
            raise Gone
        out.start()
        prelude = trim(rule.prelude)
        out.mark(f"@{name} " if prelude else "@" + name)
        self._prelude(name, prelude, out)
        out.start()
        if rule.content is None:
            out.mark(";")
            return
        out.mark("{")
        if name in kinds.keyframes:
            self._frames(rule.content, out)
        elif name in kinds.property:
            self._descriptors(rule.content, out)
        elif name in kinds.declared:
            self._block(rule.content, out, is_nested=False)
        elif is_nested:
            self._block(rule.content, out, is_nested=True)
        else:
            for one in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
                self._rule(one, out)
        out.mark("}")

    def _prelude(self, name: str, nodes: Sequence[ast.Node], out: Writer) -> None:
        if name != "scope":
            self._values.write(nodes, out, "")
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

    def _descriptors(self, nodes: Sequence[ast.Node], out: Writer) -> None:
        """Write what `@property` says. A syntax that is not one of the known types is any."""
        is_open = False
        for node in tinycss2.parse_blocks_contents(nodes, skip_comments=True, skip_whitespace=True):
            if not isinstance(node, ast.Declaration) or node.lower_name not in _DESCRIPTORS:
                continue
            value = trim(node.value)
            out.start()
            out.mark(f"{';' if is_open else ''}{node.lower_name}:")
            if node.lower_name == "syntax":
                out.mark(self._syntax(value))
            else:
                self._values.write(value, out, "--")
            is_open = True

    def _syntax(self, nodes: Sequence[ast.Node]) -> str:
        said = nodes[0].value if len(nodes) == 1 and isinstance(nodes[0], ast.StringToken) else ""
        types = [_SYNTAX.fullmatch(one) for one in said.split(" | ")]
        return f'"{said}"' if all(one and one[1] in self._rules.syntax for one in types) else '"*"'

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
        self._values.write(trim(frame.prelude), out, "")
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
                begun = len(out.parts)
                self._part(node, out, is_nested=is_nested)
                if len(out.parts) == begun:  # an at-rule that leaves no place
                    del out.parts[start:]
                else:
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
        self._values.write(trim(node.value), out, node.name)
        out.start()
        if node.important:
            out.mark("!important")

    def _property(self, name: str, out: Writer) -> str | None:
        """Write a property's name; None if it is not known."""
        if is_custom(name):
            out.token("--k", name)
            return name
        lower = name.lower()
        if self._rules.base(lower) not in self._rules.properties:
            return None
        out.word(lower)
        return lower
