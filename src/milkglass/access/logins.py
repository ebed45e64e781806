"""Logins: one-time links, passkeys, and passwords with an app's code; and what an account changes of its own.

There is no default password: an account begins with a link that works once. A link proves that somebody was let in by
the owner, not who they are: only a passkey, or a password with a code, counts for a look.

Source: NIST SP 800-63B on authenticators; OWASP ASVS 5.0, chapters 6 and 7.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert, select, update

from milkglass import facts
from milkglass.access.accounts import Account, Accounts, logged_out
from milkglass.access.authenticators import Authenticators
from milkglass.access.decide import decide
from milkglass.access.pace import Pace
from milkglass.access.passkeys import Passkeys, Site
from milkglass.access.passwords import NOBODY, Passwords
from milkglass.access.sessions import SECRET_BYTES, Session, Sessions, digest_of
from milkglass.access.values import Act, Request
from milkglass.database.moments import to_ms
from milkglass.database.tables_access import login_links
from milkglass.errors import Conflict, NotAllowed
from milkglass.merkle.entry import Actor, Fact
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId

LINK_LASTS = timedelta(minutes=30)
_MOST_OF_ACCOUNT, _MOST_OF_NETWORK, _MOST_PASSKEYS = 5, 20, 60  # tries a minute
_WRONG = "e-mail, password or code is wrong; after a lost one the owner's `milkglass user reset` lets you begin again"
_OVER = "this link was used, is over or never was; ask for a new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logins:
    """The room's doors for people."""

    engine: Engine
    writer: Writer
    accounts: Accounts
    sessions: Sessions
    passkeys: Passkeys
    authenticators: Authenticators
    passwords: Passwords = field(default_factory=Passwords)
    pace: Pace = field(default_factory=Pace)

    @classmethod
    def build(cls, accounts: Accounts, site: Site, key: bytes) -> Self:
        """Build the doors on the accounts' database; `key` seals the apps' secrets."""
        engine, writer = accounts.engine, accounts.writer
        return cls(
            engine=engine,
            writer=writer,
            accounts=accounts,
            sessions=Sessions(engine=engine, writer=writer, accounts=accounts),
            passkeys=Passkeys(engine=engine, site=site),
            authenticators=Authenticators(engine=engine, key=key),
        )

    def one_time_link(self, account_id: AccountId, by: Actor, now: datetime) -> str:
        """Draw the secret of a link that logs an account in once, within half an hour."""
        self.accounts.get(account_id)
        secret = secrets.token_urlsafe(SECRET_BYTES)
        row = {
            "digest": digest_of(secret),
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

    def redeem(self, secret: str, now: datetime) -> Session:
        """Log in by a link. Raises NotAllowed if it is used, over or unknown."""
        with self.engine.connect() as connection:
            row = connection.execute(select(login_links).where(login_links.c.digest == digest_of(secret))).one_or_none()
        if row is None:
            raise NotAllowed(_OVER, code="link_over")
        account = self.accounts.get(AccountId(row.account))
        fact = _fact(account, facts.Act.LINK_USED, now)
        return self.sessions.begin(account, [_use(secret, now)], fact, now, proved_at=None)

    def login(self, email: str, password: str, code: str, network: str, now: datetime) -> Session:
        """Log in by password and an app's code.

        Args:
            email: of the account.
            password: as typed.
            code: the six digits that the app shows now.
            network: where it comes from, its /24 or /64, for the pace.
            now: when.
        Raises: NotAllowed if one of them is wrong, and never which; TooMany above the pace.
        """
        self.pace.hold(f"network {network}", _MOST_OF_NETWORK, now)
        self.pace.hold(f"account {digest_of(email.strip().lower()).hex()}", _MOST_OF_ACCOUNT, now)
        account = self.accounts.by_email(email)
        hashed = None if account is None else self.accounts.hashed_password(account.id)
        # An unknown e-mail costs the same time as a wrong password.
        is_right = self.passwords.verify(hashed or NOBODY, password)
        if account is None or hashed is None or not is_right or not account.is_active:
            self._refused(account, now)
            raise NotAllowed(_WRONG, code="login_wrong")
        proved = self._or_refused(account, now, lambda: self.authenticators.proved(account.id, code, now))
        return self.sessions.begin(account, [proved], _fact(account, facts.Act.LOGIN, now, "code"), now, proved_at=now)

    def passkey_asked(self, network: str, now: datetime) -> str:
        """Return, as JSON, what a browser needs to log somebody in by a passkey. Raises TooMany."""
        self.pace.hold(f"passkeys {network}", _MOST_PASSKEYS, now)
        return self.passkeys.asked_to_prove(None, now)

    def login_by_passkey(self, answer: str, network: str, now: datetime) -> Session:
        """Log in by a browser's answer. Raises NotAllowed, TooMany."""
        self.pace.hold(f"passkeys {network}", _MOST_PASSKEYS, now)
        owner = self.passkeys.owner(answer)
        if owner is None:
            raise NotAllowed("no account here has this passkey; use another, or ask for a new link", code="passkey")
        account = self.accounts.get(owner)
        self.pace.hold(f"passkey {account.id}", _MOST_OF_ACCOUNT, now)
        proved = self._or_refused(account, now, lambda: self.passkeys.proved(account.id, answer, now, is_login=True))
        fact = _fact(account, facts.Act.LOGIN, now, "passkey")
        return self.sessions.begin(account, [proved], fact, now, proved_at=now)

    def prove_by_passkey(self, cookie: str, account: Account, answer: str, now: datetime) -> Session:
        """Prove again who sits there, by a passkey; the cookie is drawn anew. Raises NotAllowed, TooMany."""
        self.pace.hold(f"passkey {account.id}", _MOST_OF_ACCOUNT, now)
        proved = self._or_refused(account, now, lambda: self.passkeys.proved(account.id, answer, now, is_login=False))
        return self._proved(cookie, account, proved, "passkey", now)

    def prove_by_code(self, cookie: str, account: Account, code: str, now: datetime) -> Session:
        """Prove it again by an app's code, after a login by password. Raises NotAllowed, TooMany."""
        self.pace.hold(f"code {account.id}", _MOST_OF_ACCOUNT, now)
        proved = self._or_refused(account, now, lambda: self.authenticators.proved(account.id, code, now))
        return self._proved(cookie, account, proved, "code", now)

    def add_passkey(self, cookie: str, account: Account, answer: str, label: str, now: datetime) -> Session:
        """Add a passkey, whose making proves who sits there. Raises NotAllowed, Invalid, Conflict."""
        self._may_change(account, now)
        passkey, change = self.passkeys.added(account, answer, label, now)
        fact = facts.passkey(facts.By(at=now, actor=account.actor), facts.Act.PASSKEY_ADD, account.id, passkey)
        return self.sessions.prove(cookie, account, [change], fact, now)

    def remove_passkey(self, account: Account, passkey: str, now: datetime) -> None:
        """Remove a passkey; not the last way in. Raises NotAllowed, NotFound, Conflict."""
        self._may_change(account, now)
        if len(self.passkeys.list(account.id)) == 1 and not self.authenticators.has(account.id):
            raise Conflict("this is your only way in; add another passkey first")
        fact = facts.passkey(facts.By(at=now, actor=account.actor), facts.Act.PASSKEY_REMOVE, account.id, passkey)
        self.writer.commit([self.passkeys.removed(account.id, passkey)], fact)

    def show_app(self, account: Account, now: datetime) -> None:
        """Draw a secret for an app, which the account's page shows until a code came back. Raises NotAllowed."""
        self._may_change(account, now)
        self.authenticators.show(account.id, now)

    def add_app(self, cookie: str, account: Account, password: str, code: str, now: datetime) -> Session:
        """Set a password together with an app's first code: neither counts alone. Raises NotAllowed, Invalid."""
        self._may_change(account, now)
        self.pace.hold(f"code {account.id}", _MOST_OF_ACCOUNT, now)
        added = self.authenticators.added(account.id, code, now)
        changes = [added, self.accounts.password(account.id, self.passwords.hash(password))]
        session = self.sessions.prove(cookie, account, changes, _fact(account, facts.Act.APP_ADD, now), now)
        self.authenticators.forget_shown(account.id)
        return session

    def end_others(self, cookie: str, account: Account, now: datetime) -> None:
        """End all of an account's login sessions but this one."""
        change = self.sessions.others_ended(account.id, cookie)
        self.writer.commit([change], _fact(account, facts.Act.SESSIONS_END, now))

    def reset(self, account_id: AccountId, by: Actor, now: datetime) -> None:
        """Take from an account every way in, and end its sessions: a new link begins again. Raises NotFound."""
        self.accounts.get(account_id)
        fact = facts.of_account(facts.By(at=now, actor=by), facts.Act.LOGIN_RESET, account_id)
        self.writer.commit([logged_out(account_id)], fact)

    def has_factor(self, account: AccountId) -> bool:
        """Say whether an account can prove who it is, by a passkey or an app."""
        return bool(self.passkeys.list(account)) or self.authenticators.has(account)

    def _may_change(self, account: Account, now: datetime) -> None:
        known = replace(account.facts, has_factor=self.has_factor(account.id))
        decision = decide(Request(act=Act.SIGN_IN_CHANGE), known, now)
        if not decision.allowed:
            raise NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)

    def _proved(self, cookie: str, account: Account, change: Change, how: str, now: datetime) -> Session:
        return self.sessions.prove(cookie, account, [change], _fact(account, facts.Act.PROOF, now, how), now)

    def _or_refused(self, account: Account, now: datetime, check: Callable[[], Change]) -> Change:
        try:
            return check()
        except NotAllowed:
            self._refused(account, now)
            raise

    def _refused(self, account: Account | None, now: datetime) -> None:
        """Leave a leaf; the pace bounds how many an account can get, and an unknown e-mail gets none."""
        if account is not None:
            self.writer.commit([], _fact(account, facts.Act.LOGIN_REFUSE, now))


def _fact(account: Account, act: facts.Act, now: datetime, how: str | None = None) -> Fact:
    return facts.of_account(facts.By(at=now, actor=account.actor), act, account.id, how)


def _use(secret: str, now: datetime) -> Change:
    used = (
        update(login_links)
        .where(
            login_links.c.digest == digest_of(secret),
            login_links.c.used_at.is_(None),
            login_links.c.expires_at > to_ms(now),
        )
        .values(used_at=to_ms(now))
    )

    def change(connection: Connection) -> None:
        if connection.execute(used).rowcount != 1:
            raise NotAllowed(_OVER, code="link_over")

    return change
