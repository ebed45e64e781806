"""Class pages: what each string class keeps, with examples enforced as the page is drawn, and the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from milkglass.enforcement.examples import examples, reference_words
from milkglass.enforcement.paths import GROUPS, rows
from milkglass.enforcement.table import classes
from milkglass.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from milkglass.enforcement.paths import PathRow
    from milkglass.web.seat import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A class in words: of what, what is stored in its place, why so, and what that can still tell."""

    of: str
    stored: str
    why: str
    tells: str


WORDS: Mapping[str, Said] = {
    "TEXT": Said(
        of="What a person reads: text on the page, labels, titles, placeholders, the words on a button.",
        stored="By line: the number of a reviewed entry, else a mask. Digits count as # when an entry is looked up.",
        why="A text is readable only if somebody reviewed it. A copy of what was on the page is never stored.",
        tells="Roughly how much room the text took. A name, an address or a number is rounded down to steps of 4 em.",
    ),
    "TOKEN": Said(
        of="Names that the page chose: classes, ids, data attributes, custom elements, identifiers in style sheets.",
        stored="Word by word: the number of a reviewed name, else a hash keyed by the recording, of fixed shape.",
        why="Style sheets must still find their elements, but a class can say student-jane.",
        tells="That two places of one recording have the same name. Between recordings nothing can be matched.",
    ),
    "ENUM": Said(
        of="Words of the web's own language: tag names, input types, roles, states, methods.",
        stored="The word, if it is on the list; else it is left out, and an unknown tag becomes a span.",
        why="Such a word says how a page is built, and a list cannot hold a person's name.",
        tells="Which kind of control stands where; by `lang`, in which language the page was shown.",
    ),
    "NUMBER": Said(
        of="Positions, sizes, times, fractions, node numbers, the geometry of drawings.",
        stored="Clamped and on a grid: coordinates in steps of 4 px, times in steps of 50 ms, fractions in 1/256.",
        why="Enough to see where and when, too coarse to recognise a hand or a typing rhythm.",
        tells="Where somebody pointed, at most ten times a second. A number of up to six digits in a size stays.",
    ),
    "CSS": Said(
        of="Style sheets, style attributes, inserted rules.",
        stored="Parsed and written anew from known properties, keywords and functions; names in it are TOKEN.",
        why="The layout must hold, but a sheet can hold sentences, addresses and names.",
        tells="Colours and lengths. Strings and addresses go; one character that is no letter may stay, for icons.",
    ),
    "URL": Said(
        of="The page's address, links, forms, the addresses of requests.",
        stored="The policy's route template, with :names in place of what differs; off the map one constant.",
        why="An address often holds an id or a name.",
        tells="Which page of the product it was. Of the query only keys that the policy names, as number or entry.",
    ),
    "VALUE": Said(
        of="What somebody typed or chose: fields, text areas, selections, ticks, file names.",
        stored="One constant, the same for everything; whether a box is ticked is never stored.",
        why="What a pupil writes is the education record itself.",
        tells="That something was entered, once a field, when it was left.",
    ),
    "DROP": Said(
        of="Comments, scripts, handlers, pictures' bytes, canvas, fonts, frames of other origins, log lines.",
        stored="Nothing. The place in the tree stays where the page needs it.",
        why="Nothing in it helps to see how the product is used, or nobody can say what it holds.",
        tells="That something was there. The count by path grows.",
    ),
}


def class_page(seat: Seat) -> Response:
    """Show one class. Raises NotFound for a word that is none."""
    group = seat.named("string_class").upper()
    if group not in WORDS:
        raise NotFound(f"there is no string class of this name; the classes are {', '.join(GROUPS).lower()}")
    return seat.render(
        "class.html",
        "masking",
        group=group,
        groups=GROUPS,
        said=WORDS[group],
        paths=[row for row in _table() if row.group == group],
        fine=_fine(group),
        examples=examples(group),
        shown_as=reference_words(),
    )


def paths_page(seat: Seat) -> Response:
    """Show the whole table, or the part of it that a word narrows to."""
    asked, group = seat.asked("q").lower(), seat.asked("class").upper()
    found = [
        row for row in _table() if group in ("", row.group) and all(word in _searched(row) for word in asked.split())
    ]
    return seat.render("paths.html", "masking", asked=asked, group=group, groups=GROUPS, words=WORDS, paths=found)


def _searched(row: PathRow) -> str:
    return f"{row.path} {row.string_class} {row.where}".lower()


@cache
def _table() -> tuple[PathRow, ...]:
    return rows(classes())


@cache
def _fine(group: str) -> tuple[str, ...]:
    """The table's own, finer names for a group."""
    return tuple(sorted({row.string_class.partition(" ")[0] for row in _table() if row.group == group} - {group}))
