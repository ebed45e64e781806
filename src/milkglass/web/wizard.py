"""Wizard: the six steps of a new deployment, a page each; where each stands is asked of its own room.

What may be recorded is changed through the policy's versions and nowhere else: a step saves a draft, sends it to
review, and makes it stand only where the standing policy asks nobody's approval.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from milkglass import facts
from milkglass.access.roles import Role
from milkglass.app.people import FIRST
from milkglass.errors import Conflict, Invalid, MilkglassError, NotFound, Unavailable
from milkglass.policy.editing import with_application, with_retention, with_starter
from milkglass.policy.starters import STARTERS, starter
from milkglass.policy.versions import State
from milkglass.replay.values import Filters
from milkglass.web.install import SHOWN_DAYS
from milkglass.wizard import FARTHEST, Step, first_audit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.access.accounts import Account
    from milkglass.policy.versions import Version
    from milkglass.web.seat import Seat

TITLES: Mapping[Step, str] = {
    Step.OWNER: "Name the owner",
    Step.LOGIN: "A way to log in that lasts",
    Step.APPLICATION: "Application and origins",
    Step.STARTER: "Journeys to begin with",
    Step.INSTALL: "Install check",
    Step.AUDIT: "Retention and first audit",
}
STARTER_WORDS = {
    "chat": "a chat: rooms as shapes, their members never",
    "code-editor": "a code editor: the interface, no line of code",
    "ticket-form": "a ticket form: the form, never what is written in it",
}
KEEP = "keep"
AUDIT_IN = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step and where it stands; `waits` says what it waits for once somebody did his part."""

    step: Step
    title: str
    is_done: bool
    waits: str = ""


def steps(seat: Seat) -> list[StepRow]:
    """List the steps in their order."""
    house, settled = seat.house, seat.house.wizard.settled()
    owner = _owner(seat)
    waiting = _waiting(seat)
    is_recorded = bool(house.replay.list(Filters(application=house.application, most=1)))
    seen = house.install.seen(house.application, seat.now, SHOWN_DAYS)
    done = {
        Step.OWNER: house.access.accounts.email(owner.id) != FIRST[0][1],
        Step.LOGIN: _lasts(seat, owner),
        Step.APPLICATION: Step.APPLICATION in settled and not waiting,
        Step.STARTER: Step.STARTER in settled and not waiting,
        Step.INSTALL: is_recorded or seen.batch_at is not None,
        Step.AUDIT: house.wizard.audit_day(house.application) is not None and not waiting,
    }
    return [
        StepRow(step=one, title=TITLES[one], is_done=done[one], waits=waiting if one in settled else "") for one in Step
    ]


def wizard(seat: Seat) -> Response:
    """Show all steps; the next one is the first that is not done."""
    rows = steps(seat)
    following = next((row.step for row in rows if not row.is_done), None)
    return seat.render("wizard.html", "overview", rows=rows, following=following)


def step(seat: Seat) -> Response:
    """Show one step."""
    return _page(seat, _named(seat))


def save_step(seat: Seat) -> Response:
    """Do what a step's form says, and go on to the next one."""
    named = _named(seat)
    try:
        _SAVES[named](seat)
    except MilkglassError as refusal:
        return _page(seat, named, str(refusal))
    following = list(Step)[list(Step).index(named) + 1 :]
    return RedirectResponse(f"/console/wizard/{following[0]}" if following else "/console/wizard", 303)


def _page(seat: Seat, named: Step, refusal: str = "") -> Response:
    rows = steps(seat)
    house, owner = seat.house, _owner(seat)
    email = house.access.accounts.email(owner.id)
    is_named = email != FIRST[0][1]
    day = house.wizard.audit_day(house.application)
    return seat.render(
        "wizard_step.html",
        "overview",
        status=400 if refusal else 200,
        rows=rows,
        row=next(one for one in rows if one.step is named),
        number=list(Step).index(named) + 1,
        before=next((one for one in reversed(list(Step)[: list(Step).index(named)])), None),
        after=next(iter(list(Step)[list(Step).index(named) + 1 :]), None),
        refusal=refusal,
        owner=owner.name if is_named else "",
        email=email if is_named else "",
        document=_base(seat).document,
        starters=STARTER_WORDS,
        url=house.settings.url,
        audit_day=(day or (seat.now + AUDIT_IN).date()).isoformat(),
        earliest=seat.now.date().isoformat(),
        latest=(seat.now.date() + FARTHEST).isoformat(),
    )


