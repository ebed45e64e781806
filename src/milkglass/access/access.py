"""Access: the room that doors and `replay` ask. It gathers what is known and has `decide` judge it."""

from dataclasses import dataclass, replace
from datetime import datetime

from milkglass import facts
from milkglass.access.accounts import Account, Accounts
from milkglass.access.cases import Cases
from milkglass.access.decide import decide, table_hash
from milkglass.access.grants import Grant, Grants, Kind
from milkglass.access.logins import Logins
from milkglass.access.reviews import Reviews
from milkglass.access.sessions import Session
from milkglass.access.training import Trainings
from milkglass.access.values import Act, Decision, Facts, Request
from milkglass.access.vetting import Vettings
from milkglass.errors import NotAllowed, NotFound
from milkglass.merkle.entry import Actor, Decided, Why
from milkglass.wire.values import AccountId, CaseId, RecordingId

TABLE = table_hash()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants, and why. `reason` and `case` belong to looks and exports."""

    act: Act
    reason: str | None = None
    case: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The room."""

    accounts: Accounts
    logins: Logins
    cases: Cases
    grants: Grants
    trainings: Trainings

    @property
    def reviews(self) -> Reviews:
        """The quarterly review of the accounts."""
        return Reviews(logins=self.logins)

    @property
    def vettings(self) -> Vettings:
        """Who signed the agreement, and whom a manager confirmed."""
        return Vettings(accounts=self.accounts)

    def one_time_link(self, account_id: AccountId, by: Actor, now: datetime) -> str:
        """Draw the secret of a link that logs an account in once, within half an hour."""
        return self.logins.one_time_link(account_id, by, now)

    def redeem(self, link: str, now: datetime) -> Session:
        """Log in by a link. Raises NotAllowed."""
        return self.logins.redeem(link, now)

    def session(self, cookie: str, now: datetime) -> Account | None:
        """Return whose login session a cookie is; None if it does not stand."""
        return self.logins.sessions.read(cookie, now)

    def logout(self, cookie: str) -> None:
        """End a login session."""
        self.logins.sessions.end(cookie)

    def may(self, account: Account, act: Act, now: datetime) -> Decision:
        """Decide an act that concerns no recording."""
        return decide(Request(act=act), account.facts, now)

    def require(self, account: Account, act: Act, now: datetime) -> None:
        """Raise NotAllowed, with the rule as its code, unless the account may do this."""
        decision = self.may(account, act, now)
        if not decision.allowed:
            raise refused(decision)

    def ask(self, account: Account, asked: Asked, about: Facts, now: datetime) -> Decision:
        """Decide about a recording; `about` holds what is known of it.

        The account is read again for each call; when it was last proved is its login session's word.
        """
        current = self.accounts.get(account.id)
        known = replace(
            about,
            account=current.id,
            is_active=current.is_active,
            roles=current.roles,
            training_until=current.training_until,
            confidential_until=current.confidential_until,
            confirmed_until=current.confirmed_until,
            proved_at=account.proved_at,
        )
        leave = self._leave(current.id, asked, about, now)
        if leave is not None:
            known = replace(
                known,
                leave_account=leave.account,
                leave_by=leave.decided_by,
                leave_until=leave.until,
                leave_institution=leave.institution if leave.kind is Kind.CASE else None,
                leave_recording=leave.recording,
            )
        if asked.case is not None:
            try:
                case = self.cases.get(asked.case)
            except NotFound:
                return decide(Request(act=asked.act, reason=asked.reason), known, now)
            known = replace(known, case_institution=case.institution, is_case_open=case.is_open)
        return decide(Request(act=asked.act, reason=asked.reason), known, now)

    def _leave(self, account: AccountId, asked: Asked, about: Facts, now: datetime) -> Grant | None:
        """Find the leave that a look or export rests on: its case's, else a break-glass for the recording."""
        by_case = self.grants.of_case(account, asked.case, now)
        if by_case is not None or about.recording is None:
            return by_case
        return self.grants.of_recording(account, RecordingId(about.recording), now)

    def ruling(self, decision: Decision, asked: Asked, grant: str | None = None) -> facts.Ruling:
        """Return a decision as the log tells it; a case or reason that does not exist is left out."""
        decided = Decided.ALLOW if decision.allowed else Decided.DENY
        case = self._known_case(asked.case)
        why = Why(rules=(decision.rule,), reason=_reason(asked.reason), case=case, grant=grant)
        return facts.Ruling(decision=decided, why=why, table=TABLE)

    def grant_id(self, account: AccountId, asked: Asked, about: Facts, now: datetime) -> str | None:
        """Return the id of the leave that a decision rests on; None without one."""
        leave = self._leave(account, asked, about, now)
        return None if leave is None else leave.id

    def _known_case(self, case: CaseId | None) -> CaseId | None:
        if case is None:
            return None
        try:
            return self.cases.get(case).id
        except NotFound:
            return None


def refused(decision: Decision) -> NotAllowed:
    """Return a refusal as the error that names its rule and what would have to change."""
    return NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)


def _reason(said: str | None) -> str | None:
    # What a caller sends as a reason may be anything: only the known words reach the log.
    return said if said in ("support_case", "incident", "rights_request") else None
