"""Roles: what an account may be, and which roles no one person may hold together."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    OWNER = "owner"  # answers for the policy; exactly one, and never looks
    VIEWER = "viewer"  # vetted support staff: may look, with a reason and a case
    AUDITOR = "auditor"  # from outside support: reads the log


# Whoever sets the rules does not look, and whoever checks neither looks nor sets them.
APART = frozenset(
    {
        frozenset({Role.OWNER, Role.VIEWER}),
        frozenset({Role.OWNER, Role.AUDITOR}),
        frozenset({Role.VIEWER, Role.AUDITOR}),
    }
)


def conflict(roles: Collection[Role]) -> frozenset[Role] | None:
    """Return two roles that one person may not hold together; None if there are none."""
    held = frozenset(roles)
    return next((pair for pair in sorted(APART, key=sorted) if pair <= held), None)
