"""Evidence: what the product's own files say about whether a text is the product's or a record's.

A string literal of a script is the same for everybody; a value of a JSON answer is a record's. Neither is proof, and
each only moves what waits for a person. A description of the product's API is a file of its own, not an answer: its
summaries, paths and keys are the same for everybody. Its examples are not looked at: they may be somebody's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from milkglass.enforcement.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

_LITERAL = re.compile(
    r"\"((?:[^\"\\\n]|\\.){1,300})\"|'((?:[^'\\\n]|\\.){1,300})'|`((?:[^`\\]|\\.){1,300})`|>([^<>{}\n]{1,300})<"
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r"}
_LARGEST = 0x10FFFF
MOST_STRINGS = 200_000
_DESCRIBES = ("openapi", "swagger", "asyncapi")
_EXAMPLES = frozenset({"example", "examples", "default"})
# A JSON file of translations is the product's own, however it was fetched.
_TRANSLATIONS = re.compile(r"(locale|i18n|lang|translat|messages|strings)", re.IGNORECASE)


def literals(script: str) -> Iterator[str]:
    """Yield the string literals of a script, normalised line by line."""
    for found in _LITERAL.finditer(script):
        said = next(group for group in found.groups() if group is not None)
        for line in _unescaped(said).split("\n"):
            plain = normalise(line)
            if plain:
                yield plain


def values(body: bytes) -> Iterator[str]:
    """Yield the texts of a JSON document, normalised line by line; nothing if it is none. Keys are no values."""
    try:
        waiting: list[object] = [msgspec.json.decode(body)]
    except msgspec.DecodeError:
        return
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield from _lines(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def described(body: bytes) -> Iterator[str]:
    """Yield the texts and keys of an API description (OpenAPI, Swagger, AsyncAPI); nothing if it is none."""
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return
    if not isinstance(found, dict) or not any(isinstance(found.get(key), str) for key in _DESCRIBES):
        return
    waiting: list[object] = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield from _lines(one)
        elif isinstance(one, dict):
            for key, value in one.items():
                yield from _lines(key)
                if key not in _EXAMPLES:
                    waiting.append(value)
        elif isinstance(one, list):
            waiting.extend(one)


def _lines(said: str) -> Iterator[str]:
    for line in said.splitlines()[:200]:
        plain = normalise(line[:600])
        if plain:
            yield plain


def is_translation(address: str) -> bool:
    """Tell whether a JSON file looks like one of translations."""
    return _TRANSLATIONS.search(address) is not None


def _unescaped(said: str) -> str:
    if "\\" not in said:
        return said

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            number = int(code, 16)
            return chr(number) if number <= _LARGEST and not 0xD800 <= number <= 0xDFFF else ""  # noqa: PLR2004
        return _CONTROL.get(found[4], found[4])

    return _ESCAPE.sub(plain, said)
