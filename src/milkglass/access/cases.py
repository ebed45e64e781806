"""Cases: the support tickets that looks belong to. The log knows a case by its random id only."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, insert, select, update

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.decide import decide
from milkglass.access.values import Act, Request
from milkglass.database.moments import to_ms, ulid
from milkglass.database.tables_access import cases
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.institutions import Institutions
from milkglass.merkle.writer import Writer
from milkglass.wire.values import CaseId, InstitutionId

_NUMBER = re.compile(r"(?=.*[0-9])[A-Za-z0-9#._/-]{1,60}")  # without a digit it would be a person's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A support ticket; `number` is the help desk's own."""

    id: CaseId
    number: str
    institution: InstitutionId
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The store of cases."""

    engine: Engine
    writer: Writer
    institutions: Institutions

    def open(self, number: str, institution: InstitutionId, account: Account, now: datetime) -> Case:
        """Open a case; one open case a number and institution. Raises Invalid, NotAllowed."""
        _check(account, now)
        if _NUMBER.fullmatch(number) is None:
            raise Invalid("a case takes the help desk's number only: at least one digit, letters and # . _ / -")
        known = [case for case in self.list() if (case.number, case.institution) == (number, institution)]
        if known:
            return known[0]
        case_id = CaseId(ulid(now))
        row = {
            "case": case_id,
            "number": number,
            "institution": institution,
            "opened_by": account.id,
            "opened_at": to_ms(now),
            "closed_at": None,
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(cases).values(row))

        self.writer.commit([change], facts.case(self._by(institution, account, now), facts.Act.CASE_OPEN, case_id))
        return Case(id=case_id, number=number, institution=institution, is_open=True)

    def close(self, case_id: CaseId, account: Account, now: datetime) -> None:
        """Close a case: every look of it ends at its next segment. Raises NotFound, Conflict, NotAllowed."""
        _check(account, now)
        case = self.get(case_id)

        def change(connection: Connection) -> None:
            closing = update(cases).where(cases.c.case == case_id, cases.c.closed_at.is_(None))
            if connection.execute(closing.values(closed_at=to_ms(now))).rowcount != 1:
                raise Conflict("this case is closed already")

        by = self._by(case.institution, account, now)
        self.writer.commit([change], facts.case(by, facts.Act.CASE_CLOSE, case_id))

    def get(self, case_id: CaseId) -> Case:
        """Read a case. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(select(cases).where(cases.c.case == case_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such case")
        return _case(row)

    def list(self) -> list[Case]:
        """List the open cases, the newest first."""
        with self.engine.connect() as connection:
            open_ones = select(cases).where(cases.c.closed_at.is_(None)).order_by(cases.c.opened_at.desc())
            return [_case(row) for row in connection.execute(open_ones)]

    def _by(self, institution: InstitutionId, account: Account, now: datetime) -> facts.By:
        return facts.By(at=now, actor=account.actor, institution=self.institutions.log_id(institution, now))


def _check(account: Account, now: datetime) -> None:
    decision = decide(Request(act=Act.CASE), account.facts, now)
    if not decision.allowed:
        raise NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)


def _case(row: Row[tuple[object, ...]]) -> Case:
    return Case(id=CaseId(row.case), number=row.number, institution=row.institution, is_open=row.closed_at is None)
