"""Heatmaps: how many different people did something where, and nothing about fewer than a floor of them.

A cell or an element that fewer than `least_people` different people touched is not given back at all; it is only
counted, so that a page can say how much it does not show. The rest of the arithmetic stands in the store, beside the
rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milkglass.errors import Invalid
from milkglass.wire.values import ApplicationId

LEAST_PEOPLE = 10
_SMALLEST_FLOOR = 2  # one person's own clicks are never a heatmap
_MOST_CELLS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatmapQuery:
    """Which interactions to count, and in how many cells. Days are recorded days, both included."""

    application: ApplicationId
    route: str
    kind: str = "click"
    viewport: str | None = None  # a class such as "large"; None takes all
    first_day: date
    last_day: date
    columns: int = 40  # cells across a page
    rows: int = 80  # cells down a page
    least_people: int = LEAST_PEOPLE


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with at least the floor of people; column 0 is left, row 0 the top of the page."""

    column: int
    row: int
    people: int
    count: int


@dataclass(frozen=True, slots=True)
class ElementCount:
    """An element with at least the floor of people; `label` is a reference, whose words are the vocabulary's."""

    element: str
    role: str | None
    label: str | None
    people: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heatmap:
    """What a query found and may show.

    `people` and `count` are over all that the query names. Where fewer than the floor did anything at all they are 0,
    `is_below_floor` is set, and there are no cells.
    """

    people: int
    count: int
    cells: Sequence[Cell]
    elements: Sequence[ElementCount]
    hidden_cells: int
    hidden_elements: int
    least_people: int
    is_below_floor: bool

    @property
    def why_hidden(self) -> str:
        """Say why something is not shown; empty if all is."""
        if not (self.is_below_floor or self.hidden_cells or self.hidden_elements):
            return ""
        return f"fewer than {self.least_people} different people"


def check_query(query: HeatmapQuery) -> None:
    """Raise Invalid for a grid, a range or a floor that no heatmap can have."""
    if not (1 <= query.columns <= _MOST_CELLS and 1 <= query.rows <= _MOST_CELLS):
        raise Invalid(f"a heatmap has 1 to {_MOST_CELLS} columns and rows")
    if query.last_day < query.first_day:
        raise Invalid("the last day lies before the first")
    if query.least_people < _SMALLEST_FLOOR:
        raise Invalid(f"the floor is at least {_SMALLEST_FLOOR} people; raise least_people")


def below_floor(query: HeatmapQuery, *, is_empty: bool) -> Heatmap:
    """Show nothing: either nobody did anything, or so few did that even their number would tell."""
    return Heatmap(
        people=0,
        count=0,
        cells=(),
        elements=(),
        hidden_cells=0,
        hidden_elements=0,
        least_people=query.least_people,
        is_below_floor=not is_empty,
    )
