"""Asking: the notice as our dialog shows it, and the answer that comes back.

The notice is fetched before anybody agreed to anything, so that request names nobody: the serving gets a random number
of its own. Only the answer, which the person gives, says by their visit token whose it is.

Source: docs/consent.md, "Our dialog".
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import rfc8785
from sqlalchemy import Connection, Engine, Row, delete, insert, select

from milkglass.consent.consents import Consents
from milkglass.consent.values import LASTS, Agreed, Channel, Consent, Kind, Who
from milkglass.consent.words import words_of
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_consent import notices_served
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from milkglass.merkle.writer import Writer
from milkglass.policy.document import Notice
from milkglass.wire.values import ApplicationId, InstitutionId, Purpose

ANSWERED_WITHIN = timedelta(days=1)
MOST_A_MINUTE = 600  # servings of one institution: nobody has shown who they are yet


class Answer(StrEnum):
    """What a person does with the notice."""

    GIVEN = "given"
    REFUSED = "refused"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A notice as it was served; `words` is what the dialog says around it, `digest` the SHA-256 of all of it."""

    serving: str
    version: str
    language: str
    text: str
    digest: str
    purposes: tuple[Purpose, ...]
    words: Mapping[str, str]
    lasts_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of an answer: the consent that stands, or when the person may be asked anew."""

    consent: Consent | None = None
    until: datetime | None = None
    ask_again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The room's door for our dialog."""

    engine: Engine
    writer: Writer
    consents: Consents
    _minute: Counter[tuple[int, InstitutionId]] = field(default_factory=Counter, repr=False)

    def serve(self, application: ApplicationId, institution: InstitutionId, language: str, now: datetime) -> Served:
        """Serve the notice; the row that says so is durable before the words leave.

        Args:
            application: whose notice.
            institution: of the person who will be asked; nothing else is known of them.
            language: what the page prefers, as `es-US`; the nearest that the policy has is served.
            now: when.
        Raises: NotFound if there is no such notice; NotAllowed where nothing may be recorded; Unavailable at the cap.
        """
        notice, purposes, lasts_days = self._offer(application, institution, language, now)
        self._slow(institution, now)
        words = words_of(notice.language) or {}
        asked = [str(purpose) for purpose in sorted(purposes)]
        digest = sha256(rfc8785.dumps({"text": notice.text, "words": dict(words), "purposes": asked})).hexdigest()
        row = {
            "serving": random_id(),
            "application": application,
            "institution": institution,
            "version": notice.version,
            "language": notice.language,
            "digest": digest,
            "served_at": to_ms(now),
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(notices_served).values(row))

        # No leaf: a stranger may fetch this. The answer writes one, with the moment of this row.
        self.writer.commit([change])
        return Served(
            serving=str(row["serving"]),
            version=notice.version,
            language=notice.language,
            text=notice.text,
            digest=digest,
            purposes=tuple(purpose for purpose in Purpose if purpose in purposes),
            words=words,
            lasts_days=lasts_days,
        )

    def answer(self, who: Who, serving: str, said: tuple[Answer, frozenset[Purpose]], now: datetime) -> Told:
        """Take a person's answer to a notice that was served to them.

        Raises: Invalid for a serving that is unknown, old, or of another institution; Conflict if the notice changed
            meanwhile; NotAllowed if nothing of a yes would stand.
        """
        row = self._served(who, serving, now)
        answer, purposes = said
        self.consents.request(who, from_ms(row.served_at))
        if answer is not Answer.GIVEN:
            return Told(ask_again_at=self.consents.refuse(who, Kind(answer.value), now))
        # Whole seconds, rounded up: a yes must be later than the no of the same second that it takes back.
        at = -(-to_ms(now) // 1000)
        agreed = Agreed(
            purposes=purposes,
            notice=row.version,
            actor=self.consents.actor_of(who),
            at=at,
            channel=Channel.DIALOG,
            language=row.language,
            digest=row.digest,
        )
        self.consents.require(who, agreed, now)
        consent = self.consents.record(who, agreed, now)
        return Told(consent=consent, until=now + min(LASTS, timedelta(days=self._lasts(who))))

    def forget_old(self, now: datetime) -> None:
        """Drop the servings that nobody can answer any more."""
        old = delete(notices_served).where(notices_served.c.served_at < to_ms(now - ANSWERED_WITHIN))

        def change(connection: Connection) -> None:
            connection.execute(old)

        self.writer.commit([change])

    def _offer(
        self, application: ApplicationId, institution: InstitutionId, language: str, now: datetime
    ) -> tuple[Notice, frozenset[Purpose], int]:
        houses = self.consents.institutions
        policy = houses.policy_of(application)
        if policy is None:
            raise NotFound("there is no such application; use the id of the policy", code="no_application")
        terms = policy.document.consent
        purposes = terms.purposes & houses.purposes(application, institution, now)
        if not purposes or houses.stops.holds(application, institution):
            raise NotAllowed("nothing may be recorded for this institution now, so nobody is asked", code="not_asked")
        spoken = [one for one in terms.notices if words_of(one.language) is not None]
        newest = terms.notices[-1].version if terms.notices else None
        current = [one for one in spoken if one.version == newest]
        if not current:
            raise NotFound(
                "write the notice in English or Spanish under the policy's `consent.notices`", code="no_notice"
            )
        return _nearest(current, language), purposes, terms.lasts_days

    def _slow(self, institution: InstitutionId, now: datetime) -> None:
        minute = to_ms(now) // 60_000
        for old in [key for key in self._minute if key[0] < minute]:
            del self._minute[old]
        self._minute[minute, institution] += 1
        if self._minute[minute, institution] > MOST_A_MINUTE:
            raise Unavailable("the notice is asked for too often; try again in a minute", code="too_many_at_once")

    def _served(self, who: Who, serving: str, now: datetime) -> Row[tuple[object, ...]]:
        with self.engine.connect() as connection:
            row = connection.execute(select(notices_served).where(notices_served.c.serving == serving)).one_or_none()
        is_theirs = row is not None and (row.application, row.institution) == (who.application, who.institution)
        if row is None or not is_theirs or now - from_ms(row.served_at) > ANSWERED_WITHIN:
            raise Invalid("this answer belongs to no notice that was served; fetch it again", code="serving_unknown")
        policy = self.consents.institutions.policy_of(who.application)
        if policy is None or not policy.document.consent.takes(row.version):
            raise Conflict("the notice changed meanwhile; fetch it again and ask anew", code="notice_changed")
        return row

    def _lasts(self, who: Who) -> int:
        policy = self.consents.institutions.policy_of(who.application)
        return LASTS.days if policy is None else policy.document.consent.lasts_days


def _nearest(notices: list[Notice], language: str) -> Notice:
    """Find the notice in a language, else in its first part, else the first that the policy has."""
    for wanted in (language, language.partition("-")[0]):
        found = [one for one in notices if one.language == wanted or one.language.partition("-")[0] == wanted]
        if found:
            return next((one for one in found if one.language == language), found[0])
    return notices[0]
