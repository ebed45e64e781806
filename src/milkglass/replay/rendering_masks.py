"""Masks in their own font: as wide in any player as the recorder meant them.

The font holds the mask's glyph and nothing else, so every other letter falls through to what the page asked for. A list
that is `monospace` alone stays so: with any family beside it a browser takes another size.

Source: spec/player.json.
"""

import re
from functools import cache

import msgspec
from msgspec import Struct

from milkglass.enforcement.table import read_spec
from milkglass.wire.values import Json

_STYLE_KEYS = frozenset({"_cssText", "style", "rule", "replace", "replaceSync", "cssTexts"})
_FAMILY = re.compile(
    r'(font-family\s*:\s*)(?!\s*(?:inherit|initial|unset|revert|"Milkglass|monospace\s*(?:[;}!]|$)))', re.IGNORECASE
)
# In the shorthand the families follow the size, which is a length or a keyword, and perhaps a line height.
_SHORTHAND = re.compile(
    r"""(\bfont\s*:[^;{}"']*?(?:\b\d*\.?\d+(?:px|r?em|pt|%|v[wh]|ch|ex)|(?:calc|clamp|min|max|var)\([^;{}]*?\)"""
    r"""|\b(?:xx?-)?(?:small|large)|\bmedium|\bsmaller|\blarger)(?:\s*/\s*[^\s;{}"',]+)?\s+)"""
    r"""(?=[^;{}\s!])(?!monospace\s*(?:[;}!]|$))""",
    re.IGNORECASE,
)
# A short mask was rounded down to an even number of groups; a space between them is as wide as the page's font has it.
_SHORT = re.compile("^( ?)(▇▇▇▇ ▇▇▇▇(?: ▇▇▇▇ ▇▇▇▇){0,6})( ?)$", re.MULTILINE)
_BREAK = "\u200b"
# The font of a known sheet is told what it is called, by one name: with two it would be none.
_DECLARED = re.compile(r"(@font-face\s*\{[^}]*\})", re.IGNORECASE)
_DOCUMENT, _ELEMENT = 0, 2
_SNAPSHOT, _INCREMENTAL, _MUTATION = 2, 3, 0


class _Rendered(Struct, frozen=True):
    first_id: int
    face: str
    rules: list[str]
    grey: str


@cache
def spec() -> _Rendered:
    """spec/player.json."""
    return msgspec.json.decode(read_spec("player.json"), type=_Rendered)


def faced(text: str) -> str:
    r"""Put the mask font before each list of families in style text.

    >>> print(faced("a{font:12px k1}"))
    a{font:12px "Milkglass Mask",k1}
    """
    before = rf"\1{spec().face},"
    parts = _DECLARED.split(text)
    parts[::2] = [_SHORTHAND.sub(before, _FAMILY.sub(before, part)) for part in parts[::2]]
    return "".join(parts)


def closed(text: str) -> str:
    """Let the groups of short masks stand close together: they may break between them and take no room for it."""
    if "▇ ▇" not in text:
        return text
    return _SHORT.sub(lambda found: found[1] + found[2].replace(" ", _BREAK) + found[3], text)


class Masks:
    """The layer: style text names the mask font, and each document that is built declares it."""

    def __init__(self) -> None:
        self._next_id = spec().first_id

    def __call__(self, event: dict[str, Json]) -> dict[str, Json]:
        """Return one event with the font in it."""
        walked = {key: _walk(value, is_style=key in _STYLE_KEYS) for key, value in event.items()}
        data = walked.get("data")
        if not isinstance(data, dict):
            return walked
        if event.get("type") == _SNAPSHOT:
            self._declare(data.get("node"))
        elif event.get("type") == _INCREMENTAL and data.get("source") == _MUTATION:
            adds = data.get("adds")
            for add in adds if isinstance(adds, list) else []:
                if isinstance(add, dict):
                    self._declare(add.get("node"))
        return walked

    def _declare(self, node: Json) -> None:
        """Put the font's rules first into the head of each document below a node, which is changed."""
        if not isinstance(node, dict):
            return
        children = node.get("childNodes")
        if not isinstance(children, list):
            return
        for child in children:
            self._declare(child)
        if node.get("type") != _DOCUMENT:
            return
        root = next((one for one in children if isinstance(one, dict) and one.get("type") == _ELEMENT), None)
        inside = root.get("childNodes") if root else None
        if root is None or root.get("tagName") != "html" or not isinstance(inside, list):
            return
        head = next((one for one in inside if isinstance(one, dict) and one.get("tagName") == "head"), None)
        place = head.get("childNodes") if head else inside
        if isinstance(place, list):
            place.insert(0, self._rules(node.get("id"), node.get("rootId")))

    def _rules(self, document: Json, root: Json) -> dict[str, Json]:
        style: dict[str, Json] = {
            "type": _ELEMENT,
            "id": self._next_id,
            "tagName": "style",
            "attributes": {"_cssText": "".join(spec().rules)},
            "childNodes": [],
        }
        self._next_id += 1
        return style if root is None else {**style, "rootId": document}


def _walk(value: Json, *, is_style: bool) -> Json:
    match value:
        case str():
            return faced(value) if is_style else closed(value)
        case list():
            return [_walk(item, is_style=is_style) for item in value]
        case dict():
            return {key: _walk_item(value, key, item, is_style=is_style) for key, item in value.items()}
        case _:
            return value


def _walk_item(owner: dict[str, Json], key: str, item: Json, *, is_style: bool) -> Json:
    if key == "font-family" and isinstance(item, str):
        return faced(f"font-family:{item}").partition(":")[2]
    is_text = key == "textContent" and owner.get("isStyle") is True
    return _walk(item, is_style=is_style or is_text or key in _STYLE_KEYS)
