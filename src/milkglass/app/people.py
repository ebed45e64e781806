"""People: the accounts that a new deployment begins with, and those of the demo."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from milkglass import facts
from milkglass.access.accounts import NewAccount
from milkglass.access.roles import Role
from milkglass.wire.values import ApplicationId

if TYPE_CHECKING:
    from datetime import datetime

    from milkglass.access.access import Access

DEMO_APPLICATION = ApplicationId("chalkboard")
TRAINED_FOR = timedelta(days=365)
# The roles that a new deployment begins with; the demo adds the people who try it.
FIRST = (("Owner", "owner@milkglass.invalid", Role.OWNER),)
DEMO = (
    ("Demo legal", "legal@milkglass.invalid", Role.LEGAL),
    ("Demo engineer", "engineer@milkglass.invalid", Role.ENGINEER),
    ("Demo viewer", "viewer@milkglass.invalid", Role.VIEWER),
    ("Second viewer", "second@milkglass.invalid", Role.VIEWER),
    ("Demo auditor", "auditor@milkglass.invalid", Role.AUDITOR),
)


def seed(access: Access, now: datetime, *, with_demo: bool) -> None:
    """Make the first accounts where there are none."""
    accounts = access.accounts.list()
    known = {account.name for account in accounts}
    has_owner = any(Role.OWNER in account.roles and account.is_active for account in accounts)
    # The owner may have been named since: whoever it is, there is one.
    for name, email, role in (*(() if has_owner else FIRST), *(DEMO if with_demo else ())):
        if name not in known:
            until = now + TRAINED_FOR if role is Role.VIEWER else None
            new = NewAccount(email=email, name=name, roles=frozenset({role}), training_until=until)
            access.accounts.create(new, facts.SYSTEM, now)
    if with_demo:
        _vet_demo(access, now)


def _vet_demo(access: Access, now: datetime) -> None:
    """Vet the demo's viewers, who are as invented as its pupils, where they are not under today's agreement."""
    names = {name for name, _email, role in DEMO if role is Role.VIEWER}
    for one in access.accounts.list():
        is_new = one.confidential_until is None or one.confirmed_until is None
        if one.name in names and one.is_active and is_new:
            access.vettings.enter(one.id, facts.SYSTEM, now)
