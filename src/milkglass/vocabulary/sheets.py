"""Known sheets: a style sheet as the browser had it at `learn`, cleaned of all that could fetch, run or tell.

Rules keep their number and order, since later changes name them by index: an import becomes one group in its place.
Comments go. An address stays only as the mark of a listed asset, which rendering turns into its bytes; every other one
becomes `none`.

Source: CSS Syntax 3; CSS Cascade 5 on what `@import` wraps.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urljoin

import tinycss2
from tinycss2 import ast

from milkglass.enforcement.table import classes
from milkglass.errors import Invalid
from milkglass.vocabulary.assets import clean_asset, data_uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LARGEST_SHEET = 4_000_000  # characters, imports in place
MARK = "milkglass:"  # an address of ours: the SHA-256 of a listed asset behind it
_DEEPEST = 8  # imports in imports
_GROUPS = frozenset({"media", "supports", "layer", "container", "scope", "starting-style"})
_ADDRESSED = frozenset({"image-set", "-webkit-image-set", "image", "cross-fade", "-webkit-cross-fade"})
_RUNS = frozenset({"expression"})
_BINDS = frozenset({"behavior", "-moz-binding"})
_NAMED = frozenset({"container-name", "container"})
_WHOLE_WORDS = frozenset({"=", "~=", "|="})
_FROM_PAGE = frozenset({"TOKEN", "UNKNOWN"})  # classes of attributes whose values are the page's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """A sheet as `learn` met it.

    Args:
        text: the text of the `<style>`, or the body of the link's answer.
        base: absolute address against which its addresses are read.
        imports: text of each imported sheet by absolute address.
        assets: SHA-256 of each listed asset (as `keep_asset` returned it) by absolute address.
    """

    text: str
    base: str = "http://page.invalid/"
    imports: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)


def clean_sheet(seen: SheetSeen) -> str:
    """Return the text that is kept. Raises Invalid for a sheet that is too large or imports without end."""
    text = "".join(_rules(seen, seen.text, seen.base, 0))
    if len(text) > LARGEST_SHEET:
        raise Invalid(f"a sheet is larger than {LARGEST_SHEET:,} characters")
    return text


def names_of(text: str) -> frozenset[str]:
    """Return every name that a sheet and a page share: without one of them as an entry the sheet would not match."""
    found: set[str] = set()
    _gather(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), found)
    return frozenset(found)


def strings_of(text: str) -> list[str]:
    """Return what a sheet writes on the page: its strings, for the detectors."""
    return [
        token.value
        for token in _all(tinycss2.parse_component_value_list(text))
        if isinstance(token, ast.StringToken) and len(token.value) > 1 and not token.value.startswith((MARK, "data:"))
    ]


def _rules(seen: SheetSeen, text: str, base: str, depth: int) -> Iterator[str]:
    if len(text) > LARGEST_SHEET or depth > _DEEPEST:
        raise Invalid("a sheet is too large, or its imports have no end")
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if isinstance(rule, ast.AtRule) and rule.lower_at_keyword == "import":
            yield _imported(seen, rule, base, depth)
        elif not isinstance(rule, ast.ParseError) and getattr(rule, "lower_at_keyword", "") != "charset":
            _clean_rule(seen, rule, base)
            yield rule.serialize()


def _imported(seen: SheetSeen, rule: ast.AtRule, base: str, depth: int) -> str:
    """Return an import's sheet as one group with the layer, condition and media that the import had."""
    parts = [token for token in rule.prelude if token.type not in ("whitespace", "comment")]
    address = _address(parts[0]) if parts else None
    text = None if address is None else seen.imports.get(urljoin(base, address))
    if address is None or text is None:
        return "@media not all{}"
    inside = "".join(_rules(seen, text, urljoin(base, address), depth + 1))
    rest, layer = parts[1:], None
    if rest and isinstance(rest[0], ast.IdentToken) and rest[0].lower_value == "layer":
        layer, rest = "", rest[1:]
    elif rest and isinstance(rest[0], ast.FunctionBlock) and rest[0].lower_name == "layer":
        layer, rest = tinycss2.serialize(rest[0].arguments), rest[1:]
    if layer is not None:
        inside = f"@layer {layer}{{{inside}}}"
    if rest and isinstance(rest[0], ast.FunctionBlock) and rest[0].lower_name == "supports":
        condition = tinycss2.serialize(rest[0].arguments)
        inside, rest = f"@supports ({condition}){{{inside}}}", rest[1:]
    # The prelude's own spacing, not the parts': `screen and (…)` needs its spaces.
    media = tinycss2.serialize(rule.prelude[rule.prelude.index(rest[0]) :]).strip() if rest else "all"
    return f"@media {media}{{{inside}}}"


