"""TOKEN: a reviewed name becomes its reference, any other word a hash keyed by the recording.

The hash is of the word as it arrives, so that the browser's token and a selector that holds it stay equal. It is 40
bits: 5,000 names of a page collide with probability 1e-5.
"""

import re
from hashlib import blake2b

from milkglass.enforcement.text import OPEN, SPACE, refer, reference, strip_marks
from milkglass.policy.compile import Words

_SPLIT = re.compile(f"[{SPACE}]+")
_LETTERS = frozenset({"k", "v", "d-", "x-", "--k"})
_HEX = 10
_DIGITS = "0123456789abcdef"


def is_token(said: str) -> bool:
    """Tell whether a word has the shape of a token."""
    return said[:-_HEX] in _LETTERS and not said[-_HEX:].strip(_DIGITS)


class Tokens:
    """TOKEN for one recording under one vocabulary; `key` is the recording's, 32 bytes."""

    __slots__ = ("_elements", "_keyed", "_known", "_names", "_numbers", "_phrases", "plain")

    def __init__(self, key: bytes, words: Words) -> None:
        self._keyed = blake2b(key=key, digest_size=5).copy  # for each word: the key is taken in once
        self._names = words.names
        self._numbers = words.name_numbers
        self._elements = words.element_numbers
        self._known: dict[tuple[str, str], str] = {}
        self._phrases: dict[tuple[str, str], str] = {}
        self.plain = 0  # words that came as they stood on the page: the browser did not do its part

    def word(self, letter: str, word: str) -> str:
        """Return what stands for one word; `letter` is `k`, `v`, `d-`, `x-` or `--k`."""
        known = self._known.get((letter, word))
        if known is None:
            known = self._known[letter, word] = self._make(letter, word)
        return known

    def words(self, letter: str, said: str, most: int) -> str:
        """Return what stands for words parted by white space, `most` at most."""
        known = self._phrases.get((letter, said))
        if known is None:
            # What is printable has of all white space the space alone.
            parts = said.split(" ") if said.isascii() and said.isprintable() else _SPLIT.split(said)
            words = [self.word(letter, one) for one in parts if one]
            known = self._phrases[letter, said] = " ".join(words[:most])
        return known

    def _make(self, letter: str, word: str) -> str:
        if word[:1] == OPEN:
            number = reference(word, "n")
            if number is not None and number in (self._elements if letter == "x-" else self._numbers):
                return word
        entry = self._names.get(word)
        if entry is not None and entry in (self._elements if letter == "x-" else self._numbers):
            self.plain += 1
            return refer("n", entry)
        if word[:-_HEX] in _LETTERS and is_token(word):
            # Only its hash, so that two tokens of one word that differ by letter still show that.
            plain = word[-_HEX:].encode()
        else:
            self.plain += 1
            plain = strip_marks(word).encode("utf-8", "replace")
        hashed = self._keyed()
        hashed.update(plain)
        return letter + hashed.hexdigest()
