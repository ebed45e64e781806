"""Institutions: which school or college said yes to what, and its random name in the evidence log.

The yes itself stands in the policy; here is only what follows from it. An institution that the policy does not name
agreed to nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, insert, select

from milkglass import facts
from milkglass.database.moments import random_id, to_ms
from milkglass.database.tables_consent import institutions
from milkglass.errors import Conflict
from milkglass.merkle.writer import Writer
from milkglass.policy.compile import CompiledPolicy
from milkglass.wire.values import ApplicationId, InstitutionId, Level, Purpose

PolicyOf = Callable[[ApplicationId], CompiledPolicy | None]
DEMO_ACCOUNT = InstitutionId("demo-account")  # built in; only `milkglass demo` records under it


@dataclass(frozen=True, slots=True)
class Institutions:
    """The room; `policy_of` gives the policy that stands for an application now, None if there is none."""

    engine: Engine
    writer: Writer
    policy_of: PolicyOf

    def purposes(self, application: ApplicationId, institution: InstitutionId) -> frozenset[Purpose]:
        """Return what the institution opted in to; nothing for an unknown one."""
        policy = self.policy_of(application)
        if policy is None:
            return frozenset()
        if institution == DEMO_ACCOUNT:
            return frozenset({Purpose.REPLAY})
        named = (opted.purposes for opted in policy.document.institutions if opted.id == institution)
        return next(named, frozenset())

    def level(self, application: ApplicationId, institution: InstitutionId) -> Level:
        """Return the highest level that the institution allows; OFF for an unknown one."""
        policy = self.policy_of(application)
        return Level.OFF if policy is None else policy.institutions.get(institution, Level.OFF)

    def log_id(self, institution: InstitutionId, now: datetime) -> str:
        """Return the institution's random name in the evidence log, drawn and logged at its first use."""
        while (known := self._known(institution)) is None:
            drawn = random_id()

            def change(connection: Connection, drawn: str = drawn) -> None:
                row = {"institution": institution, "log_id": drawn, "first_at": to_ms(now)}
                connection.execute(insert(institutions).values(row))

            try:
                self.writer.commit([change], facts.institution_open(facts.By(at=now, institution=drawn)))
            except Conflict:
                continue  # another thread drew one in between: read that
        return known

    def _known(self, institution: InstitutionId) -> str | None:
        with self.engine.connect() as connection:
            return connection.execute(
                select(institutions.c.log_id).where(institutions.c.institution == institution)
            ).scalar_one_or_none()
