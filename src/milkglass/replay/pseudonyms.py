"""Pseudonyms: which random name a person has here, told by a rule of its own and to two people at least.

A person is a random alias for each institution. The map that leads to it is keyed apart, and only in one direction:
whoever has the customer's digest of a person can find the alias, and nobody can find the digest from it. So there are
two questions: which alias has this person, and which has the person of this recording. Each is asked by a viewer with a
reason and an open case, agreed to by a second person, and logged before it is answered.

Source: 34 CFR 99.31(b)(2), a record code is not based on personal data and is kept apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Executable, Row, insert, select, update

from milkglass import facts
from milkglass.access.access import Access, Asked, refused
from milkglass.access.accounts import Account
from milkglass.access.values import Act, Facts
from milkglass.consent.consents import Consents
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_access import resolutions
from milkglass.database.tables_consent import visits
from milkglass.database.tables_vault import recordings
from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId, CaseId, InstitutionId, RecordingId

PERSON = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose pseudonym is asked for: a person as the visit token names them (64 hex), or the person of a recording."""

    institution: InstitutionId
    person: str | None = None
    recording: RecordingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One question, and how far it is. What it was asked by is not told again, neither is the answer."""

    id: str
    institution: InstitutionId
    subject: str  # person or recording
    recording: RecordingId | None
    requested_by: AccountId
    reason: str
    case: CaseId
    requested_at: datetime
    confirmed_by: AccountId | None
    confirmed_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The answer: the alias, and the person's recordings that are kept, the newest first."""

    alias: str
    recordings: tuple[RecordingId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonyms:
    """The room."""

    engine: Engine
    writer: Writer
    access: Access
    consents: Consents

    def ask(self, account: Account, subject: Subject, reason: str, case: CaseId, now: datetime) -> Resolution:
        """Ask for a pseudonym; a second person decides. Whether there is one is not told yet.

        Raises: NotAllowed, after a leaf; Invalid for a person that is none; NotFound for an unknown recording.
        """
        institution, digest = self._found(subject)
        resolution = Resolution(
            id=random_id(),
            institution=institution,
            subject="person" if subject.recording is None else "recording",
            recording=subject.recording,
            requested_by=account.id,
            reason=reason,
            case=case,
            requested_at=now,
            confirmed_by=None,
            confirmed_at=None,
            done_at=None,
        )
        row = {
            "resolution": resolution.id,
            "institution": institution,
            "digest": digest,
            "recording": subject.recording,
            "requested_by": account.id,
            "reason": reason,
            "case": case,
            "requested_at": to_ms(now),
        }
        asked = _one(insert(resolutions).values(row))
        self._admit(account, _Step(Act.RESOLVE_ASK, facts.Act.PSEUDONYM_ASK, asked), resolution, now)
        return resolution

    def confirm(self, account: Account, resolution_id: str, now: datetime) -> None:
        """Agree to another person's question. Raises NotAllowed for one's own, Conflict if somebody agreed already."""
        resolution = self.get(resolution_id)
        waiting = update(resolutions).where(
            resolutions.c.resolution == resolution_id, resolutions.c.confirmed_by.is_(None)
        )
        agreed = _one(waiting.values(confirmed_by=account.id, confirmed_at=to_ms(now)))
        self._admit(account, _Step(Act.RESOLVE_CONFIRM, facts.Act.PSEUDONYM_CONFIRM, agreed), resolution, now)

    def resolve(self, account: Account, resolution_id: str, now: datetime) -> Resolved:
        """Tell the pseudonym to the one who asked; the leaf is durable before it is looked up, each time.

        Raises: NotAllowed, after a leaf, without a second person or once the case is closed; NotFound if nobody has it.
        """
        resolution = self.get(resolution_id)
        told = _one(update(resolutions).where(resolutions.c.resolution == resolution_id).values(done_at=to_ms(now)))
        self._admit(account, _Step(Act.RESOLVE, facts.Act.PSEUDONYM_RESOLVE, told), resolution, now)
        alias = self._alias(resolution_id)
        if alias is None:
            raise NotFound("nobody at this institution has this digest; was it made with the customer's own key?")
        return Resolved(alias=alias, recordings=self._recordings(alias))

    def get(self, resolution_id: str) -> Resolution:
        """Read one. Raises NotFound. The caller has checked `Act.GRANT_LIST`."""
        with self.engine.connect() as connection:
            chosen = select(resolutions).where(resolutions.c.resolution == resolution_id)
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFound("there is no such question")
        return _read(row)

    def list(self, most: int = 100) -> Sequence[Resolution]:
        """List questions, those that wait for a second person first. The caller has checked `Act.GRANT_LIST`."""
        order = (
            resolutions.c.confirmed_at.is_not(None),
            resolutions.c.requested_at.desc(),
            resolutions.c.resolution,
        )
        with self.engine.connect() as connection:
            return [_read(row) for row in connection.execute(select(resolutions).order_by(*order).limit(most))]

    def _found(self, subject: Subject) -> tuple[InstitutionId, bytes | None]:
        """Return the institution and, for a person, what leads to them: their digest itself is stored nowhere."""
        if subject.recording is not None:
            with self.engine.connect() as connection:
                chosen = select(recordings.c.institution).where(recordings.c.recording == subject.recording)
                named = connection.execute(chosen).scalar_one_or_none()
            if named is None:
                raise NotFound("there is no such recording")
            return InstitutionId(named), None
        if subject.person is None or PERSON.fullmatch(subject.person) is None:
            raise Invalid("a person is 64 lower-case hex digits: what your server puts into the visit token's `person`")
        return subject.institution, self.consents.digest(subject.institution, subject.person)

    def _alias(self, resolution_id: str) -> str | None:
        with self.engine.connect() as connection:
            chosen = select(resolutions).where(resolutions.c.resolution == resolution_id)
            row = connection.execute(chosen).one()
            if row.digest is not None:
                return self.consents.alias_of(row.digest)
            person = (
                select(visits.c.alias)
                .join(recordings, recordings.c.visit == visits.c.visit)
                .where(recordings.c.recording == row.recording)
            )
            return connection.execute(person).scalar_one_or_none()

    def _recordings(self, alias: str) -> tuple[RecordingId, ...]:
        theirs = (
            select(recordings.c.recording)
            .join(visits, visits.c.visit == recordings.c.visit)
            .where(visits.c.alias == alias)
            .order_by(recordings.c.began_at.desc(), recordings.c.recording)
        )
        with self.engine.connect() as connection:
            return tuple(RecordingId(one) for one in connection.execute(theirs).scalars())

    def _admit(self, account: Account, step: "_Step", one: Resolution, now: datetime) -> None:
        """Decide, and have the decision durable in the log. Raises NotAllowed after a refusal's leaf."""
        asked = Asked(act=step.act, reason=one.reason, case=one.case)
        about = Facts(institution=one.institution, requested_by=one.requested_by, confirmed_by=one.confirmed_by)
        decision = self.access.ask(account, asked, about, now)
        institution = self.consents.institutions.log_id(one.institution, now)
        by = facts.By(at=now, actor=account.actor, institution=institution)
        ruling = self.access.ruling(decision, asked)
        if not decision.allowed:
            self.writer.commit([], facts.pseudonym(by, facts.Act.PSEUDONYM_REFUSE, one.id, ruling, one.subject))
            raise refused(decision)
        self.writer.commit([step.change], facts.pseudonym(by, step.told, one.id, ruling, one.subject))


@dataclass(frozen=True, slots=True)
class _Step:
    """What is decided, what the log says of it, and the row's change."""

    act: Act
    told: facts.Act
    change: Change


def _one(statement: Executable) -> Change:
    def change(connection: Connection) -> None:
        if connection.execute(statement).rowcount != 1:
            raise Conflict("somebody agreed to this already")

    return change


def _read(row: Row[tuple[object, ...]]) -> Resolution:
    return Resolution(
        id=row.resolution,
        institution=InstitutionId(row.institution),
        subject="person" if row.recording is None else "recording",
        recording=None if row.recording is None else RecordingId(row.recording),
        requested_by=AccountId(row.requested_by),
        reason=row.reason,
        case=CaseId(row.case),
        requested_at=from_ms(row.requested_at),
        confirmed_by=None if row.confirmed_by is None else AccountId(row.confirmed_by),
        confirmed_at=None if row.confirmed_at is None else from_ms(row.confirmed_at),
        done_at=None if row.done_at is None else from_ms(row.done_at),
    )
