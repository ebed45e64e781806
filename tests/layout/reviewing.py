"""A reviewer, played by the harness: it knows whose words its pages show, and approves what is nobody's.

DESIGN's law is that readable means reviewed: what `learn` leaves waits for a person. This one is strict: a text with a
word of the invented people, an initial, or what the page names as its users' own is never approved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from milkglass.cli.calls import connected
from tests.layout.people import FIRST, LAST, WORDS

_NAMES = "|".join(map(re.escape, (*FIRST, *LAST)))
_PEOPLE = re.compile(
    rf"(?<![^\W\d_])({_NAMES})(?![^\W\d_])|@|\.example|example\.org|{'|'.join(WORDS)}",
    re.IGNORECASE,
)
MOST = 10_000


def is_peoples(kind: str, said: str, own: str) -> bool:
    """Tell whether a candidate has in it what somebody wrote or is called; `own` is the page's pattern of more."""
    if _PEOPLE.search(said) or (kind == "t" and len(said) == 1):
        return True
    return kind == "t" and own != "" and re.search(own, said) is not None


def review(data: Path, own: str) -> dict[str, int]:
    """Decide every open candidate of the server on a data directory, and publish.

    What a detector or a mark warns of is approved singly, as the product asks; what is somebody's stays open.
    """
    with connected(data, lambda _line: None) as call:
        listed = call("vocabulary.review", _asked(limit=MOST))["candidates"]
        assert isinstance(listed, list)
        chosen = [one for one in listed if not _is_left(one, own)]
        plain = [one["id"] for one in chosen if not one["warnings"]]
        if plain:
            call("vocabulary.review", _asked(plain))
        for one in chosen:
            if one["warnings"]:
                call("vocabulary.review", _asked([one["id"]]))
        call("vocabulary.publish", {})
    return {"reviewed": len(listed), "approved": len(chosen)}


def _is_left(one: dict[str, object], own: str) -> bool:
    kind = str(one["kind"])
    # Of a whole sheet or picture the list shows an address only: what warns is left to somebody who looks.
    return bool(one["warnings"]) if kind in ("s", "a") else is_peoples(kind, str(one["said"]), own)


def _asked(approve: Sequence[object] = (), limit: int = 1) -> dict[str, object]:
    return {"approve": list(approve), "refuse": [], "clean": False, "group": None, "limit": limit}
