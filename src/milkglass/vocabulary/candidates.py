"""Candidates: what was proposed, where it was seen, what a detector says of it, and what a person decided.

Runs inside the writer's transaction. A refused candidate loses its words at once; a keyed digest of them stays, so that
the same string is not proposed again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_vocabulary import vocabulary_candidates as table
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_places as places_table
from milkglass.detect.warnings import Roster, warnings
from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.policy.packing import hash32
from milkglass.vocabulary.entries import (
    ASSET,
    NAME,
    SHEET,
    TEXT,
    Candidate,
    CandidateFilter,
    Entry,
    Group,
    Proposal,
    Proposed,
    State,
    spelt,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from milkglass.wire.values import ApplicationId

_MOST_AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where proposals go, and by what they are judged."""

    application: ApplicationId
    key: bytes  # of the digests by which a refused string is known again
    roster: Roster
    now: datetime


@dataclass(frozen=True, slots=True)
class _Judged:
    """A proposal in the form in which it is kept."""

    proposal: Proposal
    said: str
    joins: str | None
    digest: str


def propose(connection: Connection, intake: Intake, proposals: Iterable[Proposal]) -> Proposed:
    """Keep what is new as open candidates, and of what is known the further place."""
    stands = {
        (kind, said)
        for kind, said in connection.execute(
            select(entries_table.c.kind, entries_table.c.said).where(
                entries_table.c.application == intake.application, entries_table.c.said.is_not(None)
            )
        )
    }
    new = known = unfit = 0
    for proposal in proposals:
        said = spelt(proposal.kind, proposal.sha256 or "" if proposal.kind in (SHEET, ASSET) else proposal.said)
        if said is None:
            unfit += 1
            continue
        judged = _judge(connection, intake, proposal, said)
        candidate = _known(connection, intake, judged)
        is_new = candidate is None
        if candidate is None:
            candidate = _add(connection, intake, judged)
        else:
            _renew(connection, candidate, judged)
        _place(connection, candidate, judged.proposal)
        if is_new and (proposal.kind, said) not in stands:
            new += 1
        else:
            known += 1
    return Proposed(new, known, unfit)


def cut(connection: Connection, intake: Intake, candidate: str, fragments: Sequence[str]) -> Proposed:
    """Put fragments of an open text in its place, each in review on its own. Raises Invalid, NotFound, Conflict."""
    row = _row(connection, intake.application, candidate)
    if row.kind != TEXT or row.state != State.OPEN or row.said is None:
        raise Conflict("only an open text can be cut")
    rest = str(row.said)
    spelled = [spelt(TEXT, fragment) for fragment in fragments]
    for fragment in spelled:
        if fragment is None or fragment not in rest:
            raise Invalid("fragments must be parts of the text, in their order")
        rest = rest[rest.index(fragment) + len(fragment) :]
    if not spelled or spelled == [row.said]:
        raise Invalid("a cut leaves at least one fragment that is shorter than the text")
    places = connection.execute(select(places_table.c.seen).where(places_table.c.candidate == candidate)).scalars()
    wheres = list(places) or [""]
    proposals = [
        Proposal(kind=TEXT, said=part, source="cut", where=where, group=row.static_file, language=row.language)
        for part in spelled
        if part is not None
        for where in wheres
    ]
    done = propose(connection, intake, proposals)
    destroy(connection, intake.application, [candidate])
    return done


def judge_again(connection: Connection, application: ApplicationId, roster: Roster) -> None:
    """Look at every open text and name with another roster."""
    mine = and_(table.c.application == application, table.c.state == State.OPEN.value, table.c.kind.in_((TEXT, NAME)))
    for row in connection.execute(select(table.c.id, table.c.said, table.c.warnings).where(mine)).all():
        found = " ".join(warnings(row.said, roster))
        if found != row.warnings:
            connection.execute(update(table).where(table.c.id == row.id).values(warnings=found))


def approve(connection: Connection, application: ApplicationId, ids: Sequence[str], by: tuple[str, int]) -> int:
    """Approve open candidates; `by` is (account or actor id, ms). Returns how many."""
    decided = {"state": State.APPROVED.value, "decided_by": by[0], "decided_at": by[1]}
    return _set(connection, application, ids, (State.OPEN,), decided)


def reopen(connection: Connection, application: ApplicationId, ids: Sequence[str]) -> int:
    """Take approvals back into review."""
    opened: dict[str, object] = {"state": State.OPEN.value, "decided_by": None, "decided_at": None}
    return _set(connection, application, ids, (State.APPROVED,), opened)


def refuse(connection: Connection, application: ApplicationId, ids: Sequence[str], by: tuple[str, int]) -> int:
    """Refuse candidates and destroy their words; returns how many."""
    decided = {"state": State.REFUSED.value, "decided_by": by[0], "decided_at": by[1]}
    done = _set(connection, application, ids, (State.OPEN, State.APPROVED), decided)
    destroy(connection, application, ids)
    return done


