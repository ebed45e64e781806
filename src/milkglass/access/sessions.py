"""Sessions: who is logged in. A cookie's value is stored as its hash alone, and drawn anew at login and at each proof.

Source: OWASP ASVS 5.0 on sessions.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, Executable, delete, insert, select, update

from milkglass.access.accounts import Account, Accounts
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_access import login_sessions
from milkglass.errors import NotAllowed
from milkglass.merkle.entry import Fact
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SECRET_BYTES = 32
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login that just began; `cookie` is shown to the browser once and stored only as a hash."""

    cookie: str
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """The store of login sessions."""

    engine: Engine
    writer: Writer
    accounts: Accounts

    def begin(
        self, account: Account, changes: list[Change], fact: Fact, now: datetime, *, proved_at: datetime | None
    ) -> Session:
        """Begin a session, in one transaction with what it rests on. Raises NotAllowed for an account that ended."""
        if not account.is_active:
            raise NotAllowed("this account is not active; the owner must activate it", code="forbid-inactive")
        cookie, row = _drawn(account.id, now, now, proved_at)

        def change(connection: Connection) -> None:
            over = login_sessions.c.began_at <= to_ms(now - LONGEST)
            connection.execute(delete(login_sessions).where(over))
            connection.execute(insert(login_sessions).values(row))

        self.writer.commit([*changes, change], fact)
        return Session(cookie=cookie, account=replace(account, proved_at=proved_at))

    def read(self, cookie: str, now: datetime) -> Account | None:
        """Return whose cookie it is, with when they last proved it; None if it is unknown, idle or too old."""
        digest = digest_of(cookie)
        with self.engine.connect() as connection:
            row = connection.execute(select(login_sessions).where(login_sessions.c.digest == digest)).one_or_none()
        if row is None or to_ms(now - IDLE) >= row.seen_at or to_ms(now - LONGEST) >= row.began_at:
            return None
        if to_ms(now - _SEEN_EVERY) >= row.seen_at:
            seen = update(login_sessions).where(login_sessions.c.digest == digest).values(seen_at=to_ms(now))
            self.writer.commit([done(seen)])
        proved_at = None if row.proved_at is None else from_ms(row.proved_at)
        account = replace(self.accounts.get(AccountId(row.account)), proved_at=proved_at)
        return account if account.is_active else None

    def prove(self, cookie: str, account: Account, changes: list[Change], fact: Fact, now: datetime) -> Session:
        """Note that its owner just proved who they are; the old cookie ends, and the 12 hours go on from the login.

        Raises: NotAllowed if the session ended meanwhile.
        """
        old = login_sessions.c.digest == digest_of(cookie)
        fresh, row = _drawn(account.id, now, now, now)

        def change(connection: Connection) -> None:
            mine = select(login_sessions.c.began_at).where(old, login_sessions.c.account == account.id)
            began_at = connection.execute(mine).scalar_one_or_none()
            if began_at is None:
                raise NotAllowed("your login is over; log in again", code="signed_out")
            connection.execute(delete(login_sessions).where(old))
            connection.execute(insert(login_sessions).values({**row, "began_at": began_at}))

        self.writer.commit([*changes, change], fact)
        return Session(cookie=fresh, account=replace(account, proved_at=now))

    def end(self, cookie: str) -> None:
        """End a login session; ending an unknown one is no error."""
        self.writer.commit([done(delete(login_sessions).where(login_sessions.c.digest == digest_of(cookie)))])

    def others_ended(self, account: AccountId, cookie: str) -> Change:
        """Return the change that ends all sessions of an account but this one."""
        others = (login_sessions.c.account == account, login_sessions.c.digest != digest_of(cookie))
        return done(delete(login_sessions).where(*others))


def digest_of(secret: str) -> bytes:
    """Return what is stored of a secret that a browser holds."""
    return sha256(secret.encode()).digest()


def done(statement: Executable) -> Change:
    """Return a statement as a change."""

    def change(connection: Connection) -> None:
        connection.execute(statement)

    return change


def _drawn(
    account: AccountId, began_at: datetime, seen_at: datetime, proved_at: datetime | None
) -> tuple[str, dict[str, object]]:
    cookie = secrets.token_urlsafe(SECRET_BYTES)
    return cookie, {
        "digest": digest_of(cookie),
        "account": account,
        "began_at": to_ms(began_at),
        "seen_at": to_ms(seen_at),
        "proved_at": None if proved_at is None else to_ms(proved_at),
    }
