"""Telling of the vocabulary in numbers: what came and went between versions, and how far the review is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from milkglass.database.tables_vocabulary import vocabulary_candidates as candidates_table
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_sayings as sayings_table
from milkglass.vocabulary import listing, publishing
from milkglass.vocabulary.entries import ASSET, NAME, SHEET, TEXT, Change, State, Stats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from milkglass.wire.values import ApplicationId

_WORDS = {TEXT: "text", NAME: "names", SHEET: "sheets", ASSET: "assets"}


def counts(entries: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Count entries, given as (kind, words), by kind."""
    return dict(Counter(_WORDS[kind] for kind, _ in entries))


def diff(connection: Connection, application: ApplicationId, older: int, newer: int) -> list[Change]:
    """List what came and went between two versions, by number."""
    table = entries_table
    changes = []
    for row in connection.execute(select(table).where(table.c.application == application).order_by(table.c.number)):
        gone = row.withdrawn_version is not None and row.withdrawn_version <= newer
        was = row.first_version <= older and (row.withdrawn_version is None or row.withdrawn_version > older)
        is_now = row.first_version <= newer and not gone
        if was != is_now:
            change = "added" if is_now else "withdrawn"
            changes.append(Change(kind=row.kind, number=row.number, said=row.said, change=change))
    return changes


def stats(connection: Connection, application: ApplicationId) -> Stats:
    """Count entries, candidates, languages."""
    waiting, more = candidates_table, sayings_table
    mine = waiting.c.application == application
    standing = publishing.standing(connection, application)
    states = connection.execute(select(waiting.c.state, func.count()).where(mine).group_by(waiting.c.state))
    groups = listing.groups(connection, application)
    by_language = select(more.c.language, func.count()).where(more.c.application == application)
    coming = publishing.union(listing.approved(connection, application))
    return Stats(
        version=publishing.latest(connection, application),
        entries=counts(standing),
        languages={name: int(count) for name, count in connection.execute(by_language.group_by(more.c.language))},
        candidates={state: int(count) for state, count in states}
        | {State.OPEN.value: sum(group.open for group in groups)},
        warned=sum(group.warned for group in groups),
        waiting=sum(key not in standing for key in coming),
    )
