"""Unfolding: one spelling for what looks alike, so that a name in disguise is found.

Source: Unicode TR 39 for look-alike letters (the few scripts whose letters pass for Latin ones), UAX 15 for NFKD.
"""

# ruff: noqa: RUF001 - look-alike letters are what this file is about

from __future__ import annotations

import re
from html import unescape
from unicodedata import category, combining, normalize
from urllib.parse import unquote

# Cyrillic and Greek letters that are drawn as Latin ones, and letters that no decomposition takes apart.
_ALIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕԁһԛԝѵкмтнв", "aeopcyxijsdhqwvkmthb", strict=True)),
        **dict(zip("АЕОРСУХІЈЅКМТНВ", "AEOPCYXIJSKMTHB", strict=True)),
        **dict(zip("αορνικτυχε", "aopviktuxe", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H",
        "ı": "i", "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH",
        "’": "'", "‘": "'", "`": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "−": "-", "＠": "@",
    }
)  # fmt: skip
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_SPACES = re.compile(r"\s+")


def folded(said: str, *, keep_case: bool = False) -> str:
    """Return `said` decoded, without marks, invisible letters and look-alikes; in lower case unless told otherwise.

    >>> folded("Jose\u0301  Nu\u0301n\u0303ez"), folded("j\u200bane"), folded("jane%2540uni")
    ('jose nunez', 'jane', 'jane@uni')
    """
    for _ in range(2):
        said = unescape(unquote(said) if _PERCENT.search(said) else said)
    parts = normalize("NFKD", said.translate(_ALIKE))
    plain = "".join(letter for letter in parts if not combining(letter) and category(letter) != "Cf").translate(_ALIKE)
    plain = _SPACES.sub(" ", plain).strip()
    return plain if keep_case else plain.casefold()
