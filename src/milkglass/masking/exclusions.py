"""Exclusions: when each rule of the policy last matched something, so that a rule which protects nothing is seen.

The recorder says with a batch how often each rule matched, by the rule's place in the policy: selectors, then routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_masking import exclusion_rules as table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine

    from milkglass.merkle.writer import Change
    from milkglass.policy.document import Exclusions
    from milkglass.wire.values import ApplicationId

IDLE_AFTER = timedelta(days=7)
_LONGEST_RULE = 500


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """An exclusion of an application's policy: a `selector` or a `route`, as the policy writes it."""

    application: ApplicationId
    kind: str
    said: str


@dataclass(slots=True)
class Matches:
    """How often a rule matched, and when last (epoch ms)."""

    count: int = 0
    last_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRow:
    """A rule as it is shown. `is_idle`: it stands for a week or longer and matched nothing in the last."""

    kind: str
    rule: str
    since_at: datetime
    matched_at: datetime | None
    matches: int
    is_idle: bool


def rules_of(application: ApplicationId, exclusions: Exclusions) -> list[Rule]:
    """List the rules in the order in which a recorder counts them."""
    selectors = [Rule(application, "selector", said[:_LONGEST_RULE]) for said in exclusions.selectors]
    return selectors + [Rule(application, "route", said[:_LONGEST_RULE]) for said in exclusions.routes]


def stand(application: ApplicationId, exclusions: Exclusions, now: datetime) -> Change:
    """Return the change that begins to watch new rules, and forgets those that the policy no longer has."""
    wanted = set(rules_of(application, exclusions))

    def change(connection: Connection) -> None:
        rows = connection.execute(select(table.c.kind, table.c.rule).where(table.c.application == application))
        known = {Rule(application, kind, said) for kind, said in rows}
        for rule in known - wanted:
            connection.execute(delete(table).where(*_is(rule)))
        for rule in sorted(wanted - known):
            row = {"application": application, "kind": rule.kind, "rule": rule.said, "since_at": to_ms(now)}
            connection.execute(insert(table).values({**row, "matches": 0}))

    return change


def add(matched: Mapping[Rule, Matches]) -> Change:
    """Return the change that adds up what matched; a rule that no longer stands is left out."""

    def change(connection: Connection) -> None:
        for rule, more in matched.items():
            values = {"matches": table.c.matches + more.count, "matched_at": more.last_at}
            connection.execute(update(table).where(*_is(rule)).values(values))

    return change


def read(engine: Engine, application: ApplicationId, now: datetime) -> list[ExclusionRow]:
    """List the rules that stand, idle ones first."""
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.application == application)).all()
    shown = [
        ExclusionRow(
            kind=row.kind,
            rule=row.rule,
            since_at=from_ms(row.since_at),
            matched_at=None if row.matched_at is None else from_ms(row.matched_at),
            matches=row.matches,
            is_idle=now - from_ms(max(row.since_at, row.matched_at or 0)) > IDLE_AFTER,
        )
        for row in rows
    ]
    return sorted(shown, key=lambda row: (not row.is_idle, row.kind != "selector", row.rule))


def _is(rule: Rule) -> tuple[ColumnElement[bool], ...]:
    return (table.c.application == rule.application, table.c.kind == rule.kind, table.c.rule == rule.said)