def _save_owner(seat: Seat) -> None:
    owner = _owner(seat)
    name, email = seat.form.get("name", ""), seat.form.get("email", "")
    if email.strip().lower().endswith(".invalid"):
        raise Invalid("this address can reach nobody; give the owner's own e-mail")
    seat.house.access.accounts.rename(owner.id, name, email, seat.account.actor, seat.now)


def _save_login(seat: Seat) -> None:
    if not _lasts(seat, _owner(seat)):
        raise Conflict("the owner has no passkey yet: make one under Your sign-in, and come back")


def _save_application(seat: Seat) -> None:
    origins = [line.strip().rstrip("/") for line in seat.form.get("origins", "").splitlines() if line.strip()]
    name = seat.form.get("name", "").strip()
    if not origins:
        raise Invalid("list at least one of the origins, as https://app.example; pages of others are refused")
    _publish(seat, lambda text: with_application(text, name, origins))
    seat.house.wizard.settle(Step.APPLICATION, _by(seat))


def _save_starter(seat: Seat) -> None:
    picked = seat.form.get("starter", "")
    if picked != KEEP:
        if picked not in STARTERS:
            raise Invalid("choose a starter pack, or keep the journeys that stand")
        _publish(seat, lambda text: with_starter(text, starter(picked).policy))
    seat.house.wizard.settle(Step.STARTER, _by(seat))


def _save_install(seat: Seat) -> None:
    """Going on is not being done: the step is done when a batch has arrived."""
    del seat


def _save_audit(seat: Seat) -> None:
    day = first_audit(seat.form.get("day", ""), seat.now.date())
    days = seat.form.get("retention", "")
    if not days.isdecimal() or len(days) > 3:  # noqa: PLR2004 - a year has three digits of days
        raise Invalid("retention is a number of days, 1 to 365")
    _publish(seat, lambda text: with_retention(text, int(days)))
    seat.house.wizard.plan_audit(seat.house.application, day, _by(seat))
    seat.house.wizard.settle(Step.AUDIT, _by(seat))


_SAVES: Mapping[Step, Callable[[Seat], None]] = {
    Step.OWNER: _save_owner,
    Step.LOGIN: _save_login,
    Step.APPLICATION: _save_application,
    Step.STARTER: _save_starter,
    Step.INSTALL: _save_install,
    Step.AUDIT: _save_audit,
}


def _publish(seat: Seat, edit: Callable[[str], str]) -> None:
    """Bring a change in as any other: draft, review, and effect where nobody has to be asked. Raises Invalid."""
    house, base = seat.house, _base(seat)
    text = edit(base.body)
    if text == base.body:
        return
    had_draft = house.versions.draft(house.application) is not None
    draft = house.versions.save(house.application, text, _by(seat))
    if had_draft:
        return  # somebody is still writing it: they send it to review
    proposed = house.versions.propose(house.application, draft.number, _by(seat))
    if proposed.state is State.APPROVED:
        house.stand(proposed, _by(seat))


def _waiting(seat: Seat) -> str:
    """Say what a change of the policy waits for; empty if none waits."""
    if seat.house.versions.draft(seat.house.application) is not None:
        return "in a draft that somebody must send to review"
    waits = (State.IN_REVIEW, State.APPROVED)
    newest = next(iter(seat.house.versions.list(seat.house.application)), None)
    return "waits for approval" if newest is not None and newest.state in waits else ""


def _lasts(seat: Seat, owner: Account) -> bool:
    """Whether the owner has a passkey, or password and app; a one-time link is no way that lasts."""
    return seat.house.access.logins.has_factor(owner.id)


def _base(seat: Seat) -> Version:
    """What a change begins from: the newest version that waits or is written, else what stands."""
    house = seat.house
    open_ones = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
    found = next((one for one in house.versions.list(house.application) if one.state in open_ones), None)
    base = found or house.versions.effective(house.application)
    if base is None:
        raise Unavailable("no policy stands; start with --policy FILE")
    return base


def _owner(seat: Seat) -> Account:
    return next(one for one in seat.house.access.accounts.list() if Role.OWNER in one.roles and one.is_active)


def _named(seat: Seat) -> Step:
    try:
        return Step(seat.named("step"))
    except ValueError:
        raise NotFound("the set-up has no such step") from None


def _by(seat: Seat) -> facts.By:
    return facts.By(at=seat.now, actor=seat.account.actor)
