"""Reviews: once a quarter the owner asks of each account whether it is still needed, and signs the list off.

Source: NIST SP 800-53, AC-2(j); 34 CFR 99.31(a)(1)(ii), reasonable methods to limit access.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.logins import Logins
from milkglass.access.roles import Role, conflict
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_access import access_reviews
from milkglass.errors import Conflict, Invalid
from milkglass.wire.values import AccountId

EVERY = timedelta(days=90)
DORMANT = timedelta(days=90)


class Flag(StrEnum):
    """Why an account may be one too many, or not as it should be."""

    DORMANT = "no look in 90 days"
    UNTRAINED = "training over or none"
    UNVETTED = "agreement or manager missing"
    NO_PROOF = "no passkey and no app"
    APART = "roles that nobody may hold together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An active account of the review's list."""

    account: Account
    last_look: datetime | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A review that was signed off: how many accounts there were, were asked about, and ended."""

    account: AccountId
    at: datetime
    accounts: int
    flagged: int
    ended: int


def flags_of(account: Account, last_look: datetime | None, now: datetime, *, has_factor: bool) -> tuple[Flag, ...]:
    """Return what a reviewer should ask about an account. Only a viewer can be dormant or must be vetted."""
    is_viewer = Role.VIEWER in account.roles
    found = {
        Flag.DORMANT: is_viewer and now - (last_look or account.created_at) > DORMANT,
        Flag.UNTRAINED: is_viewer and not account.is_trained(now),
        Flag.UNVETTED: is_viewer and not (account.is_signed(now) and account.is_confirmed(now)),
        Flag.NO_PROOF: not has_factor,
        Flag.APART: conflict(account.roles) is not None,
    }
    return tuple(flag for flag, holds in found.items() if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """The room."""

    logins: Logins

    def asked(self, now: datetime) -> list[Asked]:
        """List the active accounts, those with a flag first."""
        accounts = self.logins.accounts
        last = accounts.last_looks()
        rows = [
            Asked(
                account=one,
                last_look=last.get(one.id),
                flags=flags_of(one, last.get(one.id), now, has_factor=self.logins.has_factor(one.id)),
            )
            for one in accounts.list()
            if one.is_active
        ]
        return sorted(rows, key=lambda row: (not row.flags, row.account.name))

    def last(self) -> Signed | None:
        """Return the newest review; None before the first."""
        newest = select(access_reviews).order_by(access_reviews.c.at.desc()).limit(1)
        with self.logins.engine.connect() as connection:
            row = connection.execute(newest).one_or_none()
        if row is None:
            return None
        return Signed(
            account=AccountId(row.account),
            at=from_ms(row.at),
            accounts=row.accounts,
            flagged=row.flagged,
            ended=row.ended,
        )

    def sign_off(self, by: Account, kept: Collection[str], ended: Collection[str], now: datetime) -> None:
        """End who is not needed any more, and sign off the list. The caller has checked `Act.ACCOUNTS`.

        Raises: Invalid unless each flagged account, and no other, is either kept or ended; Conflict for one's own.
        """
        rows = self.asked(now)
        flagged = {row.account.id for row in rows if row.flags}
        if by.id in ended:
            raise Conflict("nobody ends their own account in a review")
        if set(kept) | set(ended) != flagged or set(kept) & set(ended):
            raise Invalid("say of each account on the list whether it is still needed; open the page again")
        for account in ended:
            self.logins.accounts.end(AccountId(account), by.actor, now)
        row = {
            "review": random_id(),
            "account": by.id,
            "at": to_ms(now),
            "accounts": len(rows),
            "flagged": len(flagged),
            "ended": len(ended),
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(access_reviews).values(row))

        told = {"accounts": len(rows), "flagged": len(flagged), "ended": len(ended)}
        self.logins.writer.commit([change], facts.access_review(facts.By(at=now, actor=by.actor), told))
