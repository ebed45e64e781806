"""The search finds a planted value in whatever it was wrapped, so that finding nothing means something."""

import base64
import gzip
import html
import json
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import zstandard

from tests.line.search import Search, found_in

VALUE = "Qbcxkhspjtrn"
ALIKE = dict(zip("cxkhspj", "\u0441\u0445\u043a\u04bb\u0455\u0440\u0458", strict=True))


def nodes(pieces: str) -> bytes:
    """A tree whose text nodes hold a letter each."""
    return json.dumps([{"type": 3, "textContent": one, "id": place} for place, one in enumerate(pieces)]).encode()


def percented(text: str) -> str:
    return "".join(f"%{ord(letter):02x}" for letter in text)


WRAPPINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "another case": lambda v: v.upper().encode(),
    "a word of a sentence": lambda v: f"Hello {v}, how are you?".encode(),
    "gzip": lambda v: gzip.compress(v.encode()),
    "gzip behind a line": lambda v: b"ticket\n" + gzip.compress(v.encode()),
    "gzip in gzip": lambda v: gzip.compress(gzip.compress(v.encode())),
    "gzip as characters in JSON": lambda v: json.dumps({"cv": gzip.compress(v.encode()).decode("latin-1")}).encode(),
    "zlib": lambda v: zlib.compress(v.encode()),
    "zstd": lambda v: zstandard.compress(v.encode()),
    "base64": lambda v: base64.b64encode(f"mail {v} sent".encode()),
    "base64 for addresses": lambda v: base64.urlsafe_b64encode(f"mail {v}?~ÿ sent".encode()).rstrip(b"="),
    "base64 twice": lambda v: base64.b64encode(base64.b64encode(v.encode())),
    "base64 of gzip": lambda v: base64.b64encode(gzip.compress(v.encode())),
    "hex": lambda v: v.encode().hex().encode(),
    "percent": lambda v: percented(v).encode(),
    "percent twice": lambda v: quote(percented(v)).encode(),
    "entities": lambda v: "".join(f"&#{ord(letter)};" for letter in v).encode(),
    "entities in hex": lambda v: "".join(f"&#x{ord(letter):x};" for letter in v).encode(),
    "markup": lambda v: html.escape(f"<b>{v}</b>").encode(),
    "escapes of JSON": lambda v: "".join(f"\\u{ord(letter):04x}" for letter in v).encode(),
    "escapes of CSS": lambda v: "".join(f"\\{ord(letter):x} " for letter in v).encode(),
    "JSON in JSON": lambda v: json.dumps({"a": json.dumps({"b": json.dumps([*v])})}).encode(),
    "UTF-16": lambda v: v.encode("utf-16-le"),
    "UTF-16 the other way": lambda v: v.encode("utf-16-be"),
    "split over elements": nodes,
    "split over elements, packed": lambda v: gzip.compress(nodes(v)),
    "split over fields": lambda v: json.dumps([{"value": v[:5], "at": 1}, {"value": v[5:], "at": 2}]).encode(),
    "split by spaces": lambda v: " ".join(v).encode(),
    "accents of their own": lambda v: unicodedata.normalize("NFD", "".join(f"{letter}\u0301" for letter in v)).encode(),
    "zero-width spaces": lambda v: "\u200b".join(v).encode(),
    "soft hyphens": lambda v: "\u00ad".join(v).encode(),
    "marks of direction": lambda v: ("\u202e" + "\u200f".join(v) + "\u202c").encode(),
    "letters that look alike": lambda v: "".join(ALIKE.get(letter, letter) for letter in v).encode(),
    "full-width letters": lambda v: "".join(chr(ord(letter) + 0xFEE0) for letter in v).encode(),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_value_is_found_in(wrapping: str) -> None:
    assert found_in(WRAPPINGS[wrapping](VALUE), [VALUE, "Qanother"]) == {VALUE}


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    assert found_in(f"{VALUE[:-1]} and so on".encode(), [VALUE]) == set()
    (tmp_path / "whole").write_bytes(gzip.compress(VALUE.encode()))
    (tmp_path / "part").write_bytes(gzip.compress(VALUE[:-1].encode()))
    assert Search([VALUE, "Qnowhere"]).found_below(tmp_path) == {"whole": {VALUE}}
