"""Segments: the sealed batches of one recording, back to back behind an index, as one object.

    "MGS1" | index length (4 bytes, little endian) | index (MessagePack) | sealed batches

The index says of each batch its number, hash, vocabulary version, level, arrival and where its bytes lie. The batches
are the journal's bytes, copied: a roll opens nothing.
"""

import struct
from collections.abc import Sequence

import msgspec

from milkglass.errors import Invalid
from milkglass.vault.values import Sealed

_MAGIC = b"MGS1"
_FIXED = struct.Struct("<4sI")


class Place(msgspec.Struct, frozen=True, array_like=True):
    """One batch of a segment."""

    number: int
    hash: bytes
    vocabulary: int
    level: int
    received: int  # epoch ms
    offset: int  # from the object's first byte behind the index
    length: int


_decoder = msgspec.msgpack.Decoder(list[Place])


def lay(frames: Sequence[Sealed]) -> bytes:
    """Lay sealed batches, in the order of their numbers, out as one segment."""
    places, offset = [], 0
    for sealed in frames:
        head = sealed.head
        places.append(
            Place(head.number, head.hash, head.vocabulary, head.level, head.received, offset, len(sealed.batch))
        )
        offset += len(sealed.batch)
    index = msgspec.msgpack.encode(places)
    return b"".join((_FIXED.pack(_MAGIC, len(index)), index, *(sealed.batch for sealed in frames)))


def read(segment: bytes) -> list[tuple[Place, bytes]]:
    """List a segment's batches, still sealed. Raises Invalid if it is no segment."""
    if len(segment) < _FIXED.size or not segment.startswith(_MAGIC):
        raise Invalid("an object of the store is no segment", code="not_a_segment")
    _, length = _FIXED.unpack_from(segment)
    start = _FIXED.size + length
    try:
        places = _decoder.decode(segment[_FIXED.size : start])
    except msgspec.MsgspecError as error:
        raise Invalid("a segment's index cannot be read", code="not_a_segment") from error
    return [(place, segment[start + place.offset : start + place.offset + place.length]) for place in places]
