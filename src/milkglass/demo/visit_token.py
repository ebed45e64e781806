"""Visit token: what a product's own backend signs for the page of the person who is signed in.

Written as a customer writes it, with the standard library, and kept apart from Milkglass: the key that turns a
student id into a pseudonym is the demo's own, and Milkglass never gets it.

Source: RFC 7519 (JWT) with HS256 of RFC 7518; docs/demo.md names the claims.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from milkglass.demo.people import Person

APPLICATION = "chalkboard"
NOTICE = "chalkboard-2026-09"
LIFE_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The application's secret, shared with Milkglass, and the key of the pseudonyms, shared with nobody."""

    secret: bytes
    pseudonyms: bytes


def _part(fields: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).rstrip(b"=").decode()


def sign(claims: dict[str, object], secret: bytes) -> str:
    """Return the claims as a JWT signed with HS256: the two lines that any language has."""
    body = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{body}.{urlsafe_b64encode(hmac.digest(secret, body.encode(), 'sha256')).rstrip(b'=').decode()}"


def pseudonym(person: Person, key: bytes) -> str:
    """Return 64 hex digits that stand for the person; without the key nobody finds the student id from them."""
    return hmac.new(key, person.number.encode(), sha256).hexdigest()


def visit_token(person: Person, keys: Keys, *, agreed_at: int | None, now: int) -> str:
    """Return the token of a person's visit.

    Args:
        person: who is signed in.
        keys: the demo's two keys.
        agreed_at: when they said yes to being recorded, in seconds since the epoch; None if they did not.
        now: seconds since the epoch.
    """
    claims: dict[str, object] = {
        "application": APPLICATION,
        "institution": person.institution,
        "person": pseudonym(person, keys.pseudonyms),
        "may_consent": not person.is_pupil,
        "iat": now,
        "exp": now + LIFE_SECONDS,
    }
    if agreed_at is not None and (person.parent_agreed or not person.is_pupil):
        actor = "parent" if person.is_pupil else "student"
        claims["consent"] = {"purposes": ["replay", "heatmap"], "notice": NOTICE, "actor": actor, "at": agreed_at}
    return sign(claims, keys.secret)
