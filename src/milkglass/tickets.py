"""Tickets: from a customer's visit token to the right to send one recording, and support codes.

The visit token is a JWT that the customer's server signs; it is read by code that knows one algorithm. The recording
ticket is ours: it names who and what, so that a batch has to say neither. A support code names a visit: by it a person
shows support what happened without saying who they are.

Source: RFC 7519, RFC 7518 section 3.2; docs/consent.md for the claims.
"""

import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select, update

from milkglass import facts
from milkglass.consent.consents import Consents
from milkglass.consent.values import ACTORS, Agreed, Consent, Signal, Who, demo_consent
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import CROCKFORD, random_id, to_ms
from milkglass.database.signing import is_signed, packed, signature, unpacked
from milkglass.database.tables_consent import support_codes, visits
from milkglass.errors import Conflict, NotAllowed
from milkglass.install import NOBODY, TICKET, Install
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.masking.values import release_of
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import ApplicationId, InstitutionId, Purpose, RecordingId, Refusal, TicketFields, VisitId

TICKET_SECONDS = 900
RENEW_SECONDS = 840
LONGEST = timedelta(hours=4)
ONE_VISIT = timedelta(minutes=30)
MOST_RECORDINGS_A_VISIT = 60  # tabs and reloads of one person in half an hour
VISIT_TOKEN_SECONDS = 900
SKEW_SECONDS = 60
CODE_LASTS = timedelta(days=14)
_CODE_LETTERS = 8  # of 32: 40 bits
_MOST_TOKEN_LETTERS = 4_096
_HEADER = b'{"alg":"HS256","typ":"JWT"}'
_SLUG = re.compile(r"[a-z][a-z0-9-]{2,39}")
_PERSON = re.compile(r"[0-9a-f]{64}")
_NOTICE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class VisitFault(StrEnum):
    """Why a visit token was not taken; each has its remedy for the customer's engineer."""

    FORM = "visit_token_form"
    ALGORITHM = "visit_token_algorithm"
    APPLICATION = "visit_token_application"
    SIGNATURE = "visit_token_signature"
    CLAIMS = "visit_token_claims"
    PERSON = "visit_token_person"
    INSTITUTION = "visit_token_institution"
    CONSENT = "visit_token_consent"
    ACTOR = "visit_token_actor"
    EXPIRED = "visit_token_expired"
    TOO_LONG = "visit_token_too_long"
    FUTURE = "visit_token_future"


REMEDIES: Mapping[str, str] = {
    VisitFault.FORM: "send three base64url parts joined by dots, without padding, as RFC 7519 says",
    VisitFault.ALGORITHM: 'write the header as {"alg":"HS256","typ":"JWT"}; no other algorithm or key is taken',
    VisitFault.APPLICATION: "set `application` to the id in the policy file and make its secret by `milkglass secret`",
    VisitFault.SIGNATURE: "sign header.payload by HMAC-SHA256 with the application's secret, as text, all of it",
    VisitFault.CLAIMS: "give application, institution, person, iat and exp, with iat and exp as whole seconds",
    VisitFault.PERSON: "person = hmac_sha256(your own key, your id of the person).hexdigest(), 64 lower-case letters",
    VisitFault.INSTITUTION: "set `institution` to an id of the policy; `demo-account` is built in and never yours",
    VisitFault.CONSENT: "consent = {purposes: [replay, heatmap], notice, actor, at}, `at` in seconds, not to come",
    VisitFault.ACTOR: "the actor may not agree for this person: a parent for a pupil of a K-12 school, the student"
    " with `may_consent: true` where they are eligible and at every college (34 CFR 99.5)",
    VisitFault.EXPIRED: "sign a fresh token at each call of the page; check the server's clock",
    VisitFault.TOO_LONG: f"set `exp` to at most {VISIT_TOKEN_SECONDS} seconds after `iat`",
    VisitFault.FUTURE: "`iat` lies ahead of this server's clock; set both clocks by NTP",
}


