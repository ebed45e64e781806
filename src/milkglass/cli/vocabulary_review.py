"""`milkglass vocabulary import`, `review`, `diff` and `roster`: files are read here, the owning process decides."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milkglass.cli.output import Shown, show
from milkglass.cli.vocabulary import AT_ONCE, Data, Json, say, vocabulary
from milkglass.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["vocabulary"]  # with the commands of both files

Files = Annotated[list[Path], typer.Argument(help="JSON, PO, XLIFF, ARB, a built .js or a .css.")]
RosterFile = Annotated[Path, typer.Argument(help="CSV with a column `name`, or `first` and `last`; or a name a line.")]
_WHOLE_NAME = ("name", "full name", "full_name", "student", "student name")
_PARTS = (
    ("first", "last"),
    ("first name", "last name"),
    ("first_name", "last_name"),
    ("given", "family"),
    ("given name", "family name"),
    ("givenname", "familyname"),
)


@vocabulary.command("import")
def import_files(
    files: Files,
    data: Data = None,
    language: Annotated[str, typer.Option(help="The files' language; what they or their names say without it.")] = "",
    *,
    json: Json = False,
) -> None:
    """Propose the texts of translation files and bundles, cut at their placeholders, for review."""
    from milkglass.cli.calls import connected
    from milkglass.vocabulary.imports import read_file

    proposals = [one for file in files for one in read_file(_shown(file), _bytes(file), language)]
    counts = Counter[str]()
    with connected(data, say) as call:
        for start in range(0, len(proposals), AT_ONCE):
            rows = [asdict(one) for one in proposals[start : start + AT_ONCE]]
            counts.update(call("vocabulary.propose", {"proposals": rows}))
    show(
        {"files": len(files), **{name: counts[name] for name in ("new", "known", "unfit")}},
        Shown("vocabulary.import", json),
    )


@vocabulary.command()
def review(
    data: Data = None,
    approve: Annotated[list[str] | None, typer.Option(help="Approve this candidate, by its id.")] = None,
    refuse: Annotated[list[str] | None, typer.Option(help="Refuse it: its words are destroyed at once.")] = None,
    group: Annotated[str | None, typer.Option(help="Only this file, sheet or page.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to list.")] = 50,
    *,
    approve_clean: Annotated[
        bool, typer.Option("--approve-clean", help="Approve all, or all of --group, of which nothing warns.")
    ] = False,
    json: Json = False,
) -> None:
    """List what waits for a person, or decide it. What a detector or the roster warns of is approved singly."""
    from milkglass.cli.calls import run

    arguments = {"approve": approve or [], "refuse": refuse or [], "clean": approve_clean}
    show(
        run(data, "vocabulary.review", arguments | {"group": group, "limit": limit}, say),
        Shown("vocabulary.review", json),
    )


@vocabulary.command()
def diff(
    older: Annotated[int | None, typer.Argument(help="A version; the last but one without it.")] = None,
    newer: Annotated[int | None, typer.Argument(help="A version; the last one without it.")] = None,
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Show what came and went between two versions. Withdrawn entries have no words any more."""
    from milkglass.cli.calls import run

    show(run(data, "vocabulary.diff", {"older": older, "newer": newer}, say), Shown("vocabulary.diff", json))


@vocabulary.command()
def roster(
    file: RosterFile,
    data: Data = None,
    *,
    json: Json = False,
) -> None:
    """Warn in the review of everybody in this list. Only keyed digests of the names are kept."""
    from milkglass.cli.calls import run

    names = list(_names(_bytes(file).decode("utf-8-sig", "replace")))
    if not names:
        raise Invalid(f"{file.name}: no names in it; give a column `name`, or `first` and `last`")
    show(run(data, "vocabulary.roster", {"names": names}, say), Shown("vocabulary.roster", json))


def _names(text: str) -> Iterator[str]:
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]
    head = [cell.lower() for cell in rows[0]] if rows else []
    whole = next((head.index(word) for word in _WHOLE_NAME if word in head), None)
    parts = next(([head.index(word) for word in pair] for pair in _PARTS if set(pair) <= set(head)), None)
    if whole is None and parts is None:
        # No header: `Last, First` is one name whose comma the file did not quote.
        yield from (name for row in rows if (name := ", ".join(cell for cell in row[:2] if cell)))
        return
    places = [whole] if whole is not None else parts or []
    for row in rows[1:]:
        name = " ".join(row[place] for place in places if place < len(row))
        if name.strip():
            yield name


def _shown(file: Path) -> str:
    """The name that the reviewer sees, with the folder that may tell the language; never a path of this machine."""
    return "/".join(file.absolute().parts[-3:]) if not file.is_absolute() else file.name


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise Invalid(f"{file}: cannot be read ({problem.strerror}); check the path") from None
