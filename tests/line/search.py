"""Find planted values in bytes, whatever they were wrapped in: packed, encoded, escaped, cut up, spelt another way."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

import zstandard

_MOST = 50_000_000
_GZIP_LETTERS = "\x1f\x8b\x08"
_DEEPEST = 3
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){12,}")
_ZSTD = b"\x28\xb5\x2f\xfd"
_MAGIC = (b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda", _ZSTD)
_PRINTABLE = bytes([0, *range(9, 14), *range(32, 127)])
_ESCAPES = re.compile(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})|\\([0-9a-fA-F]{1,6}) ?")
# Letters that look like Latin ones, so that a name spelt with them is found.
_ALIKE = str.maketrans(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u043a\u04bb\u0455\u0458\u0456\u0432\u0442\u043c"
    "\u043d\u051b\u051d\u0261\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7",
    "aceopxkhsjibtmhqwgabeiknoptux",
)
_DOCUMENT = re.compile(r"[\[{]")
_MOST_DOCUMENTS = 400


def views(raw: bytes, depth: int = 0) -> Iterator[str]:
    """Yield what bytes say, read in every way that a value can hide in."""
    yield raw.decode("utf-16-le", "replace")
    yield raw.decode("utf-16-be", "replace")
    for text in _readings(raw.decode("utf-8", "replace")):
        yield text
        at = text.find(_GZIP_LETTERS)
        if at >= 0 and depth < _DEEPEST:  # packed bytes, spelt as characters
            yield from views(text[at:].encode("latin-1", "replace"), depth + 1)
    if depth < _DEEPEST:
        for inner in _unpacked(raw):
            if inner:
                yield from views(inner, depth + 1)


def _readings(text: str) -> Iterator[str]:
    yield text
    if "%" in text:
        yield unquote(unquote(text))
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _ESCAPES.sub(lambda found: _letter(found[1] or found[2] or found[3]), text)
    for document in _documents(text):
        yield from _joined(document)


def _letter(digits: str) -> str:
    value = int(digits, 16)
    return chr(value) if 0 < value < 0x110000 else ""


def _documents(text: str) -> Iterator[object]:
    """Every JSON array or object that stands in a text, the outermost ones."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(_MOST_DOCUMENTS):
        found = _DOCUMENT.search(text, at)
        if found is None:
            return
        try:
            document, at = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            at = found.end()
            continue
        yield document


def _joined(document: object) -> Iterator[str]:
    """What the values of each key say one after another: a name that is cut up over nodes, fields or steps."""
    by_key: defaultdict[str, list[str]] = defaultdict(list)
    for key, said in _values(document, ""):
        by_key[key].append(said)
    yield from ("".join(all_said) for all_said in by_key.values())


def _values(value: object, key: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield key, value
            if value[:1] in ("{", "[") and len(value) > 1:  # JSON in JSON
                for document in _documents(value):
                    yield from _values(document, key)
        case list():
            for item in value:
                yield from _values(item, key)
        case dict():
            for name, item in value.items():
                yield "key", str(name)
                yield from _values(item, str(name))
        case _:
            return


def _unpacked(raw: bytes) -> Iterator[bytes]:
    for start in re.finditer(rb"\x1f\x8b\x08", raw):
        yield _inflated(raw[start.start() :], 31)
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", raw):
        yield _inflated(raw[start.start() :], 15)
    for start in re.finditer(re.escape(_ZSTD), raw):
        yield _unzstd(raw[start.start() :])
    decoded = [_unbase64(found[0]) for found in _BASE64.finditer(raw)]
    decoded += [binascii.unhexlify(found[0]) for found in _HEX.finditer(raw)]
    yield from (one for one in decoded if one.startswith(_MAGIC))
    # Most words read as base64 are noise: what is text, is looked at as one.
    yield b"\n".join(one for one in decoded if _is_text(one))


def _is_text(raw: bytes) -> bool:
    return len(raw.translate(None, _PRINTABLE)) * 8 < len(raw)


def _inflated(raw: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(raw, _MOST)
    except zlib.error:
        return b""


def _unzstd(raw: bytes) -> bytes:
    try:
        return zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    except zstandard.ZstdError:
        return b""


def _unbase64(piece: bytes) -> bytes:
    padded = piece.rstrip(b"=") + b"=" * (-len(piece.rstrip(b"=")) % 4)
    try:
        return base64.b64decode(padded.translate(bytes.maketrans(b"-_", b"+/")), validate=True)
    except ValueError:
        return b""


def _plain(text: str) -> str:
    """Fold a text: case, accents, width, look-alike letters."""
    return unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def found_in(raw: bytes, planted: Iterable[str]) -> set[str]:
    """Return which planted values stand in some bytes, in any case and spelling."""
    return Search(planted).found_in(raw)


class Search:
    """A search for planted values, made once and used on much."""

    def __init__(self, planted: Iterable[str]) -> None:
        self._known = {_letters(_plain(one)): one for one in planted}
        self._any = re.compile("|".join(re.escape(one) for one in sorted(self._known, key=len, reverse=True)))

    def found_in(self, raw: bytes) -> set[str]:
        """Return which of them stand in some bytes."""
        seen: set[str] = set()
        for text in views(raw):
            seen |= {self._known[one] for one in self._any.findall(_letters(_plain(text)))}
        return seen

    def found_below(self, folder: Path) -> dict[str, set[str]]:
        """Search every file of a folder; return the planted values by file name."""
        hits = {
            str(file.relative_to(folder)): self.found_in(file.read_bytes())
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.is_symlink() and not file.is_socket()
        }
        return {name: values for name, values in hits.items() if values}


def found_below(folder: Path, planted: Iterable[str]) -> dict[str, set[str]]:
    """Search every file of a folder; return the planted values by file name."""
    return Search(planted).found_below(folder)
