"""Judge: what of all that was seen is the product's own and what may be a person's.

What is marked is proposed all the same; the mark keeps it from being approved with others. A text that is a record's
anywhere is one everywhere, because the same name stands in a row, in a heading and in a label.

Marks beside those of `page.js`: `page` differs between two pages of one kind or two visits, `answer` came as a value of
a JSON answer, `holds` contains what is marked elsewhere or is a part of it, `typed` contains what the login script
typed, `rare` is a name of which neither sheets, scripts nor clean texts have the words, `number` is a name with a
number of three digits or more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from milkglass.enforcement.text import normalise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from milkglass.verification.seen import Page

MOST_LOADS = 3  # of one kind of page are compared
_LETTER = re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
_NUMBER = re.compile(r"\d{3,}")
_LONG_WORD = 12
_SHORTEST_HELD = 4
_SHORTEST_SLUG = 6
_SHORTEST_TYPED = 3
# A person stands in these, so names made of them are looked for in classes and ids, too.
_OF_LISTS = frozenset({"row", "cell", "written"})
_QUOTES = "\"'"
_OF_PEOPLE = frozenset({"row", "cell", "choice", "person", "record", "typed"})


@dataclass(slots=True)
class Told:
    """A line or a name: where it was seen, and the marks that it got."""

    wheres: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    is_strong: bool = False
    count: int = 0
    pages: set[str] = field(default_factory=set)

    @property
    def mark(self) -> str:
        """The mark that is shown; empty where there is none."""
        return min(self.marks, default="")


@dataclass(slots=True)
class Gathered:
    """Everything that the walk saw, before it is judged."""

    lines: dict[str, Told] = field(default_factory=dict)
    names: dict[tuple[str, str], Told] = field(default_factory=dict)
    loads: dict[str, list[dict[int, str]]] = field(default_factory=dict)

    def add(self, page: Page, shape: str, where: str, *, is_load: bool) -> int:
        """Take a state of a page; return how many texts and names were new. `is_load`: nothing was clicked yet."""
        before = len(self.lines) + len(self.names)
        placed: dict[int, str] = {}
        for line in page.lines:
            said = normalise(line.said)
            if not said or not _LETTER.search(said):
                continue
            told = self.lines.setdefault(said, Told())
            told.wheres.add(where)
            told.count += 1
            told.is_strong |= bool(line.is_strong) and not line.mark
            if line.mark:
                told.marks.add(line.mark)
            placed[line.place] = said
        for name in page.names:
            told = self.names.setdefault((name.kind, name.word), Told())
            told.wheres.add(where)
            told.pages.add(page.address)
            told.count += name.count
            if name.varies:
                told.marks.add("row")
        if is_load and len(self.loads.setdefault(shape, [])) < MOST_LOADS:
            self.loads[shape].append(placed)
        return len(self.lines) + len(self.names) - before


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What files and login say: literals of scripts, values of answers, an API's description, the login, sheets."""

    literals: Collection[str] = frozenset()
    records: Collection[str] = frozenset()
    described: Collection[str] = frozenset()
    typed: tuple[str, ...] = ()
    sheet_names: Collection[tuple[str, str]] = frozenset()


def judge(gathered: Gathered, known: Known) -> None:
    """Mark what may be a person's, in place."""
    _differing(gathered, known)
    typed = _any(rf"(?<!\w)(?i:{re.escape(one)})(?!\w)" for one in known.typed if len(one) >= _SHORTEST_TYPED)
    for said, told in gathered.lines.items():
        # `Messages` is a tab somewhere and one of many subjects elsewhere.
        if told.marks == {"choice"} and (told.is_strong or said in known.literals):
            told.marks.clear()
        # A list of an API's calls has rows, as a list of people has; its samples are code, with keys in quotes.
        if said in known.described or said.strip(_QUOTES) in known.described:
            told.marks -= _OF_LISTS
        if said in known.records and said not in known.literals and not told.is_strong:
            told.marks.add("answer")
        if typed and typed.search(said):
            told.marks.add("typed")
    _holding(gathered.lines, known)
    _names(gathered, known)


def _differing(gathered: Gathered, known: Known) -> None:
    for loads in gathered.loads.values():
        for one, other in combinations(loads, 2):
            here, there = set(one.values()), set(other.values())
            for place in one.keys() & other.keys():
                # What only moved stands elsewhere on the other page.
                for said, elsewhere in ((one[place], there), (other[place], here)):
                    if one[place] != other[place] and said not in elsewhere and said not in known.literals:
                        gathered.lines[said].marks.add("page")


def _holding(lines: dict[str, Told], known: Known) -> None:
    """Mark what contains a marked text, as `Message Jane Doe` does, and the words of a person's name alone."""
    people = [said for said, told in lines.items() if told.marks & _OF_PEOPLE and said not in known.literals]
    marked = [said for said in people if " " in said or len(said) >= _LONG_WORD or not said.isalpha()]
    held = _any(rf"(?<!\w){re.escape(said)}(?!\w)" for said in marked if len(said) >= _SHORTEST_HELD)
    parts = {word for said in people if "person" in lines[said].marks for word in said.split(" ")}
    for said, told in lines.items():
        if not told.marks and ((said in parts and not told.is_strong) or (held and held.search(said))):
            told.marks.add("holds")


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(listed)) if listed else None


def _names(gathered: Gathered, known: Known) -> None:
    scripted = {word for said in known.literals for word in said.split(" ")}
    people = [said for said, told in gathered.lines.items() if told.marks & _OF_PEOPLE and said not in known.literals]
    slugs = _any(re.escape(_slug(said)) for said in people if " " in said and len(_slug(said)) >= _SHORTEST_SLUG)
    clean = (said for said, told in gathered.lines.items() if not told.marks)
    stems = {_stem(word) for said in (*clean, *(word for _, word in known.sheet_names)) for word in _parts(said)}
    for (kind, word), told in gathered.names.items():
        if (kind, word) in known.sheet_names:
            told.marks.clear()
            continue
        is_scripted = normalise(word) in scripted
        if is_scripted:
            told.marks.discard("row")
        elif kind in "civ" and not all(_stem(part) in stems for part in _parts(word)):
            told.marks.add("rare")
        if kind in "iv" and _NUMBER.search(word):
            told.marks.add("number")
        if slugs and slugs.search(_slug(word)):
            told.marks.add("holds")


def _parts(said: str) -> list[str]:
    """Cut a name or text into its words: `marksButton--is-open` into marks, Button, is, open."""
    return _PART.findall(said)


def _stem(word: str) -> str:
    return word.casefold().rstrip("s")


def _slug(said: str) -> str:
    return "".join(_WORDS.findall(said.casefold()))
