"""Facts: the entries of the evidence log, one function an act, so that only opaque ids, counts and hashes get in.

What each act says and which fields it has is its row in `acts`; an entry that is not of its row is refused here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from milkglass.acts import CATALOGUE
from milkglass.acts import Act as Act  # noqa: PLC0414 - exported: `facts.Act` is how every room names one
from milkglass.database.moments import to_ms, ulid
from milkglass.errors import Invalid
from milkglass.merkle.catalogue import check
from milkglass.merkle.entry import DEPLOYMENT, NO_RULES, Actor, Decided, Fact, Plain, Resource, Why
from milkglass.merkle.logs import LogFacts, Lost, Named

SYSTEM = Actor()
COMMAND_LINE = Actor(kind="cli", id="milkglass")


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


def recording_stop(by: By, act: Act, reach: str, name: str) -> Fact:
    """Tell that recording was stopped or may begin again; an institution is named by its log id, `by.institution`."""
    named = {"institution": by.institution, "everything": "everything"}.get(reach, name)
    return _fact(by, act, Resource(kind="stop", id=named), obj={"reach": reach})


def account_create(by: By, account_id: str, commitment: str, roles: tuple[str, ...]) -> Fact:
    """Tell of a new account; `commitment` is the SHA-256 of a salt and its e-mail, in hex."""
    obj: dict[str, Plain] = {"email_commitment": commitment, "roles": list(roles)}
    return _fact(by, Act.ACCOUNT_CREATE, Resource(kind="account", id=account_id), obj=obj)


def account_change(by: By, account_id: str, changes: Mapping[str, Plain]) -> Fact:
    """Tell which fields of an account changed, without personal values."""
    return _fact(by, Act.ACCOUNT_CHANGE, Resource(kind="account", id=account_id), obj=changes)


def of_account(by: By, act: Act, account_id: str, how: str | None = None) -> Fact:
    """Tell of a link or a login of an account; `how` is passkey or code, where it proved who it is."""
    return _fact(by, act, Resource(kind="account", id=account_id), obj={} if how is None else {"how": how})


def passkey(by: By, act: Act, account_id: str, passkey_id: str) -> Fact:
    """Tell that an account got a passkey or lost one; its label is not here."""
    return _fact(by, act, Resource(kind="account", id=account_id), obj={"passkey": passkey_id})


def key(by: By, act: Act, key_id: str, obj: Mapping[str, Plain] | None = None) -> Fact:
    """Tell that a backend key was made, replaced or ended; the key itself is not here, nor its hash."""
    return _fact(by, act, Resource(kind="key", id=key_id), obj=obj)


def case(by: By, act: Act, case_id: str) -> Fact:
    """Tell that a case opened or closed."""
    return _fact(by, act, Resource(kind="case", id=case_id))


def training(by: By, account_id: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell how a try of the training went; `obj` holds counts."""
    return _fact(by, Act.TRAINING, Resource(kind="account", id=account_id), obj=obj)


def vetting(by: By, act: Act, account_id: str, obj: Mapping[str, Plain], ruling: Ruling) -> Fact:
    """Tell that an account signed the agreement, whose text's SHA-256 is in `obj`, or was confirmed by a manager."""
    return _fact(by, act, Resource(kind="account", id=account_id), ruling=ruling, obj=obj)


def grant(by: By, act: Act, grant_id: str, obj: Mapping[str, Plain], ruling: Ruling = NOT_RULED) -> Fact:
    """Tell of a grant: asked for, approved, refused, revoked or reviewed; its words are not here."""
    return _fact(by, act, Resource(kind="grant", id=grant_id), ruling=ruling, obj=obj)


def look(by: By, act: Act, recording: str, ruling: Ruling, obj: Mapping[str, Plain]) -> Fact:
    """Tell of a decision about a look: allowed, refused, or one segment of it; `obj` names the look."""
    return _fact(by, act, Resource(kind="recording", id=recording), ruling=ruling, obj=obj)


def recording_seal(by: By, recording: str, mark: str) -> Fact:
    """Tell that a viewer saw personal data and sealed the recording; `mark` is the note row's random id."""
    return _fact(by, Act.RECORDING_SEAL, Resource(kind="recording", id=recording), obj={"note": mark})


def pseudonym(by: By, act: Act, resolution: str, ruling: Ruling, subject: str) -> Fact:
    """Tell of a step towards a pseudonym; neither it nor what was asked by is here."""
    return _fact(by, act, Resource(kind="resolution", id=resolution), ruling=ruling, obj={"subject": subject})


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


def purge_heatmaps(by: By, day: str) -> Fact:
    """Tell that the heatmap rows which are due on a day go, before anything is destroyed."""
    return _fact(by, Act.PURGE_HEATMAPS, Resource(kind="server", id="milkglass"), obj={"day": day})


