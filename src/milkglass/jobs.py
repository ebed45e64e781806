"""Jobs: what happens by the clock. One thread; a job that fails is logged by its kind and tried at its next time."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milkglass.app import Milkglass

PURGE_EVERY = timedelta(hours=1)
LOG = logging.getLogger("milkglass.jobs")


class Jobs:
    """Rolls the journal and purges what is due, until it is closed."""

    def __init__(self, house: Milkglass) -> None:
        """Start the thread."""
        self._house = house
        self._stop = Event()
        self._purge_at = datetime.now(UTC)
        self._thread = Thread(target=self._run, name="milkglass-jobs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the job that runs now."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._house.settings.roll_seconds):
            now = datetime.now(UTC)
            try:
                self._house.ingest.roll(now)
                if now >= self._purge_at:
                    self._purge_at = now + PURGE_EVERY
                    self._house.retention.run(now)
            except Exception as problem:  # noqa: BLE001 - the clock must go on; the kind of the error carries no content
                LOG.error("a job failed (%s) and runs again at its next time", type(problem).__name__)  # noqa: TRY400 - a trace could hold content
