"""Sheets: a style sheet's own text, with what it imports in its place and every address written in full.

Source: W3C css-cascade-5 on `@import`: its media, supports and layer wrap what is imported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from milkglass.verification.seen import Import

_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_URL = rf"url\(\s*(?:{_STRING}|[^)\"'\s]*)\s*\)"
_PARTS = re.compile(
    rf"(/\*.*?\*/)|(@import\s+(?:{_URL}|{_STRING})[^;{{}}]*;?)|(@charset[^;]*;)|({_URL})|({_STRING})",
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
_DEEPEST = 5


def flat(text: str, base: str, imports: Sequence[Import], texts: Mapping[str, str], depth: int = 0) -> str:
    """Return a sheet's text without comments, its imports in their place, its addresses in full.

    Args:
        text: as it was served or as the `<style>` holds it.
        base: the address that its addresses are relative to.
        imports: what the browser loaded, in order.
        texts: served texts by address.
        depth: how many imports lie above this one.
    """
    inside = [
        _wrapped(flat(texts.get(one.address, ""), one.address, one.imports, texts, depth + 1), one)
        for one in imports
        if depth < _DEEPEST
    ]
    return "\n".join([*inside, _cleaned(text, lambda address: _full(address, base))])


def _cleaned(text: str, full: Callable[[str], str]) -> str:
    def part(found: re.Match[str]) -> str:
        comment, brought, charset, address, string = found.groups()
        if comment or brought or charset:
            return " " if comment else ""
        if string:
            return string
        inside = address[4:-1].strip()
        if inside[:1] in "\"'":
            inside = inside[1:-1]
        return f'url("{full(inside)}")'

    return _PARTS.sub(part, text).strip()


def _full(address: str, base: str) -> str:
    """Write an address as its path and query where it is the base's origin, else whole."""
    if address.startswith(("data:", "#", "blob:")):
        return address.replace('"', "%22")
    whole = urlsplit(urljoin(base, address))
    here = urlsplit(base)
    path = whole.path + (f"?{whole.query}" if whole.query else "") + (f"#{whole.fragment}" if whole.fragment else "")
    same = (whole.scheme, whole.netloc) == (here.scheme, here.netloc)
    return (path if same else f"{whole.scheme}://{whole.netloc}{path}").replace('"', "%22")


def _wrapped(text: str, one: Import) -> str:
    if one.layer is not None:
        text = f"@layer {one.layer}{{{text}}}" if one.layer else f"@layer{{{text}}}"
    if one.supports:
        text = f"@supports ({one.supports}){{{text}}}"
    return f"@media {one.media}{{{text}}}" if one.media else text


def addresses(text: str) -> Iterator[str]:
    """Yield the addresses that a flattened sheet names, but for those that hold their own bytes."""
    for found in _PARTS.finditer(text):
        if found[4]:
            inside = found[4][4:-1].strip().strip("\"'")
            if inside and not inside.startswith(("data:", "#", "blob:")):
                yield inside.partition("#")[0]


def strings(text: str) -> Iterator[str]:
    """Yield the strings that a sheet writes, without their quotes."""
    for found in _PARTS.finditer(text):
        if found[5]:
            yield _plain(found[5][1:-1])


def names(text: str, known: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    r"""Yield the names that a sheet uses, as (kind, word): c class, i id, a attribute, v its value, p custom property.

    Attributes of `known` are HTML's own, and no names.

    >>> list(names(".a:hover #b{--c:1} [data-state=open]{} .md\\:flex{color:#fff}"))
    [('c', 'a'), ('i', 'b'), ('p', '--c'), ('a', 'data-state'), ('v', 'open'), ('c', 'md:flex')]
    """
    bare = _PARTS.sub(lambda found: found[0] if found[5] else " ", text)
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
