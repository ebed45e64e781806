"""Roles: what an account may be, and which roles no one person may hold together."""

from collections.abc import Collection
from enum import StrEnum
from itertools import combinations


class Role(StrEnum):
    """What an account is for."""

    OWNER = "owner"  # answers for the policy; exactly one, and never looks
    VIEWER = "viewer"  # vetted support staff: may look, with a reason and a case
    AUDITOR = "auditor"  # from outside support: reads the log
    LEGAL = "legal"  # approves what is material in the policy
    ENGINEER = "engineer"  # approves the policy for engineering


# No person holds two: whoever sets the rules does not look, whoever checks neither looks nor sets, and whoever approves
# did not write.
APART = frozenset(frozenset(pair) for pair in combinations(Role, 2))


def conflict(roles: Collection[Role]) -> frozenset[Role] | None:
    """Return two roles that one person may not hold together; None if there are none."""
    held = frozenset(roles)
    return next((pair for pair in sorted(APART, key=sorted) if pair <= held), None)