def _clean_rule(seen: SheetSeen, rule: ast.Node, base: str) -> None:
    if isinstance(rule, ast.QualifiedRule):
        rule.prelude, rule.content = _clean(seen, rule.prelude, base), _clean(seen, rule.content, base)
    elif isinstance(rule, ast.AtRule):
        rule.prelude = _clean(seen, rule.prelude, base)
        if rule.content is not None:
            rule.content = _block(seen, rule, base)


def _block(seen: SheetSeen, rule: ast.AtRule, base: str) -> list[ast.Node]:
    if rule.lower_at_keyword in _GROUPS:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        kept = [one for one in inner if not isinstance(one, ast.ParseError)]
        for one in kept:
            _clean_rule(seen, one, base)
        return kept
    if rule.lower_at_keyword == "font-face":
        return _sources(seen, rule.content, base)
    return _clean(seen, rule.content, base)


def _sources(seen: SheetSeen, content: Sequence[ast.Node], base: str) -> list[ast.Node]:
    """A face keeps those of its sources that are listed: one that is not would make the whole list invalid."""
    kept: list[ast.Node] = []
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if not isinstance(one, ast.Declaration):
            continue
        if one.lower_name == "src":
            parts = [part for part in _commas(one.value) if not _is_unlisted(seen, part, base)]
            if not parts:
                continue
            comma = ast.LiteralToken(0, 0, ",")
            one.value = [token for place, part in enumerate(parts) for token in ([comma, *part] if place else part)]
        one.value = _clean(seen, one.value, base)
        kept += [one, ast.LiteralToken(0, 0, ";")]
    return kept


def _is_unlisted(seen: SheetSeen, part: Sequence[ast.Node], base: str) -> bool:
    addresses = [address for token in part if (address := _address(token, only_url=True)) is not None]
    return any(_mark(seen, address, base) is None for address in addresses)


def _commas(tokens: Sequence[ast.Node]) -> list[list[ast.Node]]:
    parts: list[list[ast.Node]] = [[]]
    for token in tokens:
        if isinstance(token, ast.LiteralToken) and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _clean(seen: SheetSeen, tokens: Sequence[ast.Node], base: str, *, is_addressed: bool = False) -> list[ast.Node]:
    kept: list[ast.Node] = []
    for token in tokens:
        address = _address(token, only_url=not is_addressed)
        if isinstance(token, ast.Comment):
            continue
        if isinstance(token, ast.ParseError):
            # A broken address swallows what follows; anything else that is broken is nothing.
            kept += [_shown(None)] if token.kind == "bad-url" else []
        elif address is not None:
            kept.append(_shown(_mark(seen, address, base)))
        elif isinstance(token, ast.FunctionBlock):
            if token.lower_name in _RUNS:
                kept.append(_shown(None))
                continue
            token.arguments = _clean(seen, token.arguments, base, is_addressed=token.lower_name in _ADDRESSED)
            kept.append(token)
        elif isinstance(token, ast.ParenthesesBlock | ast.SquareBracketsBlock | ast.CurlyBracketsBlock):
            token.content = _clean(seen, token.content, base)
            kept.append(token)
        elif isinstance(token, ast.IdentToken) and token.lower_value in _BINDS:
            kept.append(ast.IdentToken(0, 0, "gone"))
        else:
            kept.append(token)
    return kept


def _address(token: ast.Node, *, only_url: bool = False) -> str | None:
    match token:
        case ast.URLToken():
            return str(token.value)
        case ast.FunctionBlock(lower_name="url" | "src"):
            said = [one for one in token.arguments if isinstance(one, ast.StringToken)]
            return str(said[0].value) if said else ""
        case ast.StringToken() if not only_url:
            return str(token.value)
        case _:
            return None


