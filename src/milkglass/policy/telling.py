"""Telling: which institutions were told of a material change, on which day, and who says so.

Milkglass sends nothing: somebody tells the institution as the contract asks for, and marks here that they did. What is
marked is a declaration with a name and a leaf; what is not is shown until it is.

Source: docs/policy.md, "Who approves".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from milkglass import facts
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_policy import policy_tellings
from milkglass.errors import Conflict, Invalid
from milkglass.policy.versions import State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from milkglass.merkle.writer import Writer
    from milkglass.policy.document import OptIn
    from milkglass.policy.versions import Version

LONGEST_AGO = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An institution that was told of a version, on `day`; `by` marked it at `at`."""

    institution: str
    day: date
    by: str
    at: datetime


def concerned(version: Version) -> tuple[OptIn, ...]:
    """Return the institutions that are to be told of a version: those that it records, of a change that is material.

    Of the first policy nobody is told: an institution that it names agreed to it.
    """
    is_change = version.is_material and version.based_on is not None
    return tuple(one for one in version.document.institutions if one.purposes) if is_change else ()


@dataclass(frozen=True, slots=True)
class Tellings:
    """The store of what was marked."""

    engine: Engine
    writer: Writer

    def told(self, version: Version) -> tuple[Told, ...]:
        """List who was told of a version, the first first."""
        of = (policy_tellings.c.application == version.application, policy_tellings.c.number == version.number)
        with self.engine.connect() as connection:
            rows = connection.execute(select(policy_tellings).where(*of).order_by(policy_tellings.c.marked_at)).all()
        return tuple(
            Told(
                institution=row.institution,
                day=date.fromisoformat(row.told_on),
                by=row.marked_by,
                at=from_ms(row.marked_at),
            )
            for row in rows
        )

    def untold(self, version: Version) -> tuple[OptIn, ...]:
        """Return the institutions that are still to be told of a version."""
        told = {one.institution for one in self.told(version)}
        return tuple(one for one in concerned(version) if one.id not in told)

    def tell(self, version: Version, institution: str, day: date, by: facts.By) -> None:
        """Mark that an institution was told; `by.institution` is its name in the log.

        Raises: Invalid for a day to come or long ago, or an institution that is not to be told; Conflict if it is
            marked already, or for a draft, whose text may still change.
        """
        if version.state is State.DRAFT:
            raise Conflict("a draft may still change; send it to review before you tell anybody of it")
        if institution not in {str(one.id) for one in concerned(version)}:
            raise Invalid(
                "this institution is not to be told: the change is not material, or nothing of it is recorded"
            )
        if not by.at.date() - LONGEST_AGO <= day <= by.at.date():
            raise Invalid("the day on which an institution was told lies in the last year, and not in the future")
        row = {
            "application": version.application,
            "number": version.number,
            "institution": institution,
            "told_on": day.isoformat(),
            "marked_by": by.actor.id,
            "marked_at": to_ms(by.at),
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(policy_tellings).values(row))  # a second one is a Conflict

        told = {"day": day.isoformat()}
        fact = facts.policy_version(by, facts.Act.POLICY_TELL, version.digest, version.number, told)
        self.writer.commit([change], fact)
