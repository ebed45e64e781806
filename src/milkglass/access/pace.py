"""Pace: how often something may be tried in a minute."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from milkglass.errors import Unavailable

_MINUTE = timedelta(minutes=1)


class TooMany(Unavailable):
    """Too many tries in a minute: answered with 429."""

    code = "too_many_tries"


@dataclass(slots=True)
class Pace:
    """How often something may be tried in a minute; kept in memory, bounded."""

    _tries: defaultdict[str, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))
    _lock: Lock = field(default_factory=Lock)

    def hold(self, key: str, most: int, now: datetime) -> None:
        """Count one try. Raises TooMany above `most` a minute."""
        with self._lock:
            if len(self._tries) > 10_000:  # noqa: PLR2004 - a bound, so that made-up keys cannot fill the memory
                self._tries.clear()
            tries = self._tries[key]
            while tries and now - tries[0] >= _MINUTE:
                tries.popleft()
            if len(tries) >= most:
                raise TooMany("too many tries; wait a minute")
            tries.append(now)
