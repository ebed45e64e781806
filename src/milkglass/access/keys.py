"""Keys: by which a customer's own server writes, and never reads.

`mg_<env>_<id>_<secret>_<check>`: a scanner finds one that leaked by its form, the check tells a misspelt one from a
wrong one, and only the SHA-256 of the whole is kept. A key has no role, so that `decide` permits it no act at all.

Source: docs/consent.md, "From your own server". The check is a CRC-32: it guards against slips and nothing else.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NewType
from zlib import crc32

from sqlalchemy import Connection, Engine, Row, insert, select, update

from milkglass import facts
from milkglass.database.moments import from_ms, random_id, spell, to_ms
from milkglass.database.tables_access import backend_keys
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.merkle.entry import Actor, Plain
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import ApplicationId, InstitutionId

KeyId = NewType("KeyId", str)
LONGEST = timedelta(days=365)
OVERLAP = timedelta(days=1)  # in which a replaced key still works
_USED_EVERY = timedelta(minutes=1)  # how exactly the last use is known
_SECRET_LETTERS = 52  # of 32: 260 bits
_CHECK_LETTERS = 7  # of 32: the 32 bits of the check
_FORM = re.compile(r"mg_(live|test)_[0-9a-hjkmnp-tv-z]{26}_[0-9a-hjkmnp-tv-z]{52}_[0-9a-hjkmnp-tv-z]{7}")
_LONGEST_NAME = 60


class Scope(StrEnum):
    """What a key may do."""

    CONSENT_WRITE = "consent:write"  # write and withdraw consent, ask for erasure, stop an institution


class Environment(StrEnum):
    """Where a key is meant to be used; it stands in the key, so that a person sees it."""

    LIVE = "live"
    TEST = "test"


class BadKey(NotAllowed):
    """A key that was not taken: answered with 401."""

    code = "key_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key to be made. `institution` None lets it write for each institution of the application."""

    name: str
    application: ApplicationId
    institution: InstitutionId | None = None
    lasts: timedelta = LONGEST
    environment: Environment = Environment.LIVE
    scopes: frozenset[Scope] = frozenset({Scope.CONSENT_WRITE})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendKey:
    """A key as it is known: everything but the key."""

    id: KeyId
    name: str
    application: ApplicationId
    institution: InstitutionId | None
    environment: Environment
    scopes: frozenset[Scope]
    lasts: timedelta
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None

    @property
    def actor(self) -> Actor:
        """The key as the log names it: it has no role."""
        return Actor(kind="key", id=self.id)

    def is_good(self, now: datetime) -> bool:
        """Say whether it may still be used."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendKeys:
    """The store of keys."""

    engine: Engine
    writer: Writer

    def create(self, new: NewKey, by: Actor, now: datetime) -> tuple[BackendKey, str]:
        """Make a key; it is told here once and kept nowhere. Raises Invalid."""
        row, said = self._drawn(new, now)

        def change(connection: Connection) -> None:
            connection.execute(insert(backend_keys).values(row))

        key_id = KeyId(str(row["key"]))
        told: dict[str, Plain] = {"scopes": sorted(new.scopes), "expires_at": to_ms(now + new.lasts)}
        self.writer.commit([change], facts.key(facts.By(at=now, actor=by), facts.Act.KEY_CREATE, key_id, told))
        return self.get(key_id), said

    def rotate(self, key_id: KeyId, by: Actor, now: datetime) -> tuple[BackendKey, str]:
        """Replace a key by another of the same rights and length; the old one goes on for a day, while it is replaced.

        Raises: NotFound; Conflict for a key that is over.
        """
        old = self.get(key_id)
        if not old.is_good(now):
            raise Conflict("this key is over; make a new one")
        new = NewKey(
            name=old.name,
            application=old.application,
            institution=old.institution,
            lasts=old.lasts,
            environment=old.environment,
            scopes=old.scopes,
        )
        made, said = self.create(new, by, now)
        fact = facts.key(facts.By(at=now, actor=by), facts.Act.KEY_ROTATE, key_id, {"next": made.id})
        until = min(now + OVERLAP, old.expires_at)
        ending = update(backend_keys).where(backend_keys.c.key == key_id).values(expires_at=to_ms(until))

        def change(connection: Connection) -> None:
            connection.execute(ending)

        self.writer.commit([change], fact)
        return made, said

    def revoke(self, key_id: KeyId, by: Actor, now: datetime) -> None:
        """End a key, from this commit on. Raises NotFound; Conflict for one that was ended before."""
        self.get(key_id)
        fact = facts.key(facts.By(at=now, actor=by), facts.Act.KEY_REVOKE, key_id)
        self.writer.commit([_revoked(key_id, now)], fact)

    def list(self) -> list[BackendKey]:
        """List all keys, the newest first."""
        with self.engine.connect() as connection:
            return [_read(row) for row in connection.execute(_NEWEST)]

    def get(self, key_id: KeyId) -> BackendKey:
        """Read a key. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(select(backend_keys).where(backend_keys.c.key == key_id)).one_or_none()
        if row is None:
            raise NotFound("there is no key of this id; `milkglass key list` shows them")
        return _read(row)

    def check(self, said: str, scope: Scope, now: datetime) -> BackendKey:
        """Return the key that this is, and note its use. Raises BadKey, whose message says what to change."""
        begun, _, check = said.rpartition("_")
        if _FORM.fullmatch(said) is None or _check(begun) != check:
            raise BadKey("this is no key of ours, or a letter of it is wrong; copy it whole", code="key_form")
        with self.engine.connect() as connection:
            row = connection.execute(
                select(backend_keys).where(backend_keys.c.digest == sha256(said.encode()).digest())
            ).one_or_none()
        if row is None:
            raise BadKey("this server made no such key; make one with `milkglass key create`")
        key = _read(row)
        if key.revoked_at is not None:
            raise BadKey("this key was ended; make a new one with `milkglass key create`", code="key_revoked")
        if now >= key.expires_at:
            raise BadKey("this key's time is over; make a new one with `milkglass key rotate`", code="key_expired")
        if scope not in key.scopes:
            raise NotAllowed(f"this key has no scope {scope.value}", code="key_scope")
        self._used(key, now)
        return key

    def _used(self, key: BackendKey, now: datetime) -> None:
        if key.used_at is not None and now - key.used_at < _USED_EVERY:
            return
        used = update(backend_keys).where(backend_keys.c.key == key.id).values(used_at=to_ms(now))

        def change(connection: Connection) -> None:
            connection.execute(used)

        self.writer.commit([change])

    def _drawn(self, new: NewKey, now: datetime) -> tuple[dict[str, object], str]:
        if not 0 < len(new.name.strip()) <= _LONGEST_NAME:
            raise Invalid(f"give the key a name of at most {_LONGEST_NAME} letters: what it is for")
        if not timedelta(days=1) <= new.lasts <= LONGEST:
            raise Invalid(f"a key lasts from 1 to {LONGEST.days} days")
        key_id = random_id()
        secret = spell(secrets.randbits(5 * _SECRET_LETTERS), _SECRET_LETTERS)
        begun = f"mg_{new.environment.value}_{key_id}_{secret}"
        said = f"{begun}_{_check(begun)}"
        row: dict[str, object] = {
            "key": key_id,
            "digest": sha256(said.encode()).digest(),
            "name": new.name.strip(),
            "application": new.application,
            "institution": new.institution,
            "environment": new.environment.value,
            "scopes": _words(new.scopes),
            "lasts_days": new.lasts // timedelta(days=1),
            "created_at": to_ms(now),
            "expires_at": to_ms(now + new.lasts),
        }
        return row, said


