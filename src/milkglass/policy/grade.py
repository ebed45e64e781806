"""Grade: how many years of school a text asks of its reader. Pure.

A measure of sentences and syllables, not of sense: a low grade does not make a text clear, a high one shows that many
will not follow it.

Source: Flesch-Kincaid for English (Kincaid and others, 1975); Crawford for Spanish (1984).
"""

import re
from collections.abc import Callable, Mapping

HIGHEST = 8  # what people who are asked for consent can be expected to read

_SENTENCE = re.compile(r"[.!?:]+(?:\s|$)|\n\s*\n")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ENGLISH = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouy]e|[^aeiouytd]ed|[^aeiouyscxzgh]es)$")
_SPOKEN = re.compile(r"[^aeiouy]le$")
# Two strong vowels are two syllables, and so is a weak one with an accent beside a strong one.
_SPANISH = re.compile(r"[íú]|[iuü]*[aeoáéó](?:[iuüy](?![aeoáéó]))?|[iuüy]+")


def grade(text: str, language: str) -> float | None:
    """Return the school year that a text asks for; None for a language without a measure, or a text without words.

    Args:
        text: whole sentences.
        language: a tag such as `en-US`; its first part decides.
    """
    measure = _MEASURES.get(language.partition("-")[0])
    words = _WORD.findall(text.lower())
    if measure is None or not words:
        return None
    sentences = sum(1 for part in _SENTENCE.split(text) if _WORD.search(part))
    return measure(words, sentences)


def _english(words: list[str], sentences: int) -> float:
    syllables = sum(_of_english(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _spanish(words: list[str], sentences: int) -> float:
    syllables = sum(max(1, len(_SPANISH.findall(word))) for word in words)
    return -0.205 * 100 * sentences / len(words) + 0.049 * 100 * syllables / len(words) - 3.407


def _of_english(word: str) -> int:
    silent = _SILENT.search(word) is not None and _SPOKEN.search(word) is None
    return max(1, len(_ENGLISH.findall(word)) - silent)


_MEASURES: Mapping[str, Callable[[list[str], int], float]] = {"en": _english, "es": _spanish}
