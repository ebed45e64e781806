"""Watch: has the rules read the log, keeps what they find, and has people judge it and sign off each week.

Nobody judges what is their own act, and nobody signs off a week in which they looked or gave leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Row, and_, func, insert, select

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.watch_rules import Signal, find
from milkglass.access.watch_sources import Sources
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_log import log_entries
from milkglass.database.tables_watch import access_incidents, access_judgements, log_reviews
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer
from milkglass.wire.values import AccountId

URGENT_WITHIN = timedelta(hours=24)  # severity 1 and 2
BUSINESS_DAYS = 3  # the rest
SATURDAY = 5
WEEK = timedelta(days=7)
OUTCOMES = ("confirmed", "benign", "false_positive")
_TAKES_PART = ("look.allow", "export.done", "grant.approve", "pseudonym.resolve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What somebody made of an incident."""

    account: AccountId
    outcome: str
    severity: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One access incident with its whole history, the oldest judgement first."""

    id: str
    rule: str
    found_severity: int
    raised_by: str
    account: AccountId | None
    recording: str
    happened_at: datetime
    found_at: datetime
    due_at: datetime
    judgements: tuple[Judgement, ...]

    @property
    def severity(self) -> int:
        """How bad it is by the last judgement, else as it was found."""
        return self.judgements[-1].severity if self.judgements else self.found_severity

    @property
    def outcome(self) -> str:
        """What the last judgement says; empty while nobody judged."""
        return self.judgements[-1].outcome if self.judgements else ""

    def is_overdue(self, now: datetime) -> bool:
        """Say whether nobody judged it in time."""
        return not self.judgements and now >= self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the log, and who signed it off, None while nobody did."""

    monday: date
    entries: int
    incidents: int
    account: AccountId | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How a rule fared in a month: incidents, those closed, and the false among the closed."""

    rule: str
    month: str
    found: int
    closed: int
    false: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The room."""

    engine: Engine
    writer: Writer
    sources: Sources

    def sweep(self, now: datetime, broken_at: int | None = None) -> int:
        """Run the rules over the last 90 days; keep what is new, each with a leaf, and return how many.

        Args:
            now: when.
            broken_at: the first entry of the log that does not verify; None if all do.
        """
        signals = find(self.sources.seen(now), self.sources.known(now, broken_at), now)
        with self.engine.connect() as connection:
            known = set(connection.execute(select(access_incidents.c.signal)).scalars())
        fresh = [signal for signal in signals if signal.key not in known]
        for signal in fresh:
            self._keep(signal, now)
        return len(fresh)

    def incidents(self) -> list[Incident]:
        """List the incidents: what waits for a judgement first, the worst first, then the newest."""
        newest = select(access_incidents).order_by(access_incidents.c.found_at.desc())
        judged = select(access_judgements).order_by(access_judgements.c.at, access_judgements.c.judgement)
        with self.engine.connect() as connection:
            rows, judgements = connection.execute(newest).all(), connection.execute(judged).all()
        by_incident: dict[str, list[Judgement]] = {}
        for row in judgements:
            by_incident.setdefault(row.incident, []).append(_judgement(row))
        found = [_incident(row, by_incident.get(row.incident, [])) for row in rows]
        return sorted(found, key=lambda one: (bool(one.judgements), one.severity, -to_ms(one.happened_at)))

    def judge(self, incident_id: str, account: Account, outcome: str, severity: int, now: datetime) -> None:
        """Judge an incident, again if need be: history stays.

        Raises: Invalid, NotFound; NotAllowed for one's own act.
        """
        if outcome not in OUTCOMES or not 1 <= severity <= 4:  # noqa: PLR2004 - the four levels
            raise Invalid(f"an outcome is {', '.join(OUTCOMES)}; a severity is 1 to 4")
        incident = next((one for one in self.incidents() if one.id == incident_id), None)
        if incident is None:
            raise NotFound("there is no such access incident")
        if incident.account == account.id:
            raise NotAllowed("nobody judges their own act; ask somebody else", code="judge-third-person")
        row = {
            "judgement": random_id(),
            "incident": incident.id,
            "account": account.id,
            "outcome": outcome,
            "severity": severity,
            "at": to_ms(now),
        }
        fact = facts.access_incident(
            facts.By(at=now, actor=account.actor),
            facts.Act.ACCESS_JUDGE,
            incident.id,
            {"rule": incident.rule, "severity": severity, "outcome": outcome},
        )
        self.writer.commit([lambda connection: _insert(connection, insert(access_judgements).values(row))], fact)

    def rates(self) -> list[Rate]:
        """Return, by rule and month, how many were found, closed and false, the newest month first."""
        grouped: dict[tuple[str, str], list[Incident]] = {}
        for one in self.incidents():
            grouped.setdefault((f"{one.happened_at:%Y-%m}", one.rule), []).append(one)
        return [
            Rate(
                rule=rule,
                month=month,
                found=len(ones),
                closed=sum(bool(one.judgements) for one in ones),
                false=sum(one.outcome == "false_positive" for one in ones),
            )
            for (month, rule), ones in sorted(grouped.items(), reverse=True)
        ]

    def by_month(self) -> dict[str, list[int]]:
        """Count the incidents of each month by severity, 1 to 4; false positives are left out."""
        months: dict[str, list[int]] = {}
        for one in self.incidents():
            if one.outcome != "false_positive":
                months.setdefault(f"{one.happened_at:%Y-%m}", [0, 0, 0, 0])[one.severity - 1] += 1
        return dict(sorted(months.items(), reverse=True))

    def weeks(self, now: datetime, count: int = 5) -> list[Week]:
        """Return the last whole weeks, the newest first."""
        monday = now.date() - timedelta(days=now.weekday())
        return [self._week(monday - WEEK * back) for back in range(1, count + 1)]

    def sign_off(self, monday: date, account: Account, now: datetime) -> None:
        """Sign off a whole week.

        Raises: Invalid; Conflict if it is signed off; NotAllowed for who looked or gave leave in it.
        """
        begin = datetime.combine(monday, datetime.min.time(), UTC)
        if monday.weekday() != 0 or begin + WEEK > now:
            raise Invalid("a week is signed off by its Monday, once it is over")
        mine = and_(log_entries.c.actor == account.id, log_entries.c.act.in_(_TAKES_PART), _within(begin))
        with self.engine.connect() as connection:
            if connection.execute(select(log_entries.c.id).where(mine).limit(1)).first() is not None:
                raise NotAllowed(
                    "you looked or gave leave in this week; ask somebody who is not in it", code="log-review"
                )
        week = self._week(monday)
        values = {"week": monday.isoformat(), "account": account.id, "at": to_ms(now)}
        row = {**values, "entries": week.entries, "incidents": week.incidents}

        def change(connection: Connection) -> None:
            known = select(log_reviews.c.week).where(log_reviews.c.week == monday.isoformat())
            if connection.execute(known).first() is not None:
                raise Conflict("this week is signed off already")
            connection.execute(insert(log_reviews).values(row))

        told = {"week": to_ms(begin), "entries": week.entries, "incidents": week.incidents}
        fact = facts.log_review(facts.By(at=now, actor=account.actor), Log(self.engine).current(), told)
        self.writer.commit([change], fact)

    def looks_by_day(self, now: datetime, days: int = 14) -> dict[AccountId, list[int]]:
        """Count each account's looks of the last days, the oldest day first."""
        first = now.date() - timedelta(days=days - 1)
        begin = to_ms(datetime.combine(first, datetime.min.time(), UTC))
        chosen = select(log_entries.c.actor, log_entries.c.at_ms).where(
            log_entries.c.act == "look.allow", log_entries.c.at_ms >= begin
        )
        counts: dict[AccountId, list[int]] = {}
        with self.engine.connect() as connection:
            for actor, at_ms in connection.execute(chosen):
                at = (from_ms(at_ms).date() - first).days
                if 0 <= at < days:
                    counts.setdefault(AccountId(actor), [0] * days)[at] += 1
        return counts

    def _week(self, monday: date) -> Week:
        begin = datetime.combine(monday, datetime.min.time(), UTC)
        span = (to_ms(begin), to_ms(begin + WEEK))
        happened = access_incidents.c.happened_at
        entries = select(func.count()).select_from(log_entries).where(_within(begin))
        incidents = select(func.count()).select_from(access_incidents).where(happened >= span[0], happened < span[1])
        with self.engine.connect() as connection:
            signed = select(log_reviews).where(log_reviews.c.week == monday.isoformat())
            row = connection.execute(signed).one_or_none()
            return Week(
                monday=monday,
                entries=connection.execute(entries).scalar_one(),
                incidents=connection.execute(incidents).scalar_one(),
                account=None if row is None else AccountId(row.account),
                at=None if row is None else from_ms(row.at),
            )

    def _keep(self, signal: Signal, now: datetime) -> None:
        incident = random_id()
        row = {
            "incident": incident,
            "signal": signal.key,
            "rule": signal.rule,
            "severity": signal.severity,
            "raised_by": signal.raised_by,
            "account": signal.account,
            "recording": signal.recording,
            "happened_at": to_ms(signal.at),
            "found_at": to_ms(now),
            "due_at": to_ms(due(signal.severity, now)),
        }
        fact = facts.access_incident(
            facts.By(at=now), facts.Act.ACCESS_INCIDENT, incident, {"rule": signal.rule, "severity": signal.severity}
        )
        self.writer.commit([lambda connection: _insert(connection, insert(access_incidents).values(row))], fact)


