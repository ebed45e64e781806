"""Looks: the player's page and what it loads. Each part leaves a leaf before its first byte is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from milkglass.database.moments import to_ms
from milkglass.errors import Invalid
from milkglass.replay.values import Seen
from milkglass.web.entries import REASONS
from milkglass.web.protection import Csp
from milkglass.web.recordings import institution_name
from milkglass.wire.values import LookId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milkglass.replay.values import Look
    from milkglass.vault.values import StoredBatch
    from milkglass.web.seat import Seat

_MOST_JOINED = 100
_MOST_OFFSET_MS = 5 * 3600 * 1000


def player(seat: Seat) -> Response:
    """Show the player of one's own look. It holds no byte of the recording yet."""
    look = _look(seat)
    row = seat.house.replay.get(look.recording)
    # The part behind the last is what no roll has reached yet.
    parts = len(seat.house.replay.segments(look, seat.now)) + 1
    case = seat.house.access.cases.get(look.case).number if look.case else "none"
    base = f"/console/looks/{look.id}"
    settings = {
        "parts": parts,
        "segments": f"{base}/segments/",
        "words": f"{base}/words",
        "joined": f"{base}/joined?of=",
        "report": f"{base}/personal-data",
        "beganMs": to_ms(row.began_at),
    }
    return seat.render(
        "player.html",
        "recordings",
        csp=Csp.PLAYER,
        row=row,
        institution=institution_name(seat, row.institution),
        reason=REASONS.get(look.reason, look.reason),
        case_number=case,
        look_id=look.id,
        parts=parts,
        settings=settings,
        replay_css=seat.door.pages.built_text("replay.css"),
    )


def segment(seat: Seat) -> Response:
    """Give one part's batches, decided and logged anew."""
    number = seat.named("number")
    if not number.isdecimal() or len(number) > 6:  # noqa: PLR2004
        raise Invalid("a part is a number")
    batches = seat.house.replay.segment(_look(seat), int(number), seat.now)
    return _json({"batches": _batches(batches)})


def words(seat: Seat) -> Response:
    """Give the words of the references."""
    return _json({"words": seat.house.replay.words(_look(seat))})


def joined(seat: Seat) -> Response:
    """Give the known sheets and listed images that the look's events name, and no other."""
    asked = seat.asked("of").split(",")
    if len(asked) > _MOST_JOINED:
        raise Invalid(f"at most {_MOST_JOINED} sheets and images at once")
    return _json({"words": seat.house.replay.joined(_look(seat), asked)})


def personal_data(seat: Seat) -> Response:
    """Seal the recording: somebody saw personal data in it."""
    said, offset = seat.form.get("seen", ""), seat.form.get("offset", "0")
    if said not in list(Seen):
        raise Invalid(f"what was seen is one of {', '.join(Seen)}")
    if not offset.isdecimal() or len(offset) > 9:  # noqa: PLR2004
        raise Invalid("the offset is a number of milliseconds")
    seat.house.replay.personal_data(_look(seat), Seen(said), min(int(offset), _MOST_OFFSET_MS), seat.now)
    return _json({"sealed": True})


def _look(seat: Seat) -> Look:
    return seat.house.replay.resume(LookId(seat.named("look")), seat.account)


def _batches(batches: Sequence[StoredBatch]) -> list[dict[str, object]]:
    return [
        {
            "number": batch.number,
            "reset": batch.reset,
            "level": batch.level,
            "journey": batch.journey,
            # Stored as JSON: put through as it is.
            "events": msgspec.Raw(batch.events),
            "interactions": msgspec.Raw(batch.interactions),
        }
        for batch in batches
    ]


def _json(body: dict[str, object]) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
