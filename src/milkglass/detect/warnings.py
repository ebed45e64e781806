"""Detectors: what looks like personal data in a string. They warn a reviewer, and never guard the way in.

Pure: a string, and a roster of keyed digests, give the ids of the rules that found something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import phonenumbers

from milkglass.detect.names import variants
from milkglass.detect.unfold import folded

if TYPE_CHECKING:
    from collections.abc import Callable

EMAIL, PHONE, SSN, DIGITS, ROSTER = "email", "phone", "ssn", "digits", "roster"
RULES = (EMAIL, PHONE, SSN, DIGITS, ROSTER)
_EMAIL = re.compile(r"[\w.+'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
# Area 000, 666 and 9xx, group 00 and serial 0000 were never given out (SSA, POMS RM 10201.035).
_SSN = re.compile(r"(?<!\d)(?!000|666|9)\d{3}([- ]?)(?!00)\d{2}\1(?!0000)\d{4}(?!\d)")
_DIGITS = re.compile(r"\d{4,}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*\.?")
_LONGEST_NAME = 4  # words
_REGION = "US"
_SHORTEST_PHONE = 7  # digits


@dataclass(frozen=True, slots=True)
class Roster:
    """The people's names, as digests of their variants; `digest` is keyed, so that the set alone tells no name."""

    digests: frozenset[bytes] = frozenset()
    digest: Callable[[str], bytes] = field(default=lambda said: said.encode())

    def has(self, said: str) -> bool:
        """Tell whether a run of words of `said` is somebody on the roster."""
        if not self.digests:
            return False
        words = _WORD.findall(folded(said))
        return any(
            self.digest(" ".join(words[at : at + length])) in self.digests
            for at in range(len(words))
            for length in range(1, min(_LONGEST_NAME, len(words) - at) + 1)
        )


NOBODY = Roster()


def warnings(text: str, roster: Roster = NOBODY) -> tuple[str, ...]:
    """Return the ids of the rules that find something in `text`, in the order of RULES.

    >>> warnings("Write to jane@uni.example"), warnings("Save changes"), warnings("078-05-1120")
    (('email',), (), ('ssn', 'digits'))
    """
    said = folded(text, keep_case=True)
    found = {
        EMAIL: _EMAIL.search(said) is not None,
        PHONE: _has_phone(said),
        SSN: _SSN.search(said) is not None,
        DIGITS: _has_digits(said),
        ROSTER: roster.has(text),
    }
    return tuple(rule for rule in RULES if found[rule])


def roster_of(names: list[str], digest: Callable[[str], bytes]) -> Roster:
    """Make a roster of people's names."""
    return Roster(frozenset(digest(variant) for name in names for variant in variants(name)), digest)


def _has_phone(said: str) -> bool:
    if sum(letter.isdigit() for letter in said) < _SHORTEST_PHONE:
        return False
    return any(True for _ in phonenumbers.PhoneNumberMatcher(said, _REGION))


def _has_digits(said: str) -> bool:
    joined = re.sub(r"(?<=\d)[ .-](?=\d)", "", said)
    return any(not _YEAR.fullmatch(run) for run in _DIGITS.findall(joined))
