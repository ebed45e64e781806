"""Bundles: string literals of built JavaScript that a page may show, or that name its elements.

A small tokenizer, no parser: it tells strings, templates, comments and regular expressions apart, which is enough to
find literals; what it takes for a text is only a candidate, and a person approves it.

Source: ECMAScript's lexical grammar; where a slash begins a regular expression is decided by the token before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from milkglass.vocabulary.entries import NAME, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<template>`(?:[^`\\]|\\.)*`)
    | (?P<slash>/)
    | (?P<word>[\w$]+)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%~^<>")
_WORDS_BEFORE_REGEX = frozenset("return typeof case in of void delete throw new else do".split())  # noqa: SIM905 - reads better
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": "", "\r\n": ""}
_HOLE = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
# Said to people: words with a space between, or one word with a capital; nothing that code writes.
_SPOKEN = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"[{}<>;=]|=>|\\|://|^[./#@]|\w\(|^\w+:\w|[a-z][A-Z]|_|--|^[A-Z0-9_ ]{1,3}$|function|use strict")
_ONE_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'\u2019-]{2,}(?:…|\.\.\.)?")
_CLASS = re.compile(r"[a-z][a-z0-9]*(?:(?:-|__|--)[a-z0-9]+)+")
_CLASSES = re.compile(r"[a-z][\w:/.\[\]%-]*(?: [a-z!-][\w:/.\[\]%!-]*)*")
# What stands before a literal that is a class or an id: an attribute, a property, a method.
_NAMING = re.compile(r"(?:class|className|classList|id|htmlFor|testid|data-[\w-]+)\W{0,12}$")
_LONGEST = 500
_LAST, _HALVES = 0x10FFFF, range(0xD800, 0xE000)


def literals(source: str) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, literal, line) for what may be a text or a name, each once."""
    seen: set[tuple[str, str]] = set()
    line, before, at = 1, "", 0
    while at < len(source):
        token = _TOKEN.match(source, at)
        if token is None:
            return
        kind, said = token.lastgroup, token[0]
        if kind == "slash" and (regex := _regex(source, at, before)):
            said = regex
        elif kind in ("string", "template"):
            for one in _judged(_unescaped(said[1:-1]), source[max(0, at - 40) : at]):
                if one not in seen:
                    seen.add(one)
                    yield (*one, line)
        if kind not in ("space", "comment"):
            before = said
        line += said.count("\n")
        at += len(said)


def _regex(source: str, at: int, before: str) -> str:
    begins = before == "" or before[-1] in _BEFORE_REGEX or before in _WORDS_BEFORE_REGEX
    found = _REGEX.match(source, at) if begins else None
    return found[0] if found else ""


def _judged(said: str, before: str) -> Iterator[tuple[str, str]]:
    whole = _HOLE.sub("{}", said)
    if not whole or len(whole) > _LONGEST:
        return
    if _NAMING.search(before):
        if _CLASSES.fullmatch(whole):
            yield from ((NAME, word) for word in whole.split(" ") if len(word) > 1)
    elif _CLASS.fullmatch(whole):
        yield NAME, whole
    elif _is_spoken(whole.replace("{}", " ")):
        yield TEXT, whole


def _is_spoken(said: str) -> bool:
    said = said.strip()
    if not _SPOKEN.search(said) or _CODE.search(said):
        return False
    if " " in said:
        # Words of a sentence, not a list of classes.
        return not _CLASSES.fullmatch(said) or said.endswith((".", "…", "?", "!")) or not re.search(r"[-:/\[]", said)
    return _ONE_WORD.fullmatch(said) is not None


def _unescaped(said: str) -> str:
    def read(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code is None:
            return _PLAIN.get(found[4], found[4])
        number = int(code, 16)
        return chr(number) if number <= _LAST and number not in _HALVES else ""

    return _ESCAPE.sub(read, said)
