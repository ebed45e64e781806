"""What the vault takes and gives: frames' heads, stored batches, segment rows, what a probe found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec

from milkglass.errors import NotAllowed
from milkglass.wire.events import Interaction


class Gone(NotAllowed):
    """The recording is shredded, or its consent no longer stands: nothing more may land."""

    code = "gone"


class Stored(StrEnum):
    """What became of a batch."""

    NEW = "new"  # durable now
    DUPLICATE = "duplicate"  # it was durable before: same number, same hash


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What lies in clear beside a sealed batch: all that a roll needs, nothing that a page said."""

    application: str
    institution: str
    recording: str
    visit: str
    consent: str
    began: int  # epoch ms
    purge_day: str
    number: int
    hash: bytes  # 16 bytes of the body's digest
    vocabulary: int
    journey: str
    level: int
    received: int  # epoch ms
    first_at: int  # ms since began
    last_at: int
    events: int
    routes: list[str]
    marks: dict[str, int]
    masked: dict[str, int]
    bypassed: dict[str, int]
    dropped: dict[str, int]
    rows_day: str = ""  # the day whose key seals the heatmap rows; the purge day where it is empty


class Sealed(msgspec.Struct, frozen=True):
    """A batch on its way to the disk: its head, its body and its heatmap rows, both sealed; no consent, no rows."""

    head: Head
    batch: bytes
    rows: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch as it was kept, opened."""

    number: int
    hash: bytes
    policy: str
    vocabulary: int
    level: int
    reset: bool
    journey: str
    received_at: int  # epoch ms
    events: bytes  # JSON array
    interactions: bytes  # JSON array


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A stretch of a recording: which numbers and times it covers, and where it lies."""

    segment: int
    object_name: str
    first_number: int
    last_number: int
    first_at: int  # ms since began
    last_at: int
    batches: int
    byte_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What is left of a recording, by place. A purge is done when `is_clean`."""

    rows: Mapping[str, int]  # by table
    objects: int
    frames: int  # in journal files
    tombstone: bool

    @property
    def is_clean(self) -> bool:
        """Say whether nothing but the tombstone is left."""
        return self.tombstone and not (sum(self.rows.values()) or self.objects or self.frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledRows:
    """Heatmap rows of one batch, opened for the roll."""

    application: str
    institution: str
    recording: str
    purge_day: date
    began: int  # epoch ms
    crowd: int  # 63-bit digest of the person
    interactions: Sequence[Interaction]
