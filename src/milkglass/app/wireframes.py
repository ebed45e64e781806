"""Wireframes: the masked page of each route that heatmaps are drawn over, out of the demo account's walk."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from milkglass import facts
from milkglass.errors import NotAllowed, NotFound
from milkglass.institutions import DEMO_ACCOUNT
from milkglass.wire.values import Json, RecordingId

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from milkglass.ingest import Ingest
    from milkglass.replay.replay import Replay
    from milkglass.vault.vault import Vault

EVENT_FULL_SNAPSHOT, EVENT_META = 2, 4


@dataclass(frozen=True, slots=True)
class Wireframes:
    """The folder of wireframes, a file for each route and size of screen."""

    folder: Path
    ingest: Ingest
    replay: Replay

    def keep(self, recording: str, route: str, viewport: str, now: datetime) -> None:
        """Keep the wireframe of a route out of a recording of the demo account; heatmaps are drawn over it.

        Raises: NotAllowed for a recording of anybody else; NotFound if it holds no snapshot of the route.
        """
        self.ingest.roll(now)
        row = self.replay.get(RecordingId(recording))
        if row.institution != DEMO_ACCOUNT:
            raise NotAllowed("a wireframe is never taken from a person's recording")
        self.replay.writer.commit([], facts.demo_walk(facts.By(at=now), row.application, 1))
        events = _snapshot(self.replay.vault, row.recording, route)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        target = self.folder / _name(route, viewport)
        fresh = target.with_suffix(".fresh")
        fresh.write_bytes(msgspec.json.encode(events))
        fresh.replace(target)

    def get(self, route: str, viewport: str = "large") -> bytes | None:
        """Return a route's wireframe as a JSON array of rrweb events; None where none was taken."""
        target = self.folder / _name(route, viewport)
        return target.read_bytes() if target.exists() else None


def _name(route: str, viewport: str) -> str:
    return f"{sha256(route.encode()).hexdigest()[:32]}-{viewport}.json"


def _snapshot(vault: Vault, recording: RecordingId, route: str) -> list[dict[str, Json]]:
    """Find a route's last Meta event and the full snapshot after it, which are all that a wireframe needs."""
    found: list[dict[str, Json]] = []
    meta: dict[str, Json] | None = None
    for batch in vault.whole(recording):
        events: list[dict[str, Json]] = msgspec.json.decode(batch.events)
        for event in events:
            if event["type"] == EVENT_META:
                meta = event
            elif event["type"] == EVENT_FULL_SNAPSHOT and meta is not None and _href(meta) == route:
                found = [meta, event]
    if not found:
        raise NotFound("the demo account's recording holds no snapshot of this route")
    return found


def _href(meta: dict[str, Json]) -> str:
    inside = meta.get("data")
    return str(inside.get("href", "")).partition("?")[0] if isinstance(inside, dict) else ""
