"""Pictures: a recording holds none, so each `img` gets a plain grey one of its own size.

Without it a browser draws its sign for a broken picture and the mask of the alternative text. What is no `data:`
address is never fetched by a player of ours, so it counts as no source.
"""

import math
import re

from milkglass.replay.rendering_masks import spec
from milkglass.wire.values import Json

_SNAPSHOT, _INCREMENTAL, _MUTATION = 2, 3, 0
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+)")


class Pictures:
    """The layer; it knows the page's images, for the changes that name only an id."""

    def __init__(self) -> None:
        self._known: set[Json] = set()

    def __call__(self, event: dict[str, Json]) -> dict[str, Json]:
        """Return one event with a picture in each `img` that has none."""
        data = event.get("data")
        if not isinstance(data, dict):
            return event
        if event.get("type") == _SNAPSHOT:
            self._known = set()  # a new page counts its nodes anew
            return {**event, "data": {**data, "node": self._pictured(data.get("node"))}}
        if event.get("type") != _INCREMENTAL or data.get("source") != _MUTATION:
            return event
        adds, changes = data.get("adds"), data.get("attributes")
        kept = dict(data)
        if isinstance(adds, list):
            kept["adds"] = [
                {**add, "node": self._pictured(add.get("node"))} if isinstance(add, dict) else add for add in adds
            ]
        if isinstance(changes, list):
            kept["attributes"] = [self._changed(change) for change in changes]
        return {**event, "data": kept}

    def _pictured(self, node: Json) -> Json:
        if not isinstance(node, dict):
            return node
        if node.get("tagName") != "img":
            children = node.get("childNodes")
            if not isinstance(children, list):
                return node
            return {**node, "childNodes": [self._pictured(child) for child in children]}
        self._known.add(node.get("id"))
        given = node.get("attributes")
        attributes = given if isinstance(given, dict) else {}
        if _is_picture(attributes.get("src")) or _is_picture(attributes.get("rr_dataURL")):
            return node
        rest = {name: value for name, value in attributes.items() if name != "srcset"}
        source = placeholder(
            rest.get("rr_width", rest.get("width")),
            rest.get("rr_height", rest.get("height")),
        )
        return {**node, "attributes": {**rest, "alt": "", "src": source}}

    def _changed(self, change: Json) -> Json:
        """The grey picture stays when the page names another one that was not kept, or none."""
        if not isinstance(change, dict) or change.get("id") not in self._known:
            return change
        attributes = change.get("attributes")
        if not isinstance(attributes, dict):
            return change
        dropped = {"srcset", "alt"} if _is_picture(attributes.get("src")) else {"srcset", "alt", "src"}
        return {**change, "attributes": {name: value for name, value in attributes.items() if name not in dropped}}


def placeholder(width: Json, height: Json) -> str:
    """Draw a grey picture; a size is in px, as the recorder writes `rr_width`."""
    size = f"width='{_pixels(width)}' height='{_pixels(height)}'"
    rect = f"<rect width='100%25' height='100%25' fill='{spec().grey}'/>"
    return f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' {size}>{rect}</svg>"


def _pixels(size: Json) -> str:
    read: float = 0
    if isinstance(size, int | float):
        read = size
    elif isinstance(size, str) and (found := _NUMBER.match(size)):
        read = float(found[1])
    if not math.isfinite(read) or read <= 0:
        read = 1
    return str(int(read)) if read == int(read) else str(read)


def _is_picture(source: Json) -> bool:
    return isinstance(source, str) and source.startswith("data:image/")