_NEWEST = select(backend_keys).order_by(backend_keys.c.created_at.desc(), backend_keys.c.key)


def _revoked(key_id: KeyId, now: datetime) -> Change:
    ended = update(backend_keys).where(backend_keys.c.key == key_id, backend_keys.c.revoked_at.is_(None))

    def change(connection: Connection) -> None:
        if connection.execute(ended.values(revoked_at=to_ms(now))).rowcount != 1:
            raise Conflict("this key was ended before")

    return change


def _check(begun: str) -> str:
    return spell(crc32(begun.encode()), _CHECK_LETTERS)


def _words(scopes: Iterable[Scope]) -> str:
    return " ".join(sorted(scopes))


def _read(row: Row[tuple[object, ...]]) -> BackendKey:
    return BackendKey(
        id=KeyId(row.key),
        name=row.name,
        application=ApplicationId(row.application),
        institution=None if row.institution is None else InstitutionId(row.institution),
        environment=Environment(row.environment),
        scopes=frozenset(Scope(word) for word in row.scopes.split()),
        lasts=timedelta(days=row.lasts_days),
        created_at=from_ms(row.created_at),
        expires_at=from_ms(row.expires_at),
        revoked_at=None if row.revoked_at is None else from_ms(row.revoked_at),
        used_at=None if row.used_at is None else from_ms(row.used_at),
    )
