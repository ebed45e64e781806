"""Facts: the catalogue of acts that leave a leaf in the evidence log.

One function an act, so that nothing but opaque ids, counts and hashes can get into an entry. An act's name is stable:
an auditor's tools filter by it.

Source: the evidence-entry schema, version 1; docs/log.md lists the acts from `Act`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from milkglass.database.moments import ulid
from milkglass.merkle.entry import DEPLOYMENT, NO_RULES, Actor, Decided, Fact, Plain, Resource, Why

SYSTEM = Actor()
COMMAND_LINE = Actor(kind="cli", id="milkglass")


class Act(StrEnum):
    """Every act of the log."""

    SERVER_START = "server.start"
    POLICY_WRITE = "policy.write"
    POLICY_PROPOSE = "policy.propose"
    POLICY_APPROVE = "policy.approve"
    POLICY_RETURN = "policy.return"
    POLICY_PUBLISH = "policy.publish"
    VOCABULARY_PUBLISH = "vocabulary.publish"
    VOCABULARY_DECIDE = "vocabulary.decide"
    VOCABULARY_ROSTER = "vocabulary.roster"
    INSTITUTION_OPEN = "institution.open"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_CHANGE = "account.change"
    LINK_CREATE = "login.link_created"
    LINK_USED = "login.link_used"
    LOGIN = "login.done"
    LOGIN_REFUSE = "login.refuse"
    CASE_OPEN = "case.open"
    CASE_CLOSE = "case.close"
    LOOK_ALLOW = "look.allow"
    LOOK_REFUSE = "look.refuse"
    LOOK_SEGMENT = "look.segment"
    RECORDING_SEAL = "recording.seal"
    EXPORT_REQUEST = "export.request"
    EXPORT_CONFIRM = "export.confirm"
    EXPORT_REFUSE = "export.refuse"
    EXPORT_DONE = "export.done"
    PURGE_START = "purge.start"
    PURGE_DONE = "purge.done"
    CONSENT_RECORD = "consent.record"
    CONSENT_WITHDRAW = "consent.withdraw"
    SUPPORT_CODE_CREATE = "code.create"
    SUPPORT_CODE_FIND = "code.find"
    DEMO_WALK = "demo.walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts, when, and for which institution (its random log id, never its name)."""

    at: datetime
    actor: Actor = SYSTEM
    institution: str = DEPLOYMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a decision rested on; `table` is `sha256:` and the rule table's hash."""

    decision: Decided = Decided.NONE
    why: Why = field(default_factory=Why)
    table: str = NO_RULES


NOT_RULED = Ruling()


def account(account_id: str, roles: tuple[str, ...] = ()) -> Actor:
    """Return an account as an actor."""
    return Actor(kind="account", id=account_id, roles=roles)


def server_start(by: By, version: str) -> Fact:
    """Tell that a server opened this data directory; `version` is the package's."""
    return _fact(by, Act.SERVER_START, Resource(kind="server", id="milkglass"), obj={"version": version})


def policy_publish(by: By, policy_hash: str, number: int, obj: Mapping[str, Plain] | None = None) -> Fact:
    """Tell that a policy stands from now on.

    `number` counts what was ever published; `obj` names the version and the SHA-256 of its text.
    """
    return _fact(by, Act.POLICY_PUBLISH, Resource(kind="policy", id=policy_hash, number=number), obj=obj)


def policy_version(by: By, act: Act, digest: str, number: int, obj: Mapping[str, Plain] | None = None) -> Fact:
    """Tell of a policy version: written, proposed, approved or returned; `digest` is the SHA-256 of its text."""
    return _fact(by, act, Resource(kind="policy_version", id=digest, number=number), obj=obj)


def vocabulary_publish(by: By, application: str, version: int, counts: Mapping[str, int]) -> Fact:
    """Tell that a vocabulary version stands; `counts` holds entries by kind. `application` is the policy's slug."""
    resource = Resource(kind="vocabulary", id=application, number=version)
    return _fact(by, Act.VOCABULARY_PUBLISH, resource, obj=dict(counts))


def vocabulary_decide(by: By, application: str, verdict: str, count: int) -> Fact:
    """Tell that somebody decided candidates; `verdict` is approve, refuse, reopen or cut, `count` how many."""
    resource = Resource(kind="vocabulary", id=application)
    return _fact(by, Act.VOCABULARY_DECIDE, resource, obj={"verdict": verdict, "count": count})