class BadVisitToken(NotAllowed):
    """A visit token that was not taken: answered with 401, its code is a VisitFault."""

    def __init__(self, fault: VisitFault) -> None:
        super().__init__(REMEDIES[fault], code=fault.value)


class BadTicket(NotAllowed):
    """A recording ticket that was not taken: answered with 401 and `next: renew`."""

    code = "ticket_invalid"


class _Consent(msgspec.Struct, frozen=True):
    purposes: tuple[Purpose, ...]
    notice: str
    actor: str
    at: int


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    # A header that names a key, a certificate or a critical extension is refused whole.
    alg: str
    typ: str = "JWT"


class Claims(msgspec.Struct, frozen=True):
    """A visit token's claims, as the customer's server says them."""

    application: ApplicationId
    institution: InstitutionId
    person: str
    iat: int
    exp: int
    may_consent: bool = False
    consent: _Consent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a page gets for its visit token; `elapsed` in ms since `began`, `renew_in` in seconds."""

    ticket: str
    fields: TicketFields
    elapsed: int
    renew_in: int


def read_visit(token: str, keys: KeyFiles, now: datetime) -> Claims:
    """Check a visit token whole. Raises BadVisitToken, which names what to change."""
    parts = token.split(".")
    header, payload = (unpacked(part) for part in parts[:2]) if len(parts) == 3 else (None, None)  # noqa: PLR2004
    if header is None or payload is None or len(token) > _MOST_TOKEN_LETTERS:
        raise BadVisitToken(VisitFault.FORM)
    try:
        is_ours = msgspec.json.decode(header, type=_Header).alg == "HS256"
    except (ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        raise BadVisitToken(VisitFault.ALGORITHM)
    claims = _claims(payload)
    # The payload is not trusted before its signature: it only says whose secret to try.
    known = keys.secrets(claims.application) if _SLUG.fullmatch(claims.application) else ()
    if not known:
        raise BadVisitToken(VisitFault.APPLICATION)
    if not is_signed(known, f"{parts[0]}.{parts[1]}", parts[2]):
        raise BadVisitToken(VisitFault.SIGNATURE)
    fault = next(_faults(claims, to_ms(now) // 1000), None)
    if fault is not None:
        raise BadVisitToken(fault)
    return claims


def _claims(payload: bytes) -> Claims:
    try:
        return msgspec.json.decode(payload, type=Claims)
    except (ValueError, RecursionError) as error:
        raise BadVisitToken(VisitFault.CLAIMS) from error


def _faults(claims: Claims, now: int) -> Iterator[VisitFault]:
    if _PERSON.fullmatch(claims.person) is None:
        yield VisitFault.PERSON
    if _SLUG.fullmatch(claims.institution) is None or claims.institution == DEMO_ACCOUNT:
        yield VisitFault.INSTITUTION
    if not 0 < claims.exp - claims.iat <= VISIT_TOKEN_SECONDS:
        yield VisitFault.TOO_LONG
    if claims.iat > now + SKEW_SECONDS:
        yield VisitFault.FUTURE
    if claims.exp + SKEW_SECONDS <= now:
        yield VisitFault.EXPIRED
    said = claims.consent
    if said is not None and not (
        _NOTICE.fullmatch(said.notice) and said.actor in ACTORS - {"demo"} and 0 < said.at <= now + SKEW_SECONDS
    ):
        yield VisitFault.CONSENT


def sign_visit(claims: Claims, secret: bytes) -> str:
    """Sign claims as a customer's server does; for the command line and the demo."""
    said = f"{packed(_HEADER)}.{packed(msgspec.json.encode(claims))}"
    return f"{said}.{signature(secret, said)}"


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
        if len(ticket) > _MOST_TOKEN_LETTERS or not is_signed([self.keys.key("tickets")], said, signed):
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
