"""What enforcement is asked under, and what it hands over.

Source: docs/architecture.md.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from milkglass.policy.compile import Words
from milkglass.wire.events import Interaction
from milkglass.wire.values import Level, PolicyHash, TicketFields


@dataclass(slots=True)
class Remarks:
    """Counts, never content: what fell by path, was masked by class and route, was left to us by the browser."""

    dropped: Counter[str] = field(default_factory=Counter)
    masked: Counter[tuple[str, str]] = field(default_factory=Counter)
    bypassed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who may record what, now. `now_ms` in epoch ms; `recording_key` (32 bytes) keys the recording's tokens."""

    ticket: TicketFields
    now_ms: int
    recording_key: bytes
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedBatch:
    """What may be stored of a batch. `events` is a JSON array; times are in ms since `began`."""

    ticket: TicketFields
    number: int
    hash: bytes
    policy: PolicyHash
    vocabulary: int
    journey: str
    level: Level
    reset: bool
    events: bytes
    interactions: tuple[Interaction, ...]
    heatmap: tuple[Interaction, ...]
    routes: frozenset[str]
    event_count: int
    first_at: int
    last_at: int
    marks: Mapping[str, int]
    remarks: Remarks
