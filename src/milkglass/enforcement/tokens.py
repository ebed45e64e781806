"""TOKEN: a reviewed name becomes its reference, any other word a hash keyed by the recording.

The hash is of the word as it arrives, so that the browser's token and a selector that holds it stay equal. It is 40
bits: 5,000 names of a page collide with probability 1e-5.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeAlias

from milkglass.enforcement.text import OPEN, SPACE, refer, reference, strip_marks
from milkglass.policy.compile import Words

Place: TypeAlias = tuple[str, str]  # a token's letter and the page's word
Hashed: TypeAlias = bytes | None  # what is hashed of a word as it stood on the page; None for the browser's token
_SPLIT = re.compile(f"[{SPACE}]+")
_HEX = 10
_token = re.compile("(?:[kv]|[dx]-|--k)[0-9a-f]{10}").fullmatch


def is_token(said: str) -> bool:
    """Tell whether a word has the shape of a token."""
    return _token(said) is not None


def hashed_of(word: str) -> Hashed:
    """Return what is hashed of a word as it stood on the page; None if it is a token already."""
    if _token(word):
        return None
    return word.encode() if word.isascii() else strip_marks(word).encode("utf-8", "replace")


class Tokens:
    """TOKEN for one recording under one vocabulary; `key` is the recording's, 32 bytes."""

    __slots__ = ("_elements", "_keyed", "_known", "_names", "_numbers", "_phrases", "plain")

    def __init__(self, key: bytes, words: Words) -> None:
        self._keyed = blake2b(key=key, digest_size=5).copy  # for each word: the key is taken in once
        self._names = words.names
        self._numbers = words.name_numbers
        self._elements = words.element_numbers
        self._known: dict[Place, str] = {}
        self._phrases: dict[tuple[str, str], str] = {}
        self.plain = 0  # words that came as they stood on the page: the browser did not do its part

    def word(self, letter: str, word: str) -> str:
        """Return what stands for one word; `letter` is `k`, `v`, `d-`, `x-` or `--k`."""
        known = self._known.get((letter, word))
        if known is None:
            known = self._known[letter, word] = self._make(letter, word, hashed_of(word))
        return known

    def each(self, places: Iterable[Place], hashed: Iterable[Hashed]) -> list[str]:
        """Return what stands for each of many words, of which is told what is hashed: a sheet has a thousand."""
        known, make = self._known, self._make
        found: list[str] = []
        for place, one in zip(places, hashed, strict=True):
            token = known.get(place)
            if token is None:
                token = known[place] = make(place[0], place[1], one)
            found.append(token)
        return found

    def words(self, letter: str, said: str, most: int) -> str:
        """Return what stands for words parted by white space, `most` at most."""
        known = self._phrases.get((letter, said))
        if known is None:
            # What is printable has of all white space the space alone.
            parts = said.split(" ") if said.isascii() and said.isprintable() else _SPLIT.split(said)
            words = [self.word(letter, one) for one in parts if one]
            known = self._phrases[letter, said] = " ".join(words[:most])
        return known

    def _make(self, letter: str, word: str, hashed: Hashed) -> str:
        if word[:1] == OPEN:
            number = reference(word, "n")
            if number is not None and number in (self._elements if letter == "x-" else self._numbers):
                return word
        entry = self._names.get(word)
        if entry is not None and entry in (self._elements if letter == "x-" else self._numbers):
            self.plain += 1
            return refer("n", entry)
        if hashed is None:
            # Only its hash, so that two tokens of one word that differ by letter still show that.
            hashed = word[-_HEX:].encode()
        else:
            self.plain += 1
        hasher = self._keyed()
        hasher.update(hashed)
        return letter + hasher.hexdigest()
