"""The capture rules: what the browser must know to mask before anything leaves it.

No string of the vocabulary is among them: entries travel as (32-bit hash, number), so that the page cannot read
what was reviewed and a collision can show a wrong label but never leak.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from milkglass.wire.values import Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from milkglass.policy.compile import CompiledPolicy
    from milkglass.wire.values import InstitutionId

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193


def hash32(entry: str) -> int:
    """FNV-1a over the UTF-16 code units of an entry, low byte then high byte.

    >>> hash32("Save changes")
    86557313
    """
    state = FNV_OFFSET
    for byte in entry.encode("utf-16-le", "surrogatepass"):
        state = ((state ^ byte) * FNV_PRIME) & 0xFFFFFFFF
    return state


def capture_rules(policy: CompiledPolicy, institution: InstitutionId, purposes: Collection[Purpose]) -> bytes:
    """Return the JSON of the rules for one institution and what its person agreed to.

    Its form is in docs/architecture.md, section 3.
    """
    words = policy.vocabulary
    rules = {
        "policy": policy.hash,
        "application": policy.application,
        "key": policy.key,
        "replay": Purpose.REPLAY in purposes,
        "heatmap": Purpose.HEATMAP in purposes,
        "journeys": [
            {
                "name": journey.name,
                "routes": list(journey.routes),
                "level": policy.level(journey.name, institution).word,
            }
            for journey in policy.document.journeys
        ],
        "exclusions": {
            "selectors": list(policy.document.exclusions.selectors),
            "routes": list(policy.document.exclusions.routes),
        },
        "query_keys": sorted(policy.query_keys),
        "vocabulary": {"version": words.version, "text": _pairs(words.text), "names": _pairs(words.names)},
    }
    return json.dumps(rules, separators=(",", ":")).encode()


def _pairs(entries: Mapping[str, int]) -> list[tuple[int, int]]:
    return sorted((hash32(entry), number) for entry, number in entries.items())
