"""Authenticators: the apps that show six digits, for who has no passkey. Only together with a password.

The shared secret is sealed under a key that lies outside the database, and each code is taken once.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, delete, insert, select, update

from milkglass.access.totp import SECRET_BYTES, matching_step
from milkglass.database.moments import to_ms
from milkglass.database.tables_login import authenticators
from milkglass.errors import NotAllowed, Unavailable
from milkglass.merkle.writer import Change
from milkglass.wire.values import AccountId

_NONCE_BYTES = 12
_MOST_SHOWN = 1_000
SHOWN_LASTS = timedelta(minutes=10)
_WRONG = "this code is wrong, over or was used; take the next one that the app shows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticators:
    """The store of authenticator apps. What changes is returned, to be committed with its leaf."""

    engine: Engine
    key: bytes = field(repr=False)
    _shown: dict[AccountId, tuple[bytes, datetime]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock)

    def show(self, account: AccountId, now: datetime) -> bytes:
        """Draw a secret for an account to type into its app; it counts once a code of it came back."""
        secret = secrets.token_bytes(SECRET_BYTES)
        with self._lock:
            while len(self._shown) >= _MOST_SHOWN:
                del self._shown[next(iter(self._shown))]
            self._shown[account] = (secret, now + SHOWN_LASTS)
        return secret

    def shown(self, account: AccountId, now: datetime) -> bytes | None:
        """Return the secret that an account was shown and has not confirmed yet; None if there is none."""
        with self._lock:
            secret, until = self._shown.get(account, (b"", now))
        return secret if now < until else None

    def added(self, account: AccountId, code: str, now: datetime) -> Change:
        """Check the first code of the secret that was shown; return the change that keeps it. Raises NotAllowed."""
        secret = self.shown(account, now)
        step = None if secret is None else matching_step(secret, code, now, 0)
        if secret is None or step is None:
            raise NotAllowed(_WRONG, code="code_wrong")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, secret, account.encode())
        row = {"account": account, "sealed": sealed, "added_at": to_ms(now), "used_step": step}

        def change(connection: Connection) -> None:
            connection.execute(delete(authenticators).where(authenticators.c.account == account))
            connection.execute(insert(authenticators).values(row))

        return change

    def forget_shown(self, account: AccountId) -> None:
        """Drop the secret that was shown; the app holds it now."""
        with self._lock:
            self._shown.pop(account, None)

    def proved(self, account: AccountId, code: str, now: datetime) -> Change:
        """Check a code; return the change that uses it up, by one alone of two at once. Raises NotAllowed."""
        with self.engine.connect() as connection:
            chosen = select(authenticators).where(authenticators.c.account == account)
            row = connection.execute(chosen).one_or_none()
        step = None if row is None else matching_step(self._opened(row.sealed, account), code, now, row.used_step)
        if step is None:
            raise NotAllowed(_WRONG, code="code_wrong")
        fresh = (authenticators.c.account == account, authenticators.c.used_step < step)
        used = update(authenticators).where(*fresh).values(used_step=step)

        def change(connection: Connection) -> None:
            if connection.execute(used).rowcount != 1:
                raise NotAllowed(_WRONG, code="code_wrong")

        return change

    def has(self, account: AccountId) -> bool:
        """Say whether an account has an app."""
        mine = select(authenticators.c.account).where(authenticators.c.account == account)
        with self.engine.connect() as connection:
            return connection.execute(mine).first() is not None

    def _opened(self, sealed: bytes, account: AccountId) -> bytes:
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], account.encode())
        except InvalidTag:
            what = "this server's key does not open the app's secret; restore the keys set, or reset the account"
            raise Unavailable(what, code="authenticator_key") from None
