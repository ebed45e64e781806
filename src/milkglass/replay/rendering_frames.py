"""Frames: a document that is attached again is built anew.

A player that has a document under a number, in the same mode, takes what is attached under it for the one that it has,
and builds nothing. A frame that its page writes is found before that, and attached again when it is full: it would stay
as it was. So an empty document in another mode is attached between the two.

Source: `buildNodeWithSN` and `isNodeMetaEqual` in `@rrweb/replay`; console/src/frames.ts does the same for the player.
"""

from milkglass.wire.values import Json

_DOCUMENT, _SNAPSHOT, _INCREMENTAL, _MUTATION = 0, 2, 3, 0
_MODE, _STRICT = "compatMode", "CSS1Compat"


class Frames:
    """The layer; it knows in which mode each document of a frame was attached last."""

    def __init__(self) -> None:
        self._modes: dict[Json, Json] = {}

    def __call__(self, event: dict[str, Json]) -> dict[str, Json]:
        """Return one event with an empty document before each that a player would take for the one it has."""
        data = event.get("data")
        if event.get("type") == _SNAPSHOT:
            self._modes = {}
        if event.get("type") != _INCREMENTAL or not isinstance(data, dict) or data.get("source") != _MUTATION:
            return event
        adds = data.get("adds")
        if not isinstance(adds, list):
            return event
        return {**event, "data": {**data, "adds": [each for add in adds for each in self._added(add)]}}

    def _added(self, add: Json) -> list[Json]:
        node = add.get("node") if isinstance(add, dict) else None
        if not isinstance(add, dict) or not isinstance(node, dict) or node.get("type") != _DOCUMENT:
            return [add]
        number, mode = node.get("id"), node.get(_MODE)
        is_taken_for_it = number in self._modes and self._modes[number] == mode
        self._modes[number] = mode
        if not is_taken_for_it:
            return [add]
        empty: dict[str, Json] = {name: value for name, value in node.items() if name != _MODE} | {"childNodes": []}
        return [{**add, "node": empty if mode == _STRICT else {**empty, _MODE: _STRICT}}, add]
