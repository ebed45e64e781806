"""Building: the rooms that are put together of several parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milkglass.access.access import Access
from milkglass.access.cases import Cases
from milkglass.access.grants import Grants
from milkglass.access.training import Trainings
from milkglass.access.watch import Watch
from milkglass.access.watch_sources import Ends, Sources
from milkglass.consent.states import ENDS_ALL, ENDS_ONE

if TYPE_CHECKING:
    from milkglass.access.logins import Logins
    from milkglass.institutions import Institutions
    from milkglass.policy.store import Policies
    from milkglass.wire.values import ApplicationId, InstitutionId


def viewers_max(policies: Policies) -> int:
    """Return how many accounts may be viewers: the fewest that a policy allows."""
    return min((policy.viewers_max for policy in policies.all()), default=0)


def build_watch(access: Access, policies: Policies, demo_application: ApplicationId | None) -> Watch:
    """Build what watches the facts for access incidents."""

    def under_13() -> list[InstitutionId]:
        opted = [one for policy in policies.all() for one in policy.document.institutions]
        return [one.id for one in opted if one.has_under_13]

    sources = Sources(
        engine=access.logins.engine,
        cases=access.cases,
        grants=access.grants,
        under_13=under_13,
        ends=Ends(all=frozenset(ENDS_ALL), one=frozenset(ENDS_ONE)),
        demo_application=demo_application,
    )
    return Watch(engine=access.logins.engine, writer=access.logins.writer, sources=sources)


def build_access(logins: Logins, institutions: Institutions) -> Access:
    """Build the room that decides who may look."""
    engine, writer = logins.engine, logins.writer
    cases = Cases(engine=engine, writer=writer, institutions=institutions)
    return Access(
        accounts=logins.accounts,
        logins=logins,
        cases=cases,
        grants=Grants(engine=engine, writer=writer, cases=cases),
        trainings=Trainings(engine=engine, writer=writer),
    )
