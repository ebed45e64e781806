"""Conditions: what a rule may ask of a request and of what is known, by the words that the docs show. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from milkglass.access.roles import Role
from milkglass.access.values import Facts, Reason, Request, stands

PROOF_LASTS = timedelta(hours=12)  # for looks
CHANGE_WITHIN = timedelta(minutes=15)
Condition = Callable[[Request, Facts, datetime], bool | None]


def _has(role: Role) -> Condition:
    return lambda _request, facts, _now: facts.roles is not None and role in facts.roles


def _has_one_of(*roles: Role) -> Condition:
    return lambda _request, facts, _now: facts.roles is not None and not facts.roles.isdisjoint(roles)


def _is_proved(facts: Facts, now: datetime, within: timedelta) -> bool:
    return facts.proved_at is not None and facts.proved_at <= now < facts.proved_at + within


def _is_proved_today(_request: Request, facts: Facts, now: datetime) -> bool:
    return _is_proved(facts, now, PROOF_LASTS)


def _is_first_or_proved(_request: Request, facts: Facts, now: datetime) -> bool:
    return facts.has_factor is False or _is_proved(facts, now, CHANGE_WITHIN)


def _is_confirmed(_request: Request, facts: Facts, _now: datetime) -> bool:
    is_by_another = facts.confirmed_by is not None and facts.confirmed_by != facts.requested_by
    return is_by_another and facts.requested_by is not None


def _is_own(_request: Request, facts: Facts, _now: datetime) -> bool:
    return facts.account is not None and facts.account == facts.requested_by


def _is_for_another(_request: Request, facts: Facts, _now: datetime) -> bool:
    return facts.account is not None and facts.requested_by is not None and facts.account != facts.requested_by


def _or_demo(condition: Condition) -> Condition:
    return lambda request, facts, now: facts.is_demo is True or condition(request, facts, now)


def _has_leave(facts: Facts, now: datetime) -> bool:
    is_own = facts.account is not None and facts.account == facts.leave_account
    is_given = facts.leave_by is not None and facts.leave_by != facts.account
    return is_own and is_given and stands(facts.leave_until, now)


def _is_demo_or_granted(_request: Request, facts: Facts, now: datetime) -> bool:
    is_here = facts.institution is not None and facts.institution == facts.leave_institution
    return facts.is_demo is True or (is_here and _has_leave(facts, now))


def _is_glass_broken(_request: Request, facts: Facts, now: datetime) -> bool:
    is_this = facts.recording is not None and facts.recording == facts.leave_recording
    return is_this and _has_leave(facts, now)


# Each condition has the words by which the docs, the table's hash and an auditor know it.
CONDITIONS: Mapping[str, Condition] = {
    "the account is active": lambda _r, facts, _n: facts.is_active,
    "training is valid": lambda _r, facts, now: stands(facts.training_until, now),
    "the confidentiality agreement is signed": lambda _r, facts, now: stands(facts.confidential_until, now),
    "a manager's confirmation is there": lambda _r, facts, now: stands(facts.confirmed_until, now),
    "a passkey or code proved within 12 hours who it is, or the recording is of the built-in demo": _or_demo(
        _is_proved_today
    ),
    "a passkey or code proved within 15 minutes who it is, or the account has neither yet": _is_first_or_proved,
    "the recording is not due for purging": lambda _r, facts, now: (
        facts.purge_after is not None and now < facts.purge_after
    ),
    "the person's consent to replay stands": lambda _r, facts, _n: facts.has_consent,
    "the account is not the owner": lambda _r, facts, _n: facts.roles is not None and Role.OWNER not in facts.roles,
    "the account is a viewer": _has(Role.VIEWER),
    "the account is the owner": _has(Role.OWNER),
    "the account is an auditor": _has(Role.AUDITOR),
    "the account is of legal": _has(Role.LEGAL),
    "the account is an engineer": _has(Role.ENGINEER),
    "the account is the owner or of legal": _has_one_of(Role.OWNER, Role.LEGAL),
    "the account is a viewer, the owner or of legal": _has_one_of(Role.VIEWER, Role.OWNER, Role.LEGAL),
    "the account is a viewer, the owner, an auditor or of legal": _has_one_of(
        Role.VIEWER, Role.OWNER, Role.AUDITOR, Role.LEGAL
    ),
    "the account has a role": lambda _r, facts, _n: bool(facts.roles),
    "the recording is not sealed": lambda _r, facts, _n: facts.is_sealed is False,
    "the reason is support_case, incident or rights_request": lambda request, _f, _n: request.reason in list(Reason),
    "the case is open": lambda _r, facts, _n: facts.is_case_open,
    "the case is of the recording's institution": lambda _r, facts, _n: (
        facts.institution is not None and facts.institution == facts.case_institution
    ),
    "the recording is of the built-in demo": lambda _r, facts, _n: facts.is_demo,
    "a second person gave leave for the institution, or the recording is of the built-in demo": _is_demo_or_granted,
    "a second person gave leave for this recording alone": _is_glass_broken,
    "the case is of the person's institution": lambda _r, facts, _n: (
        facts.institution is not None and facts.institution == facts.case_institution
    ),
    "another person confirmed": _is_confirmed,
    "the account asked for it": _is_own,
    "another person confirmed, or the recording is of the built-in demo": _or_demo(_is_confirmed),
    "the account asked for it, or the recording is of the built-in demo": _or_demo(_is_own),
    "the account is not the one who asked": _is_for_another,
    "the account is another than the one it confirms": _is_for_another,
}
