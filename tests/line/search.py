"""Find planted values in bytes, whatever they were wrapped in."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"


def views(raw: bytes, depth: int = 0) -> Iterator[str]:
    """Yield what bytes say, read in every way that a value can hide in: packed, escaped, encoded."""
    for text in (raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "replace")):
        yield text
        yield unquote(unquote(text))
        yield html.unescape(text)
        yield re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
        yield re.sub(r"\\([0-9a-fA-F]{1,6}) ?", lambda found: _letter(found[1]), text)
    if depth > 2:
        return
    for at in (found.start() for found in re.finditer(re.escape(_GZIP), raw)):
        unpacked = _gunzip(raw[at:])
        if unpacked:
            yield from views(unpacked, depth + 1)
    for found in _BASE64.finditer(raw):
        decoded = _unbase64(found[0])
        if decoded:
            yield decoded.decode("utf-8", "replace")
            if decoded[:3] == _GZIP:
                yield from views(decoded, depth + 1)


def _letter(digits: str) -> str:
    value = int(digits, 16)
    return chr(value) if 0 < value < 0x110000 else ""


def _gunzip(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(raw, 50_000_000)
    except (zlib.error, gzip.BadGzipFile, EOFError):
        return b""


def _unbase64(piece: bytes) -> bytes:
    padded = piece.rstrip(b"=") + b"=" * (-len(piece.rstrip(b"=")) % 4)
    try:
        return base64.b64decode(padded.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except ValueError:
        return b""


def found_in(raw: bytes, planted: Iterable[str]) -> set[str]:
    """Return which planted values stand in some bytes, in any case and spelling."""
    wanted = {one: one.casefold() for one in planted}
    seen: set[str] = set()
    for text in views(raw):
        folded = text.casefold()
        bare = re.sub(r"[^\w]", "", folded)
        seen |= {one for one, value in wanted.items() if value in folded or re.sub(r"[^\w]", "", value) in bare}
    return seen


def found_below(folder: Path, planted: Iterable[str]) -> dict[str, set[str]]:
    """Search every file of a folder; return the planted values by file name."""
    planted = list(planted)
    hits = {
        str(file.relative_to(folder)): found_in(file.read_bytes(), planted)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.is_symlink() and not file.is_socket()
    }
    return {name: values for name, values in hits.items() if values}


def strings_of(value: object) -> Iterator[str]:
    """Yield every string of a JSON value, keys too."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from strings_of(item)
        case dict():
            for key, item in value.items():
                yield str(key)
                yield from strings_of(item)
        case _:
            return


def json_of(raw: bytes) -> object:
    return json.loads(raw)
