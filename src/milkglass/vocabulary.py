"""Vocabulary: the reviewed strings that may be readable, and the numbers that stand for them in every recording.

A number is given once and never again. Publishing a list without an entry withdraws it: its words are destroyed at
once, and every old recording shows a mask in their place.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine, func, insert, select, update

from milkglass.database.moments import to_ms
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_versions as versions_table
from milkglass.enforcement.text import normalise
from milkglass.errors import Conflict, Invalid
from milkglass.facts import By, vocabulary_publish
from milkglass.policy.compile import Words, words_of
from milkglass.policy.reading import Node, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from milkglass.merkle.writer import Writer
    from milkglass.wire.values import ApplicationId

TEXT, NAME, SHEET = "t", "n", "s"
LONGEST_TEXT = 500
# A class, id, attribute or custom property; the names that could run or fetch something are never entries.
NAME_FORM = re.compile(r"(?:--)?[A-Za-z_][A-Za-z0-9_-]{0,99}")
NEVER = re.compile(r"on.*|href|src|style|srcdoc", re.IGNORECASE)
FIRST_NUMBER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One reviewed string. `said` is normalised; `kind` is t (text) or n (name); `reviewed` an ISO date."""

    kind: str
    said: str
    source: str
    reviewer: str
    reviewed: str


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
    where = top.tree[key].lc.item(place)
    line = f"{top.file} line {where[0] + 1}"
    if key == "names":
        if not NAME_FORM.fullmatch(said) or NEVER.fullmatch(said):
            raise Invalid(f"{line}: not a class, id or attribute name that may be readable; remove it")
        return said
    whole = normalise(said)
    if not whole or len(whole) > LONGEST_TEXT:
        raise Invalid(f"{line}: an entry is 1 to {LONGEST_TEXT} characters; cut it into the lines that the page shows")
    return whole


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The store of entries."""

    engine: Engine
    writer: Writer

    def publish(self, application: ApplicationId, entries: Iterable[Entry], now: datetime) -> int:
        """Make `entries` the whole vocabulary of an application; return its version.

        The same list again changes nothing and returns the version that stands.
        """
        wanted = {(entry.kind, entry.said): entry for entry in entries}
        digest = _digest(wanted)
        version = self.version(application)
        if version and self._digest_of(application, version) == digest:
            return version
        counts = {"text": sum(kind == TEXT for kind, _ in wanted), "names": sum(kind == NAME for kind, _ in wanted)}

        def change(connection: Connection) -> None:
            standing = _standing(connection, application)
            if _latest(connection, application) != version:
                raise Conflict("another vocabulary version was published meanwhile; publish again")
            _withdraw(connection, application, version + 1, [standing[key] for key in standing.keys() - wanted.keys()])
            fresh = [entry for key, entry in wanted.items() if key not in standing]
            _add(connection, application, version + 1, fresh)
            row = {"application": application, "version": version + 1, "published_at": to_ms(now), "digest": digest}
            connection.execute(insert(versions_table).values(row))

        self.writer.commit([change], vocabulary_publish(By(at=now), application, version + 1, counts))
        return version + 1

    def version(self, application: ApplicationId) -> int:
        """Return the newest version; 0 where nothing was published."""
        with self.engine.connect() as connection:
            return _latest(connection, application)

    def words(self, application: ApplicationId, version: int) -> Words | None:
        """Return one version's entries; None where there is no such version. A withdrawn entry is in none."""
        table = entries_table
        query = select(table.c.kind, table.c.said, table.c.number).where(
            table.c.application == application, table.c.said.is_not(None), table.c.first_version <= version
        )
        with self.engine.connect() as connection:
            if not 0 < version <= _latest(connection, application):
                return None
            rows = connection.execute(query).all()
        by_kind: dict[str, dict[str, int]] = {TEXT: {}, NAME: {}, SHEET: {}}
        for kind, said, number in rows:
            by_kind[kind][said] = number
        return words_of(version, by_kind[TEXT], by_kind[NAME], by_kind[SHEET])

    def said(self, application: ApplicationId) -> dict[str, str]:
        """Return every entry that stands, by reference without its marks: `{"t7": "Save changes"}`. For the player."""
        table = entries_table
        query = select(table.c.kind, table.c.number, table.c.said).where(
            table.c.application == application, table.c.said.is_not(None)
        )
        with self.engine.connect() as connection:
            return {f"{kind}{number}": said for kind, number, said in connection.execute(query)}

    def _digest_of(self, application: ApplicationId, version: int) -> str:
        query = select(versions_table.c.digest).where(
            versions_table.c.application == application, versions_table.c.version == version
        )
        with self.engine.connect() as connection:
            return str(connection.execute(query).scalar_one())


def _digest(wanted: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(f"{kind} {said}" for kind, said in sorted(wanted)).encode()).hexdigest()


def _latest(connection: Connection, application: ApplicationId) -> int:
    query = select(func.max(versions_table.c.version)).where(versions_table.c.application == application)
    return int(connection.execute(query).scalar() or 0)


def _standing(connection: Connection, application: ApplicationId) -> dict[tuple[str, str], int]:
    table = entries_table
    query = select(table.c.kind, table.c.said, table.c.number).where(
        table.c.application == application, table.c.said.is_not(None)
    )
    return {(kind, said): number for kind, said, number in connection.execute(query)}


def _withdraw(connection: Connection, application: ApplicationId, version: int, numbers: Sequence[int]) -> None:
    for number in numbers:
        connection.execute(
            update(entries_table)
            .where(entries_table.c.application == application, entries_table.c.number == number)
            .values(said=None, withdrawn_version=version)
        )


def _add(connection: Connection, application: ApplicationId, version: int, fresh: Sequence[Entry]) -> None:
    query = select(func.max(entries_table.c.number)).where(entries_table.c.application == application)
    last = int(connection.execute(query).scalar() or FIRST_NUMBER - 1)
    rows = [
        {
            "application": application,
            "number": last + 1 + place,
            "kind": entry.kind,
            "said": entry.said,
            "source": entry.source,
            "reviewer": entry.reviewer,
            "reviewed": entry.reviewed,
            "first_version": version,
        }
        for place, entry in enumerate(fresh)
    ]
    if rows:
        connection.execute(insert(entries_table), rows)
