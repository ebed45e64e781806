"""Consent page: who agreed to what and when, by pseudonym; what a withdrawal did; how it stands by institution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from milkglass.access.values import Act
from milkglass.consent.listing import MOST_ROWS, Asked
from milkglass.consent.values import Kind, State
from milkglass.web.recordings import institution_name
from milkglass.web.spreadsheet import csv
from milkglass.wire.values import Purpose

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping

    from milkglass.consent.listing import Line
    from milkglass.web.seat import Seat

_FIELDS = ("person", "institution", "kind")
TONES: Mapping[State, str] = {
    State.GIVEN: "good",
    State.REQUESTED: "info",
    State.REFUSED: "none",
    State.WITHDRAWN: "warn",
    State.EXPIRED: "warn",
    State.TERMINATED: "warn",
    State.INVALIDATED: "bad",
    State.NONE: "none",
}
EVENT_WORDS: Mapping[Kind, str] = {
    Kind.REQUESTED: "asked",
    Kind.GIVEN: "said yes",
    Kind.REFUSED: "said no",
    Kind.DISMISSED: "closed the notice, which is a no",
    Kind.SIGNAL: "the browser refused",
    Kind.WITHDRAWN: "took it back",
    Kind.EXPIRED: "expired",
    Kind.TERMINATED: "ended by the institution",
    Kind.INVALIDATED: "found to be none",
    Kind.ERASED: "recordings destroyed",
}
# The rest have a column while somebody stands so: a table of eight is wider than a laptop.
_ALWAYS_SHOWN = frozenset({State.GIVEN, State.REFUSED, State.WITHDRAWN})
_WIDTH = 300  # of a bar, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a stacked bar."""

    state: State
    count: int
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many people of an institution stand how, for a purpose."""

    institution: str
    purpose: Purpose
    people: int
    parts: tuple[Part, ...]


def consent(seat: Seat) -> Response:
    """Show the ledger."""
    asked = _asked(seat)
    lines = seat.house.ledger.list(asked)
    people = {line.who for line in lines}
    who = next(iter(people)) if len(people) == 1 and asked.person else None
    said = {name: getattr(asked, name) for name in _FIELDS if getattr(asked, name)}
    bars = _bars(seat)
    counted = {part.state for bar in bars for part in bar.parts} | _ALWAYS_SHOWN
    return seat.render(
        "consent.html",
        "consent",
        policy=seat.policy,
        asked=asked,
        query=f"?{urlencode(said)}" if said else "",
        lines=lines,
        is_cut=len(lines) == MOST_ROWS,
        names={line.who.institution: institution_name(seat, line.who.institution) for line in lines},
        bars=bars,
        who=who,
        states={} if who is None else seat.house.consents.states(who, seat.now),
        effect=None if who is None else seat.house.ledger.effect(who),
        again=None if who is None else seat.house.consents.ask_again_at(who),
        kinds=list(Kind),
        words=EVENT_WORDS,
        tones=TONES,
        shown_states=[state for state in State if state in counted and state is not State.NONE],
        notices=seat.policy.document.consent.notices,
        checked=seat.house.consents.checked,
        may_withdraw=seat.may(Act.STOP),
        width=_WIDTH,
    )


def consent_csv(seat: Seat) -> Response:
    """Give what the list shows as CSV."""
    headers = {"Content-Disposition": 'attachment; filename="consent.csv"'}
    rows = [_flat(line) for line in seat.house.ledger.list(_asked(seat))]
    return Response(csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


def consent_json(seat: Seat) -> Response:
    """Give what the list shows as JSON."""
    rows = [_flat(line) for line in seat.house.ledger.list(_asked(seat))]
    return Response(msgspec.json.encode({"schema": 1, "events": rows}), media_type="application/json")


def withdraw(seat: Seat) -> Response:
    """Take a person's consent back for them, as they asked. Raises NotFound, NotAllowed."""
    seat.house.access.require(seat.account, Act.STOP, seat.now)
    who = seat.house.ledger.person(seat.form.get("person", "")[:26])
    is_erasure = seat.form.get("erase") == "yes"
    seat.house.consents.withdraw(who, seat.now, erase=is_erasure, by=seat.account.actor)
    return RedirectResponse(f"/console/consent?person={who.alias}", 303)


def receipt(seat: Seat) -> Response:
    """Give a person's receipt to whoever brings it to them. Raises NotFound."""
    who = seat.house.ledger.person(seat.named("person"))
    said = seat.house.ledger.receipt(who, seat.house.settings.url, seat.now)
    headers = {"Content-Disposition": 'attachment; filename="consent-receipt.json"'}
    return Response(msgspec.json.encode(said), media_type="application/json", headers=headers)


def _asked(seat: Seat) -> Asked:
    kind = seat.asked("kind")
    return Asked(
        person=seat.asked("person").lower()[:26],
        institution=seat.asked("institution"),
        kind=kind if kind in list(Kind) else "",
    )


def _bars(seat: Seat) -> list[Bar]:
    counts = seat.house.ledger.counts(seat.now)
    return [
        _bar(institution_name(seat, institution), purpose, here[purpose])
        for institution, here in sorted(counts.items())
        for purpose in Purpose
    ]


def _bar(institution: str, purpose: Purpose, counted: Counter[State]) -> Bar:
    people, x, parts = counted.total(), 0.0, list[Part]()
    for state in State:
        width = _WIDTH * counted[state] / people if people else 0.0
        if counted[state]:
            parts.append(Part(state=state, count=counted[state], x=round(x, 1), width=round(width, 1)))
        x += width
    return Bar(institution=institution, purpose=purpose, people=people, parts=tuple(parts))


def _flat(line: Line) -> dict[str, str | int]:
    event = line.event
    return {
        "at": event.at.isoformat(timespec="seconds"),
        "person": line.who.alias,
        "institution": line.who.institution,
        "event": event.kind.value,
        "purposes": " ".join(sorted(event.purposes)),
        "why": event.why,
        "by": event.by,
        "actor": line.actor,
        "channel": line.channel,
        "notice": line.notice,
        "consent": event.consent or "",
        "erase": "yes" if event.is_erasure else "",
        "recordings": event.recordings,
    }
