"""The policy's file of entries: read from YAML, with the line of whatever is wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from milkglass.errors import Invalid
from milkglass.policy.reading import Node, read
from milkglass.vocabulary.entries import LONGEST_TEXT, NAME, TEXT, Entry, spelt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def load_entries(text: str, file: str) -> list[Entry]:
    """Read a vocabulary file. Raises Invalid with the line and the remedy."""
    top = read(text, file)
    top.only(("milkglass_vocabulary", "application", "reviewer", "reviewed", "text", "names"))
    top.number("milkglass_vocabulary", least=1, most=1)
    # A later entry of the same normalised string is the same entry: `2 unread` and `3 unread` are both `# unread`.
    return list({(entry.kind, entry.said): entry for entry in _entries(top)}.values())


def _entries(top: Node) -> Iterator[Entry]:
    reviewer, reviewed = top.said("reviewer"), _day(top)
    for kind, key in ((TEXT, "text"), (NAME, "names")):
        for place, item in enumerate(_items(top, key)):
            said, source = (
                (item, "") if isinstance(item, str) else (str(item.get("said", "")), str(item.get("source", "")))
            )
            yield Entry(
                kind=kind, said=_checked(top, key, place, said), source=source, reviewer=reviewer, reviewed=reviewed
            )


def _items(top: Node, key: str) -> Sequence[str | dict[str, object]]:
    items = top.tree.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, str | dict) for item in items):
        top.wrong(key, f"'{key}' must be a list of texts, or of entries with 'said' and 'source'")
    return items


def _day(top: Node) -> str:
    value = top.tree.get("reviewed")
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError:
        top.wrong("reviewed", "'reviewed' must be a day, as 2026-11-24")


def _checked(top: Node, key: str, place: int, said: str) -> str:
    """Return the entry as it is looked up; refuse what could not be one."""
    whole = spelt(NAME if key == "names" else TEXT, said)
    if whole is not None:
        return whole
    line = f"{top.file} line {top.tree[key].lc.item(place)[0] + 1}"
    if key == "names":
        raise Invalid(f"{line}: not a class, id or attribute name that may be readable; remove it")
    raise Invalid(f"{line}: an entry is 1 to {LONGEST_TEXT} characters; cut it into the lines that the page shows")
