"""Decide: who may do what, as one pure function over a table of rules.

A forbid stands unless each of its conditions is known to hold; a permit counts only if each of its conditions is known
to hold. So an attribute that is missing can refuse and can never allow. What no rule permits is refused.

Source: 34 CFR 99.31(a)(1)(ii), access by legitimate interest; docs/access.md lists the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import rfc8785

from milkglass.access.roles import Role


class Act(StrEnum):
    """What somebody asks to do."""

    LIST = "list"  # see which recordings there are: ids, times, routes, counts
    LOOK = "look"
    SEAL = "seal"  # report personal data seen in a recording
    EXPORT_REQUEST = "export_request"
    EXPORT_CONFIRM = "export_confirm"
    EXPORT = "export"
    CODE = "code"  # find the recordings of a support code
    CASE = "case"  # open or close one
    HEATMAP = "heatmap"
    LOG = "log"
    MASKING = "masking"  # how often the server had to mask, and what each string class keeps: counts, no content
    TEST = "test"  # try a page: see what would be stored of it
    POLICY = "policy"  # write and publish policy and vocabulary
    POLICY_READ = "policy_read"  # read the policy, its versions and what proves it
    POLICY_APPROVE = "policy_approve"  # approve a version that somebody else wrote
    STOP = "stop"  # end recording for an application, an institution or everything
    RESUME = "resume"  # let it begin again
    CONSENT = "consent"  # read who agreed to what, by pseudonym
    ACCOUNTS = "accounts"
    TRAIN = "train"  # take the yearly training
    GRANT_ASK = "grant_ask"  # ask for leave to look
    GRANT_LIST = "grant_list"  # see who has leave and who asks
    GRANT_APPROVE = "grant_approve"  # give, refuse or end somebody else's leave
    REVIEW = "review"  # judge afterwards how a break-glass was used
    RESOLVE_ASK = "resolve_ask"  # ask which pseudonym a person or a recording has
    RESOLVE_CONFIRM = "resolve_confirm"  # agree to it as the second person
    RESOLVE = "resolve"  # be told


class Reason(StrEnum):
    """Why somebody looks."""

    SUPPORT_CASE = "support_case"
    INCIDENT = "incident"
    RIGHTS_REQUEST = "rights_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked. `reason` is a Reason's word; other text counts as none."""

    act: Act
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at the moment of the decision; None is unknown and never helps."""

    account: str | None = None
    is_active: bool | None = None
    roles: frozenset[Role] | None = None
    training_until: datetime | None = None
    recording: str | None = None
    institution: str | None = None  # of the recording, or of the person whose pseudonym is asked for
    purge_after: datetime | None = None
    has_consent: bool | None = None  # the recorded person's, to replay, at this moment
    is_sealed: bool | None = None
    is_demo: bool | None = None  # a recording of the built-in demo: invented people
    case_institution: str | None = None
    is_case_open: bool | None = None
    leave_account: str | None = None  # whose leave to look it is
    leave_by: str | None = None  # who gave it
    leave_until: datetime | None = None
    leave_institution: str | None = None  # what it opens: an institution's recordings,
    leave_recording: str | None = None  # or this one alone, by break-glass
    requested_by: str | None = None  # of an export, a grant or a pseudonym
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, the rule that gave it, why, and what would have to change."""

    allowed: bool
    rule: str
    reason: str
    remedy: str


Condition = Callable[[Request, Facts, datetime], bool | None]


class Effect(StrEnum):
    """What a rule does."""

    FORBID = "forbid"
    PERMIT = "permit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table; `conditions` are keys of CONDITIONS, of which all must hold."""

    id: str
    effect: Effect
    acts: frozenset[Act]
    conditions: tuple[str, ...]
    reason: str
    remedy: str


def _has(role: Role) -> Condition:
    return lambda _request, facts, _now: facts.roles is not None and role in facts.roles


def _has_one_of(*roles: Role) -> Condition:
    return lambda _request, facts, _now: facts.roles is not None and not facts.roles.isdisjoint(roles)


def _is_confirmed(_request: Request, facts: Facts, _now: datetime) -> bool:
    is_by_another = facts.confirmed_by is not None and facts.confirmed_by != facts.requested_by
    return is_by_another and facts.requested_by is not None


