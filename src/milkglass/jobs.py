"""Jobs: what happens by the clock. One thread; a job that fails is logged by its kind and tried at its next time."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from milkglass.app.app import Milkglass

PURGE_EVERY = timedelta(hours=1)
CHECK_EVERY = timedelta(days=1)
SIGN_SECONDS = 1  # a checkpoint a second at most
LOG = logging.getLogger("milkglass.jobs")


class Jobs:
    """Rolls, purges, signs the log, checks consent and has the access rules read the log, until it is closed."""

    def __init__(self, house: Milkglass) -> None:
        """Start the threads."""
        self._house = house
        self._stop = Event()
        self._purge_at = self._check_at = datetime.now(UTC)
        self._thread = Thread(target=self._run, name="milkglass-jobs", daemon=True)
        self._thread.start()
        self._signer = Thread(target=self._sign, name="milkglass-signer", daemon=True)
        self._signer.start()

    def close(self) -> None:
        """Stop after the jobs that run now; what the log got since is signed."""
        self._stop.set()
        self._thread.join()
        self._signer.join()
        self._do(lambda: self._house.sign_log(datetime.now(UTC)))

    def _sign(self) -> None:
        while not self._stop.wait(SIGN_SECONDS):
            self._do(lambda: self._house.logs.sign(datetime.now(UTC)))

    def _run(self) -> None:
        while not self._stop.wait(self._house.settings.roll_seconds):
            self._do(self._by_the_clock)

    def _by_the_clock(self) -> None:
        now = datetime.now(UTC)
        self._house.ingest.roll(now)
        self._house.logs.begin(now)  # another log in a new year
        self._house.sign_log(now)
        if now >= self._purge_at:
            self._purge_at = now + PURGE_EVERY
            self._house.consents.settle(now)
            self._house.retention.run(now)
        if now >= self._check_at:
            self._check_at = now + CHECK_EVERY
            self._house.asking.forget_old(now)
            self._check(now)
            self._watch(now)

    def _watch(self, now: datetime) -> None:
        found = self._house.watch.sweep(now, self._house.log.verify().bad_index)
        if found:
            LOG.error("%d access incidents were found; see Access incidents", found)

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as problem:  # noqa: BLE001 - the clock must go on; the kind of the error carries no content
            LOG.error("a job failed (%s) and runs again at its next time", type(problem).__name__)  # noqa: TRY400 - a trace could hold content

    def _check(self, now: datetime) -> None:
        found = len(self._house.consents.check(now).violations)
        if found:
            LOG.error("%d recordings have a segment that no consent covers; see the Overview", found)
