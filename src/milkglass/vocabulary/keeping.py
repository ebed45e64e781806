"""Keeping the bytes of known sheets and listed assets, and beside them what a reviewer and a publication need to know.

Bytes are kept when they are met at `learn`; they are told to nobody before a person approves their candidate, and they
go when it is refused or withdrawn.
"""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec

from milkglass.errors import Invalid, NotFound
from milkglass.vocabulary.assets import Asset, clean_asset, kept_uri
from milkglass.vocabulary.entries import NAME_FORM
from milkglass.vocabulary.kept import KeptBytes, name_of
from milkglass.vocabulary.sheets import MARK, SheetSeen, clean_sheet, names_of, strings_of

_MARKED = re.compile(re.escape(MARK) + "([0-9a-f]{64})")
_NOTES = ".json"


class Notes(msgspec.Struct, frozen=True):
    """What is in kept bytes: names that a page shares with a sheet, and the strings that are drawn."""

    media: str
    size: int
    names: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()

    @property
    def unfit(self) -> tuple[str, ...]:
        """Names of no form: with one of them the sheet cannot be joined."""
        return tuple(name for name in self.names if NAME_FORM.fullmatch(name) is None)


def keep_sheet(kept: KeptBytes, seen: SheetSeen) -> str:
    """Clean a sheet and keep it; return the SHA-256 of what is kept. Raises Invalid."""
    text = clean_sheet(seen)
    content = text.encode("utf-8", "replace")
    notes = Notes(
        media="text/css", size=len(content), names=tuple(sorted(names_of(text))), strings=tuple(strings_of(text))
    )
    return _keep(kept, content, notes)


def keep_asset(kept: KeptBytes, content: bytes) -> Asset:
    """Judge, clean and keep an image or a font. Raises Invalid for anything else."""
    asset = clean_asset(content)
    _keep(kept, asset.content, Notes(media=asset.media, size=len(asset.content), strings=asset.said))
    return asset


def notes_of(kept: KeptBytes, sha: str) -> Notes:
    """Return what is known of kept bytes. Raises NotFound."""
    return msgspec.json.decode(kept.get(name_of(sha) + _NOTES), type=Notes)


def forget(kept: KeptBytes, sha: str) -> None:
    """Remove bytes for good."""
    kept.remove(name_of(sha))
    kept.remove(name_of(sha) + _NOTES)


def asset_uri(kept: KeptBytes, sha: str) -> str:
    """Return an asset as a `data:` address. Raises NotFound."""
    return kept_uri(kept.get(name_of(sha)))


def whole_sheet(kept: KeptBytes, sha: str, listed: frozenset[str]) -> str:
    """Return a sheet's text with its published assets in place; one that is not published is `about:invalid`."""
    text = kept.get(name_of(sha)).decode("utf-8")

    def put(found: re.Match[str]) -> str:
        if found[1] not in listed:
            return "about:invalid"
        try:
            return asset_uri(kept, found[1])
        except NotFound:
            return "about:invalid"

    return _MARKED.sub(put, text)


def _keep(kept: KeptBytes, content: bytes, notes: Notes) -> str:
    if not content:
        raise Invalid("nothing is left to keep")
    sha = sha256(content).hexdigest()
    # The notes first: bytes that are there have theirs.
    kept.put(name_of(sha) + _NOTES, msgspec.json.encode(notes))
    kept.put(name_of(sha), content)
    return sha