def _is_own(_request: Request, facts: Facts, _now: datetime) -> bool:
    return facts.account is not None and facts.account == facts.requested_by


def _or_demo(condition: Condition) -> Condition:
    return lambda request, facts, now: facts.is_demo is True or condition(request, facts, now)


def _has_leave(facts: Facts, now: datetime) -> bool:
    is_own = facts.account is not None and facts.account == facts.leave_account
    is_given = facts.leave_by is not None and facts.leave_by != facts.account
    return is_own and is_given and facts.leave_until is not None and now < facts.leave_until


def _is_demo_or_granted(_request: Request, facts: Facts, now: datetime) -> bool:
    is_here = facts.institution is not None and facts.institution == facts.leave_institution
    return facts.is_demo is True or (is_here and _has_leave(facts, now))


def _is_glass_broken(_request: Request, facts: Facts, now: datetime) -> bool:
    is_this = facts.recording is not None and facts.recording == facts.leave_recording
    return is_this and _has_leave(facts, now)


# Each condition has the words by which the docs, the table's hash and an auditor know it.
CONDITIONS: Mapping[str, Condition] = {
    "the account is active": lambda _r, facts, _n: facts.is_active,
    "training is valid": lambda _r, facts, now: facts.training_until is not None and now < facts.training_until,
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
    "the account is not the one who asked": lambda _r, facts, _n: (
        facts.account is not None and facts.requested_by is not None and facts.account != facts.requested_by
    ),
}

_SEEING = frozenset({Act.LOOK, Act.EXPORT_REQUEST, Act.EXPORT})