def vocabulary_roster(by: By, application: str, count: int) -> Fact:
    """Tell that the roster which warns in the review was replaced; `count` is how many names it has."""
    return _fact(by, Act.VOCABULARY_ROSTER, Resource(kind="vocabulary", id=application), obj={"names": count})


def institution_open(by: By) -> Fact:
    """Tell that an institution got its random log id, which is `by.institution`."""
    return _fact(by, Act.INSTITUTION_OPEN, Resource(kind="institution", id=by.institution))


def account_create(by: By, account_id: str, commitment: str, roles: tuple[str, ...]) -> Fact:
    """Tell of a new account; `commitment` is the SHA-256 of a salt and its e-mail, in hex."""
    obj: dict[str, Plain] = {"email_commitment": commitment, "roles": list(roles)}
    return _fact(by, Act.ACCOUNT_CREATE, Resource(kind="account", id=account_id), obj=obj)


def account_change(by: By, account_id: str, changes: Mapping[str, Plain]) -> Fact:
    """Tell which fields of an account changed, without personal values."""
    return _fact(by, Act.ACCOUNT_CHANGE, Resource(kind="account", id=account_id), obj=changes)


def of_account(by: By, act: Act, account_id: str) -> Fact:
    """Tell of a link or a login of an account."""
    return _fact(by, act, Resource(kind="account", id=account_id))


def case(by: By, act: Act, case_id: str) -> Fact:
    """Tell that a case opened or closed."""
    return _fact(by, act, Resource(kind="case", id=case_id))


def look(by: By, act: Act, recording: str, ruling: Ruling, obj: Mapping[str, Plain]) -> Fact:
    """Tell of a decision about a look: allowed, refused, or one segment of it; `obj` names the look."""
    return _fact(by, act, Resource(kind="recording", id=recording), ruling=ruling, obj=obj)


def recording_seal(by: By, recording: str, mark: str) -> Fact:
    """Tell that a viewer saw personal data and sealed the recording; `mark` is the note row's random id."""
    return _fact(by, Act.RECORDING_SEAL, Resource(kind="recording", id=recording), obj={"note": mark})


def export(by: By, act: Act, recording: str, ruling: Ruling, export_id: str) -> Fact:
    """Tell of an export: requested, confirmed, refused or done."""
    return _fact(by, act, Resource(kind="recording", id=recording), ruling=ruling, obj={"export": export_id})


def purge_start(by: By, recording: str, trigger: str) -> Fact:
    """Tell that a purge begins, before anything is destroyed; `trigger` is a word such as `ttl`."""
    return _fact(by, Act.PURGE_START, Resource(kind="recording", id=recording), obj={"trigger": trigger})


def purge_done(by: By, recording: str, certificate: str, positives: int) -> Fact:
    """Tell that a purge was probed; `certificate` is the SHA-256 of its certificate, in hex."""
    obj: dict[str, Plain] = {"certificate": certificate, "probe_positives": positives}
    return _fact(by, Act.PURGE_DONE, Resource(kind="recording", id=recording), obj=obj)


def consent(by: By, act: Act, consent_id: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell that consent was recorded or withdrawn; `obj` holds purposes and known words only."""
    return _fact(by, act, Resource(kind="consent", id=consent_id), obj=obj)


def support_code_create(by: By, visit: str) -> Fact:
    """Tell that a person gave support a code for a visit. The code is not here, nor its hash."""
    return _fact(by, Act.SUPPORT_CODE_CREATE, Resource(kind="visit", id=visit))


def support_code_find(by: By, visit: str | None, ruling: Ruling = NOT_RULED) -> Fact:
    """Tell that somebody looked a support code up; no visit means that none was found."""
    return _fact(by, Act.SUPPORT_CODE_FIND, Resource(kind="visit", id=visit or "none"), ruling=ruling)


def demo_walk(by: By, application: str, recordings: int) -> Fact:
    """Tell that the demo account was walked through an application to draw wireframes."""
    return _fact(by, Act.DEMO_WALK, Resource(kind="application", id=application), obj={"recordings": recordings})


def _fact(
    by: By, act: Act, resource: Resource, *, ruling: Ruling = NOT_RULED, obj: Mapping[str, Plain] | None = None
) -> Fact:
    return Fact(
        id=ulid(by.at),
        at=by.at,
        act=act.value,
        actor=by.actor,
        institution=by.institution,
        resource=resource,
        decision=ruling.decision,
        why=ruling.why,
        policy=ruling.table,
        obj=obj or {},
    )