def due(severity: int, now: datetime) -> datetime:
    """Return until when an incident wants a judgement: 24 hours for the two worst, else three business days.

    >>> due(3, datetime(2026, 3, 6, 10, tzinfo=UTC)).date()
    datetime.date(2026, 3, 11)
    """
    if severity <= 2:  # noqa: PLR2004 - the two worst
        return now + URGENT_WITHIN
    at = now
    for _ in range(BUSINESS_DAYS):
        at += timedelta(days=1)
        while at.weekday() >= SATURDAY:
            at += timedelta(days=1)
    return at


def _within(begin: datetime) -> ColumnElement[bool]:
    return and_(log_entries.c.at_ms >= to_ms(begin), log_entries.c.at_ms < to_ms(begin + WEEK))


def _insert(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def _judgement(row: Row[tuple[object, ...]]) -> Judgement:
    return Judgement(account=AccountId(row.account), outcome=row.outcome, severity=row.severity, at=from_ms(row.at))


def _incident(row: Row[tuple[object, ...]], judgements: Sequence[Judgement]) -> Incident:
    return Incident(
        id=row.incident,
        rule=row.rule,
        found_severity=row.severity,
        raised_by=row.raised_by,
        account=AccountId(row.account) if row.account else None,
        recording=row.recording,
        happened_at=from_ms(row.happened_at),
        found_at=from_ms(row.found_at),
        due_at=from_ms(row.due_at),
        judgements=tuple(judgements),
    )