RULES: tuple[Rule, ...] = (
    Rule(
        id="forbid-inactive",
        effect=Effect.FORBID,
        acts=frozenset(Act),
        conditions=("the account is active",),
        reason="This account is not active.",
        remedy="The owner must activate it.",
    ),
    Rule(
        id="forbid-owner-view",
        effect=Effect.FORBID,
        acts=_SEEING,
        conditions=("the account is not the owner",),
        reason="The owner sets the rules and never looks.",
        remedy="Ask a viewer to look.",
    ),
    Rule(
        id="forbid-untrained",
        effect=Effect.FORBID,
        acts=_SEEING | {Act.CODE, Act.GRANT_ASK, Act.RESOLVE_ASK, Act.RESOLVE},
        conditions=("training is valid",),
        reason="The yearly FERPA training is missing or over.",
        remedy="Take the training in the console (Training); passing it renews it for a year.",
    ),
    Rule(
        id="forbid-past-retention",
        effect=Effect.FORBID,
        acts=_SEEING,
        conditions=("the recording is not due for purging",),
        reason="This recording is past its time and about to be destroyed.",
        remedy="Nothing: it may no longer be seen.",
    ),
    Rule(
        id="forbid-without-consent",
        effect=Effect.FORBID,
        acts=_SEEING,
        conditions=("the person's consent to replay stands",),
        reason="The person took their consent back, or it is over.",
        remedy="Nothing: only the person can give it again, for new recordings.",
    ),
    Rule(
        id="four-eyes",
        effect=Effect.FORBID,
        acts=frozenset({Act.EXPORT}),
        conditions=(
            "another person confirmed, or the recording is of the built-in demo",
            "the account asked for it, or the recording is of the built-in demo",
        ),
        reason="An export needs a second person.",
        remedy="Have another account confirm your request.",
    ),
    Rule(
        id="four-eyes-person",
        effect=Effect.FORBID,
        acts=frozenset({Act.RESOLVE}),
        conditions=("another person confirmed", "the account asked for it"),
        reason="A pseudonym leads to a person, and is told to the one who asked when a second person agreed.",
        remedy="Have another account confirm your request.",
    ),
    Rule(
        id="vetted-view",
        effect=Effect.PERMIT,
        acts=_SEEING,
        conditions=(
            "the account is a viewer",
            "the recording is not sealed",
            "the reason is support_case, incident or rights_request",
            "the case is open",
            "the case is of the recording's institution",
            "a second person gave leave for the institution, or the recording is of the built-in demo",
        ),
        reason="A trained viewer, with a reason, an open case of the same institution, and leave from a second person.",
        remedy="Look as a viewer, with a reason, an open case of the recording's institution and leave (under Access).",
    ),
    Rule(
        id="breakglass-view",
        effect=Effect.PERMIT,
        acts=frozenset({Act.LOOK}),
        conditions=(
            "the account is a viewer",
            "the recording is not sealed",
            "a second person gave leave for this recording alone",
        ),
        reason="Break-glass: one recording, one hour, confirmed by a second person and reviewed afterwards.",
        remedy="Ask for a break-glass under Access, and have a second person confirm it.",
    ),
    Rule(
        id="grant-approve",
        effect=Effect.PERMIT,
        acts=frozenset({Act.GRANT_APPROVE, Act.REVIEW}),
        conditions=("the account is a viewer, the owner or of legal", "the account is not the one who asked"),
        reason="Leave to look comes from a second person, and so does the review of a break-glass.",
        remedy="Ask another viewer, the owner or legal.",
    ),
    Rule(
        id="pseudonym-resolve",
        effect=Effect.PERMIT,
        acts=frozenset({Act.RESOLVE_ASK, Act.RESOLVE}),
        conditions=(
            "the account is a viewer",
            "the reason is support_case, incident or rights_request",
            "the case is open",
            "the case is of the person's institution",
        ),
        reason="A trained viewer, with a reason and an open case of the person's institution.",
        remedy="Ask as a viewer, with a reason and an open case of the person's institution.",
    ),
    Rule(
        id="pseudonym-confirm",
        effect=Effect.PERMIT,
        acts=frozenset({Act.RESOLVE_CONFIRM}),
        conditions=("the account is a viewer, the owner or of legal", "the account is not the one who asked"),
        reason="A second person agrees before a pseudonym is told.",
        remedy="Ask another viewer, the owner or legal.",
    ),
    Rule(
        id="own-training",
        effect=Effect.PERMIT,
        acts=frozenset({Act.TRAIN}),
        conditions=("the account has a role",),
        reason="Everybody may take the training.",
        remedy="Ask the owner for a role.",
    ),
    Rule(
        id="grants-read",
        effect=Effect.PERMIT,
        acts=frozenset({Act.GRANT_LIST}),
        conditions=("the account is a viewer, the owner, an auditor or of legal",),
        reason="Who has leave to look is no secret inside.",
        remedy="Ask the owner for a role that looks, approves or audits.",
    ),
    Rule(
        id="demo-export",
        effect=Effect.PERMIT,
        acts=frozenset({Act.EXPORT}),
        conditions=(
            "the account is a viewer",
            "the recording is of the built-in demo",
            "the recording is not sealed",
        ),
        reason="A recording of the built-in demo shows invented people.",
        remedy="Export as a viewer.",
    ),
    Rule(
        id="second-person",
        effect=Effect.PERMIT,
        acts=frozenset({Act.EXPORT_CONFIRM}),
        conditions=("the account has a role", "the account is not the one who asked"),
        reason="A second person confirms.",
        remedy="Confirm from another account than the one that asked.",
    ),
    Rule(
        id="viewer-work",
        effect=Effect.PERMIT,
        acts=frozenset(
            {Act.GRANT_ASK, Act.LIST, Act.CODE, Act.CASE, Act.SEAL, Act.HEATMAP, Act.MASKING, Act.POLICY_READ, Act.STOP}
        ),
        conditions=("the account is a viewer",),
        reason="A viewer's daily work.",
        remedy="Ask the owner for the role viewer.",
    ),
    Rule(
        id="owner-policy",
        effect=Effect.PERMIT,
        acts=frozenset(
            {
                Act.POLICY,
                Act.POLICY_READ,
                Act.POLICY_APPROVE,
                Act.STOP,
                Act.RESUME,
                Act.CONSENT,
                Act.ACCOUNTS,
                Act.LIST,
                Act.CASE,
                Act.HEATMAP,
                Act.MASKING,
                Act.TEST,
            }
        ),
        conditions=("the account is the owner",),
        reason="The owner answers for the policy and the accounts.",
        remedy="Ask the owner.",
    ),
    Rule(
        id="legal-policy",
        effect=Effect.PERMIT,
        acts=frozenset({Act.POLICY_READ, Act.POLICY_APPROVE, Act.STOP, Act.CONSENT, Act.LIST}),
        conditions=("the account is of legal",),
        reason="Legal approves what is material, and may stop recording.",
        remedy="Ask legal.",
    ),
    Rule(
        id="engineer-policy",
        effect=Effect.PERMIT,
        acts=frozenset({Act.POLICY_READ, Act.POLICY_APPROVE, Act.STOP, Act.LIST, Act.MASKING, Act.TEST}),
        conditions=("the account is an engineer",),
        reason="An engineer approves the policy for engineering, tries pages, and may stop recording.",
        remedy="Ask an engineer.",
    ),
    Rule(
        id="owner-log",
        effect=Effect.PERMIT,
        acts=frozenset({Act.LOG}),
        conditions=("the account is the owner",),
        reason="The owner reads the deployment's log.",
        remedy="Ask the owner or an auditor.",
    ),
    Rule(
        id="auditor-log",
        effect=Effect.PERMIT,
        acts=frozenset({Act.LOG, Act.LIST, Act.MASKING, Act.TEST, Act.POLICY_READ, Act.CONSENT}),
        conditions=("the account is an auditor",),
        reason="An auditor reads the log, sees which recordings there are, and tries what would be stored.",
        remedy="Ask an auditor.",
    ),
)


