"""Publishing: the union of the policy file's entries and the approved candidates becomes one version.

What is in it and has no number gets one; what has one and is not in it loses its words at once. Runs inside the
writer's transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, or_, select, update

from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_finds as finds_table
from milkglass.database.tables_vocabulary import vocabulary_sayings as sayings_table
from milkglass.database.tables_vocabulary import vocabulary_versions as versions_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from milkglass.vocabulary.entries import Entry
    from milkglass.wire.values import ApplicationId

    Wanted = Mapping[tuple[str, str], Entry]

FIRST_NUMBER = 1


def union(entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """Make one entry of all that say the same; the first keeps its source and reviewer."""
    wanted: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        known = wanted.setdefault((entry.kind, entry.said), entry)
        if known is not entry and (entry.sayings - known.sayings or entry.finds - known.finds):
            wanted[entry.kind, entry.said] = replace(
                known, sayings=known.sayings | entry.sayings, finds=known.finds | entry.finds
            )
    return wanted


def digest(wanted: Wanted) -> str:
    """SHA-256, hex, over what a version holds."""
    lines = [
        f"{kind} {said}"
        + "".join(sorted(f"\0{language} {other}" for language, other in entry.sayings))
        # A list without translations and sheets has the digest that it always had.
        + "".join(f"\0{found} {rules}" for found, rules in sorted(entry.finds))
        for (kind, said), entry in sorted(wanted.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def latest(connection: Connection, application: ApplicationId) -> int:
    """Return the newest version; 0 where nothing was published."""
    query = select(func.max(versions_table.c.version)).where(versions_table.c.application == application)
    return int(connection.execute(query).scalar() or 0)


def standing(connection: Connection, application: ApplicationId) -> dict[tuple[str, str], int]:
    """Return the numbers of the entries that have words, by kind and words."""
    table = entries_table
    query = select(table.c.kind, table.c.said, table.c.number).where(
        table.c.application == application, table.c.said.is_not(None)
    )
    return {(kind, said): number for kind, said, number in connection.execute(query)}


def bring(connection: Connection, application: ApplicationId, version: int, wanted: Wanted) -> None:
    """Make `wanted` what stands as of `version`."""
    known = standing(connection, application)
    for key in known.keys() - wanted.keys():
        _withdraw(connection, application, version, known[key])
    last = connection.execute(
        select(func.max(entries_table.c.number)).where(entries_table.c.application == application)
    ).scalar()
    fresh = [entry for key, entry in wanted.items() if key not in known]
    numbers = {
        (entry.kind, entry.said): number
        for number, entry in enumerate(fresh, FIRST_NUMBER if last is None else int(last) + 1)
    }
    if fresh:
        connection.execute(
            insert(entries_table),
            [
                {
                    "application": application,
                    "number": numbers[entry.kind, entry.said],
                    "kind": entry.kind,
                    "said": entry.said,
                    "source": entry.source[:200],
                    "reviewer": entry.reviewer,
                    "reviewed": entry.reviewed,
                    "first_version": version,
                }
                for entry in fresh
            ],
        )
    numbers.update({key: known[key] for key in known.keys() & wanted.keys()})
    _sayings(connection, application, version, {numbers[key]: entry for key, entry in wanted.items()})
    _finds(connection, application, version, {numbers[key]: entry for key, entry in wanted.items()})


def _withdraw(connection: Connection, application: ApplicationId, version: int, number: int) -> None:
    entry = and_(entries_table.c.application == application, entries_table.c.number == number)
    connection.execute(update(entries_table).where(entry).values(said=None, withdrawn_version=version))


def _sayings(connection: Connection, application: ApplicationId, version: int, wanted: Mapping[int, Entry]) -> None:
    table = sayings_table
    query = select(table.c.number, table.c.language, table.c.said).where(table.c.application == application)
    known = {(number, language, said) for number, language, said in connection.execute(query)}
    now = {(number, language, said) for number, entry in wanted.items() for language, said in entry.sayings}
    for number, language, said in known - now:
        one = and_(table.c.number == number, table.c.language == language, table.c.said == said)
        connection.execute(delete(table).where(table.c.application == application, one))
    rows = [
        {"application": application, "number": number, "language": language, "said": said, "first_version": version}
        for number, language, said in sorted(now - known)
    ]
    if rows:
        connection.execute(insert(table), rows)


def _finds(connection: Connection, application: ApplicationId, version: int, wanted: Mapping[int, Entry]) -> None:
    table = finds_table
    query = select(table.c.number, table.c.hash, table.c.rules).where(table.c.application == application)
    known = {(number, found, rules) for number, found, rules in connection.execute(query)}
    now = {(number, found, rules) for number, entry in wanted.items() for found, rules in entry.finds}
    gone = [and_(table.c.number == n, table.c.hash == found, table.c.rules == r) for n, found, r in known - now]
    for start in range(0, len(gone), 100):
        connection.execute(delete(table).where(table.c.application == application, or_(*gone[start : start + 100])))
    rows = [
        {"application": application, "number": number, "hash": found, "rules": rules, "first_version": version}
        for number, found, rules in sorted(now - known)
    ]
    if rows:
        connection.execute(insert(table), rows)
