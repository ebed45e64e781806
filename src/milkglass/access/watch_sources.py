"""Watch sources: what the watch rules read, from the log and from the tables beside it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Engine, Row, and_, func, or_, select

from milkglass.access.cases import Cases
from milkglass.access.grants import Grants
from milkglass.access.values import Part
from milkglass.access.watch_rules import Known, Leave, Seen, Span, Ticket
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_access import accounts, cases, grants, trainings, vettings
from milkglass.database.tables_consent import consent_events, consents
from milkglass.database.tables_log import log_entries
from milkglass.database.tables_vault import recordings
from milkglass.wire.values import ApplicationId, InstitutionId

READ_BACK = timedelta(days=90)
_READ = ("look.allow", "look.segment", "export.done", "pseudonym.resolve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Which kinds of consent events end all of a person's consents, and which the one that they name."""

    all: frozenset[str]
    one: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where it is read. `under_13` tells which institutions have children under 13 now."""

    engine: Engine
    cases: Cases
    grants: Grants
    under_13: Callable[[], Sequence[InstitutionId]]
    ends: Ends
    demo_application: ApplicationId | None = None

    def seen(self, now: datetime) -> Iterator[Seen]:
        """Read what was allowed in the last 90 days, the oldest first."""
        chosen = select(log_entries.c.entry).where(
            log_entries.c.act.in_(_READ), log_entries.c.at_ms >= to_ms(now - READ_BACK)
        )
        with self.engine.connect() as connection:
            spelled = connection.execute(chosen.order_by(log_entries.c.at_ms)).scalars().all()
        for entry in spelled:
            read = msgspec.json.decode(entry, type=_Entry)
            yield Seen(
                act=read.act,
                at=read.ts,
                account=read.actor.id,
                roles=tuple(read.actor.roles),
                about=read.res.id,
                institution=read.institution,
                look=read.obj.look or read.obj.export or read.id,
                case=read.why.case,
                grant=read.why.grant,
                rules=tuple(read.why.rules),
            )

    def known(self, now: datetime, broken_at: int | None) -> Known:
        """Read what the rules compare it with; `broken_at` is the first entry that does not verify."""
        with self.engine.connect() as connection:
            return Known(
                leaves={row.grant: self._leave(row, now) for row in connection.execute(select(grants))},
                tickets={row.case: self._ticket(row, now) for row in connection.execute(select(cases))},
                passes=_passes(connection),
                trained_until=_trained_until(connection),
                vetted=(vetted := _vetted(connection)),
                vetted_since=min((at for spans in vetted.values() for at, _until in spans), default=None),
                subjects=_subjects(connection),
                consent_ended_at=_consent_ended(connection, self.ends),
                demo=_of_application(connection, self.demo_application),
                under_13=frozenset(self._log_id(one, now) for one in self.under_13()),
                overdue=self._overdue(now),
                broken_at=broken_at,
            )

    def _overdue(self, now: datetime) -> dict[str, tuple[str, datetime]]:
        return {
            grant.id: (grant.account, grant.review_due_at)
            for grant in self.grants.list()
            if grant.needs_review(now) and grant.review_due_at is not None and grant.review_due_at < now
        }

    def _leave(self, row: Row[tuple[object, ...]], now: datetime) -> Leave:
        ends = [from_ms(ms) for ms in (row.until, row.revoked_at) if ms is not None]
        return Leave(
            account=row.account,
            began_at=None if row.until is None else from_ms(row.decided_at),
            ended_at=min(ends, default=None),
            institution=self._log_id(InstitutionId(row.institution), now),
            recording=row.recording,
        )

    def _ticket(self, row: Row[tuple[object, ...]], now: datetime) -> Ticket:
        closed_at = None if row.closed_at is None else from_ms(row.closed_at)
        return Ticket(institution=self._log_id(InstitutionId(row.institution), now), closed_at=closed_at)

    def _log_id(self, institution: InstitutionId, now: datetime) -> str:
        return self.cases.institutions.log_id(institution, now)


class _Actor(msgspec.Struct):
    id: str
    roles: list[str] = []


class _Resource(msgspec.Struct):
    id: str


class _Why(msgspec.Struct):
    rules: list[str] = []
    case: str | None = None
    grant: str | None = None


class _Told(msgspec.Struct):
    look: str = ""
    export: str = ""


class _Entry(msgspec.Struct):
    id: str
    ts: datetime
    act: str
    actor: _Actor
    res: _Resource
    institution: str
    why: _Why
    obj: _Told = msgspec.field(default_factory=_Told)


def _passes(connection: Connection) -> Mapping[str, tuple[datetime, ...]]:
    passes: dict[str, tuple[datetime, ...]] = {}
    for row in connection.execute(select(trainings).where(trainings.c.passed)):
        passes[row.account] = (*passes.get(row.account, ()), from_ms(row.at))
    return passes


def _trained_until(connection: Connection) -> Mapping[str, datetime]:
    rows = connection.execute(select(accounts.c.account, accounts.c.training_until))
    return {account: from_ms(until) for account, until in rows if until is not None}


def _vetted(connection: Connection) -> Mapping[tuple[str, Part], tuple[Span, ...]]:
    spans: dict[tuple[str, Part], tuple[Span, ...]] = {}
    for row in connection.execute(select(vettings)):
        key = (row.account, Part(row.part))
        spans[key] = (*spans.get(key, ()), (from_ms(row.at), from_ms(row.until)))
    return spans


def _subjects(connection: Connection) -> Mapping[str, str]:
    joined = select(recordings.c.recording, consents.c.alias).join(consents, consents.c.consent == recordings.c.consent)
    return {row.recording: row.alias for row in connection.execute(joined)}


def _consent_ended(connection: Connection, ends: Ends) -> Mapping[str, datetime]:
    """Return when the consent that a recording rests on ended: its own end, or the first event that ended it."""
    mine = and_(
        consent_events.c.alias == consents.c.alias,
        consent_events.c.application == consents.c.application,
        consent_events.c.at >= consents.c.recorded_at,
        or_(
            consent_events.c.kind.in_(ends.all),
            and_(consent_events.c.kind.in_(ends.one), consent_events.c.consent == consents.c.consent),
        ),
    )
    chosen = (
        select(recordings.c.recording, consents.c.expires_at, func.min(consent_events.c.at))
        .join(consents, consents.c.consent == recordings.c.consent)
        .outerjoin(consent_events, mine)
        .group_by(recordings.c.recording, consents.c.expires_at)
    )
    rows = connection.execute(chosen)
    return {recording: from_ms(min(expires, taken or expires)) for recording, expires, taken in rows}


def _of_application(connection: Connection, application: ApplicationId | None) -> frozenset[str]:
    chosen = select(recordings.c.recording).where(recordings.c.application == application)
    return frozenset() if application is None else frozenset(connection.execute(chosen).scalars())
