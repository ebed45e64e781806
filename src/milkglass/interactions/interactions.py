"""Interactions: clicks, moves, scrolls, errors and requests, out of which only counts of many people come.

There is no way to read a row back: the room answers with counts above a floor, and one recording's own interactions are
sealed with it and read through `replay`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milkglass.interactions.heatmap import Heatmap, HeatmapQuery, check_query
from milkglass.interactions.store import InteractionStore, Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactions:
    """The room. Thread-safe."""

    store: InteractionStore

    def take(self, journal_file: str, batches: Sequence[Recorded]) -> None:
        """Add a journal file's rows; durable on return, and a second time adds nothing. Raises Unavailable."""
        self.store.take(journal_file, batches)

    def heatmap(self, query: HeatmapQuery) -> Heatmap:
        """Count different people by cell and by element, and hide what fewer than the floor did.

        Raises: Invalid for a grid, a range or a floor that cannot be; Unavailable.
        """
        check_query(query)
        return self.store.heatmap(query)

    def routes(self, application: str) -> list[str]:
        """List the routes that an application has interactions of."""
        return self.store.routes(application)

    def forget(self, recording: str, purge_day: date) -> int:
        """Write the day's files anew without a recording; return how many rows went. Safe to run again."""
        return self.store.forget(recording, purge_day)

    def probe(self, recording: str, purge_day: date) -> int:
        """Count what is left of a recording, in the files themselves."""
        return self.store.count(recording, purge_day)

    def settle(self, today: date) -> int:
        """Sort the files of days that are over; return how many were."""
        return self.store.settle(today)
