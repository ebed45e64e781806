"""Candidates: what was proposed, where it was seen, what a detector says of it, and what a person decided.

Runs inside the writer's transaction. A refused candidate loses its words at once; a keyed digest of them stays, so that
the same string is not proposed again.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert as insert_once

from milkglass.database.moments import random_id, to_ms
from milkglass.database.tables_vocabulary import vocabulary_candidates as table
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_places as places_table
from milkglass.detect.warnings import Roster, warnings
from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.policy.packing import hash32
from milkglass.vocabulary.entries import (
    ASSET,
    MARKED,
    NAME,
    SHEET,
    TEXT,
    Proposal,
    Proposed,
    State,
    spelt,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from milkglass.wire.values import ApplicationId

_MOST_AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where proposals go, and how they were judged: before the transaction, for others wait for the writer."""

    application: ApplicationId
    key: bytes  # of the digests by which a refused string is known again
    warned: Mapping[tuple[str, str], tuple[str, ...]]  # rule ids by kind and what is said
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
        said = said_of(proposal)
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


def said_of(proposal: Proposal) -> str | None:
    """Spell what a proposal says; None for what could be no entry."""
    if proposal.kind not in (SHEET, ASSET):
        return spelt(proposal.kind, proposal.said)
    return None if _find(proposal) is None else spelt(proposal.kind, proposal.sha256 or "")


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


def bytes_of(connection: Connection, application: ApplicationId, ids: Sequence[str]) -> set[str]:
    """Return the SHA-256 of the sheets and assets among candidates."""
    found: set[str] = set()
    for part in some(ids):
        mine = and_(table.c.application == application, table.c.id.in_(part), table.c.kind.in_((SHEET, ASSET)))
        found.update(said for said in connection.execute(select(table.c.said).where(mine)).scalars() if said)
    return found


def is_used(connection: Connection, sha: str) -> bool:
    """Tell whether a candidate or an entry of any application still names these bytes."""
    return any(
        connection.execute(select(literal(1)).where(one.c.said == sha).limit(1)).scalar()
        for one in (table, entries_table)
    )


def judge_again(connection: Connection, application: ApplicationId, roster: Roster) -> None:
    """Look at every open text and name with another roster."""
    mine = and_(table.c.application == application, table.c.state == State.OPEN.value, table.c.kind.in_((TEXT, NAME)))
    for row in connection.execute(select(table.c.id, table.c.said, table.c.warnings).where(mine)).all():
        marks = [one for one in row.warnings.split() if one.startswith(MARKED)]
        found = " ".join((*warnings(row.said, roster), *marks))
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
    for part in some(ids):
        mine = and_(table.c.application == application, table.c.id.in_(part))
        gone = {"said": None, "address": None, "state": State.REFUSED.value}
        connection.execute(update(table).where(mine).values(gone))
        connection.execute(delete(places_table).where(places_table.c.candidate.in_(select(table.c.id).where(mine))))


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
            warnings=" ".join((*intake.warned.get((proposal.kind, judged.said), ()), *_marks(proposal))),
            state=State.OPEN.value,
            proposed_at=to_ms(intake.now),
        )
    )
    return candidate


def _renew(connection: Connection, candidate: str, judged: _Judged) -> None:
    """A text first met by the walk learns its language when a translation file names it.

    What a later walk finds to be a person's is marked as long as nobody decided it.
    """
    if judged.proposal.marks:
        mine = and_(table.c.id == candidate, table.c.state == State.OPEN.value)
        for warned in connection.execute(select(table.c.warnings).where(mine)).scalars().all():
            both = " ".join(dict.fromkeys((*warned.split(), *_marks(judged.proposal))))
            connection.execute(update(table).where(mine).values(warnings=both))
    if judged.proposal.language and judged.joins is None:
        unknown = and_(table.c.id == candidate, table.c.language == "")
        connection.execute(update(table).where(unknown).values(language=judged.proposal.language))


def _marks(proposal: Proposal) -> tuple[str, ...]:
    return tuple(f"{MARKED}{mark}" for mark in proposal.marks)


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
    for part in some(ids):
        mine = and_(table.c.application == application, table.c.id.in_(part), table.c.state.in_(before))
        done += connection.execute(update(table).where(mine).values(values)).rowcount
    return done


def some(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """Cut a list of ids into parts that one statement can name."""
    return (ids[start : start + _MOST_AT_ONCE] for start in range(0, len(ids), _MOST_AT_ONCE))
