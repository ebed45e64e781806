"""Living policy page: the policy in plain sentences beside what proves each, and what really runs beside what stands.

The numbers are queries over the running system, made as the page is drawn. A stream tells the page when what runs
changes, so that a drift is seen within seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.responses import Response

from milkglass.errors import NotFound
from milkglass.masking.values import Kind
from milkglass.policy.clauses import Live, Proof, sections
from milkglass.web.pdf import MISSING, has_pdf, pdf
from milkglass.web.protection import Csp
from milkglass.web.streams import streamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from milkglass.app.app import Milkglass
    from milkglass.policy.running import Drift
    from milkglass.policy.versions import Version
    from milkglass.web.entries import Checked
    from milkglass.web.pages import Pages
    from milkglass.web.seat import Door, Seat

LOOK_BACK = timedelta(days=7)
PROOF_WORDS = {
    Proof.PROVEN: ("good", "checked"),
    Proof.UNKNOWN: ("info", "not seen yet"),
    Proof.FAILED: ("bad", "does not hold"),
    Proof.NONE: ("warn", "no control"),
}


def living(checked: Checked) -> Callable[[Seat], Response]:
    """Return the screen; `checked` is shared, so that the log is not computed again at each load."""

    def show(seat: Seat) -> Response:
        version = _stands(seat.house)
        drawn = sections(version.document, _live(seat.house, checked, seat.now))
        clauses = [clause for section in drawn for clause in section.clauses]
        return seat.render(
            "living.html",
            "policy",
            version=version,
            sections=drawn,
            proven=sum(clause.proof is Proof.PROVEN for clause in clauses),
            clauses=len(clauses),
            words=PROOF_WORDS,
            drift=_drift(seat.house, seat.now),
            has_pdf=has_pdf(),
            pdf_missing=MISSING,
        )

    return show


def living_pdf(checked: Checked) -> Callable[[Seat], Response]:
    """Return the page as a PDF. Raises Unavailable where the extra is not installed."""

    def give(seat: Seat) -> Response:
        number = _stands(seat.house).number
        headers = {"Content-Disposition": f'attachment; filename="policy-{number}.pdf"'}
        written = write_pdf(seat.house, seat.door.pages, checked, seat.now)
        return Response(written, media_type="application/pdf", headers=headers)

    return give


def write_pdf(house: Milkglass, pages: Pages, checked: Checked, now: datetime) -> bytes:
    """Write the living page as a PDF. Raises Unavailable where the extra is not installed."""
    version = _stands(house)
    drawn = sections(version.document, _live(house, checked, now))
    template = pages.environment.get_template("living_pdf.html")
    return pdf(template.render(version=version, sections=drawn, words=PROOF_WORDS, now=now))


def stream(seat: Seat) -> Response:
    """Tell, as server-sent events, what runs beside what stands: at once, and each time that it changes.

    With `once` in the address it ends after the first, for a program that only asks.
    """
    door = seat.door
    return streamed("drift", lambda: _fragment(door), is_once=bool(seat.asked("once")))


def public(door: Door, checked: Checked) -> Response:
    """Show the page to anybody, where the policy says so: without links into the console and without drift.

    Raises: NotFound where the policy does not say so.
    """
    now = datetime.now(UTC)
    version = _stands(door.house)
    if not version.document.is_page_public:
        raise NotFound("there is nothing at this address", code="no_such_address")
    said = {
        "version": version,
        "sections": sections(version.document, _live(door.house, checked, now)),
        "words": PROOF_WORDS,
        "now": now,
    }
    return door.pages.render("living_public.html", said, csp=Csp.PAGE)


def _fragment(door: Door) -> tuple[str, str]:
    now = datetime.now(UTC)
    drift = _drift(door.house, now)
    template = door.pages.environment.get_template("living_drift.html")
    return str(_stands(door.house).number), template.render(drift=drift, now=now)


def _drift(house: Milkglass, now: datetime) -> Drift:
    application = house.application
    worker = house.policies.current(application)
    stands = house.policies.standing_hash(application) or ""
    return house.ingest.running.drift(application, stands, worker.hash if worker else "", now)


def _stands(house: Milkglass) -> Version:
    stands = house.versions.effective(house.application)
    if stands is None:
        raise NotFound("no policy stands")
    return stands


def _live(house: Milkglass, checked: Checked, now: datetime) -> Live:
    house.masking.flush()
    rows = house.masking.rows(house.application, (now - LOOK_BACK).date(), now.date())
    kept, plain = (
        max((row.last_at for row in rows if row.kind is kind), default=None) for kind in (Kind.BATCHES, Kind.PLAIN)
    )
    purged, purged_at = house.retention.purged()
    consents = house.consents.checked
    verified, log_at = checked.verified(house, now)
    version = _stands(house)
    marked = house.tellings.told(version)
    return Live(
        now=now,
        untold=tuple(one.name for one in house.tellings.untold(version)),
        told_at=marked[-1].at if marked else None,
        kept_at=kept,
        plain_at=plain,
        matched={row.rule: row.matched_at for row in house.masking.exclusions(house.application, now)},
        purged=purged,
        purged_at=purged_at,
        overdue=len(house.retention.due(now)),
        log_holds=verified.bad_index is None and verified.fault is None,
        log_at=log_at,
        log_entries=verified.size,
        consents_at=consents.at if consents else None,
        segments=consents.segments if consents else 0,
        uncovered=len(consents.violations) if consents else 0,
    )
