"""The interaction store: rows of all recordings, by purge day. Drivers: `store_duckdb`."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from milkglass.interactions.heatmap import Heatmap, HeatmapQuery
from milkglass.wire.events import Interaction

KeysOf = Callable[[date], Sequence[bytes]]  # of a purge day, the one to seal with first
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Recorded(Protocol):
    """The heatmap rows of one batch, as a roll hands them over."""

    @property
    def application(self) -> str:
        """The recorded product."""

    @property
    def institution(self) -> str:
        """Whose data it is."""

    @property
    def recording(self) -> str:
        """Which recording it is part of, so that it can be forgotten with it."""

    @property
    def purge_day(self) -> date:
        """The day whose key seals it."""

    @property
    def began(self) -> int:
        """Epoch ms; the interactions' `at` counts from here."""

    @property
    def crowd(self) -> int:
        """A 63-bit digest of the person: people are counted by it and never shown."""

    @property
    def interactions(self) -> Sequence[Interaction]:
        """The rows."""


def recorded_day(began: int, at: float) -> date:
    """Return the UTC day on which an interaction happened."""
    return (_EPOCH + timedelta(milliseconds=began + at)).date()


class InteractionStore(Protocol):
    """Any thread may call any method. Rows are encrypted at rest under the keys of their purge day."""

    def take(self, journal_file: str, batches: Sequence[Recorded]) -> None:
        """Add a journal file's rows; durable on return. One that was taken adds nothing. Raises Unavailable."""

    def heatmap(self, query: HeatmapQuery) -> Heatmap:
        """Count different people by cell and by element. Raises Invalid, Unavailable."""

    def routes(self, application: str) -> list[str]:
        """List the routes that an application has rows of, sorted."""

    def forget(self, recording: str, purge_day: date) -> int:
        """Write its files anew without a recording, under the newest key; return how many rows went.

        Its rows lie under its purge day, or an earlier one.
        """

    def drop(self, purge_day: date) -> int:
        """Remove a whole purge day; return how many files went."""

    def days(self) -> list[date]:
        """List the purge days that have files, sorted."""

    def count(self, recording: str, purge_day: date) -> int:
        """Count the rows of a recording that goes on `purge_day`, under it or an earlier day: what a probe asks."""

    def settle(self, today: date) -> int:
        """Sort the files whose recorded day is over by application, route and time; return how many were."""
