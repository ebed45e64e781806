"""Pace: how often something may be tried in a minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from milkglass.errors import Unavailable

_MINUTE = timedelta(minutes=1)
_MOST_KEYS = 10_000


class TooMany(Unavailable):
    """Too many tries in a minute: answered with 429."""

    code = "too_many_tries"


@dataclass(slots=True)
class Pace:
    """How often something may be tried in a minute; kept in memory, bounded."""

    _tries: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def hold(self, key: str, most: int, now: datetime) -> None:
        """Count one try. Raises TooMany above `most` a minute, and for a new key while `_MOST_KEYS` are being tried."""
        with self._lock:
            self._forget(now)
            if key not in self._tries and len(self._tries) >= _MOST_KEYS:
                # Made-up keys must neither fill the memory nor push out the tries of a key that is being guessed.
                raise TooMany("too many tries; wait a minute")
            tries = self._tries.setdefault(key, deque())
            while tries and now - tries[0] >= _MINUTE:
                tries.popleft()
            if len(tries) >= most:
                raise TooMany("too many tries; wait a minute")
            tries.append(now)
            self._tries.move_to_end(key)

    def _forget(self, now: datetime) -> None:
        """Drop the keys that nobody tried for a minute: the first ones, for each try moves its key to the end."""
        while self._tries and now - next(iter(self._tries.values()))[-1] >= _MINUTE:
            self._tries.popitem(last=False)
