"""Access: who has leave to look, who asks for it, and the yearly vetting with its training.

Every decision here is `access`'s, which logs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from milkglass.access.agreement import DIGEST, TEXT, VERSION
from milkglass.access.decide import acts_of, permits
from milkglass.access.grants import Kind, State
from milkglass.access.reviews import EVERY as REVIEW_EVERY
from milkglass.access.roles import Role
from milkglass.access.training import MOST_TRIES, PASS_PERCENT, QUESTIONS
from milkglass.access.values import Act
from milkglass.errors import Invalid, NotFound
from milkglass.web.entries import REASONS, names
from milkglass.web.recordings import institution_name
from milkglass.wire.values import AccountId, RecordingId

if TYPE_CHECKING:
    from starlette.responses import Response

    from milkglass.access.accounts import Account
    from milkglass.access.grants import Grant
    from milkglass.access.training import Result
    from milkglass.web.seat import Seat

HERE = "/console/access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A grant in people's words. `may_decide` and `may_review` leave out the two people of it."""

    grant: Grant
    state: State
    who: str
    decided_by: str
    institution: str
    case: str
    reason: str
    is_own: bool
    needs_review: bool
    may_review: bool


def access(seat: Seat) -> Response:
    """Show who asks, who has leave, what waits for a review, and how everybody is vetted."""
    known = names(seat.house)
    told = [_told(seat, grant, known) for grant in seat.house.access.grants.list()]
    return seat.render(
        "access.html",
        "access",
        waiting=[one for one in told if one.state is State.WAITING],
        active=[one for one in told if one.state is State.ACTIVE],
        reviews=[one for one in told if one.needs_review],
        older=[one for one in told if one.state not in (State.WAITING, State.ACTIVE) and not one.needs_review],
        people=seat.house.access.accounts.list(),
        last_looks=seat.house.access.accounts.last_looks(),
        asked=seat.house.access.reviews.asked(seat.now),
        reviewed=seat.house.access.reviews.last(),
        review_every=REVIEW_EVERY,
        known=known,
        may={role.value: [act.value for act in acts_of(role)] for role in Role},
        to_confirm=to_confirm(seat),
    )


def to_confirm(seat: Seat) -> list[Account]:
    """List the viewers whom no manager confirmed, for who may; nobody for anybody else."""
    if not permits(seat.account.roles, Act.VET):
        return []
    people = seat.house.access.accounts.list()
    return [one for one in people if one.is_active and Role.VIEWER in one.roles and not one.is_confirmed(seat.now)]


def confirm(seat: Seat) -> Response:
    """Confirm a viewer as their manager. Raises NotAllowed, NotFound, Invalid."""
    seat.house.access.vettings.confirm(AccountId(seat.named("account")), seat.account, seat.now)
    return RedirectResponse(f"{HERE}#people", 303)


def review(seat: Seat) -> Response:
    """Sign off the quarterly list: each flagged account is kept or ended. Raises Invalid, Conflict."""
    said = {name.removeprefix("account-"): word for name, word in seat.form.items() if name.startswith("account-")}
    kept = [account for account, word in said.items() if word == "keep"]
    ended = [account for account, word in said.items() if word == "end"]
    seat.house.access.reviews.sign_off(seat.account, kept, ended, seat.now)
    return RedirectResponse(f"{HERE}#review", 303)


def ask(seat: Seat) -> Response:
    """Ask for leave to look at a recording's institution, for a case. Raises Invalid, NotAllowed."""
    row = seat.house.replay.get(RecordingId(seat.named("recording")))
    number, minutes = seat.form.get("case", "").strip(), seat.form.get("minutes", "")
    case = seat.house.access.cases.open(number, row.institution, seat.account, seat.now)
    length = int(minutes) if minutes.isdecimal() and len(minutes) < 5 else 0  # noqa: PLR2004
    seat.house.access.grants.ask(seat.account, case.id, seat.form.get("reason", ""), length, seat.now)
    return RedirectResponse(HERE, 303)


def break_glass(seat: Seat) -> Response:
    """Ask to look at one recording for an hour, without a case. Raises Invalid, NotAllowed."""
    row = seat.house.replay.get(RecordingId(seat.named("recording")))
    words = seat.form.get("words", "")
    seat.house.access.grants.break_glass(seat.account, row.recording, row.institution, words, seat.now)
    return RedirectResponse(HERE, 303)


def decide(seat: Seat) -> Response:
    """Approve, refuse, revoke or review somebody's grant. Raises Invalid, NotAllowed, NotFound, Conflict."""
    grants, grant, picked = seat.house.access.grants, seat.named("grant"), seat.form.get("picked", "")
    match picked:
        case "approve":
            grants.approve(grant, seat.account, seat.now)
        case "refuse":
            grants.refuse(grant, seat.account, seat.now)
        case "revoke":
            grants.revoke(grant, seat.account, seat.now)
        case "justified" | "unjustified":
            grants.review(grant, seat.account, picked, seat.now)
        case _:
            raise Invalid("say approve, refuse, revoke, justified or unjustified")
    return RedirectResponse(HERE, 303)


def training(seat: Seat) -> Response:
    """Show what a viewer's vetting still needs: the agreement to sign, and the training with its questions."""
    return _training_page(seat, None)


def take_training(seat: Seat) -> Response:
    """Mark a try and say what was wrong. Raises Invalid without the promise, Conflict after three tries in a day."""
    answers = {one.id: int(said) for one in QUESTIONS if (said := seat.form.get(one.id, "")) in ("0", "1", "2")}
    promises = seat.form.get("promise") == "yes"
    return _training_page(seat, seat.house.access.trainings.take(seat.account, answers, seat.now, promises=promises))


def sign(seat: Seat) -> Response:
    """Sign the confidentiality agreement that the page showed. Raises Invalid unless it says so, Conflict."""
    if seat.form.get("signs") != "yes":
        raise Invalid("say that you have read the agreement and sign it")
    seat.house.access.vettings.sign(seat.account, seat.form.get("agreement", ""), seat.now)
    return RedirectResponse("/console/training#vetting", 303)


def _training_page(seat: Seat, result: Result | None) -> Response:
    account = seat.house.access.accounts.get(seat.account.id)
    people = [one for one in seat.house.access.accounts.list() if one.is_active]
    return seat.render(
        "training.html",
        "training",
        result=result,
        questions=QUESTIONS,
        vetted=account,
        agreement=TEXT,
        agreement_version=VERSION,
        agreement_digest=DIGEST,
        is_viewer=Role.VIEWER in account.roles,
        managers=[one.name for one in people if permits(one.roles, Act.VET)],
        most_tries=MOST_TRIES,
        pass_percent=PASS_PERCENT,
    )


def _told(seat: Seat, grant: Grant, known: dict[str, str]) -> Told:
    return Told(
        grant=grant,
        state=grant.state(seat.now),
        who=known.get(grant.account, "an account that is gone"),
        decided_by="" if grant.decided_by is None else known.get(grant.decided_by, "an account that is gone"),
        institution=institution_name(seat, grant.institution),
        case=_case_number(seat, grant),
        reason=grant.words if grant.kind is Kind.BREAK_GLASS else REASONS.get(grant.reason, grant.reason),
        is_own=grant.account == seat.account.id,
        needs_review=grant.needs_review(seat.now),
        may_review=seat.account.id not in (grant.account, grant.decided_by),
    )


def _case_number(seat: Seat, grant: Grant) -> str:
    if grant.case is None:
        return ""
    try:
        return seat.house.access.cases.get(grant.case).number
    except NotFound:
        return "gone"
