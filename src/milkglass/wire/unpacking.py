"""Unpacking: a body's plain bytes, within limits.

Source: RFC 1952 (gzip); RFC 8878 (zstd).
"""

import io
import zlib
from dataclasses import dataclass

import zstandard

from milkglass.errors import Invalid, TooLarge


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may come at once. Never silently raised."""

    wire_bytes: int = 1 << 20
    decoded_bytes: int = 6 << 20
    window_bytes: int = 8 << 20
    events: int = 5000
    interactions: int = 5000


STANDARD = Limits()


def unpack(body: bytes, limits: Limits = STANDARD) -> bytes:
    """Return the plain bytes of a body that is gzip, zstd or plain, told by its first bytes.

    Raises: TooLarge over a limit; Invalid for a broken, cut off or lengthened stream.
    """
    if len(body) > limits.wire_bytes:
        raise TooLarge(f"the body is over {limits.wire_bytes} bytes")
    try:
        plain = _inflate(body, limits)
    except (zlib.error, zstandard.ZstdError) as broken:
        raise Invalid("the body's compression is broken") from broken
    if len(plain) > limits.decoded_bytes:
        raise TooLarge(f"the body unpacks to over {limits.decoded_bytes} bytes")
    return plain


def _inflate(body: bytes, limits: Limits) -> bytes:
    most = limits.decoded_bytes + 1
    if body.startswith(b"\x1f\x8b"):
        stream = zlib.decompressobj(31)
        plain = stream.decompress(body, most)
        if len(plain) < most and (not stream.eof or stream.unused_data):
            raise Invalid("the gzip stream is cut off, or something follows it")
        return plain
    if body.startswith(b"\x28\xb5\x2f\xfd"):
        frame = zstandard.get_frame_parameters(body)
        if frame.window_size > limits.window_bytes:
            raise TooLarge(f"the zstd window is over {limits.window_bytes} bytes")
        unpacker = zstandard.ZstdDecompressor(max_window_size=limits.window_bytes)
        # Across frames, so that bytes after the last frame are an error and not left unread.
        with unpacker.stream_reader(io.BytesIO(body), read_across_frames=True) as reader:
            return reader.read(most)
    return body
