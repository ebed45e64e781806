"""Read typed values out of a YAML tree, and say the line where one is wrong.

Every error names file, line, what is wrong and what to do; an unknown key is refused with the nearest known one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# ruamel keeps the scalar types of YAML 1.2; an anchor bomb is bounded by the size of the file.
LARGEST_FILE = 2_000_000


@dataclass(frozen=True, slots=True)
class Node:
    """A mapping of the file, and where it stands."""

    tree: CommentedMap
    file: str

    def wrong(self, key: str, what: str) -> NoReturn:
        """Raise Invalid for the value of `key`, with its line."""
        raise Invalid(f"{self.file} line {self.line(key)}: {what}", code="policy_invalid")

    def wrong_item(self, key: str, place: int, what: str) -> NoReturn:
        """Raise Invalid for one item of the list `key`, with the item's own line."""
        line = int(self.tree[key].lc.item(place)[0]) + 1
        raise Invalid(f"{self.file} line {line}: {what}", code="policy_invalid")

    def line(self, key: str) -> int:
        """Line of `key` counted from 1; of the mapping itself where the key is missing."""
        where = self.tree.lc
        if key in (where.data or {}):
            return int(where.key(key)[0]) + 1
        return int(where.line or 0) + 1

    def only(self, known: Collection[str]) -> None:
        """Refuse a key that is not known: closed by default."""
        for key in self.tree:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                hint = f"did you mean '{near[0]}'?" if near else f"known keys are {', '.join(sorted(known))}"
                self.wrong(str(key), f"unknown key '{key}'; {hint}")

    def said(self, key: str, pattern: str = r".+") -> str:
        """Return the text of `key`, which must match `pattern` whole."""
        value = self.tree.get(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
            self.wrong(key, f"'{key}' must be text of the form {pattern}")
        return str(value)

    def number(self, key: str, *, least: int, most: int) -> int:
        """Return the whole number of `key`, between `least` and `most`."""
        value = self.tree.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.wrong(key, f"'{key}' must be a whole number from {least} to {most}")
        return int(value)

    def truth(self, key: str) -> bool:
        """Return the true or false of `key`."""
        value = self.tree.get(key)
        if not isinstance(value, bool):
            self.wrong(key, f"'{key}' must be true or false")
        return value

    def choice(self, key: str, known: Collection[str]) -> str:
        """Return the word of `key`, which must be one of `known`."""
        value = self.tree.get(key)
        # YAML reads a bare `off` as text in 1.2, but people quote it either way.
        if not isinstance(value, str) or value not in known:
            near = get_close_matches(str(value), known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            self.wrong(key, f"'{key}' must be one of {', '.join(known)}{hint}")
        return value

    def day(self, key: str) -> date:
        """Return the day of `key`, written as 2026-11-27."""
        value = self.tree.get(key)
        if not isinstance(value, date):
            self.wrong(key, f"'{key}' must be a day, as 2026-11-27")
        return date(value.year, value.month, value.day)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the list of texts of `key`; empty where the key is missing."""
        value = self.tree.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(key, f"'{key}' must be a list of texts")
        return tuple(str(item) for item in value)

    def node(self, key: str) -> Node:
        """Return the mapping of `key`."""
        value = self.tree.get(key)
        if not isinstance(value, CommentedMap):
            self.wrong(key, f"'{key}' must hold keys and values")
        return Node(value, self.file)

    def nodes(self, key: str) -> Iterator[Node]:
        """Yield the mappings of the list `key`."""
        value = self.tree.get(key)
        if not isinstance(value, CommentedSeq) or not all(isinstance(item, CommentedMap) for item in value):
            self.wrong(key, f"'{key}' must be a list of entries")
        for item in value:
            yield Node(item, self.file)


def read(text: str, file: str) -> Node:
    """Parse YAML 1.2; raise Invalid with the line where it is no YAML or no mapping."""
    if len(text) > LARGEST_FILE:
        raise Invalid(f"{file}: larger than {LARGEST_FILE:,} characters; split it", code="policy_invalid")
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise Invalid(f"{file} line {line}: not YAML: {problem.problem}", code="policy_invalid") from None
    except YAMLError:
        raise Invalid(f"{file}: not YAML; check quotes and indentation", code="policy_invalid") from None
    if not isinstance(tree, CommentedMap):
        raise Invalid(f"{file} line 1: must hold keys and values, as in docs/policy.md", code="policy_invalid")
    return Node(tree, file)
