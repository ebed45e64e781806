"""Listed assets: images and fonts of the product, judged by their bytes and never by their name.

An SVG is written anew from known elements: no script, no foreign object, no address but one inside itself. A JPEG and a
PNG lose what is written beside the picture (a camera's place and time).

Source: the formats' own signatures; SVG 2; PNG 3 and JFIF for chunks and segments.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from xml.etree import ElementTree as ET

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from milkglass.errors import Invalid

LARGEST_IMAGE, LARGEST_FONT = 1_000_000, 4_000_000
SVG = "image/svg+xml"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\0\1\0\0", "font/ttf"),
    (b"true", "font/ttf"),
    (b"OTTO", "font/otf"),
)
_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_KNOWN = """svg g defs symbol use path rect circle ellipse line polyline polygon text tspan clipPath mask pattern marker
    linearGradient radialGradient stop filter feBlend feColorMatrix feComponentTransfer feComposite feDropShadow feFlood
    feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset feTurbulence feTile"""
_ELEMENTS = frozenset(_KNOWN.split())
_ADDRESS = re.compile(r"url\(\s*['\"]?\s*(?!#|\s*['\"]?#)|javascript:|expression\(|@import|\\", re.IGNORECASE)
# What is written beside a picture: EXIF, XMP, IPTC, comments; text, time and EXIF chunks.
_JPEG_GOES = frozenset({0xE1, 0xED, 0xFE})
_JPEG_SCAN = 0xDA
_PNG_GOES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


@dataclass(frozen=True, slots=True)
class Asset:
    """What is kept of an image or a font; `said` is the text that an SVG draws."""

    content: bytes
    media: str
    said: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """By what it is named."""
        return sha256(self.content).hexdigest()


def clean_asset(content: bytes) -> Asset:
    """Judge and clean bytes. Raises Invalid for what is no known image or font, or too large."""
    media = media_of(content)
    if media is None:
        if len(content) <= LARGEST_IMAGE:
            return _svg(content)
        raise Invalid("not a picture or a font of a known kind")
    if len(content) > (LARGEST_FONT if media.startswith("font/") else LARGEST_IMAGE):
        raise Invalid(f"a picture has at most {LARGEST_IMAGE:,} bytes, a font {LARGEST_FONT:,}")
    match media:
        case "image/jpeg":
            return Asset(_jpeg(content), media)
        case "image/png":
            return Asset(_png(content), media)
        case _:
            return Asset(content, media)


def media_of(content: bytes) -> str | None:
    """Return the media type that the first bytes tell; None for none of ours (an SVG has no such bytes)."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return next((media for start, media in _SIGNATURES if content.startswith(start)), None)


def data_uri(asset: Asset) -> str:
    """Spell an asset as an address that needs no network."""
    return f"data:{asset.media};base64,{b64encode(asset.content).decode('ascii')}"


def kept_uri(content: bytes) -> str:
    """Spell bytes that were cleaned before as an address."""
    return data_uri(Asset(content, media_of(content) or SVG))


def _svg(content: bytes) -> Asset:
    try:
        root = fromstring(content, forbid_dtd=False)
    except (ET.ParseError, DefusedXmlException, ValueError, RecursionError) as problem:
        raise Invalid("not a picture or a font of a known kind") from problem
    if root.tag not in (f"{_SPACE}svg", "svg"):
        raise Invalid("not a picture or a font of a known kind")
    said: list[str] = []
    fresh = _element(root, said)
    fresh.set("xmlns", "http://www.w3.org/2000/svg")
    return Asset(ET.tostring(fresh, encoding="utf-8"), SVG, tuple(said))


def _element(given: ET.Element, said: list[str]) -> ET.Element:
    """Rebuild an element from what is known; text stays only where it is drawn."""
    tag = given.tag.removeprefix(_SPACE)
    fresh = ET.Element(tag)
    for name, value in given.attrib.items():
        plain = "href" if name == _LINK else name
        if plain.startswith("{") or plain.lower().startswith("on") or _ADDRESS.search(value):
            continue
        if plain.lower() in ("href", "src") and not value.startswith("#"):
            continue
        fresh.set(plain, value)
    is_drawn = tag in ("text", "tspan")
    fresh.text = _drawn(given.text, said) if is_drawn else None
    for child in given:
        # A comment's tag is a function.
        if str(child.tag).removeprefix(_SPACE) in _ELEMENTS:
            below = _element(child, said)
            below.tail = _drawn(child.tail, said) if is_drawn else None
            fresh.append(below)
    return fresh


def _drawn(text: str | None, said: list[str]) -> str | None:
    if text and text.strip():
        said.append(text.strip())
    return text


def _jpeg(content: bytes) -> bytes:
    kept, at = bytearray(content[:2]), 2
    while at + 4 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - a marker begins with it
        marker = content[at + 1]
        if marker == _JPEG_SCAN:
            break
        size = 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _JPEG_GOES:
            kept += content[at : at + size]
        at += size
    return bytes(kept + content[at:])


def _png(content: bytes) -> bytes:
    kept, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        size = 12 + int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] not in _PNG_GOES:
            kept += content[at : at + size]
        at += size
    return bytes(kept)
