"""Logins: one-time links, passwords and login sessions.

There is no default password: an account begins with a link that works once. Hashing takes 64 MiB and both slots are
shared, so that a flood of guesses cannot starve the rest of the server.

Source: RFC 9106 (argon2id, the low-memory choice); OWASP ASVS 5.0 on sessions.
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, Executable, delete, insert, select, update

from milkglass import facts
from milkglass.access.accounts import Account, Accounts
from milkglass.database.moments import to_ms
from milkglass.database.tables_access import login_links, login_sessions
from milkglass.errors import Invalid, NotAllowed, Unavailable
from milkglass.merkle.entry import Actor
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId

LINK_LASTS = timedelta(minutes=30)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_SEEN_EVERY = timedelta(minutes=1)
_MINUTE = timedelta(minutes=1)
_SECRET_BYTES = 32
_SLOT_WAIT_S = 5.0
# RFC 9106, second recommended choice: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_WRONG = "e-mail or password is wrong; after a lost password the owner can make a new link"


class TooMany(Unavailable):
    """Too many tries in a minute: answered with 429."""

    code = "too_many_tries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login that just began; `cookie` is shown to the browser once and stored only as a hash."""

    cookie: str
    account: Account


@dataclass(slots=True)
class Pace:
    """How often something may be tried in a minute; kept in memory, bounded."""

    _tries: defaultdict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _lock: Lock = field(default_factory=Lock)

    def hold(self, key: str, most: int, now: datetime) -> None:
        """Count one try. Raises TooMany above `most` a minute."""
        with self._lock:
            if len(self._tries) > 10_000:  # noqa: PLR2004 - a bound, so that made-up keys cannot fill the memory
                self._tries.clear()
            tries = self._tries[key]
            while tries and now - tries[0] >= _MINUTE:
                tries.popleft()
            if len(tries) >= most:
                raise TooMany("too many tries; wait a minute")
            tries.append(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """The room's doors for people."""

    engine: Engine
    writer: Writer
    accounts: Accounts
    pace: Pace = field(default_factory=Pace)
    _slots: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))

    def one_time_link(self, account_id: AccountId, by: Actor, now: datetime) -> str:
        """Draw the secret of a link that logs an account in once, within half an hour."""
        self.accounts.get(account_id)
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        row = {
            "digest": _digest(secret),
            "account": account_id,
            "expires_at": to_ms(now + LINK_LASTS),
            "used_at": None,
        }

        def change(connection: Connection) -> None:
            connection.execute(delete(login_links).where(login_links.c.expires_at <= to_ms(now)))
            connection.execute(insert(login_links).values(row))

        fact = facts.of_account(facts.By(at=now, actor=by), facts.Act.LINK_CREATE, account_id)
        self.writer.commit([change], fact)
        return secret

    def redeem(self, secret: str, password: str | None, now: datetime) -> Session:
        """Log in by a link, and set a password if one is given. Raises NotAllowed if it is used, over or unknown."""
        with self.engine.connect() as connection:
            row = connection.execute(select(login_links).where(login_links.c.digest == _digest(secret))).one_or_none()
        if row is None:
            raise NotAllowed(_OVER, code="link_over")
        account = self.accounts.get(AccountId(row.account))
        changes: list[Change] = [_use(secret, now)]
        if password is not None:
            changes.append(self.accounts.password(account.id, self._hash(password)))
        return self._begin(account, changes, facts.Act.LINK_USED, now)

    def login(self, email: str, password: str, network: str, now: datetime) -> Session:
        """Log in by password.

        Args:
            email: of the account.
            password: as typed.
            network: where it comes from, its /24 or /64, for the pace.
            now: when.
        Raises: NotAllowed if one of both is wrong, TooMany above the pace.
        """
        self.pace.hold(f"network {network}", 20, now)
        self.pace.hold(f"account {_digest(email.strip().lower()).hex()}", 5, now)
        account = self.accounts.by_email(email)
        hashed = None if account is None else self.accounts.hashed_password(account.id)
        # An unknown e-mail costs the same time as a wrong password.
        is_right = self._verify(hashed or _NOBODY, password)
        if account is None or hashed is None or not is_right or not account.is_active:
            if account is not None:
                by = facts.By(at=now, actor=account.actor)
                self.writer.commit([], facts.of_account(by, facts.Act.LOGIN_REFUSE, account.id))
            raise NotAllowed(_WRONG, code="login_wrong")
        return self._begin(account, [], facts.Act.LOGIN, now)

    def session(self, cookie: str, now: datetime) -> Account | None:
        """Return who a cookie belongs to; None if it is unknown, idle for half an hour, or older than 12 hours."""
        digest = _digest(cookie)
        with self.engine.connect() as connection:
            row = connection.execute(select(login_sessions).where(login_sessions.c.digest == digest)).one_or_none()
        if row is None or to_ms(now - IDLE) >= row.seen_at or to_ms(now - LONGEST) >= row.began_at:
            return None
        if to_ms(now - _SEEN_EVERY) >= row.seen_at:
            seen = update(login_sessions).where(login_sessions.c.digest == digest).values(seen_at=to_ms(now))
            self.writer.commit([lambda connection: _done(connection, seen)])
        account = self.accounts.get(AccountId(row.account))
        return account if account.is_active else None

    def logout(self, cookie: str) -> None:
        """End a login session; ending an unknown one is no error."""
        ended = delete(login_sessions).where(login_sessions.c.digest == _digest(cookie))
        self.writer.commit([lambda connection: _done(connection, ended)])

    def _begin(self, account: Account, changes: list[Change], act: facts.Act, now: datetime) -> Session:
        if not account.is_active:
            raise NotAllowed("this account is not active; the owner must activate it", code="forbid-inactive")
        cookie = secrets.token_urlsafe(_SECRET_BYTES)
        row = {"digest": _digest(cookie), "account": account.id, "began_at": to_ms(now), "seen_at": to_ms(now)}

        def change(connection: Connection) -> None:
            over = login_sessions.c.began_at <= to_ms(now - LONGEST)
            connection.execute(delete(login_sessions).where(over))
            connection.execute(insert(login_sessions).values(row))

        fact = facts.of_account(facts.By(at=now, actor=account.actor), act, account.id)
        self.writer.commit([*changes, change], fact)
        return Session(cookie=cookie, account=account)

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise Invalid(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} letters")
        with self._slot():
            return _HASHER.hash(password)

    def _verify(self, hashed: str, password: str) -> bool:
        if len(password) > LONGEST_PASSWORD:
            return False
        with self._slot():
            try:
                return _HASHER.verify(hashed, password)
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(timeout=_SLOT_WAIT_S):
            raise TooMany("too many logins at once; wait a minute")
        try:
            yield
        finally:
            self._slots.release()


_OVER = "this link was used, is over or never was; ask for a new one"
# A hash of the right shape and cost that no password opens.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bWlsa2dsYXNzbWlsa2dsYQ$" + "A" * 43


def _use(secret: str, now: datetime) -> Change:
    used = (
        update(login_links)
        .where(
            login_links.c.digest == _digest(secret),
            login_links.c.used_at.is_(None),
            login_links.c.expires_at > to_ms(now),
        )
        .values(used_at=to_ms(now))
    )

    def change(connection: Connection) -> None:
        if connection.execute(used).rowcount != 1:
            raise NotAllowed(_OVER, code="link_over")

    return change


def _done(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
