"""Which batch numbers of a recording are kept already, so that sending again is safe.

Memory holds the last numbers of the most recent recordings; what is older is looked up in the segment rows, which keep
numbers and hashes for 48 hours. Whatever slips between is settled by the roll, which keeps the first of two.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

import msgspec

_MOST_RECORDINGS = 20_000
_MOST_NUMBERS = 64
_decoder = msgspec.msgpack.Decoder(dict[int, bytes])


class Numbers:
    """Hashes by number, per recording. Thread-safe."""

    def __init__(self, look_up: Callable[[str], dict[int, bytes]]) -> None:
        self._look_up = look_up
        self._guard = threading.Lock()
        self._recent: OrderedDict[str, OrderedDict[int, bytes]] = OrderedDict()

    def find(self, recording: str, number: int) -> bytes | None:
        """Return the hash under which a number is kept, or None if it is not known to be."""
        with self._guard:
            recent = self._recent.get(recording)
            if recent and (number in recent or number > max(recent)):
                return recent.get(number)
        known = self._look_up(recording)
        for kept in sorted(known)[-_MOST_NUMBERS:]:
            self.note(recording, kept, known[kept])
        return known.get(number)

    def note(self, recording: str, number: int, content_hash: bytes) -> None:
        """Remember a number that is durable now; the first hash of a number stays."""
        with self._guard:
            recent = self._recent.setdefault(recording, OrderedDict())
            self._recent.move_to_end(recording)
            recent.setdefault(number, content_hash)
            while len(recent) > _MOST_NUMBERS:
                del recent[min(recent)]
            while len(self._recent) > _MOST_RECORDINGS:
                self._recent.popitem(last=False)

    def forget(self, recording: str) -> None:
        """Drop a recording from memory."""
        with self._guard:
            self._recent.pop(recording, None)


def pack_numbers(numbers: dict[int, bytes]) -> bytes:
    """Write numbers and hashes as a segment row keeps them."""
    return msgspec.msgpack.encode(numbers)


def unpack_numbers(packed: bytes) -> dict[int, bytes]:
    """Read what `pack_numbers` wrote."""
    return _decoder.decode(packed)
