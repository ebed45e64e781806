"""Grants: leave to look, for one institution and case, or in an emergency for one recording; never given by oneself.

A grant ends by itself, at most eight hours after it was approved; a break-glass after one hour, and somebody who is in
neither part of it reviews it afterwards.

Source: 34 CFR 99.31(a)(1)(ii), access by legitimate interest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, Executable, Row, insert, select, update

from milkglass import facts
from milkglass.access.accounts import Account
from milkglass.access.cases import Cases
from milkglass.access.decide import decide, table_hash
from milkglass.access.values import Act, Decision, Facts, Reason, Request
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_access import grants
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.merkle.entry import Decided, Plain, Why
from milkglass.merkle.writer import Change, Writer
from milkglass.wire.values import AccountId, CaseId, InstitutionId, RecordingId

LONGEST = timedelta(hours=8)
GLASS_LASTS = timedelta(minutes=60)
WAITS = timedelta(hours=24)  # how long a request waits for a second person
REVIEW_WITHIN = timedelta(days=1)  # one business day
LEAST_WORDS, MOST_WORDS = 20, 500


class Kind(StrEnum):
    """What a grant opens."""

    CASE = "case"  # the recordings of a case's institution
    BREAK_GLASS = "break_glass"  # one recording, without a case


class State(StrEnum):
    """Where a grant is at a moment."""

    WAITING = "waiting"
    ACTIVE = "active"
    OVER = "over"
    REFUSED = "refused"
    REVOKED = "revoked"
    LAPSED = "lapsed"  # nobody decided in a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant. `words` are a break-glass's reason as written: they are in no log."""

    id: str
    kind: Kind
    account: AccountId
    institution: InstitutionId
    case: CaseId | None
    recording: RecordingId | None
    reason: str
    words: str
    minutes: int
    asked_at: datetime
    decided_by: AccountId | None
    until: datetime | None
    is_refused: bool
    revoked_at: datetime | None
    reviewed_by: AccountId | None

    def state(self, now: datetime) -> State:
        """Say where the grant is."""
        if self.is_refused:
            return State.REFUSED
        if self.revoked_at is not None:
            return State.REVOKED
        if self.until is None:
            return State.WAITING if now - self.asked_at < WAITS else State.LAPSED
        return State.ACTIVE if now < self.until else State.OVER

    def needs_review(self, now: datetime) -> bool:
        """Say whether somebody has yet to look at how a break-glass was used."""
        is_over = self.state(now) in (State.OVER, State.REVOKED)
        return self.kind is Kind.BREAK_GLASS and self.until is not None and is_over and self.reviewed_by is None

    @property
    def review_due_at(self) -> datetime | None:
        """When the review is due; weekends do not count."""
        if self.until is None:
            return None
        due = self.until + REVIEW_WITHIN
        while due.weekday() >= 5:  # noqa: PLR2004 - Saturday, Sunday
            due += timedelta(days=1)
        return due


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """The room of grants."""

    engine: Engine
    writer: Writer
    cases: Cases

    def ask(self, account: Account, case_id: CaseId, reason: str, minutes: int, now: datetime) -> Grant:
        """Ask for leave to look at recordings of a case's institution; a second person decides.

        Raises: NotAllowed, Invalid for a reason or time that is none, NotFound, Conflict for a closed case.
        """
        if reason not in list(Reason) or not 0 < minutes <= LONGEST // timedelta(minutes=1):
            raise Invalid("a grant has a reason of the list and lasts at most 8 hours")
        case = self.cases.get(case_id)
        if not case.is_open:
            raise Conflict("this case is closed; open one that is not")
        row = {"kind": Kind.CASE.value, "institution": case.institution, "case": case.id, "reason": reason}
        return self._ask(account, row | {"minutes": minutes, "words": ""}, now)

    def break_glass(
        self, account: Account, recording: RecordingId, institution: InstitutionId, words: str, now: datetime
    ) -> Grant:
        """Ask to look at one recording without a case, for an hour. `words` say why. Raises NotAllowed, Invalid."""
        said = " ".join(words.split())
        if not LEAST_WORDS <= len(said) <= MOST_WORDS:
            raise Invalid(f"say in {LEAST_WORDS} to {MOST_WORDS} letters why this cannot wait; name no pupil")
        row = {"kind": Kind.BREAK_GLASS.value, "institution": institution, "recording": recording, "words": said}
        minutes = GLASS_LASTS // timedelta(minutes=1)
        return self._ask(account, row | {"reason": Reason.INCIDENT.value, "minutes": minutes}, now)

    def approve(self, grant_id: str, account: Account, now: datetime) -> None:
        """Give a grant that somebody else asked for; it is active from now. Raises NotAllowed, NotFound, Conflict."""
        grant = self.get(grant_id)
        until = to_ms(now + timedelta(minutes=grant.minutes))
        self._decide(grant, account, facts.Act.GRANT_APPROVE, {"until": until}, now)

    def refuse(self, grant_id: str, account: Account, now: datetime) -> None:
        """Refuse a grant. Raises as `approve` does."""
        self._decide(self.get(grant_id), account, facts.Act.GRANT_REFUSE, {"is_refused": True}, now)

    def revoke(self, grant_id: str, account: Account, now: datetime) -> None:
        """End an active grant at once: one's own, or another's by who may approve. Raises NotAllowed, Conflict."""
        grant = self.get(grant_id)
        if grant.account != account.id:
            self._require(account, Act.GRANT_APPROVE, grant, now)
        open_ones = (grants.c.until.is_not(None), grants.c.revoked_at.is_(None))
        ended = update(grants).where(grants.c.grant == grant.id, *open_ones).values(revoked_at=to_ms(now))
        fact = facts.grant(self._by(account, grant.institution, now), facts.Act.GRANT_REVOKE, grant.id, _told(grant))
        self.writer.commit([_one(ended)], fact)

    def review(self, grant_id: str, account: Account, verdict: str, now: datetime) -> None:
        """Say of a break-glass that is over whether it was right. Raises NotAllowed for its two people, Conflict."""
        grant = self.get(grant_id)
        if verdict not in ("justified", "unjustified") or not grant.needs_review(now):
            raise Conflict("only a break-glass that is over and not yet reviewed takes a verdict")
        if account.id == grant.decided_by:
            raise NotAllowed("who confirmed it does not review it; ask a third person", code="review-third-person")
        self._require(account, Act.REVIEW, grant, now)
        values = {"reviewed_by": account.id, "reviewed_at": to_ms(now), "verdict": verdict}
        reviewed = update(grants).where(grants.c.grant == grant.id, grants.c.reviewed_by.is_(None)).values(values)
        told = {**_told(grant), "verdict": verdict}
        fact = facts.grant(self._by(account, grant.institution, now), facts.Act.GRANT_REVIEW, grant.id, told)
        self.writer.commit([_one(reviewed)], fact)

    def of_case(self, account: AccountId, case: CaseId | None, now: datetime) -> Grant | None:
        """Return an account's active grant for a case; None if there is none."""
        mine = (grants.c.account == account, grants.c.case == case, grants.c.kind == Kind.CASE.value)
        return None if case is None else self._active(mine, now)

    def of_recording(self, account: AccountId, recording: RecordingId, now: datetime) -> Grant | None:
        """Return an account's active break-glass for a recording; None if there is none."""
        kind = grants.c.kind == Kind.BREAK_GLASS.value
        return self._active((grants.c.account == account, grants.c.recording == recording, kind), now)

    def get(self, grant_id: str) -> Grant:
        """Read one. Raises NotFound."""
        with self.engine.connect() as connection:
            row = connection.execute(select(grants).where(grants.c.grant == grant_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such grant")
        return _grant(row)

    def list(self, most: int = 200) -> list[Grant]:
        """List grants, the newest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(grants).order_by(grants.c.asked_at.desc(), grants.c.grant).limit(most))
            return [_grant(row) for row in rows]

    def _ask(self, account: Account, row: Mapping[str, object], now: datetime) -> Grant:
        self._require(account, Act.GRANT_ASK, None, now)
        grant_id = random_id()
        values = {"grant": grant_id, "account": account.id, "asked_at": to_ms(now), "is_refused": False, **row}
        institution = InstitutionId(str(row["institution"]))
        told: dict[str, Plain] = {"kind": str(row["kind"]), "minutes": int(str(row["minutes"]))}
        fact = facts.grant(self._by(account, institution, now), facts.Act.GRANT_ASK, grant_id, told)
        self.writer.commit([lambda connection: _execute(connection, insert(grants).values(values))], fact)
        return self.get(grant_id)

    def _decide(
        self, grant: Grant, account: Account, act: facts.Act, values: Mapping[str, object], now: datetime
    ) -> None:
        decision = self._require(account, Act.GRANT_APPROVE, grant, now)
        if grant.state(now) is not State.WAITING:
            raise Conflict("this request was decided already, or it waited for too long")
        waiting = (grants.c.grant == grant.id, grants.c.decided_by.is_(None))
        decided = update(grants).where(*waiting).values(decided_by=account.id, decided_at=to_ms(now), **values)
        ruling = facts.Ruling(decision=Decided.ALLOW, why=Why(rules=(decision.rule,)), table=table_hash())
        by = self._by(account, grant.institution, now)
        self.writer.commit([_one(decided)], facts.grant(by, act, grant.id, _told(grant), ruling))

    def _require(self, account: Account, act: Act, grant: Grant | None, now: datetime) -> Decision:
        known = account.facts if grant is None else _asked_by(account.facts, grant)
        decision = decide(Request(act=act), known, now)
        if not decision.allowed:
            raise NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)
        return decision

    def _active(self, chosen: tuple[object, ...], now: datetime) -> Grant | None:
        standing = (grants.c.until > to_ms(now), grants.c.revoked_at.is_(None))
        newest = select(grants).where(*chosen, *standing).order_by(grants.c.until.desc()).limit(1)  # type: ignore[arg-type]
        with self.engine.connect() as connection:
            row = connection.execute(newest).one_or_none()
        return None if row is None else _grant(row)

    def _by(self, account: Account, institution: InstitutionId, now: datetime) -> facts.By:
        return facts.By(at=now, actor=account.actor, institution=self.cases.institutions.log_id(institution, now))


def _asked_by(known: Facts, grant: Grant) -> Facts:
    return replace(known, requested_by=grant.account)


def _told(grant: Grant) -> dict[str, Plain]:
    return {"kind": grant.kind.value, "minutes": grant.minutes}


def _one(statement: Executable) -> Change:
    def change(connection: Connection) -> None:
        if connection.execute(statement).rowcount != 1:
            raise Conflict("somebody decided this meanwhile")

    return change


def _execute(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def _grant(row: Row[tuple[object, ...]]) -> Grant:
    return Grant(
        id=row.grant,
        kind=Kind(row.kind),
        account=AccountId(row.account),
        institution=InstitutionId(row.institution),
        case=None if row.case is None else CaseId(row.case),
        recording=None if row.recording is None else RecordingId(row.recording),
        reason=row.reason,
        words=row.words,
        minutes=row.minutes,
        asked_at=from_ms(row.asked_at),
        decided_by=None if row.decided_by is None else AccountId(row.decided_by),
        until=None if row.until is None else from_ms(row.until),
        is_refused=row.is_refused,
        revoked_at=None if row.revoked_at is None else from_ms(row.revoked_at),
        reviewed_by=None if row.reviewed_by is None else AccountId(row.reviewed_by),
    )
