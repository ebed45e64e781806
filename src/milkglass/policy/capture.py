"""The capture rules: what the browser must know to mask before anything leaves it.

No string of the vocabulary is among them: entries travel as (32-bit hash, number), packed (`packing.py`), so that the
page cannot read what was reviewed and a collision can show a wrong label but never leak.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from milkglass.policy.compile import NO_JOURNEY
from milkglass.policy.packing import hash32, pack
from milkglass.policy.routes import left_out, unmapped
from milkglass.wire.values import Level, Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from milkglass.policy.compile import CompiledPolicy
    from milkglass.wire.values import InstitutionId


def capture_rules(policy: CompiledPolicy, institution: InstitutionId, purposes: Collection[Purpose]) -> bytes:
    """Return the JSON of the rules for one institution and what its person agreed to.

    Its form is in docs/architecture.md, section 3.
    """
    rules = {
        "policy": policy.hash,
        "application": policy.application,
        "key": policy.key,
        "replay": Purpose.REPLAY in purposes,
        "heatmap": Purpose.HEATMAP in purposes,
        "journeys": [
            *_left_out(policy),
            *(
                {
                    "name": journey.name,
                    "routes": list(journey.routes),
                    "level": policy.level(journey.name, institution).word,
                    **({"selectors": dict(journey.selectors)} if journey.selectors else {}),
                }
                for journey in policy.document.journeys
            ),
        ],
        "exclusions": {
            "selectors": list(policy.document.exclusions.selectors),
            "routes": list(left_out(policy.document)),
        },
        "query_keys": sorted(policy.query_keys),
        "vocabulary": _vocabulary(policy),
    }
    return json.dumps(rules, separators=(",", ":")).encode()


def _left_out(policy: CompiledPolicy) -> list[dict[str, object]]:
    """Name what is left out and on no journey first, so that its addresses do not fall to a wider route."""
    routes = list(unmapped(policy.document))
    return [{"name": NO_JOURNEY, "routes": routes, "level": Level.OFF.word}] if routes else []


@lru_cache(maxsize=8)
def _vocabulary(policy: CompiledPolicy) -> dict[str, object]:
    """Pack a policy's vocabulary once: hashing thousands of entries at each ticket would cost more than the ticket."""
    words = policy.vocabulary
    return {
        "version": words.version,
        "text": _packed(words.text),
        "names": _packed(words.names),
        "sheets": sorted((find.hash, find.rules, number) for find, number in words.sheets.items()),
        "assets": sorted(words.assets.items()),
    }


def _packed(entries: Mapping[str, int]) -> str:
    return pack((hash32(entry), number) for entry, number in entries.items())
