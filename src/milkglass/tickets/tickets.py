"""Tickets: from a customer's visit token to the right to send one recording, and support codes.

The recording ticket is ours: it names who and what, so that a batch has to say neither. A support code names a visit:
by it a person shows support what happened without saying who they are.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from milkglass import facts
from milkglass.consent.consents import Consents
from milkglass.consent.values import Agreed, Consent, Signal, Who, demo_consent
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import CROCKFORD, random_id, to_ms
from milkglass.database.signing import is_signed, packed, signature, unpacked
from milkglass.database.tables_consent import support_codes, visits
from milkglass.errors import Conflict, NotAllowed
from milkglass.install import NOBODY, TICKET, Install
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.masking.values import release_of
from milkglass.merkle.writer import Change, Writer
from milkglass.tickets.visit_tokens import MOST_TOKEN_LETTERS, BadVisitToken, Claims, VisitFault, read_visit
from milkglass.wire.values import ApplicationId, InstitutionId, RecordingId, Refusal, TicketFields, VisitId

TICKET_SECONDS = 900
RENEW_SECONDS = 840
LONGEST = timedelta(hours=4)
ONE_VISIT = timedelta(minutes=30)
MOST_RECORDINGS_A_VISIT = 60  # tabs and reloads of one person in half an hour
CODE_LASTS = timedelta(days=14)
_CODE_LETTERS = 8  # of 32: 40 bits


class BadTicket(NotAllowed):
    """A recording ticket that was not taken: answered with 401 and `next: renew`."""

    code = "ticket_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a page gets for its visit token; `elapsed` in ms since `began`, `renew_in` in seconds."""

    ticket: str
    fields: TicketFields
    elapsed: int
    renew_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The room. `install` counts tickets that were given, and visit tokens and tickets that were not taken."""

    engine: Engine
    writer: Writer
    consents: Consents
    keys: KeyFiles
    install: Install

    def claims(self, visit_token: str, now: datetime) -> Claims:
        """Check a visit token and count it if it is refused. Raises BadVisitToken (401)."""
        try:
            return read_visit(visit_token, self.keys, now)
        except BadVisitToken as bad:
            # Who says whose it is has proven nothing: the signature may be what is wrong.
            self.install.refuse(NOBODY, bad.code, now)
            raise

    def exchange(
        self, visit_token: str, old_ticket: str | None, release: str, now: datetime, signal: Signal | None = None
    ) -> Exchange | Refusal:
        """Give a recording ticket for a visit token; with an old ticket of the same person the recording goes on.

        A page may say any release: every one that speaks this wire is served, and a version number is counted by.
        The browser's `signal` is a refusal at its first time; a yes that is later wins.
        Raises: BadVisitToken (401).
        """
        claims = self.claims(visit_token, now)
        found = self._exchanged(claims, old_ticket, release_of(release), now, signal)
        self._count(claims.application, found, now)
        return found

    def _exchanged(
        self, claims: Claims, old_ticket: str | None, release: str, now: datetime, signal: Signal | None
    ) -> Exchange | Refusal:
        if self.consents.institutions.stops.holds(claims.application, claims.institution):
            return Refusal.STOPPED
        if not self.consents.institutions.purposes(claims.application, claims.institution, now):
            return Refusal.INSTITUTION_OFF
        is_known = self.consents.known(claims.application, claims.institution, claims.person) is not None
        if claims.consent is None and signal is None and not is_known:
            return Refusal.NO_CONSENT
        who = self.consents.who(claims.application, claims.institution, claims.person)
        if signal is not None:
            self.consents.refuse_by_signal(who, signal, now)
        consent = self._consent(who, claims, now)
        if consent is None or not consent.purposes:
            return Refusal.NO_CONSENT
        return self._issue(who, consent, self._old(who, old_ticket, now), release, now)

    def _consent(self, who: Who, claims: Claims, now: datetime) -> Consent | None:
        """Find what the person agreed to: as the token says, or else as our own ledger does. Raises BadVisitToken."""
        said = claims.consent
        if said is None:
            return self.consents.of_ledger(who, now, may_consent=claims.may_consent)
        if self.consents.wrong_actor(who, said.actor, may_consent=claims.may_consent) is not None:
            self.install.refuse(claims.application, VisitFault.ACTOR.value, now)
            raise BadVisitToken(VisitFault.ACTOR)
        agreed = Agreed(purposes=frozenset(said.purposes), notice=said.notice, actor=said.actor, at=said.at)
        return self.consents.record(who, agreed, now)

    def demo(
        self, application: ApplicationId, old_ticket: str | None, now: datetime, release: str = ""
    ) -> Exchange | Refusal:
        """Give a ticket to the built-in demo account, which no visit token can name."""
        if self.consents.institutions.stops.holds(application, DEMO_ACCOUNT):
            return Refusal.STOPPED
        person = hmac.digest(self.keys.key("demo-person"), application.encode(), sha256).hex()
        who = self.consents.who(application, DEMO_ACCOUNT, person)
        old = self._old(who, old_ticket, now)
        consent = None if old is None else Consent(id=old.consent, purposes=self.consents.standing(old.consent, now))
        if consent is None or not consent.purposes:
            consent = self.consents.record(who, demo_consent(now), now)
        if consent is None:
            return Refusal.NO_CONSENT
        return self._issue(who, consent, old, release_of(release), now)

    def check(self, head: bytes, now: datetime) -> TicketFields:
        """Read a recording ticket. Raises BadTicket (401, `renew`) if it is not ours or too old."""
        try:
            fields = self._read(head.decode("ascii"))
        except UnicodeDecodeError:
            fields = None
        if fields is None:
            self.install.refuse(NOBODY, "ticket_invalid", now)
            raise BadTicket("the recording ticket is not one of this server; ask for a new one")
        if fields.exp * 1000 <= to_ms(now):
            self.install.refuse(fields.application, "ticket_expired", now)
            raise BadTicket("the recording ticket is over; ask for a new one", code="ticket_expired")
        return fields

    def withdraw(self, visit_token: str, ticket: str | None, now: datetime, *, erase: bool) -> None:
        """Take back a person's consent at once, and queue erasure if they ask for it. Raises BadVisitToken (401)."""
        claims = self.claims(visit_token, now)
        del ticket  # the token alone says who it is: an expired ticket must not keep anybody from leaving
        who = self.consents.who(claims.application, claims.institution, claims.person)
        self.consents.withdraw(who, now, erase=erase)

    def support_code(self, ticket: TicketFields, now: datetime) -> str:
        """Draw a code that names the ticket's visit, such as MG-7Q4K-2F9M; only its keyed hash is kept."""
        letters = "".join(secrets.choice(CROCKFORD) for _ in range(_CODE_LETTERS)).upper()
        row = {
            "digest": self._code_digest(letters),
            "visit": ticket.visit,
            "expires_at": to_ms(now + CODE_LASTS),
        }

        def change(connection: Connection) -> None:
            connection.execute(delete(support_codes).where(support_codes.c.expires_at <= to_ms(now)))
            connection.execute(insert(support_codes).values(row))

        by = facts.By(at=now, institution=self.consents.institutions.log_id(ticket.institution, now))
        self.writer.commit([change], facts.support_code_create(by, ticket.visit))
        return f"MG-{letters[:4]}-{letters[4:]}"

    def visit_of(self, code: str, now: datetime) -> tuple[VisitId, InstitutionId] | None:
        """Find the visit that a code names. Only for `replay`, which decides, slows and logs a look-up."""
        letters = code.strip().upper().removeprefix("MG").replace("-", "").translate(_MISREAD)
        with self.engine.connect() as connection:
            found = connection.execute(
                select(visits.c.visit, visits.c.institution)
                .join(support_codes, support_codes.c.visit == visits.c.visit)
                .where(support_codes.c.digest == self._code_digest(letters), support_codes.c.expires_at > to_ms(now))
            ).one_or_none()
        return None if found is None else (VisitId(found.visit), InstitutionId(found.institution))

    def _issue(
        self, who: Who, consent: Consent, old: TicketFields | None, release: str, now: datetime
    ) -> Exchange | Refusal:
        now_ms = to_ms(now)
        if old is not None and old.consent == consent.id:
            recording, visit, began = old.recording, old.visit, old.began
        else:
            try:
                recording, visit, began = RecordingId(random_id()), self._visit(who, now), now_ms
            except Conflict:
                return Refusal.ENDED
        fields = TicketFields(
            application=who.application,
            institution=who.institution,
            recording=recording,
            visit=visit,
            consent=consent.id,
            purposes=tuple(sorted(consent.purposes)),
            began=began,
            iat=now_ms // 1000,
            exp=min(now_ms // 1000 + TICKET_SECONDS, (began + LONGEST // timedelta(milliseconds=1)) // 1000),
            crowd=int.from_bytes(self._digest("crowd", f"{who.application}|{who.alias}")[:8], "big") >> 1,
            release=release,
        )
        said = packed(msgspec.json.encode(fields))
        ticket = f"{said}.{signature(self.keys.key('tickets'), said)}"
        return Exchange(ticket=ticket, fields=fields, elapsed=now_ms - began, renew_in=RENEW_SECONDS)

    def _old(self, who: Who, old_ticket: str | None, now: datetime) -> TicketFields | None:
        """Return an old ticket's fields if its recording may go on for this person: it may be over, not too old."""
        old = self._read(old_ticket) if old_ticket else None
        if old is None or (old.application, old.institution) != (who.application, who.institution):
            return None
        if to_ms(now) - old.began >= LONGEST // timedelta(milliseconds=1):
            return None
        owner = self.consents.who_of(old.consent)
        return old if owner == who else None

    def _visit(self, who: Who, now: datetime) -> VisitId:
        """Find the person's visit that began within half an hour, or begin one. Raises Conflict at the cap."""
        with self.engine.connect() as connection:
            known = connection.execute(
                select(visits.c.visit)
                .where(
                    visits.c.alias == who.alias,
                    visits.c.application == who.application,
                    visits.c.institution == who.institution,
                    visits.c.began_at > to_ms(now - ONE_VISIT),
                )
                .order_by(visits.c.began_at.desc())
                .limit(1)
            ).scalar_one_or_none()
        visit = VisitId(known or random_id())
        self.writer.commit([_one_more(visit) if known else _begin(who, visit, to_ms(now))])
        return visit

    def _read(self, ticket: str) -> TicketFields | None:
        said, _, signed = ticket.partition(".")
        if len(ticket) > MOST_TOKEN_LETTERS or not is_signed([self.keys.key("tickets")], said, signed):
            return None
        raw = unpacked(said)
        return None if raw is None else msgspec.json.decode(raw, type=TicketFields)

    def _digest(self, name: str, said: str) -> bytes:
        return hmac.digest(self.keys.key(name), said.encode(), sha256)

    def _code_digest(self, letters: str) -> bytes:
        return self._digest("support-codes", letters)

    def _count(self, application: ApplicationId, found: Exchange | Refusal, now: datetime) -> None:
        if isinstance(found, Refusal):
            self.install.refuse(application, found, now)
        else:
            self.install.take(application, TICKET, now)


_MISREAD = str.maketrans("OIL", "011")  # Crockford's own corrections of what people misread


def _begin(who: Who, visit: VisitId, began_at: int) -> Change:
    row = {
        "visit": visit,
        "alias": who.alias,
        "application": who.application,
        "institution": who.institution,
        "began_at": began_at,
        "recordings": 1,
    }

    def change(connection: Connection) -> None:
        connection.execute(insert(visits).values(row))

    return change


def _one_more(visit: VisitId) -> Change:
    def change(connection: Connection) -> None:
        below = (visits.c.visit == visit, visits.c.recordings < MOST_RECORDINGS_A_VISIT)
        if connection.execute(update(visits).where(*below).values(recordings=visits.c.recordings + 1)).rowcount != 1:
            raise Conflict(f"a visit holds at most {MOST_RECORDINGS_A_VISIT} recordings; wait half an hour")

    return change
