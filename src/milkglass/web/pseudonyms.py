"""Pseudonyms: who asks which random name a person has here, the second person's yes, and the answer.

Every decision here is `replay.pseudonyms`', which logs it. The screens say beforehand what will be logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from milkglass.access.roles import Role
from milkglass.errors import Invalid, MilkglassError, NotFound
from milkglass.institutions import Reach
from milkglass.replay.pseudonyms import Subject
from milkglass.web.entries import REASONS, names
from milkglass.web.problems import status_of
from milkglass.web.second_person import told
from milkglass.wire.values import InstitutionId, RecordingId

if TYPE_CHECKING:
    from starlette.responses import Response

    from milkglass.replay.pseudonyms import Resolved
    from milkglass.web.seat import Seat

HERE = "/console/pseudonyms"
_FIELDS = ("institution", "subject", "reason", "case")


def pseudonyms(seat: Seat) -> Response:
    """Show what was asked, what waits first, and the form to ask."""
    return _page(seat)


def ask(seat: Seat) -> Response:
    """Ask for a pseudonym: by a recording's id, or by the customer's digest of a person."""
    try:
        subject = _subject(seat)
        case = seat.house.access.cases.open(
            seat.form.get("case", "").strip(), subject.institution, seat.account, seat.now
        )
        seat.house.pseudonyms.ask(seat.account, subject, seat.form.get("reason", ""), case.id, seat.now)
    except MilkglassError as refusal:
        return _page(seat, refusal)
    return RedirectResponse(HERE, 303)


def confirm(seat: Seat) -> Response:
    """Agree as the second person; the one who asked is refused."""
    try:
        seat.house.pseudonyms.confirm(seat.account, seat.named("resolution"), seat.now)
    except MilkglassError as refusal:
        return _page(seat, refusal)
    return RedirectResponse(HERE, 303)


def resolve(seat: Seat) -> Response:
    """Tell the pseudonym to the one who asked: in the answer to this request, and at no address."""
    try:
        resolved = seat.house.pseudonyms.resolve(seat.account, seat.named("resolution"), seat.now)
    except MilkglassError as refusal:
        return _page(seat, refusal)
    return _page(seat, resolved=resolved)


def _subject(seat: Seat) -> Subject:
    said = seat.form.get("subject", "").strip()
    if not said:
        raise Invalid("say whose pseudonym: a recording's id, or the 64 hex digits of the visit token's `person`")
    try:
        row = seat.house.replay.get(RecordingId(said))
    except NotFound:
        scope = seat.house.scope(Reach.INSTITUTION, seat.form.get("institution", ""))
        return Subject(institution=InstitutionId(scope.name), person=said)
    return Subject(institution=row.institution, recording=row.recording)


def _page(seat: Seat, refusal: MilkglassError | None = None, resolved: Resolved | None = None) -> Response:
    known = names(seat.house)
    version = seat.house.versions.effective(seat.house.application)
    return seat.render(
        "pseudonyms.html",
        "access",
        status=200 if refusal is None else status_of(refusal),
        asked=[told(seat, row, known) for row in seat.house.pseudonyms.list()],
        institutions=version.document.institutions if version else (),
        reasons=REASONS,
        said={name: seat.form.get(name, "") for name in _FIELDS},
        refusal=None if refusal is None else {"code": refusal.code, "detail": str(refusal)},
        resolved=resolved,
        may_ask=Role.VIEWER in seat.account.roles,
    )
