"""Rendering: what stands between stored events and any rrweb player, a small layer for each concern.

Words in place of references, grey pictures, frames that are attached again, sizes that change, masks in their own font,
adopted sheets from the start. The result is complete: it plays in a bare `@rrweb/replay` without network and keeps the
recorder's node ids; nodes that are added have ids of their own.

Source: docs/decisions/0002; console/src/rendering.ts does the same for the player, with the cases of
spec/vectors/rendering.json.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from milkglass.replay.rendering_adopted import declared
from milkglass.replay.rendering_fonts import Fonts
from milkglass.replay.rendering_frames import Frames
from milkglass.replay.rendering_masks import Masks
from milkglass.replay.rendering_pictures import Pictures
from milkglass.replay.rendering_sizes import sizes
from milkglass.replay.rendering_words import readable
from milkglass.wire.values import Json

Layer: TypeAlias = Callable[[dict[str, Json]], dict[str, Json]]


def rendered(events: Iterable[dict[str, Json]], said: Mapping[str, str], began_ms: int) -> Iterator[dict[str, Json]]:
    """Render one recording's events, in their order.

    Args:
        events: as stored; their times count from the recording's beginning.
        said: words by reference without its marks, such as `t7`.
        began_ms: the beginning, in ms since the epoch.
    """
    layers: Sequence[Layer] = (Pictures(), Frames(), sizes, Masks(), Fonts())
    return declared(_layered(readable(event, said, began_ms), layers) for event in events)


def _layered(event: dict[str, Json], layers: Sequence[Layer]) -> dict[str, Json]:
    for layer in layers:
        event = layer(event)
    return event
