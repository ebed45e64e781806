"""Rules: the table by which `decide` judges, one row a rule; docs/access.md is made from it.

Source: 34 CFR 99.31(a)(1)(ii), access by legitimate interest.
"""

from dataclasses import dataclass
from enum import StrEnum

from milkglass.access.values import Act


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
    steps: tuple[str, ...] = ()  # where each condition has its own remedy: in their order


_SEEING = frozenset({Act.LOOK, Act.EXPORT_REQUEST, Act.EXPORT})
_VETTED = _SEEING | {Act.CODE, Act.GRANT_ASK, Act.RESOLVE_ASK, Act.RESOLVE}

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
        acts=_VETTED,
        conditions=("training is valid",),
        reason="The yearly FERPA training is missing or over.",
        remedy="Take the training in the console (Training); passing it renews it for a year.",
    ),
    Rule(
        id="forbid-unvetted",
        effect=Effect.FORBID,
        acts=_VETTED,
        conditions=("the confidentiality agreement is signed", "a manager's confirmation is there"),
        reason="A viewer is vetted once a year.",
        remedy="Then ask again.",
        steps=(
            "Your signature of the confidentiality agreement is missing or over: sign it in the console (Training).",
            "A manager's confirmation is missing or over: ask the owner or legal to give it in the console (Access).",
        ),
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
        id="forbid-stale-mfa",
        effect=Effect.FORBID,
        acts=frozenset({Act.LOOK, Act.EXPORT, Act.RESOLVE}),
        conditions=("a passkey or code proved within 12 hours who it is, or the recording is of the built-in demo",),
        reason="A link lets somebody in and does not say who they are; a look and a pseudonym need to know.",
        remedy="Prove it with a passkey or code under your name (Your sign-in), and look again.",
    ),
    Rule(
        id="forbid-stale-change",
        effect=Effect.FORBID,
        acts=frozenset({Act.SIGN_IN_CHANGE}),
        conditions=("a passkey or code proved within 15 minutes who it is, or the account has neither yet",),
        reason="Whoever finds a screen open must not make a way in of their own.",
        remedy="Prove first that it is you (Your sign-in); who lost all ways in asks for `milkglass user reset`.",
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
        reason="A vetted viewer, with a reason, an open case of the same institution, and leave from a second person.",
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
        reason="A vetted viewer, with a reason and an open case of the person's institution.",
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
        id="own-sign-in",
        effect=Effect.PERMIT,
        acts=frozenset({Act.SIGN_IN, Act.SIGN_IN_CHANGE}),
        conditions=("the account has a role",),
        reason="Everybody keeps their own ways in.",
        remedy="Ask the owner for a role.",
    ),
    Rule(
        id="own-training",
        effect=Effect.PERMIT,
        acts=frozenset({Act.TRAIN, Act.AGREE}),
        conditions=("the account has a role",),
        reason="Everybody may take the training and sign the agreement.",
        remedy="Ask the owner for a role.",
    ),
    Rule(
        id="manager-confirm",
        effect=Effect.PERMIT,
        acts=frozenset({Act.VET}),
        conditions=("the account is the owner or of legal", "the account is another than the one it confirms"),
        reason="Whoever answers for the viewers confirms each of them, and nobody themselves.",
        remedy="Ask the owner or legal.",
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
