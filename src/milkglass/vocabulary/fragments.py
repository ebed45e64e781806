"""Fragments: a translation cut at its placeholders, since frameworks render those as separate nodes.

Each plural or choice of an ICU message is a text of its own; what stands around it goes with each.

Source: ICU MessageFormat; i18next and vue-i18n interpolation; printf formats of C and Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FORMS = 40  # of one message
_CHOICE = re.compile(r"\{\s*([\w.]+)\s*,\s*(plural|selectordinal|select)\s*,", re.DOTALL)
_FORM = re.compile(r"\s*(=?[\w-]+)\s*\{")
_OFFSET = re.compile(r"\s*offset:\d+")
_PLACE = re.compile(
    r"""
    \{\{.*?\}\}                              # i18next {{count, number}}
    | \#?\$?%?\{[^{}]*\}                     # {name}, %{name}, ${name}, #{name}
    | \$t\([^)]*\)                           # nesting of i18next
    | @:[\w.]+ | @\.\w+:[\w.]+               # linked messages of vue-i18n
    | %\([\w.]+\)[-+\#0 ]*\d*(?:\.\d+)?[a-zA-Z]
    | %(?:\d+\$)?[-+\#0]*\d*(?:\.\d+)?(?:hh?|ll?|[qjzt])?[sdiufFeEgGxXoc@]
    | </?[A-Za-z0-9][^<>]*/?>                # <0>, <b>, <br/>: elements of their own
    """,
    re.VERBOSE | re.DOTALL,
)
_LINES = re.compile(r"\r\n?|\n|\\n")
# A place that a number is put into, by its letter or by what such places are called.
_NUMBER = re.compile(
    r"^%(?!\().*[diuf]$|^%\(.*\)[diuf]$|^[#$%{]*\s*(?:n|num|number|count|total|size)\s*\}+$", re.IGNORECASE
)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a translation, and its shape: what stands at the same place of the same shape is its translation."""

    said: str
    place: str


def fragments(message: str, *, is_icu: bool = True) -> list[Fragment]:
    """Cut a message into the texts that a page shows of it.

    >>> [part.said for part in fragments("Hello {name}, you have {n, plural, one {# message} other {# messages}}.")]
    ['Hello', ', you have', '# message', '# messages']
    >>> [part.said for part in fragments("{count} unread")]
    ['# unread', 'unread']
    """
    found: dict[str, Fragment] = {}
    for form, plain in _forms(message if not is_icu else _unquoted(message), is_icu=is_icu):
        counted = _counted(plain)
        if counted is not None:
            found.setdefault(counted, Fragment(counted, f"{form}/whole"))
        parts = _PLACE.split(plain)
        for number, part in enumerate(parts):
            for line_number, line in enumerate(_LINES.split(part)):
                said = line.strip()
                if _LETTER.search(said):
                    place = f"{form}/{number}of{len(parts)}/{line_number}"
                    found.setdefault(said, Fragment(said, place))
    return list(found.values())


def _counted(plain: str) -> str | None:
    """Return a line whose places are all numbers: a framework that makes one text of it shows `3 unread`."""
    places = [found[0] for found in _PLACE.finditer(plain)]
    if not places or "\n" in plain or not all(_NUMBER.search(place) for place in places):
        return None
    said = _PLACE.sub("#", plain).strip()
    return said if _LETTER.search(said) else None


def _forms(message: str, *, is_icu: bool) -> Iterator[tuple[str, str]]:
    """Yield each way that the message can read, with the names of its choices."""
    waiting, count = [("", message)], 0
    while waiting and count < _MOST_FORMS:
        form, said = waiting.pop(0)
        opened = _CHOICE.search(said) if is_icu else None
        if opened is None:
            count += 1
            yield form, said
            continue
        end = _closing(said, opened.start())
        for word, inside in _choices(said[opened.end() : end]):
            # A choice stands in nodes of its own: what is around it is cut off there, as at a placeholder.
            chosen = said[: opened.start()] + "{}" + inside + "{}" + said[end + 1 :]
            waiting.append((f"{form}|{word}", chosen))


def _choices(said: str) -> Iterator[tuple[str, str]]:
    at = found.end() if (found := _OFFSET.match(said)) else 0
    while (form := _FORM.match(said, at)) is not None:
        end = _closing(said, form.end() - 1)
        yield form[1], said[form.end() : end]
        at = end + 1


def _closing(said: str, at: int) -> int:
    """Return where the brace that opens at `at` closes; the end where it does not."""
    depth = 0
    for place in range(at, len(said)):
        depth += {"{": 1, "}": -1}.get(said[place], 0)
        if depth == 0:
            return place
    return len(said)


def _unquoted(message: str) -> str:
    """Take ICU's quotes off: `''` is an apostrophe; a quoted brace becomes a bracket, to be no place."""
    said = re.sub(r"'([{}][^']*)'", lambda found: found[1].replace("{", "(").replace("}", ")"), message)
    return said.replace("''", "'")
