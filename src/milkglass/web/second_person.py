"""What waits for a second person, in people's words: an export, or the question for a pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from milkglass.replay.pseudonyms import Resolution
from milkglass.replay.values import ExportRow
from milkglass.web.entries import REASONS
from milkglass.web.recordings import institution_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milkglass.web.seat import Seat


R = TypeVar("R", ExportRow, Resolution)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Generic[R]):
    """Something asked for, in people's words. `confirmed_by` is empty while it waits."""

    row: R
    institution: str
    asked_by: str
    confirmed_by: str
    reason: str
    case: str
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether a second person must still confirm."""
        return self.row.confirmed_by is None


def told(seat: Seat, row: R, known: Mapping[str, str]) -> Told[R]:
    """Say a row in people's words; `known` has the names of accounts."""
    gone = "an account that is gone"
    return Told(
        row=row,
        institution=institution_name(seat, row.institution),
        asked_by=known.get(row.requested_by, gone),
        confirmed_by="" if row.confirmed_by is None else known.get(row.confirmed_by, gone),
        reason=REASONS.get(row.reason, row.reason),
        case=seat.house.access.cases.get(row.case).number if row.case else "none",
        is_own=row.requested_by == seat.account.id,
    )
