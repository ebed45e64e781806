"""Facts: the catalogue of acts that leave a leaf in the evidence log.

One row and one function an act, so that nothing but opaque ids, counts and hashes can get into an entry. An act's name
is stable: an auditor's tools filter by it. The entry's schema and the table of docs/log.md are made from the rows.

Source: the evidence-entry schema, version 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum

from milkglass.database.moments import to_ms, ulid
from milkglass.errors import Invalid
from milkglass.merkle.catalogue import Field, Form, Kind, check
from milkglass.merkle.entry import DEPLOYMENT, NO_RULES, Actor, Decided, Fact, Plain, Resource, Why
from milkglass.merkle.logs import LogFacts, Lost, Named

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
    RECORDING_STOP = "recording.stop"
    RECORDING_RESUME = "recording.resume"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_CHANGE = "account.change"
    LINK_CREATE = "login.link_created"
    LINK_USED = "login.link_used"
    LOGIN = "login.done"
    LOGIN_REFUSE = "login.refuse"
    ACCOUNT_ERASE = "account.erase"
    TRAINING = "account.train"
    CASE_OPEN = "case.open"
    CASE_CLOSE = "case.close"
    GRANT_ASK = "grant.ask"
    GRANT_APPROVE = "grant.approve"
    GRANT_REFUSE = "grant.refuse"
    GRANT_REVOKE = "grant.revoke"
    GRANT_REVIEW = "grant.review"
    LOOK_ALLOW = "look.allow"
    LOOK_REFUSE = "look.refuse"
    LOOK_SEGMENT = "look.segment"
    RECORDING_SEAL = "recording.seal"
    PSEUDONYM_ASK = "pseudonym.ask"
    PSEUDONYM_CONFIRM = "pseudonym.confirm"
    PSEUDONYM_REFUSE = "pseudonym.refuse"
    PSEUDONYM_RESOLVE = "pseudonym.resolve"
    EXPORT_REQUEST = "export.request"
    EXPORT_CONFIRM = "export.confirm"
    EXPORT_REFUSE = "export.refuse"
    EXPORT_DONE = "export.done"
    PURGE_START = "purge.start"
    PURGE_DONE = "purge.done"
    CONSENT_RECORD = "consent.record"
    CONSENT_WITHDRAW = "consent.withdraw"
    CONSENT_SIGNAL = "consent.signal"
    CONSENT_CHECK = "consent.check"
    AUDIT_PLAN = "audit.plan"
    REJECT_SUMMARY = "ingest.reject.summary"
    SUPPORT_CODE_CREATE = "code.create"
    SUPPORT_CODE_FIND = "code.find"
    DEMO_WALK = "demo.walk"
    BACKUP = "backup.make"
    LOG_OPEN = "log.open"
    LOG_CONTINUE = "log.continue"
    LOG_EXPORT = "log.export"
    SYSTEM_RESTORE = "system.restore"


# What an id of the log leads to, and what cuts that way for good.
RESOURCES: Mapping[str, str] = {
    "account": "the accounts row with name and e-mail; erased with the row and its salt",
    "application": "a recorded product of the policy; nobody",
    "case": "the case row with the help desk's number; erased with the row",
    "consent": "a consent row of a pseudonym; erased with the row",
    "log": "one of the deployment's logs; nobody",
    "grant": "the grant row; nobody but its account",
    "stop": "`everything`, an application, or an institution by its random id of the log; no person",
    "institution": "a school or college, by the institutions table; no person",
    "policy": "a policy that stood; nobody",
    "policy_version": "a version's text, whose contacts' names are in the export's texts and never in an entry",
    "recording": "one recording; a purge destroys it, the id stays and opens nothing",
    "resolution": "the row of somebody's question which pseudonym a person has; the answer is in no entry",
    "server": "this server; nobody",
    "visit": "one person's recordings of half an hour, by pseudonym; the purge erases them",
    "vocabulary": "an application's reviewed words; nobody",
}

_LOOK = Field("look", Form.ID, "the look row")
_EXPORT = Field("export", Form.ID, "the export row")
_SUBJECT = Field("subject", Form.WORD, "what was asked by: person, recording")
_GRANT = (
    Field("kind", Form.WORD, "case, break_glass"),
    Field("minutes", Form.COUNT, "minutes from the approval"),
)
_REACH = Field("reach", Form.WORD, "everything, application, institution")
_ROLES = Field("roles", Form.WORDS, "role names")
_ROW = "the account's row"
_ORIGIN = Field("origin", Form.NAME, "of the log that begins: host, `audit`, year")
_VKEY = Field("vkey", Form.NAME, "its public key")
KINDS: tuple[Kind, ...] = (
    Kind(Act.SERVER_START, "server", "A server opened this data directory.", (Field("version", Form.WORD, "release"),)),
    Kind(Act.POLICY_WRITE, "policy_version", "A policy version was written; `res.n` is its number."),
    Kind(
        Act.POLICY_PROPOSE,
        "policy_version",
        "A version was proposed for approval.",
        (
            Field("material", Form.FLAG, "whether it records more, longer or for more"),
            Field("differences", Form.COUNT, "differences from what stands"),
        ),
    ),
    Kind(
        Act.POLICY_APPROVE,
        "policy_version",
        "Somebody approved a version.",
        (Field("legal", Form.FLAG, "whether for legal"),),
    ),
    Kind(Act.POLICY_RETURN, "policy_version", "A version was returned to its author; its approvals are void."),
    Kind(
        Act.POLICY_PUBLISH,
        "policy",
        "A policy stands from now on; `res.n` counts what was ever published.",
        (Field("version", Form.COUNT, "the version's number"), Field("document", Form.DIGEST, "of the version's text")),
    ),
    Kind(
        Act.VOCABULARY_PUBLISH,
        "vocabulary",
        "A vocabulary version stands, `res.n`.",
        (
            Field("text", Form.COUNT, "entries of text"),
            Field("names", Form.COUNT, "entries of names"),
            Field("sheets", Form.COUNT, "known sheets", is_always=False),
            Field("assets", Form.COUNT, "listed images", is_always=False),
        ),
    ),
    Kind(
        Act.VOCABULARY_DECIDE,
        "vocabulary",
        "Somebody decided what may be readable.",
        (Field("verdict", Form.WORD, "approve, refuse, reopen, cut"), Field("count", Form.COUNT, "candidates")),
    ),
    Kind(
        Act.VOCABULARY_ROSTER,
        "vocabulary",
        "The roster that warns in the review was replaced.",
        (Field("names", Form.COUNT, "names, kept as keyed digests"),),
    ),
    Kind(Act.INSTITUTION_OPEN, "institution", "An institution got its random id of the log."),
    Kind(Act.RECORDING_STOP, "stop", "Somebody ended recording: the server takes nothing any more.", (_REACH,)),
    Kind(Act.RECORDING_RESUME, "stop", "The owner let recording begin again.", (_REACH,)),
    Kind(
        Act.ACCOUNT_CREATE,
        "account",
        "An account was made.",
        (Field("email_commitment", Form.DIGEST, "of a salt and the e-mail", erased_by=f"{_ROW} and its salt"), _ROLES),
    ),
    Kind(
        Act.ACCOUNT_CHANGE,
        "account",
        "An account changed.",
        (
            Field("training_until", Form.MOMENT, "ms since the epoch", is_always=False),
            Field("is_active", Form.FLAG, "whether it may do anything", is_always=False),
            Field(
                "email_commitment",
                Form.DIGEST,
                "of a salt and the new e-mail",
                erased_by=f"{_ROW} and its salt",
                is_always=False,
            ),
        ),
    ),
    Kind(Act.LINK_CREATE, "account", "A one-time login link was drawn."),
    Kind(Act.LINK_USED, "account", "A one-time link logged somebody in."),
    Kind(Act.LOGIN, "account", "Somebody logged in."),
    Kind(Act.LOGIN_REFUSE, "account", "A login failed."),
    Kind(
        Act.ACCOUNT_ERASE, "account", "Name, e-mail and salt of an ended account were erased; its id names nobody now."
    ),
    Kind(
        Act.TRAINING,
        "account",
        "Somebody took the training; a pass renews it for a year.",
        (
            Field("right", Form.COUNT, "right answers"),
            Field("asked", Form.COUNT, "questions"),
            Field("passed", Form.FLAG, "whether it was passed"),
        ),
    ),
    Kind(Act.CASE_OPEN, "case", "A support case was opened."),
    Kind(Act.CASE_CLOSE, "case", "A support case was closed; its looks end."),
    Kind(Act.GRANT_ASK, "grant", "Somebody asked for leave to look.", _GRANT),
    Kind(Act.GRANT_APPROVE, "grant", "A second person gave leave to look, from now.", _GRANT),
    Kind(Act.GRANT_REFUSE, "grant", "A second person refused it.", _GRANT),
    Kind(Act.GRANT_REVOKE, "grant", "Leave to look was ended; looks end at their next segment.", _GRANT),
    Kind(
        Act.GRANT_REVIEW,
        "grant",
        "A third person reviewed how a break-glass was used.",
        (*_GRANT, Field("verdict", Form.WORD, "justified, unjustified")),
    ),
    Kind(Act.LOOK_ALLOW, "recording", "A look began.", (_LOOK,)),
    Kind(
        Act.LOOK_REFUSE,
        "recording",
        "A look, or its next segment, was refused.",
        (_LOOK, Field("segment", Form.COUNT, "the segment's number", is_always=False)),
    ),
    Kind(
        Act.LOOK_SEGMENT,
        "recording",
        "One segment is about to be served.",
        (_LOOK, Field("segment", Form.COUNT, "the segment's number")),
    ),
    Kind(
        Act.RECORDING_SEAL,
        "recording",
        "A viewer saw personal data: nobody may look any more.",
        (Field("note", Form.ID, "the note row"),),
    ),
    Kind(Act.PSEUDONYM_ASK, "resolution", "Somebody asked for a pseudonym.", (_SUBJECT,)),
    Kind(Act.PSEUDONYM_CONFIRM, "resolution", "A second person agreed that it is told.", (_SUBJECT,)),
    Kind(Act.PSEUDONYM_REFUSE, "resolution", "A step of it was refused.", (_SUBJECT,)),
    Kind(Act.PSEUDONYM_RESOLVE, "resolution", "A pseudonym is about to be told to the one who asked.", (_SUBJECT,)),
    Kind(Act.EXPORT_REQUEST, "recording", "An export was asked for.", (_EXPORT,)),
    Kind(Act.EXPORT_CONFIRM, "recording", "A second person confirmed an export.", (_EXPORT,)),
    Kind(Act.EXPORT_REFUSE, "recording", "A step of an export was refused.", (_EXPORT,)),
    Kind(Act.EXPORT_DONE, "recording", "An export is about to be given.", (_EXPORT,)),
    Kind(
        Act.PURGE_START,
        "recording",
        "A purge begins; nothing is destroyed yet.",
        (Field("trigger", Form.WORD, "ttl, consent_withdrawn, request"),),
    ),
    Kind(
        Act.PURGE_DONE,
        "recording",
        "A purge was probed.",
        (
            Field("certificate", Form.DIGEST, "of the certificate"),
            Field("probe_positives", Form.COUNT, "places where something was left"),
        ),
    ),
    Kind(
        Act.CONSENT_RECORD,
        "consent",
        "Consent was recorded.",
        (
            Field("purposes", Form.WORDS, "replay, heatmap"),
            Field("actor", Form.WORD, "who consented: student, adult, parent, institution"),
        ),
    ),
    Kind(
        Act.CONSENT_WITHDRAW,
        "consent",
        "A person took their consent back.",
        (Field("erase", Form.FLAG, "whether what was recorded is destroyed too"),),
    ),
    Kind(
        Act.CONSENT_SIGNAL,
        "consent",
        "A person's browser refused for them, for the first time; all that they agreed to before ends.",
        (Field("signal", Form.WORD, "gpc, dnt"),),
    ),
    Kind(
        Act.CONSENT_CHECK,
        "server",
        "Every stored segment was asked for the consent that stood at its time.",
        (
            Field("segments", Form.COUNT, "segments asked"),
            Field("violations", Form.COUNT, "recordings with a segment that no consent covers; must be 0"),
        ),
    ),
    Kind(
        Act.AUDIT_PLAN,
        "application",
        "Somebody set the day of the first audit.",
        (Field("day", Form.MOMENT, "its midnight UTC, ms since the epoch"),),
    ),
    Kind(
        Act.REJECT_SUMMARY,
        "server",
        "Batches, tickets and visit tokens were refused, added up since the last such entry: at most one an hour.",
        (Field("refused", Form.COUNT, "how many"), Field("codes", Form.WORDS, "their reasons, of docs/refusals.md")),
    ),
    Kind(Act.SUPPORT_CODE_CREATE, "visit", "A person gave support a code. The code is not here, nor its hash."),
    Kind(Act.SUPPORT_CODE_FIND, "visit", "Somebody looked a support code up; `none`: no visit has it."),
    Kind(
        Act.DEMO_WALK,
        "application",
        "The demo account was walked through an application to draw wireframes.",
        (Field("recordings", Form.COUNT, "recordings"),),
    ),
    Kind(
        Act.BACKUP,
        "server",
        "A backup was made, in two sets.",
        (Field("data", Form.DIGEST, "of the data set's file"), Field("keys", Form.DIGEST, "of the keys set's file")),
    ),
    Kind(Act.LOG_OPEN, "log", "A log begins: its first entry.", (_ORIGIN, _VKEY)),
    Kind(Act.LOG_CONTINUE, "log", "A log ends: its last entry names the one that goes on.", (_ORIGIN, _VKEY)),
    Kind(
        Act.LOG_EXPORT,
        "log",
        "The log was exported; the export holds this entry.",
        (
            Field("texts", Form.DIGEST, "of the export's texts, by which it is bound to the log"),
            Field("form", Form.WORD, "zip, jsonl, csv"),
            Field("size", Form.COUNT, "entries before this one"),
        ),
    ),
    Kind(
        Act.SYSTEM_RESTORE,
        "log",
        "A log begins after a restore, and cites the one that lost entries.",
        (
            _ORIGIN,
            _VKEY,
            Field("old_origin", Form.NAME, "the log that lost entries"),
            Field("kept_size", Form.COUNT, "entries that the restored copy has"),
            Field("kept_root", Form.DIGEST, "their root"),
            Field("signed_size", Form.COUNT, "entries that were signed"),
            Field("signed_root", Form.DIGEST, "their root"),
        ),
    ),
)
CATALOGUE: Mapping[str, Kind] = {kind.act: kind for kind in KINDS}


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


def of_account(by: By, act: Act, account_id: str) -> Fact:
    """Tell of a link or a login of an account."""
    return _fact(by, act, Resource(kind="account", id=account_id))


def case(by: By, act: Act, case_id: str) -> Fact:
    """Tell that a case opened or closed."""
    return _fact(by, act, Resource(kind="case", id=case_id))


def training(by: By, account_id: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell how a try of the training went; `obj` holds counts."""
    return _fact(by, Act.TRAINING, Resource(kind="account", id=account_id), obj=obj)


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


def consent(by: By, act: Act, consent_id: str, obj: Mapping[str, Plain]) -> Fact:
    """Tell that consent was recorded or withdrawn; `obj` holds purposes and known words only."""
    return _fact(by, act, Resource(kind="consent", id=consent_id), obj=obj)


def consent_check(by: By, segments: int, violations: int) -> Fact:
    """Tell that every stored segment was asked for its consent, and how many recordings have none."""
    obj: dict[str, Plain] = {"segments": segments, "violations": violations}
    return _fact(by, Act.CONSENT_CHECK, Resource(kind="server", id="milkglass"), obj=obj)


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
