"""Which batch numbers of a recording are kept already, so that sending again is safe.

Memory holds the last numbers of the most recent recordings; what is older is looked up in the segment rows, which keep
numbers and hashes for 48 hours. Whatever slips between is settled by the roll, which keeps the first of two.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

_MOST_RECORDINGS = 20_000
_MOST_NUMBERS = 64
_NOTHING = -1  # below every number
_decoder = msgspec.msgpack.Decoder(dict[int, bytes])


@dataclass(slots=True)
class _Recent:
    """A recording's last numbers. Memory holds every kept number above `floor`; what is not above it is looked up."""

    floor: int
    hashes: dict[int, bytes] = field(default_factory=dict)

    def note(self, number: int, content_hash: bytes) -> None:
        self.hashes.setdefault(number, content_hash)
        while len(self.hashes) > _MOST_NUMBERS:
            lowest = min(self.hashes)
            del self.hashes[lowest]
            self.floor = max(self.floor, lowest)


class Numbers:
    """Hashes by number, per recording. Thread-safe."""

    def __init__(self, look_up: Callable[[str], dict[int, bytes]]) -> None:
        self._look_up = look_up
        self._guard = threading.Lock()
        self._recent: OrderedDict[str, _Recent] = OrderedDict()

    def find(self, recording: str, number: int) -> bytes | None:
        """Return the hash under which a number is kept, or None if it is not known to be."""
        with self._guard:
            recent = self._recent.get(recording)
            if recent and number > recent.floor:
                return recent.hashes.get(number)
        known = self._look_up(recording)
        with self._guard:
            recent = self._recent_of(recording, _NOTHING)
            for kept in sorted(known):
                recent.note(kept, known[kept])
        return known.get(number)

    def note(self, recording: str, number: int, content_hash: bytes) -> None:
        """Remember a number that is durable now; the first hash of a number stays."""
        with self._guard:
            # Without a look-up before it, nothing is known of the numbers below.
            self._recent_of(recording, number).note(number, content_hash)

    def forget(self, recording: str) -> None:
        """Drop a recording from memory."""
        with self._guard:
            self._recent.pop(recording, None)

    def _recent_of(self, recording: str, floor: int) -> _Recent:
        recent = self._recent.setdefault(recording, _Recent(floor))
        self._recent.move_to_end(recording)
        while len(self._recent) > _MOST_RECORDINGS:
            self._recent.popitem(last=False)
        return recent


def pack_numbers(numbers: dict[int, bytes]) -> bytes:
    """Write numbers and hashes as a segment row keeps them."""
    return msgspec.msgpack.encode(numbers)


def unpack_numbers(packed: bytes) -> dict[int, bytes]:
    """Read what `pack_numbers` wrote."""
    return _decoder.decode(packed)
