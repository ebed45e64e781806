"""Wire values: ids, levels, refusals and what a recording ticket says; every room speaks of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType, Self, TypeAlias

from msgspec import Struct

from milkglass.errors import Invalid

RecordingId = NewType("RecordingId", str)
VisitId = NewType("VisitId", str)
ConsentId = NewType("ConsentId", str)
AccountId = NewType("AccountId", str)
LookId = NewType("LookId", str)
CaseId = NewType("CaseId", str)
ApplicationId = NewType("ApplicationId", str)
InstitutionId = NewType("InstitutionId", str)
PolicyHash = NewType("PolicyHash", str)

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


class Purpose(StrEnum):
    """What a person agreed to."""

    REPLAY = "replay"
    HEATMAP = "heatmap"


class Level(IntEnum):
    """How much of a journey is kept; of two, the lower wins."""

    OFF = 0
    CLICKS = 1
    WIREFRAME = 2
    LABELLED = 3

    @property
    def word(self) -> str:
        """The level as the policy spells it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Self:
        """Read a level's word; raises Invalid for any other."""
        for level in cls:
            if level.word == word:
                return level
        raise Invalid("a level is one of off, clicks, wireframe, labelled")


class Next(StrEnum):
    """What the recorder does after an answer."""

    STOP = "stop"
    RENEW = "renew"
    SNAPSHOT = "snapshot"


class Refusal(StrEnum):
    """Why a batch was not kept. Counted, shown and documented one by one."""

    NO_CONSENT = "no_consent"  # the person agreed to neither replay nor heatmap, or took it back
    INSTITUTION_OFF = "institution_off"  # it is not in the policy, or opted in to nothing that holds now
    JOURNEY_OFF = "journey_off"  # the policy, or the institution's opt-in, keeps nothing of this journey
    STALE_POLICY = "stale_policy"  # masked in the browser under a policy that no longer stands
    NOT_REDACTED = "not_redacted"  # enforcement failed, so nothing is kept
    TOO_LARGE = "too_large"  # over a limit of size, number or depth
    NUMBER_TAKEN = "number_taken"  # another batch of this recording has this number
    ENDED = "ended"  # the recording is longer than it may be
    STOPPED = "stopped"  # somebody stopped recording: of the application, the institution, or everything
    ERASED = "erased"  # the recording was destroyed, or is about to be

    @property
    def next(self) -> Next:
        """What the recorder is told to do."""
        return _ANSWERS[self][0]

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return _ANSWERS[self][1]


_ANSWERS: Mapping[Refusal, tuple[Next, int]] = {
    Refusal.NO_CONSENT: (Next.STOP, 403),
    Refusal.INSTITUTION_OFF: (Next.STOP, 403),
    # The recorder believed in a level that no longer stands: its rules are old.
    Refusal.JOURNEY_OFF: (Next.RENEW, 403),
    Refusal.STALE_POLICY: (Next.RENEW, 412),
    Refusal.NOT_REDACTED: (Next.SNAPSHOT, 400),
    Refusal.TOO_LARGE: (Next.SNAPSHOT, 413),
    Refusal.NUMBER_TAKEN: (Next.SNAPSHOT, 409),
    Refusal.ENDED: (Next.STOP, 403),
    Refusal.STOPPED: (Next.STOP, 403),
    Refusal.ERASED: (Next.STOP, 403),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the recorder is told about a batch; `dropped` counts what was left out of it."""

    number: int | None = None
    next: Next | None = None
    refusal: Refusal | None = None
    dropped: int = 0


class TicketFields(Struct, frozen=True, kw_only=True):
    """Who records and what for. `began` in epoch ms, `iat` and `exp` in epoch seconds.

    `crowd` is a 63-bit keyed digest of the person, by which heatmaps count people.
    """

    application: ApplicationId
    institution: InstitutionId
    recording: RecordingId
    visit: VisitId
    consent: ConsentId
    purposes: tuple[Purpose, ...]
    began: int
    iat: int
    exp: int
    crowd: int
    release: str = ""  # of the recorder, a version number or empty
