"""Living policy page: the policy in plain sentences beside what proves each, and what really runs beside what stands.

The numbers are queries over the running system, made as the page is drawn. A stream tells the page when what runs
changes, so that a drift is seen within seconds.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from milkglass.errors import NotFound
from milkglass.masking.values import Kind
from milkglass.policy.clauses import Live, Proof, sections
from milkglass.web.protection import Csp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from milkglass.app import Milkglass
    from milkglass.policy.running import Drift
    from milkglass.policy.versions import Version
    from milkglass.web.entries import Checked
    from milkglass.web.seat import Door, Seat

LOOK_BACK = timedelta(days=7)
TICK_SECONDS = 1.0
STREAM_SECONDS = 60.0  # then the page asks again, so that a login that is over ends it
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
        )

    return show


def stream(seat: Seat) -> Response:
    """Tell, as server-sent events, what runs beside what stands: at once, and each time that it changes.

    With `once` in the address it ends after the first, for a program that only asks.
    """
    seconds = 0.0 if seat.asked("once") else STREAM_SECONDS
    return StreamingResponse(
        _events(seat.door, seconds), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


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


async def _events(door: Door, seconds: float) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    ends, last = clock() + seconds, ""
    yield "retry: 1000\n\n"
    while True:
        number, fragment = await run_in_threadpool(_fragment, door)
        if fragment != last:
            last = fragment
            lines = "".join(f"data: {line}\n" for line in fragment.splitlines())
            yield f"id: {number}\nevent: drift\n{lines}\n"
        if clock() >= ends:
            return
        await asyncio.sleep(TICK_SECONDS)


def _fragment(door: Door) -> tuple[int, str]:
    now = datetime.now(UTC)
    drift = _drift(door.house, now)
    template = door.pages.environment.get_template("living_drift.html")
    return _stands(door.house).number, template.render(drift=drift, now=now)


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
    return Live(
        now=now,
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
