"""Institutions page: which school or college said yes to what, and the buttons that end recording at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from milkglass import facts
from milkglass.access.values import Act
from milkglass.institutions import Reach, Scope
from milkglass.wire.values import Purpose

if TYPE_CHECKING:
    from milkglass.web.seat import Seat

TYPE_WORDS = {"k12": "K-12", "postsecondary": "postsecondary", "other": "not a school"}
BASIS_WORDS = {"school_official": "school official", "written_consent": "written consent", "other": "another ground"}


def institutions(seat: Seat) -> Response:
    """Show each institution with what it said yes to, and what is stopped."""
    stops = {one.scope: one for one in seat.house.institutions.stops.list()}
    people = {str(account.id): account.name for account in seat.house.access.accounts.list()}
    return seat.render(
        "institutions.html",
        "institutions",
        document=seat.policy.document,
        policy=seat.policy,
        purposes=list(Purpose),
        everything=stops.get(Scope(Reach.EVERYTHING)),
        application=stops.get(Scope(Reach.APPLICATION, seat.house.application)),
        stopped={scope.name: one for scope, one in stops.items() if scope.reach is Reach.INSTITUTION},
        who={**people, facts.COMMAND_LINE.id: "the command line"},
        types=TYPE_WORDS,
        bases=BASIS_WORDS,
        may_stop=seat.may(Act.STOP),
        may_resume=seat.may(Act.RESUME),
    )


def stop(seat: Seat) -> Response:
    """End recording for what the form names."""
    seat.house.institutions.stops.stop(_scope(seat), _by(seat))
    return RedirectResponse("/console/institutions", 303)


def resume(seat: Seat) -> Response:
    """Let recording begin again for what the form names."""
    seat.house.institutions.stops.resume(_scope(seat), _by(seat))
    return RedirectResponse("/console/institutions", 303)


def _scope(seat: Seat) -> Scope:
    return seat.house.scope(seat.form.get("reach", "")[:20], seat.form.get("name", "")[:40])


def _by(seat: Seat) -> facts.By:
    return facts.By(at=seat.now, actor=seat.account.actor)