def destroy(connection: Connection, application: ApplicationId, ids: Sequence[str]) -> None:
    """Take words and places out of candidates; the keyed digest stays."""
    for some in _some(ids):
        mine = and_(table.c.application == application, table.c.id.in_(some))
        gone = {"said": None, "address": None, "state": State.REFUSED.value}
        connection.execute(update(table).where(mine).values(gone))
        connection.execute(delete(places_table).where(places_table.c.candidate.in_(select(table.c.id).where(mine))))


def listed(connection: Connection, application: ApplicationId, chosen: CandidateFilter) -> list[Candidate]:
    """List candidates: texts first, then names, sheets, assets; the longest-waiting first."""
    where = _where(application, chosen)
    order = (table.c.static_file, table.c.kind.desc(), table.c.proposed_at, table.c.id)
    query = select(table).where(*where).order_by(*order).limit(chosen.most).offset(chosen.offset)
    rows = connection.execute(query).all()
    wheres: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for some in _some([row.id for row in rows]):
        seen = select(places_table).where(places_table.c.candidate.in_(some)).order_by(places_table.c.seen)
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


def _judge(connection: Connection, intake: Intake, proposal: Proposal, said: str) -> _Judged:
    joins = _base(connection, intake, proposal, said) if proposal.kind == TEXT and proposal.key else None
    found = _find(proposal)
    identity = f"{proposal.kind}|{said}|{'' if found is None else found}|{proposal.rules or 0}|{joins or ''}"
    digest = hmac.new(intake.key, f"{intake.application}|{identity}".encode(), hashlib.sha256).hexdigest()
    return _Judged(proposal, said, joins, digest)


def _base(connection: Connection, intake: Intake, proposal: Proposal, said: str) -> str | None:
    """Find the text of the same key in another language, which came first."""
    query = (
        select(table.c.id, table.c.said)
        .join(places_table, places_table.c.candidate == table.c.id)
        .where(
            table.c.application == intake.application,
            places_table.c.key == _key(proposal.key),
            table.c.language != proposal.language,
            table.c.joins.is_(None),
        )
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None or row.said == said else str(row.id)


def _known(connection: Connection, intake: Intake, judged: _Judged) -> str | None:
    mine = table.c.application == intake.application
    same: ColumnElement[bool] = table.c.digest == judged.digest
    if judged.proposal.kind == TEXT and judged.joins is None:
        # A text that the walk meets may be known as a translation.
        same = or_(same, and_(table.c.kind == TEXT, table.c.said == judged.said))
    found = connection.execute(select(table.c.id).where(mine, same).limit(1)).scalar()
    return None if found is None else str(found)


def _find(proposal: Proposal) -> int | None:
    if proposal.kind not in (SHEET, ASSET):
        return None
    return proposal.hash if proposal.address is None else hash32(proposal.address)


def _add(connection: Connection, intake: Intake, judged: _Judged) -> str:
    proposal, candidate = judged.proposal, random_id()
    found = warnings(judged.said, intake.roster) if proposal.kind in (TEXT, NAME) else ()
    connection.execute(
        insert(table).values(
            id=candidate,
            application=intake.application,
            kind=proposal.kind,
            said=judged.said,
            digest=judged.digest,
            language=proposal.language,
            joins=judged.joins,
            static_file=proposal.group[:200],
            address=proposal.address,
            hash=_find(proposal),
            rules=proposal.rules,
            warnings=" ".join(found),
            state=State.OPEN.value,
            proposed_at=to_ms(intake.now),
        )
    )
    return candidate


def _renew(connection: Connection, candidate: str, judged: _Judged) -> None:
    """A text first met by the walk learns its language when a translation file names it."""
    if judged.proposal.language and judged.joins is None:
        unknown = and_(table.c.id == candidate, table.c.language == "")
        connection.execute(update(table).where(unknown).values(language=judged.proposal.language))


def _place(connection: Connection, candidate: str, proposal: Proposal) -> None:
    row = {
        "candidate": candidate,
        "source": proposal.source[:40],
        "seen": proposal.where[:200],
        "key": _key(proposal.key),
    }
    is_kept = select(literal(1)).where(table.c.id == candidate, table.c.said.is_not(None))
    if connection.execute(is_kept).scalar():  # a refused one is not told of again
        connection.execute(insert_once(places_table).values(row).on_conflict_do_nothing())


def _key(key: str) -> str:
    # A key of a PO file is the text itself: it is kept as a digest only.
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else ""


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


def _row(connection: Connection, application: ApplicationId, candidate: str) -> Row[tuple[object, ...]]:
    query = select(table).where(table.c.application == application, table.c.id == candidate)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("there is no candidate of this id")
    return row


def _set(
    connection: Connection,
    application: ApplicationId,
    ids: Sequence[str],
    before: Sequence[State],
    values: dict[str, object],
) -> int:
    done = 0
    for some in _some(ids):
        mine = and_(table.c.application == application, table.c.id.in_(some), table.c.state.in_(before))
        done += connection.execute(update(table).where(mine).values(values)).rowcount
    return done


def _some(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _MOST_AT_ONCE] for start in range(0, len(ids), _MOST_AT_ONCE))
