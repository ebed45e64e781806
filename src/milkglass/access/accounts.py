"""Accounts: who logs in, in which role, and until when they are trained and vetted.

The log holds an account's random id and a salted commitment to its e-mail; erasing the row cuts the link for good.
"""

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, Row, Select, delete, func, insert, select, update

from milkglass import facts
from milkglass.access.agreement import DIGEST
from milkglass.access.roles import Role, conflict
from milkglass.access.values import Facts, Part, stands
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.open import cut_log
from milkglass.database.tables_access import accounts, grants, login_links, login_sessions, looks, vettings
from milkglass.database.tables_login import authenticators, passkeys
from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.merkle.entry import Actor
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
_SALT_BYTES = 16
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who logs in; `proved_at` is of the login session that speaks for them, None without a proof."""

    id: AccountId
    name: str
    roles: frozenset[Role]
    created_at: datetime
    training_until: datetime | None
    is_active: bool
    confidential_until: datetime | None = None  # by a signature of the agreement's present text
    confirmed_until: datetime | None = None  # by a manager
    proved_at: datetime | None = None

    def is_trained(self, now: datetime) -> bool:
        """Say whether the training is valid."""
        return stands(self.training_until, now)

    def is_signed(self, now: datetime) -> bool:
        """Say whether a signature of the agreement holds."""
        return stands(self.confidential_until, now)

    def is_confirmed(self, now: datetime) -> bool:
        """Say whether a manager's confirmation holds."""
        return stands(self.confirmed_until, now)

    @property
    def actor(self) -> Actor:
        """The account as the log names it."""
        return facts.account(self.id, tuple(sorted(self.roles)))

    @property
    def facts(self) -> Facts:
        """What a decision needs to know of the account."""
        return Facts(
            account=self.id,
            is_active=self.is_active,
            roles=self.roles,
            training_until=self.training_until,
            confidential_until=self.confidential_until,
            confirmed_until=self.confirmed_until,
            proved_at=self.proved_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What an account begins with; `training_until` is None for one that was not trained yet."""

    email: str
    name: str
    roles: frozenset[Role]
    training_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The store of accounts. `viewers_max` tells the limit of viewers that the policy sets now."""

    engine: Engine
    writer: Writer
    viewers_max: Callable[[], int]

    def create(self, new: NewAccount, by: Actor, now: datetime) -> Account:
        """Make an account. Raises Invalid for wrong fields or roles, Conflict at a limit or for a known e-mail."""
        email, name = _checked(new.email, new.name)
        _check_roles(new.roles)
        account_id, salt = AccountId(random_id()), secrets.token_bytes(_SALT_BYTES)
        row = {
            "account": account_id,
            "email": email,
            "name": name,
            "email_salt": salt,
            "roles": " ".join(sorted(new.roles)),
            "training_until": None if new.training_until is None else to_ms(new.training_until),
            "is_active": True,
            "password": None,
            "created_at": to_ms(now),
        }

        def change(connection: Connection) -> None:
            self._hold_limits(connection, new.roles)
            connection.execute(insert(accounts).values(row))

        commitment = sha256(salt + email.encode()).hexdigest()
        fact = facts.account_create(facts.By(at=now, actor=by), account_id, commitment, tuple(sorted(new.roles)))
        self.writer.commit([change], fact)
        return self.get(account_id)

    def rename(self, account_id: AccountId, name: str, email: str, by: Actor, now: datetime) -> Account:
        """Say who an account is: a new salt, and a leaf that commits to the new e-mail.

        Raises: Invalid for a wrong name or e-mail, Conflict for an e-mail that another account has, NotFound.
        """
        email, name = _checked(email, name)
        salt = secrets.token_bytes(_SALT_BYTES)
        values = {"name": name, "email": email, "email_salt": salt}
        changes = update(accounts).where(accounts.c.account == account_id).values(values)
        told = {"email_commitment": sha256(salt + email.encode()).hexdigest()}
        fact = facts.account_change(facts.By(at=now, actor=by), account_id, told)
        self.writer.commit([lambda connection: _one(connection.execute(changes).rowcount)], fact)
        return self.get(account_id)

    def email(self, account_id: AccountId) -> str:
        """Read an account's e-mail. Raises NotFound."""
        with self.engine.connect() as connection:
            found = connection.execute(select(accounts.c.email).where(accounts.c.account == account_id)).scalar()
        if found is None:
            raise NotFound("there is no such account")
        return str(found)

    def get(self, account_id: AccountId) -> Account:
        """Read an account. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(_read().where(accounts.c.account == account_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such account")
        return _account(row)

    def by_email(self, email: str) -> Account | None:
        """Find an account by its e-mail; None if there is none."""
        with self.engine.connect() as connection:
            row = connection.execute(_read().where(accounts.c.email == email.strip().lower())).one_or_none()
        return None if row is None else _account(row)

    def list(self) -> list[Account]:
        """List all accounts by name."""
        with self.engine.connect() as connection:
            return [_account(row) for row in connection.execute(_read().order_by(accounts.c.name))]

    def last_looks(self) -> dict[AccountId, datetime]:
        """Return when each account last began a look; one that never did is not there."""
        newest = select(looks.c.account, func.max(looks.c.began_at)).group_by(looks.c.account)
        with self.engine.connect() as connection:
            return {AccountId(account): from_ms(at) for account, at in connection.execute(newest)}

    def train(self, account_id: AccountId, until: datetime, by: Actor, now: datetime) -> None:
        """Enter until when an account's training is valid."""
        changes = update(accounts).where(accounts.c.account == account_id).values(training_until=to_ms(until))
        told = {"training_until": to_ms(until)}
        fact = facts.account_change(facts.By(at=now, actor=by), account_id, told)
        self.writer.commit([lambda connection: _one(connection.execute(changes).rowcount)], fact)

    def end(self, account_id: AccountId, by: Actor, now: datetime) -> None:
        """End an account: every way in and all that it was given go with it in one transaction.

        Whatever else an account can hold, such as keys or an auditor's sample, ends in this change too.
        """

        def change(connection: Connection) -> None:
            ended = update(accounts).where(accounts.c.account == account_id).values(is_active=False)
            _one(connection.execute(ended).rowcount)
            logged_out(account_id)(connection)
            standing = (grants.c.account == account_id, grants.c.revoked_at.is_(None))
            connection.execute(update(grants).where(*standing).values(revoked_at=to_ms(now)))

        fact = facts.account_change(facts.By(at=now, actor=by), account_id, {"is_active": False})
        self.writer.commit([change], fact)

    def erase(self, account_id: AccountId, by: Actor, now: datetime) -> None:
        """Erase who an ended account was: its row goes with name, e-mail and salt, the log's id names nobody from now.

        Raises: NotFound; Conflict for an account that has not ended.
        """
        if self.get(account_id).is_active:
            raise Conflict("this account is active; end it first")

        def change(connection: Connection) -> None:
            erased = delete(accounts).where(accounts.c.account == account_id, accounts.c.is_active.is_(False))
            _one(connection.execute(erased).rowcount)

        fact = facts.of_account(facts.By(at=now, actor=by), facts.Act.ACCOUNT_ERASE, account_id)
        self.writer.commit([change], fact)
        # The deleted row stays readable in SQLite's log until that is cut.
        cut_log(self.engine)

    def password(self, account_id: AccountId, hashed: str) -> Change:
        """Return the change that sets an account's password, already hashed."""
        row = update(accounts).where(accounts.c.account == account_id).values(password=hashed)
        return lambda connection: _one(connection.execute(row).rowcount)

    def hashed_password(self, account_id: AccountId) -> str | None:
        """Read the hash of an account's password; None if it has none."""
        with self.engine.connect() as connection:
            return connection.execute(
                select(accounts.c.password).where(accounts.c.account == account_id)
            ).scalar_one_or_none()

    def _hold_limits(self, connection: Connection, roles: Collection[Role]) -> None:
        limits = {Role.VIEWER: self.viewers_max(), Role.OWNER: 1}
        for role in sorted(limits.keys() & set(roles)):
            # Role words hold no other's, so that a substring is the whole word.
            active = select(func.count()).where(accounts.c.is_active, accounts.c.roles.contains(role.value))
            if connection.execute(active).scalar_one() >= limits[role]:
                raise Conflict(f"there may be {limits[role]} of role {role.value}; end one of them first")


def logged_out(account_id: AccountId) -> Change:
    """Return the change that ends an account's sessions and links, and takes every way in from it."""

    def change(connection: Connection) -> None:
        for table in (login_sessions, login_links, passkeys, authenticators):
            connection.execute(delete(table).where(table.c.account == account_id))
        connection.execute(update(accounts).where(accounts.c.account == account_id).values(password=None))

    return change


def _read() -> Select[tuple[object, ...]]:
    """Select accounts with until when their vetting holds; a signature of another text than today's is none."""
    mine = select(func.max(vettings.c.until)).where(vettings.c.account == accounts.c.account)
    signed = mine.where(vettings.c.part == Part.AGREEMENT.value, vettings.c.digest == DIGEST).scalar_subquery()
    confirmed = mine.where(vettings.c.part == Part.MANAGER.value).scalar_subquery()
    return select(accounts, signed.label("confidential_until"), confirmed.label("confirmed_until"))


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        id=AccountId(row.account),
        name=row.name,
        roles=frozenset(Role(word) for word in row.roles.split()),
        created_at=from_ms(row.created_at),
        training_until=_moment(row.training_until),
        is_active=row.is_active,
        confidential_until=_moment(row.confidential_until),
        confirmed_until=_moment(row.confirmed_until),
    )


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _checked(email: str, name: str) -> tuple[str, str]:
    """Return an e-mail and a name as they are kept. Raises Invalid."""
    email, name = email.strip().lower(), name.strip()
    if _EMAIL.fullmatch(email) is None or not 0 < len(name) <= _LONGEST_NAME:
        raise Invalid("an account needs an e-mail address and a name of at most 120 letters")
    return email, name


def _check_roles(roles: Collection[Role]) -> None:
    if not roles:
        raise Invalid("an account needs a role: owner, viewer, auditor, legal or engineer")
    apart = conflict(roles)
    if apart is not None:
        raise Invalid(f"one person may not be {' and '.join(sorted(apart))}; make two accounts for two people")


def _one(rows: int) -> None:
    if rows != 1:
        raise NotFound("there is no such account")
