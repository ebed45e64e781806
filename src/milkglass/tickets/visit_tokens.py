"""Visit tokens: the JWT that a customer's server signs, read by code that knows one algorithm, and its faults.

Source: RFC 7519, RFC 7518 section 3.2; docs/consent.md for the claims.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from milkglass.consent.values import ACTORS
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.moments import to_ms
from milkglass.database.signing import is_signed, packed, signature, unpacked
from milkglass.errors import NotAllowed
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.wire.values import ApplicationId, InstitutionId, Purpose

VISIT_TOKEN_SECONDS = 900
SKEW_SECONDS = 60
MOST_TOKEN_LETTERS = 4_096
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


def read_visit(token: str, keys: KeyFiles, now: datetime) -> Claims:
    """Check a visit token whole. Raises BadVisitToken, which names what to change."""
    parts = token.split(".")
    header, payload = (unpacked(part) for part in parts[:2]) if len(parts) == 3 else (None, None)  # noqa: PLR2004
    if header is None or payload is None or len(token) > MOST_TOKEN_LETTERS:
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
