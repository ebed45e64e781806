"""What consent is told in: who agreed to what, how it came, what happened to it and how it stands.

Source: 34 CFR 99.5 on who may agree; ISO/IEC TS 27560 for what a record of it names; docs/consent.md for the states.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from milkglass.database.moments import to_ms
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.wire.values import ApplicationId, ConsentId, InstitutionId, Purpose, RecordingId

LASTS = timedelta(days=180)
ASK_AGAIN = timedelta(days=90)  # a no holds so long before anybody is asked anew
DEMO_ACTOR = "demo"
SELF = frozenset({"student", "adult"})
FOR_A_CHILD = frozenset({"parent", "guardian"})
ACTORS = SELF | FOR_A_CHILD | {"institution", DEMO_ACTOR}


class Channel(StrEnum):
    """How a yes came, which says who answers for it."""

    TOKEN = "token"  # noqa: S105 - no secret: the customer's own consent tool, by the visit token's claim
    DIALOG = "dialog"  # the person themselves, in our dialog
    KEY = "key"  # the customer's server, by its backend key


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a person agreed to; `at` is in seconds since the epoch.

    `language` and `digest` (SHA-256 of the words, hex) are of the notice that they saw, where we know it.
    """

    purposes: frozenset[Purpose]
    notice: str
    actor: str
    at: int
    channel: Channel = Channel.TOKEN
    language: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person in an application: a random alias, and where it counts."""

    alias: str
    application: ApplicationId
    institution: InstitutionId


class Signal(StrEnum):
    """What a browser says for its person: W3C Global Privacy Control, or its elder."""

    GPC = "gpc"
    DNT = "dnt"


class Kind(StrEnum):
    """What can happen to a person's consent; each is a row that stays, and a leaf."""

    REQUESTED = "requested"  # the notice was shown
    GIVEN = "given"
    REFUSED = "refused"
    DISMISSED = "dismissed"  # the notice was closed without an answer: a refusal
    SIGNAL = "signal"  # the browser refused for them
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # its time was over, the notice changed, or the child came of age
    TERMINATED = "terminated"  # the institution took its own yes back, or its contract ended
    INVALIDATED = "invalidated"  # found to be none: the wrong person gave it
    ERASED = "erased"  # the recordings that a withdrawal asked to destroy are destroyed


class State(StrEnum):
    """How a person's consent to one purpose stands."""

    NONE = "none"
    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    INVALIDATED = "invalidated"


class Ending(StrEnum):
    """Why a consent expired or was terminated."""

    TIME = "time"  # it is as old as the policy lets it grow
    NOTICE = "notice"  # the policy dropped the notice that it was given under
    OF_AGE = "of_age"  # the person may consent for themselves now: a parent's yes lapses (34 CFR 99.5)
    INSTITUTION = "institution"  # the institution's opt-in, or its contract, is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `by` is the person, a key's id, an account's id, or `milkglass` for the command line."""

    at: datetime
    kind: Kind
    consent: ConsentId | None = None
    agreed_at: datetime | None = None  # of a yes: when it was said, by whoever brought it
    purposes: frozenset[Purpose] = frozenset()
    why: str = ""
    by: str = "person"
    is_erasure: bool = False
    recordings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of all stored segments found: recordings with a segment that no consent covers."""

    at: datetime
    segments: int
    violations: tuple[RecordingId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent that was recorded, with the purposes that stand now."""

    id: ConsentId
    purposes: frozenset[Purpose]


def demo_consent(now: datetime) -> Agreed:
    """Return the consent under which the built-in demo account is recorded: no person is behind it."""
    purposes = frozenset({Purpose.REPLAY})
    return Agreed(purposes=purposes, notice=DEMO_ACCOUNT, actor=DEMO_ACTOR, at=to_ms(now) // 1000)
