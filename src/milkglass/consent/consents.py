"""Consent: who agreed to what, whether it still holds, and taking it back.

Rows are only ever added. Whether consent holds is computed from them at a moment, so that a withdrawal works on the
server with its own commit, for every ticket already out.

Source: the visit token's `consent`; 34 CFR 99.5 on who may agree; docs/consent.md for the states.
"""

import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, insert, select, update

from milkglass import facts
from milkglass.consent import rows
from milkglass.consent.checking import VIOLATIONS
from milkglass.consent.memory import Held, Memory
from milkglass.consent.states import ask_again_at, state_of, wrong_actor
from milkglass.consent.values import (
    DEMO_ACTOR,
    FOR_A_CHILD,
    LASTS,
    Agreed,
    Channel,
    Checked,
    Consent,
    Ending,
    Event,
    Kind,
    Signal,
    State,
    Who,
)
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_consent import consents, erasures, people
from milkglass.database.tables_vault import recordings, segments
from milkglass.errors import Conflict, NotAllowed, NotFound
from milkglass.institutions import Institutions
from milkglass.merkle.entry import Actor, Plain
from milkglass.merkle.writer import Writer
from milkglass.wire.values import ApplicationId, ConsentId, InstitutionId, Purpose, RecordingId

PERSON = "person"  # who wrote an event, if neither a key nor an account did


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """The room; `map_key` leads from what a customer calls a person to the random alias."""

    engine: Engine
    writer: Writer
    institutions: Institutions
    map_key: bytes
    _memory: Memory = field(default_factory=Memory, repr=False)

    def who(self, application: ApplicationId, institution: InstitutionId, person: str) -> Who:
        """Find or draw the alias of a person (64 hex) at an institution."""
        digest = self.digest(institution, person)
        known = self.alias_of(digest)
        if known is None:
            drawn = random_id()

            def change(connection: Connection) -> None:
                # Two pages of one new person may come at once: the first one's alias stays.
                if rows.alias_of(connection, digest) is None:
                    connection.execute(insert(people).values(digest=digest, alias=drawn))

            self.writer.commit([change])
            known = self.alias_of(digest) or drawn
        return Who(alias=known, application=application, institution=institution)

    def digest(self, institution: InstitutionId, person: str) -> bytes:
        """Return what leads from a person (64 hex) at an institution to their alias, under the map's own key."""
        return hmac.digest(self.map_key, f"{institution}|{person}".encode(), sha256)

    def alias_of(self, digest: bytes) -> str | None:
        """Find the alias that a digest leads to; None if nobody has it. People ask by `replay.pseudonyms`."""
        with self.engine.connect() as connection:
            return rows.alias_of(connection, digest)

    def known(self, application: ApplicationId, institution: InstitutionId, person: str) -> Who | None:
        """Find a person (64 hex) who was seen before; nothing is drawn for one who was not."""
        alias = self.alias_of(self.digest(institution, person))
        return None if alias is None else Who(alias=alias, application=application, institution=institution)

    def wrong_actor(self, who: Who, actor: str, *, may_consent: bool) -> str | None:
        """Say why this yes is not this person's to give, and what to do; None if it is."""
        return wrong_actor(self._type_of(who), actor, may_consent=may_consent)

    def _type_of(self, who: Who) -> str:
        policy = self.institutions.policy_of(who.application)
        named = () if policy is None else policy.document.institutions
        return next((one.type for one in named if one.id == who.institution), "other")

    def actor_of(self, who: Who) -> str:
        """Return the word for a person who agrees for themselves at their institution."""
        return "adult" if self._type_of(who) == "other" else "student"

    def require(self, who: Who, agreed: Agreed, now: datetime) -> None:
        """Raise NotAllowed, whose code and message say why, if nothing of this yes would stand."""
        age = now - from_ms(agreed.at * 1000)
        with self.engine.connect() as connection:
            ended = rows.ended_at(connection, who.alias, who.application)
        if agreed.at * 1000 <= ended:
            raise NotAllowed("this yes is older than the person's last no; ask them again", code="consent_withdrawn")
        if age >= LASTS:
            raise NotAllowed(f"this yes is older than {LASTS.days} days; ask again", code="consent_expired")
        if not self._asked(who, agreed.actor, agreed.notice, age):
            raise NotAllowed(
                "the policy does not have this notice version any more, or the yes is older than it allows;"
                " ask again under a notice of the policy",
                code="notice_unknown",
            )
        if not self._stand(who, agreed, now):
            raise NotAllowed("the institution did not opt in to any of these purposes", code="not_opted_in")

    def record(self, who: Who, agreed: Agreed, now: datetime, by: Actor = facts.SYSTEM) -> Consent | None:
        """Keep what a person agreed to and return it as it stands; the same said again adds nothing.

        Returns: None if nothing of it stands: taken back later than it was said, expired, or not opted in.
        """
        if not self._stand(who, agreed, now):
            return None
        with self.engine.connect() as connection:
            known = rows.newest(connection, who.alias, who.application)
        if known is None or not rows.is_same(known, agreed):
            consent_id = self._add(who, self._noticed(who, agreed), by, now)
        else:
            consent_id = ConsentId(known.consent)
        return Consent(id=consent_id, purposes=self.standing(consent_id, now))

    def of_ledger(self, who: Who, now: datetime, *, may_consent: bool) -> Consent | None:
        """Find the consent that stands without the visit token's word: of our dialog, or by a backend key.

        A parent's yes lapses once the person may consent, and the dialog's yes counts only while they may.
        """
        with self.engine.connect() as connection:
            row = rows.newest(connection, who.alias, who.application)
        if row is None or row.channel == Channel.TOKEN:
            return None
        if row.channel == Channel.DIALOG and not may_consent:
            return None
        consent = Consent(id=ConsentId(row.consent), purposes=self.standing(ConsentId(row.consent), now))
        if row.actor in FOR_A_CHILD and may_consent and consent.purposes:
            self._end(consent.id, who, Event(at=now, kind=Kind.EXPIRED, why=Ending.OF_AGE.value))
            return None
        return consent

    def standing(self, consent_id: ConsentId, now: datetime) -> frozenset[Purpose]:
        """Return the purposes that hold now under this consent; none if it is unknown, withdrawn or expired.

        A newer consent of the same person narrows an older one and never widens it.
        """
        held = self._memory.find(consent_id) or self._held(consent_id)
        if held is None or held.is_over or to_ms(now) >= held.expires_at:
            return frozenset()
        asked = self._asked(held.who, held.actor, held.notice, now - from_ms(held.agreed_at))
        return held.purposes & asked & self.institutions.purposes(held.who.application, held.who.institution, now)

    def states(self, who: Who, now: datetime) -> dict[Purpose, State]:
        """Return how a person's consent to each purpose stands, by what was said and done."""
        with self.engine.connect() as connection:
            told = rows.events_of(connection, who)
        policy = self.institutions.policy_of(who.application)
        lasts = LASTS if policy is None else timedelta(days=policy.document.consent.lasts_days)
        return {purpose: state_of(told, purpose, now, lasts) for purpose in Purpose}

    def ask_again_at(self, who: Who) -> datetime | None:
        """Return when a person who refused may be asked anew; None if they did not refuse."""
        with self.engine.connect() as connection:
            return ask_again_at(rows.events_of(connection, who))

    def who_of(self, consent_id: ConsentId) -> Who | None:
        """Find whose consent it is."""
        with self.engine.connect() as connection:
            row = connection.execute(select(consents).where(consents.c.consent == consent_id)).one_or_none()
        return None if row is None else rows.who_of(row)

    def withdraw(self, who: Who, now: datetime, *, erase: bool, by: Actor = facts.SYSTEM) -> None:
        """Take back all that a person agreed to in an application, from this commit on.

        Args:
            who: the person.
            now: when.
            erase: also destroy what was recorded; queued here, done by `retention`.
            by: who asked for it; the system stands for the person.
        """
        event = Event(at=now, kind=Kind.WITHDRAWN, by=_by(by), is_erasure=erase)
        self._tell(who, event, facts.Act.CONSENT_WITHDRAW, {"erase": erase}, by)

    def request(self, who: Who, served_at: datetime) -> None:
        """Note that a person was shown the notice, at the moment it was served."""
        self._tell(who, Event(at=served_at, kind=Kind.REQUESTED), facts.Act.CONSENT_REQUEST, {})

    def refuse(self, who: Who, kind: Kind, now: datetime, by: Actor = facts.SYSTEM) -> datetime:
        """Note a no, REFUSED or DISMISSED: it ends what was agreed before. Returns when they may be asked anew."""
        event = Event(at=now, kind=kind, by=_by(by))
        self._tell(who, event, facts.Act.CONSENT_REFUSE, {"how": kind.value}, by)
        return ask_again_at([event]) or now

    def refuse_by_signal(self, who: Who, signal: Signal, now: datetime) -> None:
        """Count a browser's signal as a refusal, once for a person in an application.

        All that they agreed to before ends; an explicit yes that is later wins, whatever the browser goes on to say.
        """
        if self._has_signalled(who):
            return
        event = Event(at=now, kind=Kind.SIGNAL, why=signal.value)

        try:
            self._tell(who, event, facts.Act.CONSENT_SIGNAL, {"signal": signal.value})
        except Conflict:
            if not self._has_signalled(who):
                raise

    def invalidate(self, consent_id: ConsentId, now: datetime, by: Actor) -> list[RecordingId]:
        """Note that a consent never was one, such as a wrong person's; nothing is recorded under it any more.

        Returns: the recordings made under it: candidates of an incident.
        Raises: NotFound for an unknown one; Conflict if it was found invalid before.
        """
        who = self.who_of(consent_id)
        if who is None:
            raise NotFound("there is no such consent")
        with self.engine.connect() as connection:
            made = select(recordings.c.recording).where(recordings.c.consent == consent_id)
            theirs = [RecordingId(one) for one in connection.execute(made.order_by(recordings.c.recording)).scalars()]
        self._end(consent_id, who, Event(at=now, kind=Kind.INVALIDATED, by=_by(by)), by, len(theirs))
        return theirs

    def settle(self, now: datetime) -> int:
        """Write down which consents ended by themselves since: by time, a changed notice, the institution's no.

        They stopped counting at the moment it happened; an institution that comes back does not revive them. Returns
        how many. Safe to run again.
        """
        count = 0
        with self.engine.connect() as connection:
            still_open = rows.still_open(connection)
        for row in still_open:
            who, consent_id = rows.who_of(row), ConsentId(row.consent)
            ended = self._ending(who, row.notice, row.expires_at, row.agreed_at, now)
            if ended is None:
                continue
            kind = Kind.TERMINATED if ended is Ending.INSTITUTION else Kind.EXPIRED
            try:
                self._end(consent_id, who, Event(at=now, kind=kind, why=ended.value))
            except Conflict:
                continue  # ended by somebody meanwhile
            count += 1
        return count

    def check(self, now: datetime) -> Checked:
        """Ask of every stored segment whether a consent stood at its time, in one query; the answer is a leaf."""
        with self.engine.connect() as connection:
            segment_count = connection.execute(select(func.count()).select_from(segments)).scalar_one()
            found = [RecordingId(name) for name in connection.execute(VIOLATIONS).scalars()]
        told = Checked(at=now, segments=segment_count, violations=tuple(found))
        self.writer.commit([], facts.consent_check(facts.By(at=now), segment_count, len(found)))
        self._memory.checked = told
        return told

    @property
    def checked(self) -> Checked | None:
        """What the last check found; None before the first since the start."""
        return self._memory.checked

    def erasures(self) -> list[ConsentId]:
        """List the consents whose recordings are still to be destroyed, oldest first."""
        with self.engine.connect() as connection:
            asked = select(erasures.c.consent).where(erasures.c.done_at.is_(None)).order_by(erasures.c.asked_at)
            return [ConsentId(consent_id) for consent_id in connection.execute(asked).scalars()]

    def erased(self, consent_id: ConsentId, count: int, now: datetime) -> None:
        """Note an erasure as done, and how many recordings it destroyed; each has its own certificate."""

        def change(connection: Connection) -> None:
            row = update(erasures).where(erasures.c.consent == consent_id).values(done_at=to_ms(now))
            connection.execute(row)

        who = self.who_of(consent_id)
        if who is None:
            self.writer.commit([change])
            return
        event = Event(at=now, kind=Kind.ERASED, consent=consent_id, recordings=count)
        told: dict[str, Plain] = {"recordings": count}
        fact = facts.consent(self._leaf(who, now), facts.Act.CONSENT_ERASE, consent_id, told)
        self.writer.commit([change, rows.add_event(who, event)], fact)

    def _has_signalled(self, who: Who) -> bool:
        with self.engine.connect() as connection:
            return rows.has_signalled(connection, who)

    def _tell(
        self,
        who: Who,
        event: Event,
        act: facts.Act,
        told: dict[str, Plain],
        by: Actor = facts.SYSTEM,
    ) -> None:
        """Write an event about a person, with its leaf."""
        fact = facts.consent(self._leaf(who, event.at, by), act, who.alias, told)
        with self._memory.change(who):
            self.writer.commit([rows.add_event(who, event)], fact)

    def _end(
        self, consent_id: ConsentId, who: Who, event: Event, by: Actor = facts.SYSTEM, recording_count: int = 0
    ) -> None:
        """End one consent by an event of its own. Raises Conflict if one did so before."""

        def first(connection: Connection) -> None:
            if rows.is_over(connection, consent_id):
                raise Conflict("this consent was ended before")

        told: dict[str, Plain] = {"why": event.why} if event.why else {"recordings": recording_count}
        fact = facts.consent(self._leaf(who, event.at, by), _ENDINGS[event.kind], consent_id, told)
        with self._memory.change(who):
            self.writer.commit([first, rows.add_event(who, replace(event, consent=consent_id))], fact)

    def _leaf(self, who: Who, at: datetime, by: Actor = facts.SYSTEM) -> facts.By:
        return facts.By(at=at, actor=by, institution=self.institutions.log_id(who.institution, at))

    def _ending(self, who: Who, notice: str, expires_at: int, agreed_at: int, now: datetime) -> Ending | None:
        """Say why a consent is over by itself; None if it is not, or if no policy says."""
        policy = self.institutions.policy_of(who.application)
        if policy is None:
            return None
        terms = policy.document.consent
        if to_ms(now) >= expires_at or now - from_ms(agreed_at) >= timedelta(days=terms.lasts_days):
            return Ending.TIME
        if not terms.takes(notice):
            return Ending.NOTICE
        return None if self.institutions.purposes(who.application, who.institution, now) else Ending.INSTITUTION

    def _held(self, consent_id: ConsentId) -> Held | None:
        generation = self._memory.generation
        with self.engine.connect() as connection:
            row = connection.execute(select(consents).where(consents.c.consent == consent_id)).one_or_none()
            if row is None:
                return None
            newest = rows.newest(connection, row.alias, row.application)
            ended = rows.ended_at(connection, row.alias, row.application)
            is_over = rows.is_over(connection, consent_id)
        held = Held(
            who=rows.who_of(row),
            notice=row.notice,
            actor=row.actor,
            agreed_at=row.agreed_at,
            purposes=rows.read(row.purposes) & (rows.read(newest.purposes) if newest is not None else frozenset()),
            expires_at=row.expires_at,
            is_over=is_over or ended >= min(row.agreed_at, row.recorded_at),
        )
        self._memory.keep(generation, consent_id, held)
        return held

    def _stand(self, who: Who, agreed: Agreed, now: datetime) -> frozenset[Purpose]:
        with self.engine.connect() as connection:
            ended = rows.ended_at(connection, who.alias, who.application)
        agreed_ms = agreed.at * 1000
        if agreed_ms <= ended or to_ms(now) >= agreed_ms + LASTS // timedelta(milliseconds=1):
            return frozenset()
        asked = self._asked(who, agreed.actor, agreed.notice, now - from_ms(agreed_ms))
        return agreed.purposes & asked & self.institutions.purposes(who.application, who.institution, now)

    def _asked(self, who: Who, actor: str, notice: str, age: timedelta) -> frozenset[Purpose]:
        """Return what the standing policy asks people for; nothing under a notice that it dropped, or too long ago."""
        if actor == DEMO_ACTOR:
            return frozenset(Purpose)  # no person was asked anything
        policy = self.institutions.policy_of(who.application)
        if policy is None:
            return frozenset()
        terms = policy.document.consent
        is_good = terms.takes(notice) and age < timedelta(days=terms.lasts_days)
        return terms.purposes if is_good else frozenset()

    def _noticed(self, who: Who, agreed: Agreed) -> Agreed:
        """Add which words the notice had, where the policy keeps them: a receipt names their hash."""
        policy = self.institutions.policy_of(who.application)
        notices = () if policy is None or agreed.digest else policy.document.consent.notices
        seen = next((one for one in notices if one.version == agreed.notice), None)
        return agreed if seen is None else replace(agreed, language=seen.language, digest=seen.hash)

    def _add(self, who: Who, agreed: Agreed, by: Actor, now: datetime) -> ConsentId:
        consent_id = ConsentId(random_id())
        expires_at = agreed.at * 1000 + LASTS // timedelta(milliseconds=1)
        event = Event(at=now, kind=Kind.GIVEN, consent=consent_id, purposes=agreed.purposes, by=_by(by))
        changes = [rows.add_consent(consent_id, who, agreed, expires_at, now), rows.add_event(who, event)]
        told: dict[str, Plain] = {"purposes": sorted(agreed.purposes), "actor": agreed.actor}
        fact = facts.consent(self._leaf(who, now, by), facts.Act.CONSENT_RECORD, consent_id, told)
        with self._memory.change(who):
            self.writer.commit(changes, fact)
        return consent_id


_ENDINGS = {
    Kind.EXPIRED: facts.Act.CONSENT_EXPIRE,
    Kind.TERMINATED: facts.Act.CONSENT_TERMINATE,
    Kind.INVALIDATED: facts.Act.CONSENT_INVALIDATE,
}


def _by(actor: Actor) -> str:
    return PERSON if actor == facts.SYSTEM else actor.id
