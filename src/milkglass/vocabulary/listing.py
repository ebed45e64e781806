"""Listing candidates: for the review, and as the entries that a publication takes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select

from milkglass.database.moments import from_ms
from milkglass.database.tables_vocabulary import vocabulary_candidates as table
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_places as places_table
from milkglass.vocabulary.candidates import some
from milkglass.vocabulary.entries import NAME, TEXT, Candidate, CandidateFilter, Entry, Group, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from milkglass.wire.values import ApplicationId


def listed(connection: Connection, application: ApplicationId, chosen: CandidateFilter) -> list[Candidate]:
    """List candidates: texts first, then names, sheets, assets; the longest-waiting first."""
    where = _where(application, chosen)
    order = (table.c.static_file, table.c.kind.desc(), table.c.proposed_at, table.c.id)
    query = select(table).where(*where).order_by(*order).limit(chosen.most).offset(chosen.offset)
    rows = connection.execute(query).all()
    wheres: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for part in some([row.id for row in rows]):
        seen = select(places_table).where(places_table.c.candidate.in_(part)).order_by(places_table.c.seen)
        for place in connection.execute(seen):
            wheres[place.candidate].append((place.source, place.seen))
    return [_candidate(row, wheres[row.id]) for row in rows]


def groups(connection: Connection, application: ApplicationId) -> list[Group]:
    """List the static files that have open candidates."""
    query = (
        select(table.c.static_file, func.count(), func.count().filter(table.c.warnings != ""))
        .where(*_where(application, CandidateFilter()))
        .group_by(table.c.static_file)
        .order_by(table.c.static_file)
    )
    return [Group(name=name, open=open_, warned=warned) for name, open_, warned in connection.execute(query)]


def clean_ids(connection: Connection, application: ApplicationId, group: str | None) -> list[str]:
    """Return the open candidates, of one group if it is named, of which nothing warns."""
    chosen = CandidateFilter(group=group, has_warning=False)
    return list(connection.execute(select(table.c.id).where(*_where(application, chosen))).scalars())


def warned_ids(
    connection: Connection, application: ApplicationId, group: str | None, ids: Sequence[str] | None = None
) -> list[str]:
    """Return the open candidates, of one group or of `ids`, of which something warns."""
    chosen = CandidateFilter(group=group, has_warning=True)
    found = list(connection.execute(select(table.c.id).where(*_where(application, chosen))).scalars())
    return found if ids is None else [one for one in found if one in set(ids)]


def approved(connection: Connection, application: ApplicationId) -> list[Entry]:
    """Return the approved candidates as entries, but for translations."""
    mine = and_(table.c.application == application, table.c.state == State.APPROVED.value, table.c.said.is_not(None))
    rows = connection.execute(select(table).where(mine).order_by(table.c.proposed_at, table.c.id)).all()
    return [_entry(row) for row in rows if row.joins is None]


def translations(connection: Connection, application: ApplicationId) -> list[tuple[str | None, str, Entry]]:
    """Return approved translations as (text that they translate, language, entry of its own)."""
    base = table.alias("base")
    query = (
        select(table, base.c.said.label("of"))
        .join(base, base.c.id == table.c.joins)
        .where(table.c.application == application, table.c.state == State.APPROVED.value, table.c.said.is_not(None))
        .order_by(table.c.proposed_at, table.c.id)
    )
    return [(row.of, row.language, _entry(row)) for row in connection.execute(query)]


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    finds = frozenset() if row.hash is None else frozenset({(int(row.hash), int(row.rules or 0))})
    day = from_ms(row.decided_at).date().isoformat()
    return Entry(
        kind=row.kind,
        said=row.said,
        source=row.static_file,
        reviewer=row.decided_by,
        reviewed=day,
        finds=finds,
    )


def _where(application: ApplicationId, chosen: CandidateFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [table.c.application == application]
    if chosen.state is not None:
        where.append(table.c.state == chosen.state.value)
    if chosen.state is State.OPEN:
        stands = exists().where(
            entries_table.c.application == application,
            entries_table.c.kind == table.c.kind,
            entries_table.c.said == table.c.said,
            table.c.kind.in_((TEXT, NAME)),
            table.c.joins.is_(None),
        )
        where.append(~stands)  # the policy's file has it already
    if chosen.id is not None:
        where.append(table.c.id == chosen.id)
    if chosen.kind is not None:
        where.append(table.c.kind == chosen.kind)
    if chosen.group is not None:
        where.append(table.c.static_file == chosen.group)
    if chosen.has_warning is not None:
        where.append(table.c.warnings != "" if chosen.has_warning else table.c.warnings == "")
    return where


def _candidate(row: Row[tuple[object, ...]], places: Sequence[tuple[str, str]]) -> Candidate:
    return Candidate(
        id=row.id,
        kind=row.kind,
        said=row.said,
        language=row.language,
        joins=row.joins,
        group=row.static_file,
        address=row.address,
        rules=row.rules,
        warnings=tuple(row.warnings.split()),
        state=State(row.state),
        wheres=tuple(dict.fromkeys(seen for _, seen in places)),
        sources=tuple(dict.fromkeys(source for source, _ in places)),
        proposed_at=from_ms(row.proposed_at),
        decided_by=row.decided_by,
    )
