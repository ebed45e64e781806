"""Acts: the catalogue of what leaves a leaf in the evidence log, one row an act.

An act's name is stable: an auditor's tools filter by it. The entry's schema and the table of docs/log.md are made from
the rows, and `facts` makes the entries.

Source: the evidence-entry schema, version 1.
"""

from collections.abc import Mapping
from enum import StrEnum

from milkglass.merkle.catalogue import Field, Form, Kind


class Act(StrEnum):
    """Every act of the log."""

    SERVER_START = "server.start"
    POLICY_WRITE = "policy.write"
    POLICY_PROPOSE = "policy.propose"
    POLICY_APPROVE = "policy.approve"
    POLICY_RETURN = "policy.return"
    POLICY_TELL = "policy.tell"
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
    PROOF = "login.proved"
    PASSKEY_ADD = "login.passkey_added"
    PASSKEY_REMOVE = "login.passkey_removed"
    APP_ADD = "login.app_added"
    SESSIONS_END = "login.sessions_ended"
    LOGIN_RESET = "login.reset"
    ACCOUNT_ERASE = "account.erase"
    TRAINING = "account.train"
    VET_SIGN = "account.sign"
    VET_CONFIRM = "account.confirm"
    KEY_CREATE = "key.create"
    KEY_ROTATE = "key.rotate"
    KEY_REVOKE = "key.revoke"
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
    PURGE_HEATMAPS = "purge.heatmaps"
    CONSENT_REQUEST = "consent.request"
    CONSENT_RECORD = "consent.record"
    CONSENT_REFUSE = "consent.refuse"
    CONSENT_WITHDRAW = "consent.withdraw"
    CONSENT_SIGNAL = "consent.signal"
    CONSENT_EXPIRE = "consent.expire"
    CONSENT_TERMINATE = "consent.terminate"
    CONSENT_INVALIDATE = "consent.invalidate"
    CONSENT_ERASE = "consent.erase"
    CONSENT_CHECK = "consent.check"
    ACCESS_INCIDENT = "access.incident"
    ACCESS_JUDGE = "access.judge"
    LOG_REVIEW = "log.review"
    ACCESS_REVIEW = "access.review"
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
    "access_incident": "the incident row, which names an account and a recording by their ids",
    "account": "the accounts row with name and e-mail; erased with the row and its salt",
    "application": "a recorded product of the policy; nobody",
    "case": "the case row with the help desk's number; erased with the row",
    "consent": "a consent row of a pseudonym; erased with the row",
    "key": "the backend key's row: a name that the owner gave it, an application, an institution; no person",
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
_KEY = (
    Field("scopes", Form.WORDS, "consent:write"),
    Field("expires_at", Form.MOMENT, "ms since the epoch, at most a year from now"),
)
_NEXT_KEY = Field("next", Form.ID, "the key that goes on")
_WATCHED = (Field("rule", Form.WORD, "r1 to r12"), Field("severity", Form.COUNT, "1, the worst, to 4"))
_REACH = Field("reach", Form.WORD, "everything, application, institution")
_HOW = Field("how", Form.WORD, "passkey; code: a password with an app's code", is_always=False)
_PASSKEY = Field("passkey", Form.ID, "the passkey row")
_ROLES = Field("roles", Form.WORDS, "role names")
_UNTIL = Field("until", Form.MOMENT, "ms since the epoch until when it holds")
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
        Act.POLICY_TELL,
        "policy_version",
        "Somebody marked that an institution was told of a material change.",
        (Field("day", Form.WORD, "on which it was told"),),
    ),
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
    Kind(Act.LOGIN, "account", "Somebody logged in.", (_HOW,)),
    Kind(Act.LOGIN_REFUSE, "account", "A login, or a proof of who sits there, failed."),
    Kind(Act.PROOF, "account", "Somebody who was logged in proved again who they are.", (_HOW,)),
    Kind(Act.PASSKEY_ADD, "account", "A passkey was added.", (_PASSKEY,)),
    Kind(Act.PASSKEY_REMOVE, "account", "A passkey was removed.", (_PASSKEY,)),
    Kind(Act.APP_ADD, "account", "A password was set, together with an authenticator app."),
    Kind(Act.SESSIONS_END, "account", "Somebody ended all of their other login sessions."),
    Kind(Act.LOGIN_RESET, "account", "Every way in was taken from an account; a new link begins again."),
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
    Kind(
        Act.VET_SIGN,
        "account",
        "Somebody signed the confidentiality agreement; for the built-in demo's viewers the server entered it.",
        (
            Field("version", Form.COUNT, "of the agreement"),
            Field("agreement", Form.DIGEST, "of the agreement's text"),
            _UNTIL,
        ),
    ),
    Kind(
        Act.VET_CONFIRM,
        "account",
        "The owner or legal confirmed a viewer as their manager; for the built-in demo's the server entered it.",
        (_UNTIL,),
    ),
    Kind(Act.KEY_CREATE, "key", "A backend key was made.", _KEY),
    Kind(Act.KEY_ROTATE, "key", "A backend key was replaced by another; this one ends within a day.", (_NEXT_KEY,)),
    Kind(Act.KEY_REVOKE, "key", "A backend key was ended."),
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
        Act.PURGE_HEATMAPS,
        "server",
        "The heatmap rows of a day are about to be destroyed: their key, then their files.",
        (Field("day", Form.WORD, "the day on which they are due"),),
    ),
    Kind(Act.CONSENT_REQUEST, "consent", "A person was asked: the notice was served to them at this moment."),
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
        Act.CONSENT_REFUSE,
        "consent",
        "A person said no; they are not asked anew for 90 days.",
        (Field("how", Form.WORD, "refused, dismissed"),),
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
        Act.CONSENT_EXPIRE,
        "consent",
        "A consent's time was over, its notice changed, or the child it was given for came of age.",
        (Field("why", Form.WORD, "time, notice, of_age"),),
    ),
    Kind(
        Act.CONSENT_TERMINATE,
        "consent",
        "A consent ended with the institution's opt-in or contract.",
        (Field("why", Form.WORD, "institution"),),
    ),
    Kind(
        Act.CONSENT_INVALIDATE,
        "consent",
        "A consent was found to be none, such as a wrong person's.",
        (Field("recordings", Form.COUNT, "recordings made under it, candidates of an incident"),),
    ),
    Kind(
        Act.CONSENT_ERASE,
        "consent",
        "What was recorded under a consent is destroyed, as its person asked.",
        (Field("recordings", Form.COUNT, "recordings, each with a `purge.done` of its own"),),
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
    Kind(Act.ACCESS_INCIDENT, "access_incident", "A rule found an act that needs a judgement.", _WATCHED),
    Kind(
        Act.ACCESS_JUDGE,
        "access_incident",
        "Somebody who is not in it judged an access incident.",
        (*_WATCHED, Field("outcome", Form.WORD, "confirmed, benign, false_positive")),
    ),
    Kind(
        Act.LOG_REVIEW,
        "log",
        "Somebody who is not in it signed off a week of the log.",
        (
            Field("week", Form.MOMENT, "its Monday, midnight UTC, ms since the epoch"),
            Field("entries", Form.COUNT, "entries of the week"),
            Field("incidents", Form.COUNT, "access incidents of the week"),
        ),
    ),
    Kind(
        Act.ACCESS_REVIEW,
        "server",
        "The owner signed off the quarterly list of accounts.",
        (
            Field("accounts", Form.COUNT, "active accounts"),
            Field("flagged", Form.COUNT, "asked about one by one"),
            Field("ended", Form.COUNT, "ended, as not needed any more"),
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
