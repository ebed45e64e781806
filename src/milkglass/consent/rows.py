"""Rows: how consent stands in the tables. Changes run inside the writer's transaction; rows are only ever added."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from milkglass.consent.states import ENDS_ALL, ENDS_ONE
from milkglass.consent.values import DEMO_ACTOR, Agreed, Event, Kind, Who
from milkglass.database.moments import from_ms, to_ms, ulid
from milkglass.database.tables_consent import consent_events, consents, erasures, people
from milkglass.errors import Conflict
from milkglass.merkle.writer import Change
from milkglass.wire.values import ConsentId, Purpose

ConsentRow: TypeAlias = Row[tuple[object, ...]]


def add_event(who: Who, event: Event) -> Change:
    """Return the change that adds an event; an erasure also queues all that the person's consents recorded.

    A browser's signal is noted once: a second one at the same time is a Conflict.
    """
    row = {
        "alias": who.alias,
        "application": who.application,
        "institution": who.institution,
        "kind": event.kind.value,
        "at": to_ms(event.at),
        "consent": event.consent,
        "purposes": spell(event.purposes),
        "why": event.why,
        "by": event.by,
        "is_erasure": event.is_erasure,
        "recordings": event.recordings,
    }

    def change(connection: Connection) -> None:
        if event.kind is Kind.SIGNAL and has_signalled(connection, who):
            raise Conflict("this signal was noted meanwhile")
        mine = (consent_events.c.alias == who.alias, consent_events.c.application == who.application)
        last = connection.execute(select(func.max(consent_events.c.event)).where(*mine)).scalar_one()
        connection.execute(insert(consent_events).values(event=ulid(event.at, last), **row))
        if event.is_erasure:
            _queue(connection, who, to_ms(event.at))

    return change


def add_consent(consent_id: ConsentId, who: Who, agreed: Agreed, expires_at: int, now: datetime) -> Change:
    """Return the change that adds a consent."""
    row = {
        "consent": consent_id,
        "alias": who.alias,
        "application": who.application,
        "institution": who.institution,
        "purposes": spell(agreed.purposes),
        "notice": agreed.notice,
        "actor": agreed.actor,
        "agreed_at": agreed.at * 1000,
        "recorded_at": to_ms(now),
        "expires_at": expires_at,
        "channel": agreed.channel.value,
        "language": agreed.language,
        "digest": agreed.digest,
    }

    def change(connection: Connection) -> None:
        connection.execute(insert(consents).values(row))

    return change


def _queue(connection: Connection, who: Who, now_ms: int) -> None:
    # All of the person's consents: a recording names the one under which it began.
    theirs = select(consents.c.consent).where(consents.c.alias == who.alias, consents.c.application == who.application)
    waiting = set(connection.execute(select(erasures.c.consent).where(erasures.c.consent.in_(theirs))).scalars())
    asked = {"asked_at": now_ms, "done_at": None}
    again = update(erasures).where(erasures.c.consent.in_(theirs))
    connection.execute(again.values(asked))
    fresh = [one for one in connection.execute(theirs).scalars() if one not in waiting]
    if fresh:
        connection.execute(insert(erasures), [{"consent": one, **asked} for one in fresh])


def newest(connection: Connection, alias: str, application: str) -> ConsentRow | None:
    """Find a person's newest consent in an application."""
    theirs = select(consents).where(consents.c.alias == alias, consents.c.application == application)
    return connection.execute(
        theirs.order_by(consents.c.recorded_at.desc(), consents.c.agreed_at.desc(), consents.c.consent).limit(1)
    ).one_or_none()


def ended_at(connection: Connection, alias: str, application: str) -> int:
    """Return when a person last took back or refused all, in ms since the epoch; -1 if they never did."""
    theirs = select(consent_events.c.at).where(
        consent_events.c.alias == alias,
        consent_events.c.application == application,
        consent_events.c.kind.in_(ENDS_ALL),
    )
    last = connection.execute(theirs.order_by(consent_events.c.at.desc()).limit(1)).scalar_one_or_none()
    return -1 if last is None else last


def is_over(connection: Connection, consent_id: ConsentId) -> bool:
    """Say whether this one consent was ended by an event of its own."""
    mine = select(consent_events.c.event).where(
        consent_events.c.consent == consent_id, consent_events.c.kind.in_(ENDS_ONE)
    )
    return connection.execute(mine.limit(1)).first() is not None


def has_signalled(connection: Connection, who: Who) -> bool:
    """Say whether a person's browser refused for them before."""
    mine = select(consent_events.c.event).where(
        consent_events.c.alias == who.alias,
        consent_events.c.application == who.application,
        consent_events.c.kind == Kind.SIGNAL,
    )
    return connection.execute(mine.limit(1)).first() is not None


def events_of(connection: Connection, who: Who) -> list[Event]:
    """List what happened to a person's consent in an application, the oldest first."""
    theirs = (
        select(consent_events, consents.c.agreed_at)
        .join(consents, consents.c.consent == consent_events.c.consent, isouter=True)
        .where(consent_events.c.alias == who.alias, consent_events.c.application == who.application)
        .order_by(consent_events.c.at, consent_events.c.event)
    )
    return [read_event(row) for row in connection.execute(theirs)]


def read_event(row: ConsentRow) -> Event:
    """Read an event's row, joined with its consent's `agreed_at`."""
    kind = Kind(row.kind)
    return Event(
        at=from_ms(row.at),
        kind=kind,
        consent=None if row.consent is None else ConsentId(row.consent),
        agreed_at=from_ms(row.agreed_at) if kind is Kind.GIVEN and row.agreed_at is not None else None,
        purposes=read(row.purposes),
        why=row.why,
        by=row.by,
        is_erasure=row.is_erasure,
        recordings=row.recordings,
    )


def still_open(connection: Connection) -> list[ConsentRow]:
    """List each person's newest consent that no event has ended; the demo's are nobody's."""
    newer = consents.alias()
    is_newest = ~exists().where(
        newer.c.alias == consents.c.alias,
        newer.c.application == consents.c.application,
        newer.c.recorded_at > consents.c.recorded_at,
    )
    is_ended = exists().where(
        consent_events.c.alias == consents.c.alias,
        consent_events.c.application == consents.c.application,
        (consent_events.c.kind.in_(ENDS_ONE) & (consent_events.c.consent == consents.c.consent))
        | (consent_events.c.kind.in_(ENDS_ALL) & (consent_events.c.at >= consents.c.recorded_at)),
    )
    asked = select(consents).where(is_newest, ~is_ended, consents.c.actor != DEMO_ACTOR)
    return list(connection.execute(asked.order_by(consents.c.recorded_at)))


def alias_of(connection: Connection, digest: bytes) -> str | None:
    """Find the alias that a person's digest leads to."""
    return connection.execute(select(people.c.alias).where(people.c.digest == digest)).scalar_one_or_none()


def is_same(row: ConsentRow, agreed: Agreed) -> bool:
    """Say whether a consent's row is what was said now."""
    said = (spell(agreed.purposes), agreed.notice, agreed.actor, agreed.at * 1000, agreed.channel.value)
    return (row.purposes, row.notice, row.actor, row.agreed_at, row.channel) == said


def who_of(row: ConsentRow) -> Who:
    """Return whose row it is."""
    return Who(alias=row.alias, application=row.application, institution=row.institution)


def spell(purposes: Iterable[Purpose]) -> str:
    """Spell purposes as a column holds them."""
    return " ".join(sorted(purposes))


def read(words: str) -> frozenset[Purpose]:
    """Read what `spell` wrote."""
    return frozenset(Purpose(word) for word in words.split())
