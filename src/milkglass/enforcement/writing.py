"""Writing CSS: literal text and places for tokens, with the few rules of spacing.

Source: spec/README.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from milkglass.enforcement.tokens import Hashed, Place, hashed_of

Part: TypeAlias = str | Place
# By operator, the starts of what it would become another thing with.
_JOINED = {"+": "0123456789+-.", "-": "0123456789+-.", ".": "0123456789+-.", "/": "*", "*": "="}


class Gone(Exception):
    """Something in a rule or declaration is not known, so the whole of it goes."""


class Hidden(Gone):
    """A selector asks for what is never stored, so of a list only that one goes."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Cleaned CSS: text and places for tokens; `gone` counts rules and declarations that were left out.

    `texts` stand before, between and behind the tokens, one more than these; `order` says which of the different
    `places` each token is for: a sheet names a class many times, and it is asked for once.
    """

    texts: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    gone: int = 0
    hashed: tuple[Hashed, ...] = ()  # of each place's word: a sheet is cleaned once and filled for many recordings

    def fill(self, word: Callable[[str, str], str]) -> str:
        """Write it out, with what `word` makes of each letter and word in the places."""
        return self.written([word(letter, one) for letter, one in self.places])

    def written(self, said: Sequence[str]) -> str:
        """Write it out, with a token for each of `places`."""
        if not self.order:
            return self.texts[0] if self.texts else ""
        parts = [""] * (2 * len(self.order) + 1)
        parts[::2] = list(self.texts)
        parts[1::2] = [said[at] for at in self.order]
        return "".join(parts)


class Writer:
    """Takes tokens one after another. White space is held back until something follows it."""

    __slots__ = ("_has_space", "_is_word", "_operator", "gone", "parts")

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.gone = 0
        self._has_space = False
        self._is_word = False
        self._operator = ""

    def space(self) -> None:
        """White space, wanted only between two things."""
        self._has_space = True

    def start(self) -> None:
        """Begin a part: white space before it falls."""
        self._has_space = self._is_word = False
        self._operator = ""

    def mark(self, text: str) -> None:
        """Write a bracket, comma, operator or anything else that parts words."""
        self._put(text, is_word=False)

    def opening(self, text: str) -> None:
        """Write an opening bracket. A word that it touched would be a function's name."""
        self._has_space |= self._is_word
        self._put(text, is_word=False)

    def operator(self, text: str) -> None:
        """Write a mark of a value, which with what follows it must not become another thing: `.` and 5, `/` and `*`."""
        # `2px` and the `-` behind it would be read as one name.
        self._has_space |= text == "-" and self._is_word
        self._put(text, is_word=False)
        self._operator = text if text in _JOINED else ""

    def word(self, text: str) -> None:
        """Write a keyword, number or function's beginning."""
        self._put(text, is_word=True)

    def token(self, letter: str, word: str) -> None:
        """Leave a place for a token."""
        self._put((letter, word), is_word=True)

    def _put(self, part: Part, *, is_word: bool) -> None:
        # Two words that touch once a comment or an address between them is gone would be read as one.
        if self._has_space or (is_word and self._is_word) or (self._operator and self._joins(part, is_word=is_word)):
            self.parts.append(" ")
        self.parts.append(part)
        self._operator = ""
        self._has_space = False
        self._is_word = is_word

    def _joins(self, part: Part, *, is_word: bool) -> bool:
        return (is_word and self._operator == "-") or part[0][:1] in _JOINED[self._operator]

    def glue(self) -> None:
        """Let the next word touch this one: it is the rest of the same thing."""
        self._has_space = self._is_word = False

    def back(self, to: int) -> None:
        """Take back all that was written since `parts` had this length, and count it."""
        del self.parts[to:]
        self.gone += 1
        self.start()

    def cut(self) -> Cut:
        """Join neighbouring text, and number the places."""
        texts: list[str] = []
        order: list[int] = []
        places: dict[Place, int] = {}
        held: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                held.append(part)
            else:
                texts.append("".join(held))
                held.clear()
                order.append(places.setdefault(part, len(places)))
        texts.append("".join(held))
        hashed = tuple([hashed_of(word) for _, word in places])
        return Cut(tuple(texts), tuple(order), tuple(places), self.gone, hashed)
