"""Known sheets and listed images: what their references become in a player, which asks for nothing else.

They come among the words: `s2` is a sheet's text with its own assets in place, `a6` an image as a `data:` address.

Source: docs/decisions/0002; cases in spec/rendering.json run here and in console/src/sheets.ts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milkglass.wire.values import Json

PICTURE = "rr_asset"
_SHEET = re.compile("\U0010fffc(s(?:0|[1-9][0-9]*))\U0010fffd")
_NAMED = re.compile(b"\xf4\x8f\xbf\xbc(s[1-9][0-9]*)\xf4\x8f\xbf\xbd|" + f'"{PICTURE}":"([1-9][0-9]*)"'.encode())


def references(events: bytes) -> frozenset[str]:
    """Find which sheets and images stored events name.

    >>> sorted(references('{"rr_asset":"6","_cssText":"\U0010fffcs2\U0010fffd"}'.encode()))
    ['a6', 's2']
    """
    return frozenset((sheet or b"a" + picture).decode() for sheet, picture in _NAMED.findall(events))


def sheet(text: str, said: Mapping[str, str]) -> str | None:
    """Return the sheet that a whole style text refers to, empty if withdrawn; None if the text is no reference."""
    found = _SHEET.fullmatch(text)
    return None if found is None else said.get(found[1], "")


def picture(attributes: dict[str, Json], said: Mapping[str, str]) -> dict[str, Json]:
    """Return attributes with an image's own bytes as its `src`; null there takes the last image away."""
    if PICTURE not in attributes:
        return attributes
    number = attributes[PICTURE]
    kept = {name: value for name, value in attributes.items() if name != PICTURE}
    if number is None:
        return {**kept, "src": None}
    address = said.get(f"a{number}", "") if isinstance(number, str) else ""
    # Whatever the element is: an image as its source can run nothing.
    return {**kept, "src": address} if address.startswith("data:image/") else kept