def consent(by: By, act: Act, consent_id: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell that consent was recorded or withdrawn; `obj` holds purposes and known words only."""
    return _fact(by, act, Resource(kind="consent", id=consent_id), obj=obj)


def consent_check(by: By, segments: int, violations: int) -> Fact:
    """Tell that every stored segment was asked for its consent, and how many recordings have none."""
    obj: dict[str, Plain] = {"segments": segments, "violations": violations}
    return _fact(by, Act.CONSENT_CHECK, Resource(kind="server", id="milkglass"), obj=obj)


def access_incident(by: By, act: Act, incident: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell that an access incident was found or judged; `obj` holds rule, severity and outcome."""
    return _fact(by, act, Resource(kind="access_incident", id=incident), obj=obj)


def access_review(by: By, obj: Mapping[str, Plain]) -> Fact:
    """Tell that the quarterly list of accounts was signed off; `obj` holds counts."""
    return _fact(by, Act.ACCESS_REVIEW, Resource(kind="server", id="milkglass"), obj=obj)


def log_review(by: By, log: int, obj: Mapping[str, Plain]) -> Fact:
    """Tell that a week of the log was signed off; `obj` holds its Monday and counts."""
    return _fact(by, Act.LOG_REVIEW, _log(log), obj=obj)


def audit_plan(by: By, application: str, day: date) -> Fact:
    """Tell on which day the first audit shall be."""
    at = datetime.combine(day, time(), UTC)
    return _fact(by, Act.AUDIT_PLAN, Resource(kind="application", id=application), obj={"day": to_ms(at)})


def reject_summary(by: By, refused: Mapping[str, int]) -> Fact:
    """Tell what was refused, added up; `refused` counts by code."""
    obj: dict[str, Plain] = {"refused": sum(refused.values()), "codes": sorted(refused)}
    return _fact(by, Act.REJECT_SUMMARY, Resource(kind="server", id="milkglass"), obj=obj)


def support_code_create(by: By, visit: str) -> Fact:
    """Tell that a person gave support a code for a visit. The code is not here, nor its hash."""
    return _fact(by, Act.SUPPORT_CODE_CREATE, Resource(kind="visit", id=visit))


def support_code_find(by: By, visit: str | None, ruling: Ruling = NOT_RULED) -> Fact:
    """Tell that somebody looked a support code up; no visit means that none was found."""
    return _fact(by, Act.SUPPORT_CODE_FIND, Resource(kind="visit", id=visit or "none"), ruling=ruling)


def demo_walk(by: By, application: str, recordings: int) -> Fact:
    """Tell that the demo account was walked through an application to draw wireframes."""
    return _fact(by, Act.DEMO_WALK, Resource(kind="application", id=application), obj={"recordings": recordings})


def backup(by: By, data: str, keys: str) -> Fact:
    """Tell that a backup was made; both are its files' SHA-256, in hex."""
    return _fact(by, Act.BACKUP, Resource(kind="server", id="milkglass"), obj={"data": data, "keys": keys})


def log_open(log: Named, now: datetime) -> Fact:
    """Tell that a log begins."""
    return _fact(By(at=now), Act.LOG_OPEN, _log(log.number), obj={"origin": log.origin, "vkey": log.vkey})


def log_continue(following: Named, now: datetime) -> Fact:
    """Tell, as a log's last entry, which one goes on."""
    told: dict[str, Plain] = {"origin": following.origin, "vkey": following.vkey}
    return _fact(By(at=now), Act.LOG_CONTINUE, _log(following.number - 1), obj=told)


def log_export(by: By, log: int, texts: str, form: str, size: int) -> Fact:
    """Tell of an export; `texts` is the digest of its texts, in hex, `size` the entries before this one."""
    return _fact(by, Act.LOG_EXPORT, _log(log), obj={"texts": texts, "form": form, "size": size})


def system_restore(log: Named, lost: Lost, now: datetime) -> Fact:
    """Tell, as a log's first entry, that a copy was restored which lacks what was signed."""
    told: dict[str, Plain] = {
        "origin": log.origin,
        "vkey": log.vkey,
        "old_origin": lost.origin,
        "kept_size": lost.kept.size,
        "kept_root": lost.kept.root.hex(),
        "signed_size": lost.signed.size,
        "signed_root": lost.signed.root.hex(),
    }
    return _fact(By(at=now), Act.SYSTEM_RESTORE, _log(log.number), obj=told)


LOG_FACTS = LogFacts(opened=log_open, continued=log_continue, restored=system_restore)


def _log(number: int) -> Resource:
    return Resource(kind="log", id=str(number))


def _fact(
    by: By, act: Act, resource: Resource, *, ruling: Ruling = NOT_RULED, obj: Mapping[str, Plain] | None = None
) -> Fact:
    fact = Fact(
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
    kind = CATALOGUE.get(act)
    if kind is None:
        raise Invalid(f"act {act} has no row in the catalogue; describe it there first")
    check(kind, fact)
    return fact
