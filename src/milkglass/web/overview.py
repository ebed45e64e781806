"""Overview: what is recorded now, who looked last, and what needs doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milkglass.access.roles import Role
from milkglass.access.values import Act
from milkglass.replay.values import Filters
from milkglass.web.access import to_confirm
from milkglass.web.entries import looks_of, recent
from milkglass.web.pages import many
from milkglass.web.wizard import steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.responses import Response

    from milkglass.replay.values import RecordingRow
    from milkglass.web.seat import Seat

_MOST = 500
_LOOKS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something that somebody must do; `href` is empty where no screen helps."""

    picture: str
    said: str
    href: str = ""
    act: str = "Show"


def overview(seat: Seat) -> Response:
    """Show the overview."""
    rows = seat.house.replay.list(Filters(application=seat.house.application, most=_MOST))
    entries = recent(seat.house)
    looks = looks_of(entries)
    needs = list(_needs(seat, rows))
    return seat.render(
        "overview.html",
        "overview",
        policy=seat.policy,
        verdict=_verdict(len(needs)),
        recordings=len(rows),
        has_more=len(rows) == _MOST,
        newest=rows[0].began_at if rows else None,
        raging=sum("rage" in row.marks for row in rows),
        failing=sum("error" in row.marks for row in rows),
        looks=len(looks),
        last_looks=looks[:_LOOKS_SHOWN],
        needs=needs,
    )


def _verdict(needs: int) -> str:
    if not needs:
        return "Nothing needs you today"
    return "One thing needs you" if needs == 1 else f"{needs} things need you"


def _needs(seat: Seat, rows: Sequence[RecordingRow]) -> Iterator[Need]:
    yield from _urgent(seat)
    yield from _set_up(seat, has_rows=bool(rows))
    sealed = [row for row in rows if row.is_sealed]
    if sealed:
        href = f"/console/recordings/{sealed[0].recording}"
        yield Need(picture="lock", said=f"{len(sealed)} sealed: somebody saw personal data", href=href)
    plain = [row for row in rows if sum(row.bypassed.values())]
    if plain:
        href = f"/console/recordings/{plain[0].recording}"
        said = f"{len(plain)} with text that arrived unmasked; the server masked it"
        yield Need(picture="warn", said=said, href=href)
    waiting = [one for one in seat.house.replay.exports() if one.confirmed_by is None]
    for_me = [one for one in waiting if one.requested_by != seat.account.id]
    if for_me:
        href = f"/console/exports/{for_me[0].id}" if len(for_me) == 1 else "/console/exports"
        said = "1 export waits" if len(for_me) == 1 else f"{len(for_me)} exports wait"
        yield Need(picture="people", said=f"{said} for a second person", href=href)
    yield from _vetting(seat)


def _vetting(seat: Seat) -> Iterator[Need]:
    """What a viewer misses before they can look; and, for who can confirm them, which viewers wait for it."""
    mine, now, here = seat.account, seat.now, "/console/training"
    if Role.VIEWER in mine.roles and not mine.is_trained(now):
        said = "Your FERPA training is missing or over: you cannot look until it is done"
        yield Need(picture="shield", said=said, href=here, act="Take it")
    if Role.VIEWER in mine.roles and not mine.is_signed(now):
        said = "You have not signed the confidentiality agreement: you cannot look until then"
        yield Need(picture="shield", said=said, href=f"{here}#agreement", act="Read and sign")
    if Role.VIEWER in mine.roles and not mine.is_confirmed(now):
        said = "No manager has confirmed you: you cannot look until the owner or legal has"
        yield Need(picture="people", said=said, href=here)
    waiting = len(to_confirm(seat))
    if waiting:
        said = f"{many(waiting, 'viewer waits', 'viewers wait')} for you to confirm them"
        yield Need(picture="people", said=said, href="/console/access#confirm", act="Decide")


def _set_up(seat: Seat, *, has_rows: bool) -> Iterator[Need]:
    if not seat.house.settings.demo and seat.may(Act.POLICY):
        done = [one.is_done for one in steps(seat)]
        if not all(done):
            said = f"Set-up: {sum(done)} of {len(done)} steps done"
            yield Need(picture="overview", said=said, href="/console/wizard", act="Continue")
    if not has_rows and seat.house.settings.demo:
        yield Need(picture="recordings", said="Nothing is recorded yet", href="/demo/", act="Open the demo")
    elif not has_rows and seat.may(Act.MASKING):
        yield Need(picture="recordings", said="Nothing is recorded yet", href="/console/install", act="Install check")


def _urgent(seat: Seat) -> Iterator[Need]:
    version = seat.house.versions.effective(seat.house.application)
    untold = seat.house.tellings.untold(version) if version else ()
    if version and untold and seat.may(Act.POLICY_READ):
        said = f"{many(len(untold), 'institution')} not told of policy version {version.number}, which is material"
        yield Need(picture="people", said=said, href=f"/console/policy/versions/{version.number}#told")
    stopped = seat.house.institutions.stops.list()
    if stopped:
        what = ", ".join(one.scope.name or one.scope.reach.value for one in stopped)
        yield Need(picture="stop", said=f"Recording is stopped: {what}", href="/console/institutions")
    incidents = [one for one in seat.house.watch.incidents() if not one.judgements] if seat.may(Act.LOG) else []
    if incidents:
        late = sum(one.is_overdue(seat.now) for one in incidents)
        said = f"{many(len(incidents), 'access incident')} to judge" + (f", {late} overdue" if late else "")
        yield Need(picture="warn", said=said, href="/console/access-incidents", act="Judge")
    checked = seat.house.consents.checked
    if checked and checked.violations:
        href = f"/console/recordings/{checked.violations[0]}"
        yield Need(picture="stop", said=f"{len(checked.violations)} that no consent covers: an incident", href=href)
