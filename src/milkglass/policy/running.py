"""Running: which policy the recorders in the field and this worker really run, beside the one that stands.

A recorder names its policy with each batch. What was named lately is kept in memory, by hash and release: nothing of it
is about a person, and after a restart the next batches tell it again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from milkglass.wire.values import ApplicationId

LATELY = timedelta(minutes=15)  # as long as a ticket lives: an older policy is taken no longer
MOST_KNOWN = 200  # hashes and releases come from the field, so that their number is bounded


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """What a batch says of its recorder; `policy` is empty where it named none that ever stood."""

    application: ApplicationId
    policy: str
    release: str


@dataclass(slots=True)
class _Seen:
    batches: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InField:
    """Recorders that lately ran one policy; `is_current` if it is the one that stands."""

    policy: str
    release: str
    batches: int
    last_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What stands, what this worker enforces, and what recorders ran lately."""

    stands: str
    worker: str
    field: tuple[InField, ...]

    @property
    def is_drifting(self) -> bool:
        """Whether anything runs another policy than the one that stands."""
        return self.worker != self.stands or any(not one.is_current for one in self.field)


@dataclass(slots=True)
class Running:
    """What was named lately. Thread-safe."""

    _seen: dict[Named, _Seen] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def see(self, named: Named, now: datetime) -> None:
        """Note what a batch named; a name more than fits is left out until older ones are forgotten."""
        with self._lock:
            seen = self._seen.get(named)
            if seen is not None:
                seen.batches += 1
                seen.last_at = max(seen.last_at, now)
                return
            if len(self._seen) >= MOST_KNOWN:
                self._forget(now)
            if len(self._seen) < MOST_KNOWN:
                self._seen[named] = _Seen(1, now)

    def drift(self, application: ApplicationId, stands: str, worker: str, now: datetime) -> Drift:
        """Compare what was named lately with the policy that stands, by hash; the newest first."""
        with self._lock:
            self._forget(now)
            rows = [
                InField(
                    policy=named.policy,
                    release=named.release,
                    batches=seen.batches,
                    last_at=seen.last_at,
                    is_current=named.policy == stands,
                )
                for named, seen in self._seen.items()
                if named.application == application
            ]
        return Drift(stands=stands, worker=worker, field=tuple(sorted(rows, key=lambda one: one.last_at, reverse=True)))

    def _forget(self, now: datetime) -> None:
        for named in [named for named, seen in self._seen.items() if now - seen.last_at > LATELY]:
            del self._seen[named]
