"""Seeking: a recording of a page that changes its route without a reload can be seeked in any player.

A player that seeks begins at the last Meta before the moment, for with rrweb a Meta always stands before a full
snapshot. Our recorder tells each new route by one, so in an export one that stands alone becomes the resize that the
player would have made of it.

Source: `discardPriorSnapshots` of @rrweb/replay; console/src/seeking.ts does the same for the console's player.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milkglass.wire.values import Json

_FULL_SNAPSHOT, _INCREMENTAL, _META = 2, 3, 4
_VIEWPORT_RESIZE = 4


def seekable(events: Iterable[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    """Yield events of a recording in their order, each Meta without a snapshot behind it as a resize."""
    held: dict[str, Json] | None = None
    for event in events:
        if held is not None:
            yield held if event.get("type") == _FULL_SNAPSHOT else _resize(held)
        held = event if event.get("type") == _META else None
        if held is None:
            yield event
    if held is not None:
        yield _resize(held)


def _resize(meta: dict[str, Json]) -> dict[str, Json]:
    data = meta.get("data")
    sizes: dict[str, Json] = (
        {name: data[name] for name in ("width", "height") if name in data} if isinstance(data, dict) else {}
    )
    return {**meta, "type": _INCREMENTAL, "data": {"source": _VIEWPORT_RESIZE, **sizes}}
