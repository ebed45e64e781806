"""Listing: the ledger as people and their institution read it: rows, effects, states by institution, receipts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from milkglass.consent import rows
from milkglass.consent.consents import Consents
from milkglass.consent.receipts import Recorded, receipt, record
from milkglass.consent.states import state_of
from milkglass.consent.values import LASTS, Channel, Event, Kind, State, Who
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_consent import consent_events, consents, erasures
from milkglass.database.tables_vault import recordings
from milkglass.errors import NotFound
from milkglass.wire.values import ConsentId, InstitutionId, Json, Purpose

MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows; an empty filter does not narrow. `person` is an alias, or the beginning of one."""

    person: str = ""
    institution: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event, with whose it is."""

    who: Who
    event: Event
    actor: str  # who agreed, where the event is a yes
    channel: str  # how the yes came
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a withdrawal did.

    `stopped` is how long after it the last stored moment lies: zero or less, since no batch lands after the commit.
    `waiting` says that an erasure is asked for and not done yet.
    """

    stopped: timedelta | None
    erased: int
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The room's reading side; nothing here changes anything."""

    engine: Engine
    consents: Consents

    def list(self, asked: Asked, most: int = MOST_ROWS) -> list[Line]:
        """List events, the newest first."""
        wanted = (
            select(
                consent_events,
                consents.c.agreed_at,
                consents.c.actor,
                consents.c.channel,
                consents.c.notice,
            )
            .join(consents, consents.c.consent == consent_events.c.consent, isouter=True)
            .order_by(consent_events.c.at.desc(), consent_events.c.event.desc())
            .limit(most)
        )
        if asked.person:
            wanted = wanted.where(consent_events.c.alias.startswith(asked.person.lower(), autoescape=True))
        if asked.institution:
            wanted = wanted.where(consent_events.c.institution == asked.institution)
        if asked.kind:
            wanted = wanted.where(consent_events.c.kind == asked.kind)
        with self.engine.connect() as connection:
            return [
                Line(
                    who=rows.who_of(row),
                    event=rows.read_event(row),
                    actor=row.actor or "",
                    channel=row.channel or "",
                    notice=row.notice or "",
                )
                for row in connection.execute(wanted)
            ]

    def person(self, alias: str) -> Who:
        """Find the person of an alias. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(
                select(consent_events).where(consent_events.c.alias == alias.lower()).limit(1)
            ).one_or_none()
        if row is None:
            raise NotFound("no consent of this pseudonym is on record")
        return rows.who_of(row)

    def effect(self, who: Who) -> Effect | None:
        """Say what the person's last withdrawal did; None if they never withdrew."""
        mine = (consent_events.c.alias == who.alias, consent_events.c.application == who.application)
        theirs = select(consents.c.consent).where(
            consents.c.alias == who.alias, consents.c.application == who.application
        )
        with self.engine.connect() as connection:
            last = connection.execute(
                select(func.max(consent_events.c.at)).where(*mine, consent_events.c.kind == Kind.WITHDRAWN)
            ).scalar_one()
            if last is None:
                return None
            before = (recordings.c.consent.in_(theirs), recordings.c.began_at <= last)
            ended = connection.execute(select(func.max(recordings.c.ended_at)).where(*before)).scalar_one()
            erased = connection.execute(
                select(func.sum(consent_events.c.recordings)).where(*mine, consent_events.c.kind == Kind.ERASED)
            ).scalar_one()
            waiting = connection.execute(
                select(erasures.c.consent).where(erasures.c.consent.in_(theirs), erasures.c.done_at.is_(None)).limit(1)
            ).first()
        stopped = None if ended is None else timedelta(milliseconds=ended - last)
        return Effect(stopped=stopped, erased=erased or 0, is_waiting=waiting is not None)

    def told(self, who: Who, now: datetime) -> dict[str, object]:
        """Return how a person's consent stands and what their last withdrawal did, for a program."""
        effect = self.effect(who)
        said: dict[str, object] = {
            "states": {purpose.value: state.value for purpose, state in self.consents.states(who, now).items()}
        }
        if effect is not None:
            said["erased_recordings"] = effect.erased
            said["erasure_waits"] = effect.is_waiting
            if effect.stopped is not None:
                said["seconds_stored_after_withdrawal"] = max(effect.stopped.total_seconds(), 0.0)
        return said

    def counts(self, now: datetime) -> Mapping[InstitutionId, Mapping[Purpose, Counter[State]]]:
        """Count people by institution, purpose and state."""
        told: dict[Who, list[Event]] = {}
        asked = (
            select(consent_events, consents.c.agreed_at)
            .join(consents, consents.c.consent == consent_events.c.consent, isouter=True)
            .order_by(consent_events.c.at, consent_events.c.event)
        )
        with self.engine.connect() as connection:
            for row in connection.execute(asked):
                told.setdefault(rows.who_of(row), []).append(rows.read_event(row))
        counts: dict[InstitutionId, dict[Purpose, Counter[State]]] = {}
        for who, events in told.items():
            here = counts.setdefault(who.institution, {purpose: Counter() for purpose in Purpose})
            for purpose in Purpose:
                here[purpose][state_of(events, purpose, now, self._lasts(who))] += 1
        return counts

    def receipt(self, who: Who, url: str, now: datetime) -> dict[str, Json]:
        """Return a person's receipt over all that they agreed to. Raises NotFound if there is nothing to tell."""
        policy = self.consents.institutions.policy_of(who.application)
        named = () if policy is None else policy.document.institutions
        institution = next((one for one in named if one.id == who.institution), None)
        if policy is None or institution is None:
            raise NotFound("the policy does not name this institution any more", code="no_institution")
        with self.engine.connect() as connection:
            mine = select(consents).where(consents.c.alias == who.alias, consents.c.application == who.application)
            found = list(connection.execute(mine.order_by(consents.c.recorded_at)))
            events = rows.events_of(connection, who)
        known = [row for row in found if row.digest]
        if not known:
            what = "there is no consent under a notice of the policy; where the product keeps the notice, ask it"
            raise NotFound(what, code="no_receipt")
        records = []
        for number, row in enumerate(known):
            until = known[number + 1].recorded_at if number + 1 < len(known) else to_ms(now) + 1
            mine_now = [
                one for one in events if one.consent in (None, row.consent) and row.recorded_at <= to_ms(one.at) < until
            ]
            records.append(record(self._recorded(row, mine_now, who), policy.document, institution, url))
        return receipt(records, now)

    def _recorded(self, row: rows.ConsentRow, events: Sequence[Event], who: Who) -> Recorded:
        return Recorded(
            id=ConsentId(row.consent),
            alias=row.alias,
            purposes=rows.read(row.purposes),
            notice=row.notice,
            language=row.language,
            digest=row.digest,
            actor=row.actor,
            channel=Channel(row.channel),
            agreed_at=from_ms(row.agreed_at),
            lasts_days=self._lasts(who).days,
            events=events,
        )

    def _lasts(self, who: Who) -> timedelta:
        policy = self.consents.institutions.policy_of(who.application)
        return LASTS if policy is None else timedelta(days=policy.document.consent.lasts_days)
