"""Packing: the vocabulary as the browser gets it, hashes with their numbers and never a word.

Entries are sorted by hash; each is the distance of its hash from the one before and its number, both as varints (seven
bits a byte, the low ones first, the top bit set on all but the last byte), the whole in base64.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193


class Find(NamedTuple):
    """By what a browser finds a known sheet: hash32 of its text or address, and its count of top-level rules."""

    hash: int
    rules: int


def hash32(entry: str) -> int:
    """FNV-1a over the UTF-16 code units of an entry, low byte then high byte.

    >>> hash32("Save changes")
    86557313
    """
    state = FNV_OFFSET
    for byte in entry.encode("utf-16-le", "surrogatepass"):
        state = ((state ^ byte) * FNV_PRIME) & 0xFFFFFFFF
    return state


def pack(pairs: Iterable[tuple[int, int]]) -> str:
    """Pack (hash, number) pairs; several hashes may lead to one number.

    >>> unpack(pack([(300, 7), (5, 7)]))
    [(5, 7), (300, 7)]
    """
    packed, last = bytearray(), 0
    for found, number in sorted(pairs):
        _varint(found - last, packed)
        _varint(number, packed)
        last = found
    return b64encode(packed).decode("ascii")


def unpack(packed: str) -> list[tuple[int, int]]:
    """Read what `pack` wrote."""
    numbers = list(_varints(b64decode(packed)))
    found, pairs = 0, []
    for step, number in zip(numbers[::2], numbers[1::2], strict=True):
        found += step
        pairs.append((found, number))
    return pairs


def _varint(value: int, into: bytearray) -> None:
    while value > 0x7F:  # noqa: PLR2004 - seven bits
        into.append(value & 0x7F | 0x80)
        value >>= 7
    into.append(value)


def _varints(packed: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield value
            value = shift = 0
