"""Wizard: the six steps from a fresh server to a first recording and a first audit; each can be left and continued.

What a step changes is changed in its own room: the owner's name in `access`, what may be recorded in the policy's
versions. Here is only which steps somebody settled, and the day of the first audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from milkglass import facts
from milkglass.database.moments import to_ms
from milkglass.database.tables_wizard import audit_days, wizard_steps
from milkglass.errors import Invalid

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from milkglass.merkle.writer import Writer
    from milkglass.wire.values import ApplicationId

FARTHEST = timedelta(days=92)  # a quarter: whoever plans the first audit later plans none


class Step(StrEnum):
    """The steps, in their order."""

    OWNER = "owner"  # who the owner is
    LOGIN = "login"  # a way to log in that lasts
    APPLICATION = "application"  # its name, and the origins whose pages may send
    STARTER = "starter"  # the journeys to begin with
    INSTALL = "install"  # the first batch arrives
    AUDIT = "audit"  # retention, and the day of the first audit


def first_audit(said: str, today: date) -> date:
    """Read the day of the first audit. Raises Invalid for a day that is none, is over, or is more than 92 days away."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Invalid("the first audit is a day, as 2027-06-30") from None
    if not today <= day <= today + FARTHEST:
        raise Invalid(f"choose a day from today to {today + FARTHEST}: an audit is due each month")
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Wizard:
    """The room."""

    engine: Engine
    writer: Writer

    def settled(self) -> frozenset[Step]:
        """List the steps that somebody settled here."""
        with self.engine.connect() as connection:
            return frozenset(Step(step) for step in connection.execute(select(wizard_steps.c.step)).scalars())

    def settle(self, step: Step, by: facts.By) -> None:
        """Note that somebody settled a step; again changes nothing."""
        row = {"step": step.value, "settled_at": to_ms(by.at), "settled_by": by.actor.id}

        def change(connection: Connection) -> None:
            if connection.execute(select(wizard_steps).where(wizard_steps.c.step == step.value)).first() is None:
                connection.execute(insert(wizard_steps).values(row))

        self.writer.commit([change])

    def audit_day(self, application: ApplicationId) -> date | None:
        """Return the day of the first audit; None while none is set."""
        query = select(audit_days.c.day).where(audit_days.c.application == application)
        with self.engine.connect() as connection:
            said = connection.execute(query).scalar_one_or_none()
        return None if said is None else date.fromisoformat(said)

    def plan_audit(self, application: ApplicationId, day: date, by: facts.By) -> None:
        """Set the day of the first audit; it is in the log."""
        row = {"application": application, "day": day.isoformat(), "set_at": to_ms(by.at), "set_by": by.actor.id}

        def change(connection: Connection) -> None:
            connection.execute(delete(audit_days).where(audit_days.c.application == application))
            connection.execute(insert(audit_days).values(row))

        self.writer.commit([change], facts.audit_plan(by, application, day))
