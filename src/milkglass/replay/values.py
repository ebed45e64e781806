"""What replay takes and gives: filters, rows of the list, a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from milkglass.wire.values import (
    AccountId,
    ApplicationId,
    CaseId,
    ConsentId,
    InstitutionId,
    Level,
    LookId,
    RecordingId,
    VisitId,
)


class Seen(StrEnum):
    """What personal data a viewer saw, as a word: the thing itself is never written down."""

    NAME = "name"
    CONTACT = "contact"
    NUMBER = "number"
    MESSAGE = "message"
    PICTURE = "picture"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which recordings to list; what is None does not narrow."""

    application: ApplicationId | None = None
    institution: InstitutionId | None = None
    visit: VisitId | None = None
    route: str | None = None  # a template
    mark: str | None = None  # an interaction's kind, such as `rage`
    since: datetime | None = None
    until: datetime | None = None
    most: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRow:
    """What is known of a recording without looking into it."""

    recording: RecordingId
    visit: VisitId
    application: ApplicationId
    institution: InstitutionId
    consent: ConsentId
    began_at: datetime
    ended_at: datetime
    purge_day: date
    level: Level
    events: int
    byte_count: int
    gaps: int
    routes: tuple[str, ...]
    journeys: tuple[str, ...]
    marks: Mapping[str, int]
    masked: Mapping[str, int]
    bypassed: Mapping[str, int]
    dropped: Mapping[str, int]
    is_sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One allowed look. It is no key: each segment is decided again."""

    id: LookId
    account: AccountId
    recording: RecordingId
    reason: str
    case: CaseId | None
    began_at: datetime
    proved_at: datetime | None  # when the login session that looks was last proved


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """What somebody asked to take out, and how far it is: asked, confirmed by another, fetched."""

    id: str
    recording: RecordingId
    institution: InstitutionId
    requested_by: AccountId
    reason: str
    case: CaseId | None
    requested_at: datetime
    confirmed_by: AccountId | None
    confirmed_at: datetime | None
    done_at: datetime | None
