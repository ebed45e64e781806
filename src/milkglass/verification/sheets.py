"""Sheets: the names, strings and addresses in a style sheet, found fast; `vocabulary.sheets` is what parses one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_URL = rf"url\(\s*(?:{_STRING}|[^)\"'\s]*)\s*\)"
_PARTS = re.compile(
    rf"(/\*.*?\*/)|(@(?:import|charset)\s+(?:{_URL}|{_STRING})[^;{{}}]*;?)|({_URL})|({_STRING})",
    re.DOTALL | re.IGNORECASE,
)
_NAMES = re.compile(
    # A string of its own is passed over; the value of an attribute selector is none.
    rf"{_STRING}|--[A-Za-z_][\w-]*|[.#](-?(?:[A-Za-z_]|[^\0-\x7f]|\\.)(?:[\w-]|[^\0-\x7f]|\\.)*)|\[\s*([A-Za-z_][\w-]*)"
    r"(?:\s*[~|^$*]?=\s*[\"']?([^\"'\]\s]{1,100}))?"
    r"|(?:@keyframes|@layer|@container|animation-name\s*:|container-name\s*:|grid-area\s*:|view-transition-name\s*:)"
    r"\s*([A-Za-z_-][\w-]*)"
)
_HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
_ESCAPED = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)


def addresses(text: str, base: str) -> Iterator[str]:
    """Yield the whole addresses that a sheet names, but for imports and for those that hold their own bytes."""
    for found in _PARTS.finditer(text):
        if found[3]:
            inside = found[3][4:-1].strip().strip("\"'")
            if inside and not inside.startswith(("data:", "#", "blob:")):
                yield urldefrag(urljoin(base, inside))[0]


def strings(text: str) -> Iterator[str]:
    """Yield the strings that a sheet writes, without their quotes."""
    for found in _PARTS.finditer(text):
        if found[4]:
            yield _plain(found[4][1:-1])


def names(text: str, known: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    r"""Yield the names that a sheet uses, as (kind, word): c class, i id, a attribute, v its value, p custom property.

    Attributes of `known` are HTML's own, and no names.

    >>> list(names(".a:hover #b{--c:1} [data-state=open]{} .md\\:flex{color:#fff}"))
    [('c', 'a'), ('i', 'b'), ('p', '--c'), ('a', 'data-state'), ('v', 'open'), ('c', 'md:flex')]
    """
    bare = _PARTS.sub(lambda found: found[0] if found[4] else " ", text)
    for found in _NAMES.finditer(bare):
        whole = found[0]
        if whole.startswith("--"):
            yield "p", whole
        elif found[1]:
            if whole[0] == "#" and _HEX.fullmatch(whole):
                continue
            yield ("c" if whole[0] == "." else "i"), _plain(found[1])
        elif found[2] and found[2].lower() not in known:
            yield "a", found[2].lower()
            if found[3]:
                yield "v", _plain(found[3])
        elif found[4]:
            yield "p", found[4]


def _plain(said: str) -> str:
    def letter(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] and 0 < int(found[1], 16) < 0xD800 else found[2] or ""  # noqa: PLR2004

    return _ESCAPED.sub(letter, said)
