"""Consent: who agreed to what, whether it still holds, and taking it back.

Rows are only ever added. Whether consent holds is computed from them at a moment, so that a withdrawal works on the
server with its own commit, for every ticket already out.

Source: the visit token's `consent`; 34 CFR 99.5 on who may agree; ISO/IEC TS 27560 for what a record of it names.
"""

import hmac
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, Engine, Row, exists, func, insert, or_, select, update

from milkglass import facts
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_consent import consents, erasures, people, signals, withdrawals
from milkglass.database.tables_vault import recordings, segments
from milkglass.errors import Conflict
from milkglass.institutions import DEMO_ACCOUNT, Institutions
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import ApplicationId, ConsentId, InstitutionId, Purpose, RecordingId

LASTS = timedelta(days=180)
_MOST_KNOWN = 50_000
DEMO_ACTOR = "demo"
ACTORS = frozenset({"student", "parent", "guardian", "adult", "institution", DEMO_ACTOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a customer's server says that a person agreed to; `at` is in seconds since the epoch."""

    purposes: frozenset[Purpose]
    notice: str
    actor: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person in an application: a random alias, and where it counts."""

    alias: str
    application: ApplicationId
    institution: InstitutionId


class Signal(StrEnum):
    """What a browser says for its person: W3C Global Privacy Control, or its elder."""

    GPC = "gpc"
    DNT = "dnt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of all stored segments found: recordings with a segment that no consent covers."""

    at: datetime
    segments: int
    violations: tuple[RecordingId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent that was recorded, with the purposes that stand now."""

    id: ConsentId
    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A consent as the rows tell it, but for the moment and the institution's yes."""

    who: Who
    purposes: frozenset[Purpose]
    notice: str
    actor: str
    agreed_at: int
    expires_at: int
    is_withdrawn: bool


@dataclass(slots=True)
class _Memory:
    """Consents read lately, since every batch asks. One process writes them, and forgets a person's at each change."""

    generation: int = 0
    checked: Checked | None = None
    _changing: int = 0  # changes under way; nothing is kept meanwhile
    _known: dict[ConsentId, _Held] = field(default_factory=dict)
    _of: dict[Who, set[ConsentId]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, consent_id: ConsentId) -> _Held | None:
        return self._known.get(consent_id)

    def keep(self, generation: int, consent_id: ConsentId, held: _Held) -> None:
        """Keep what was read, unless something changed since the reading began."""
        with self._lock:
            if generation != self.generation or self._changing:
                return
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
                self._of.clear()
            self._known[consent_id] = held
            self._of.setdefault(held.who, set()).add(consent_id)

    @contextmanager
    def change(self, who: Who) -> Iterator[None]:
        """Forget a person for the length of a change, so that it counts from its own commit on and not a bit later.

        Also if it fails: it may be durable all the same.
        """
        self._forget(who, 1)
        try:
            yield
        finally:
            self._forget(who, -1)

    def _forget(self, who: Who, changes: int) -> None:
        with self._lock:
            self.generation += 1
            self._changing += changes
            for consent_id in self._of.pop(who, ()):
                del self._known[consent_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """The room; `map_key` leads from what a customer calls a person to the random alias."""

    engine: Engine
    writer: Writer
    institutions: Institutions
    map_key: bytes
    _memory: _Memory = field(default_factory=_Memory, repr=False)

    def who(self, application: ApplicationId, institution: InstitutionId, person: str) -> Who:
        """Find or draw the alias of a person (64 hex) at an institution."""
        digest = self.digest(institution, person)
        known = self.alias_of(digest)
        if known is None:
            drawn = random_id()

            def change(connection: Connection) -> None:
                # Two pages of one new person may come at once: the first one's alias stays.
                if _alias_row(connection, digest) is None:
                    connection.execute(insert(people).values(digest=digest, alias=drawn))

            self.writer.commit([change])
            known = self.alias_of(digest) or drawn
        return Who(alias=known, application=application, institution=institution)

    def digest(self, institution: InstitutionId, person: str) -> bytes:
        """Return what leads from a person (64 hex) at an institution to their alias, under the map's own key."""
        return hmac.digest(self.map_key, f"{institution}|{person}".encode(), sha256)

    def alias_of(self, digest: bytes) -> str | None:
        """Find the alias that a digest leads to; None if nobody has it. Only `replay.pseudonyms` asks for a person."""
        with self.engine.connect() as connection:
            return _alias_row(connection, digest)

    def record(self, who: Who, agreed: Agreed, now: datetime) -> Consent | None:
        """Keep what a person agreed to and return it as it stands; the same said again adds nothing.

        Returns: None if nothing of it stands: taken back later than it was said, expired, or not opted in.
        """
        if not self._stand(who, agreed, now):
            return None
        with self.engine.connect() as connection:
            newest = _newest(connection, who.alias, who.application)
        if newest is None or not _is_same(newest, agreed):
            consent_id = self._add(who, agreed, now)
        else:
            consent_id = ConsentId(newest.consent)
        return Consent(id=consent_id, purposes=self.standing(consent_id, now))

    def standing(self, consent_id: ConsentId, now: datetime) -> frozenset[Purpose]:
        """Return the purposes that hold now under this consent; none if it is unknown, withdrawn or expired.

        A newer consent of the same person narrows an older one and never widens it.
        """
        held = self._memory.find(consent_id) or self._held(consent_id)
        if held is None or held.is_withdrawn or to_ms(now) >= held.expires_at:
            return frozenset()
        asked = self._asked(held.who, held.actor, held.notice, now - from_ms(held.agreed_at))
        return held.purposes & asked & self.institutions.purposes(held.who.application, held.who.institution, now)

    def who_of(self, consent_id: ConsentId) -> Who | None:
        """Find whose consent it is."""
        with self.engine.connect() as connection:
            row = connection.execute(select(consents).where(consents.c.consent == consent_id)).one_or_none()
        return None if row is None else _who(row)

    def withdraw(self, who: Who, now: datetime, *, erase: bool) -> None:
        """Take back all that a person agreed to in an application, from this commit on.

        Args:
            who: the person.
            now: when.
            erase: also destroy what was recorded; queued here, done by `retention`.
        """
        change = _withdrawal(who, now, is_erasure=erase)
        by = facts.By(at=now, institution=self.institutions.log_id(who.institution, now))
        fact = facts.consent(by, facts.Act.CONSENT_WITHDRAW, who.alias, {"erase": erase})
        with self._memory.change(who):
            self.writer.commit([change], fact)

    def refuse_by_signal(self, who: Who, signal: Signal, now: datetime) -> None:
        """Count a browser's signal as a refusal, once for a person in an application.

        All that they agreed to before ends; an explicit yes that is later wins, whatever the browser goes on to say.
        """
        if self._has_signalled(who):
            return
        row = {"alias": who.alias, "application": who.application, "signal": signal.value, "seen_at": to_ms(now)}

        def change(connection: Connection) -> None:
            connection.execute(insert(signals).values(row))  # a second one at the same time is a Conflict
            _withdrawal(who, now, is_erasure=False)(connection)

        by = facts.By(at=now, institution=self.institutions.log_id(who.institution, now))
        fact = facts.consent(by, facts.Act.CONSENT_SIGNAL, who.alias, {"signal": signal.value})
        try:
            with self._memory.change(who):
                self.writer.commit([change], fact)
        except Conflict:
            if not self._has_signalled(who):
                raise

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

    def _has_signalled(self, who: Who) -> bool:
        mine = (signals.c.alias == who.alias, signals.c.application == who.application)
        with self.engine.connect() as connection:
            return connection.execute(select(signals.c.seen_at).where(*mine)).first() is not None

    def erasures(self) -> list[ConsentId]:
        """List the consents whose recordings are still to be destroyed, oldest first."""
        with self.engine.connect() as connection:
            asked = select(erasures.c.consent).where(erasures.c.done_at.is_(None)).order_by(erasures.c.asked_at)
            return [ConsentId(consent_id) for consent_id in connection.execute(asked).scalars()]

    def erased(self, consent_id: ConsentId, now: datetime) -> Change:
        """Return the change that notes an erasure as done."""

        def change(connection: Connection) -> None:
            row = update(erasures).where(erasures.c.consent == consent_id).values(done_at=to_ms(now))
            connection.execute(row)

        return change

    def _held(self, consent_id: ConsentId) -> _Held | None:
        generation = self._memory.generation
        with self.engine.connect() as connection:
            row = connection.execute(select(consents).where(consents.c.consent == consent_id)).one_or_none()
            if row is None:
                return None
            newest = _newest(connection, row.alias, row.application)
            withdrawn = _withdrawn_at(connection, row.alias, row.application)
        held = _Held(
            who=_who(row),
            notice=row.notice,
            actor=row.actor,
            agreed_at=row.agreed_at,
            purposes=_read(row.purposes) & (_read(newest.purposes) if newest is not None else frozenset()),
            expires_at=row.expires_at,
            is_withdrawn=withdrawn >= min(row.agreed_at, row.recorded_at),
        )
        self._memory.keep(generation, consent_id, held)
        return held

    def _stand(self, who: Who, agreed: Agreed, now: datetime) -> frozenset[Purpose]:
        with self.engine.connect() as connection:
            withdrawn = _withdrawn_at(connection, who.alias, who.application)
        agreed_ms = agreed.at * 1000
        if agreed_ms <= withdrawn or to_ms(now) >= agreed_ms + LASTS // timedelta(milliseconds=1):
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

    def _add(self, who: Who, agreed: Agreed, now: datetime) -> ConsentId:
        consent_id = ConsentId(random_id())
        row = {
            "consent": consent_id,
            "alias": who.alias,
            "application": who.application,
            "institution": who.institution,
            "purposes": _spell(agreed.purposes),
            "notice": agreed.notice,
            "actor": agreed.actor,
            "agreed_at": agreed.at * 1000,
            "recorded_at": to_ms(now),
            "expires_at": agreed.at * 1000 + LASTS // timedelta(milliseconds=1),
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(consents).values(row))

        by = facts.By(at=now, institution=self.institutions.log_id(who.institution, now))
        told = {"purposes": sorted(agreed.purposes), "actor": agreed.actor}
        with self._memory.change(who):
            self.writer.commit([change], facts.consent(by, facts.Act.CONSENT_RECORD, consent_id, told))
        return consent_id


def demo_consent(now: datetime) -> Agreed:
    """Return the consent under which the built-in demo account is recorded: no person is behind it."""
    purposes = frozenset({Purpose.REPLAY})
    return Agreed(purposes=purposes, notice=DEMO_ACCOUNT, actor=DEMO_ACTOR, at=to_ms(now) // 1000)


def _withdrawal(who: Who, now: datetime, *, is_erasure: bool) -> Change:
    row = {
        "withdrawal": random_id(),
        "alias": who.alias,
        "application": who.application,
        "withdrawn_at": to_ms(now),
        "is_erasure": is_erasure,
    }

    def change(connection: Connection) -> None:
        connection.execute(insert(withdrawals).values(row))
        if is_erasure:
            _queue(connection, who, to_ms(now))

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


def _newest(connection: Connection, alias: str, application: str) -> Row[tuple[object, ...]] | None:
    theirs = select(consents).where(consents.c.alias == alias, consents.c.application == application)
    return connection.execute(
        theirs.order_by(consents.c.recorded_at.desc(), consents.c.agreed_at.desc(), consents.c.consent).limit(1)
    ).one_or_none()


def _withdrawn_at(connection: Connection, alias: str, application: str) -> int:
    theirs = select(withdrawals.c.withdrawn_at).where(
        withdrawals.c.alias == alias, withdrawals.c.application == application
    )
    last = connection.execute(theirs.order_by(withdrawals.c.withdrawn_at.desc()).limit(1)).scalar_one_or_none()
    return -1 if last is None else last


def _alias_row(connection: Connection, digest: bytes) -> str | None:
    return connection.execute(select(people.c.alias).where(people.c.digest == digest)).scalar_one_or_none()


def _is_same(row: Row[tuple[object, ...]], agreed: Agreed) -> bool:
    said = (_spell(agreed.purposes), agreed.notice, agreed.actor, agreed.at * 1000)
    return (row.purposes, row.notice, row.actor, row.agreed_at) == said


def _who(row: Row[tuple[object, ...]]) -> Who:
    return Who(alias=row.alias, application=row.application, institution=row.institution)


def _spell(purposes: Iterable[Purpose]) -> str:
    return " ".join(sorted(purposes))


def _read(words: str) -> frozenset[Purpose]:
    return frozenset(Purpose(word) for word in words.split())


# A page's clock may run a minute ahead of ours: `docs/architecture.md`, section 2.
_AHEAD_MS = 60_000
_BEGINS_AT = recordings.c.began_at + segments.c.first_at
_ENDS_AT = recordings.c.began_at + segments.c.last_at - _AHEAD_MS
# Every stored segment names, by its recording, a consent of the same application and institution that was on record
# when it began, was not over when it ended, and was not taken back before. This must find nothing.
VIOLATIONS = (
    select(recordings.c.recording)
    .select_from(segments)
    .join(recordings, recordings.c.recording == segments.c.recording, isouter=True)
    .join(consents, consents.c.consent == recordings.c.consent, isouter=True)
    .where(
        or_(
            consents.c.consent.is_(None),
            consents.c.application != recordings.c.application,
            consents.c.institution != recordings.c.institution,
            consents.c.purposes == "",
            consents.c.recorded_at > _BEGINS_AT,
            consents.c.expires_at <= _ENDS_AT,
            exists().where(
                withdrawals.c.alias == consents.c.alias,
                withdrawals.c.application == consents.c.application,
                withdrawals.c.withdrawn_at >= consents.c.agreed_at,
                withdrawals.c.withdrawn_at < _ENDS_AT,
            ),
        )
    )
    .distinct()
    .order_by(recordings.c.recording)
)