def _mark(seen: SheetSeen, address: str, base: str) -> str | None:
    """Return what may stand for an address: itself inside the page, our own bytes, or nothing."""
    if address.startswith("#"):
        return address
    if address[:5].lower() == "data:":
        return _inline(address)
    listed = seen.assets.get(urljoin(base, address).partition("#")[0]) or seen.assets.get(urljoin(base, address))
    return None if listed is None else MARK + listed


def _inline(address: str) -> str | None:
    """Return a `data:` address written anew, if its bytes are an image or a font."""
    head, comma, body = address[5:].partition(",")
    try:
        raw = unquote_to_bytes(body)
        content = base64.b64decode(raw, validate=False) if head.lower().endswith(";base64") else raw
        return data_uri(clean_asset(content)) if comma else None
    except (Invalid, binascii.Error, ValueError):
        return None


def _shown(mark: str | None) -> ast.Node:
    if mark is None:
        return ast.IdentToken(0, 0, "none")
    return tinycss2.parse_one_component_value(f'url("{mark}")')


def _gather(rules: Sequence[ast.Node], found: set[str]) -> None:
    for rule in rules:
        match rule:
            case ast.QualifiedRule():
                _selector(rule.prelude, found)
                _contents(rule.content, found)
            case ast.AtRule():
                _at(rule, found)
            case _:
                pass


def _at(rule: ast.AtRule, found: set[str]) -> None:
    word = rule.lower_at_keyword.rpartition("-")[2] if rule.lower_at_keyword.startswith("-") else rule.lower_at_keyword
    if word in ("keyframes", "layer", "property", "counter-style"):
        # A layer's path: `base.reset` is two names.
        found.update(token.value for token in rule.prelude if isinstance(token, ast.IdentToken))
    elif word == "container":
        first = [token for token in rule.prelude if token.type != "whitespace"][:1]
        found.update(one.value for one in first if isinstance(one, ast.IdentToken) and one.lower_value != "not")
    elif word == "scope":
        _selector([token for block in rule.prelude for token in getattr(block, "content", ())], found)
    if rule.content is None:
        return
    if word in _GROUPS:
        _gather(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), found)
    _contents(rule.content, found)


def _contents(content: Sequence[ast.Node], found: set[str]) -> None:
    found.update(
        token.value for token in _all(content) if isinstance(token, ast.IdentToken) and token.value.startswith("--")
    )
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if isinstance(one, ast.QualifiedRule | ast.AtRule):
            _gather([one], found)
        elif isinstance(one, ast.Declaration) and one.lower_name in _NAMED:
            found.update(token.value for token in _commas(one.value)[0] if isinstance(token, ast.IdentToken))


def _selector(tokens: Sequence[ast.Node], found: set[str]) -> None:
    before: ast.Node | None = None
    for token in tokens:
        match token:
            case ast.IdentToken() if isinstance(before, ast.LiteralToken) and before.value == ".":
                found.add(token.value)
            case ast.HashToken():
                found.add(token.value)
            case ast.SquareBracketsBlock():
                _attribute(token.content, found)
            case ast.FunctionBlock():
                _selector(token.arguments, found)
            case _:
                pass
        before = token


def _attribute(tokens: Sequence[ast.Node], found: set[str]) -> None:
    parts = [token for token in tokens if token.type not in ("whitespace", "comment")]
    names = [token.lower_value for token in parts if isinstance(token, ast.IdentToken)]
    if not names:
        return
    name = names[0]
    called = classes().known_attributes.get(name, ("UNKNOWN", "", ""))[0]
    if name.startswith("on") or called not in _FROM_PAGE:
        return
    if called == "UNKNOWN":
        found.add(name)
    operators = {token.value for token in parts if isinstance(token, ast.LiteralToken)}
    if operators & _WHOLE_WORDS:
        values = [token.value for token in parts[1:] if isinstance(token, ast.IdentToken | ast.StringToken)]
        found.update(word for word in (values[0].split() if values else ()))


def _all(tokens: Sequence[ast.Node]) -> Iterator[ast.Node]:
    for token in tokens:
        yield token
        yield from _all(getattr(token, "content", None) or getattr(token, "arguments", None) or ())