def decide(request: Request, facts: Facts, now: datetime) -> Decision:
    """Decide by the table. Pure: the same three values give the same decision on every machine."""
    named = [rule for rule in RULES if request.act in rule.acts]
    for rule in named:
        if rule.effect is Effect.FORBID and not _holds(rule, request, facts, now):
            return _decision(rule, allowed=False)
    permits = [rule for rule in named if rule.effect is Effect.PERMIT]
    for rule in permits:
        if _holds(rule, request, facts, now):
            return _decision(rule, allowed=True)
    if not permits:
        return Decision(allowed=False, rule="unknown", reason="No rule permits this.", remedy="Nothing.")
    return Decision(
        allowed=False,
        rule=permits[0].id,
        reason=f"This is not so now: {', '.join(_unmet(permits[0], request, facts, now))}.",
        remedy=permits[0].remedy,
    )


def table_hash(rules: tuple[Rule, ...] = RULES) -> str:
    """Return `sha256:` and the hash of the table's canonical text, for each leaf's `policy`."""
    return f"sha256:{sha256(table_text(rules)).hexdigest()}"


def table_text(rules: tuple[Rule, ...] = RULES) -> bytes:
    """Return the table as canonical JSON: what an auditor needs to decide again."""
    return rfc8785.dumps(
        [
            {
                "id": rule.id,
                "effect": rule.effect.value,
                "acts": sorted(rule.acts),
                "conditions": list(rule.conditions),
                "reason": rule.reason,
                "remedy": rule.remedy,
            }
            for rule in rules
        ]
    )


def page(rules: tuple[Rule, ...] = RULES) -> str:
    """Return the table of docs/access.md."""
    lines = ["| rule | effect | acts | holds if | why | to be allowed |", "| --- | --- | --- | --- | --- | --- |"]
    for rule in rules:
        effect = "forbids unless" if rule.effect is Effect.FORBID else "permits if"
        acts = "all" if rule.acts == frozenset(Act) else " ".join(sorted(rule.acts))
        conditions = "; ".join(rule.conditions)
        lines.append(f"| `{rule.id}` | {effect} | {acts} | {conditions} | {rule.reason} | {rule.remedy} |")
    return "\n".join(lines) + "\n"


def _holds(rule: Rule, request: Request, facts: Facts, now: datetime) -> bool:
    return not _unmet(rule, request, facts, now)


def _unmet(rule: Rule, request: Request, facts: Facts, now: datetime) -> list[str]:
    return [name for name in rule.conditions if CONDITIONS[name](request, facts, now) is not True]


def _decision(rule: Rule, *, allowed: bool) -> Decision:
    return Decision(allowed=allowed, rule=rule.id, reason=rule.reason, remedy=rule.remedy)
