"""Frames: how sealed batches follow each other in a journal file.

    "MGF1" | head length | batch length | rows length | CRC-32 of lengths and content | head | batch | rows

Lengths and sum are 4 bytes, little endian. The sum finds what a power cut tore; the seals find what a person changed.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from milkglass.vault.values import Head, Sealed

_MAGIC = b"MGF1"
_FIXED = struct.Struct("<4sIIII")
_LENGTHS = struct.Struct("<III")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Head)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file holds: its whole frames, where the last one ends, and how many bytes before that are none."""

    frames: list[Sealed]
    places: list[tuple[int, int]]  # offset and length of each
    end: int
    damaged: int


def frame(sealed: Sealed) -> bytes:
    """Lay one sealed batch out as a frame."""
    head = _encoder.encode(sealed.head)
    lengths = (len(head), len(sealed.batch), len(sealed.rows))
    total = zlib.crc32(sealed.rows, zlib.crc32(sealed.batch, zlib.crc32(head, zlib.crc32(_LENGTHS.pack(*lengths)))))
    return b"".join((_FIXED.pack(_MAGIC, *lengths, total), head, sealed.batch, sealed.rows))


def scan(content: bytes) -> Scan:
    """Read every whole frame; a torn or damaged stretch is stepped over and counted, never taken for a frame."""
    frames, places, end, damaged = [], [], 0, 0
    for start, size, sealed in _found(content):
        frames.append(sealed)
        places.append((start, size))
        damaged += start - end
        end = start + size
    return Scan(frames, places, end, damaged)


def _found(content: bytes) -> Iterator[tuple[int, int, Sealed]]:
    at = content.find(_MAGIC)
    while at >= 0:
        read = _read(content, at)
        if read:
            yield at, read[0], read[1]
        at = content.find(_MAGIC, at + (read[0] if read else 1))


def _read(content: bytes, at: int) -> tuple[int, Sealed] | None:
    if at + _FIXED.size > len(content):
        return None
    _, head, batch, rows, total = _FIXED.unpack_from(content, at)
    begin = at + _FIXED.size
    end = begin + head + batch + rows
    if end > len(content):
        return None
    body = memoryview(content)[begin:end]
    if zlib.crc32(body, zlib.crc32(_LENGTHS.pack(head, batch, rows))) != total:
        return None
    try:
        decoded = _decoder.decode(body[:head])
    except msgspec.MsgspecError:
        return None
    return _FIXED.size + len(body), Sealed(decoded, bytes(body[head : head + batch]), bytes(body[head + batch :]))
