"""Names: the spellings under which one person's name may stand on a page."""

from __future__ import annotations

import re

from milkglass.detect.unfold import folded

_PART = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*")
_SHORTEST_ALONE = 3  # a part of two letters alone is too often a word


def variants(name: str) -> frozenset[str]:
    """Return the folded spellings of a name: as it is, turned round, with initials, each longer part alone.

    `Last, First` is read as such.

    >>> {"jane doe", "doe jane", "j. doe", "jane d", "doe"} <= variants("Doe, Jane")
    True
    """
    last, comma, first = name.partition(",")
    parts = _PART.findall(folded(f"{first} {last}" if comma else name))
    if not parts:
        return frozenset()
    found = {" ".join(parts)} | {part for part in parts if len(part) >= _SHORTEST_ALONE}
    # A name of three parts is met as first and last, too.
    for given, family in {(parts[0], parts[-1]), (" ".join(parts[:-1]), parts[-1]), (parts[0], " ".join(parts[1:]))}:
        if given and family and len(parts) > 1:
            for one, other in ((given, family), (family, given)):
                found |= {f"{one} {other}", f"{one} {other[0]}", f"{one} {other[0]}."}
                found |= {f"{one[0]} {other}", f"{one[0]}. {other}"}
    for part in parts:
        pieces = re.split(r"['.-]", part)
        found |= {piece for piece in pieces if len(piece) > _SHORTEST_ALONE} if len(pieces) > 1 else set()
    return frozenset(found)
