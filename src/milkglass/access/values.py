"""Values of the room: what is asked, what is known of it, and the answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from milkglass.access.roles import Role


class Act(StrEnum):
    """What somebody asks to do, by the name of the permission that it takes."""

    LIST = "recording:list"  # see which recordings there are: ids, times, routes, counts
    LOOK = "recording:view"
    SEAL = "recording:seal"  # report personal data seen in a recording
    EXPORT_REQUEST = "export:request"
    EXPORT_CONFIRM = "export:confirm"
    EXPORT = "export:take"
    CODE = "code:find"  # find the recordings of a support code
    CASE = "case:change"  # open or close one
    HEATMAP = "heatmap:view"
    LOG = "log:read"
    MASKING = "masking:read"  # how often the server had to mask, and what each string class keeps: counts, no content
    TEST = "page:try"  # try a page: see what would be stored of it
    POLICY = "policy:write"  # write and publish policy and vocabulary
    POLICY_READ = "policy:read"  # read the policy, its versions and what proves it
    POLICY_APPROVE = "policy:approve"  # approve a version that somebody else wrote
    STOP = "recording:stop"  # end recording for an application, an institution or everything
    RESUME = "recording:resume"  # let it begin again
    CONSENT = "consent:read"  # read who agreed to what, by pseudonym; the screen lets owner and legal end it
    ACCOUNTS = "account:review"
    TRAIN = "training:take"
    AGREE = "agreement:sign"  # sign the confidentiality agreement
    VET = "vetting:confirm"  # confirm a viewer as their manager
    SIGN_IN = "sign_in:read"  # see one's own ways in, and prove who one is
    SIGN_IN_CHANGE = "sign_in:change"  # add or remove one of them
    GRANT_ASK = "grant:ask"  # ask for leave to look
    GRANT_LIST = "grant:list"  # see who has leave and who asks
    GRANT_APPROVE = "grant:approve"  # give, refuse or end somebody else's leave
    REVIEW = "grant:review"  # judge afterwards how a break-glass was used
    RESOLVE_ASK = "pseudonym:ask"  # ask which pseudonym a person or a recording has
    RESOLVE_CONFIRM = "pseudonym:confirm"  # agree to it as the second person
    RESOLVE = "pseudonym:read"  # be told


class Reason(StrEnum):
    """Why somebody looks."""

    SUPPORT_CASE = "support_case"
    INCIDENT = "incident"
    RIGHTS_REQUEST = "rights_request"


class Part(StrEnum):
    """A part of a viewer's vetting, beside the training."""

    AGREEMENT = "agreement"  # signed by themselves
    MANAGER = "manager"  # confirmed by somebody else


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
    confidential_until: datetime | None = None  # by a signature of the agreement's present text
    confirmed_until: datetime | None = None  # by a manager
    proved_at: datetime | None = None  # when a passkey, or a password with a code, last proved who it is
    has_factor: bool | None = None  # whether the account has such a proof to give
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
    requested_by: str | None = None  # of an export, a grant or a pseudonym; or whose vetting is confirmed
    confirmed_by: str | None = None


def stands(until: datetime | None, now: datetime) -> bool:
    """Say whether what was given until a moment still holds; what was never given does not."""
    return until is not None and now < until


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, the rule that gave it, why, and what would have to change."""

    allowed: bool
    rule: str
    reason: str
    remedy: str
