"""Kept sizes that change: a player knows `rr_width` and `rr_height` when it builds a node, and later only `style`.

Source: docs/decisions/0002; `@rrweb/replay`, which writes each into the element's style as it builds it.
"""

from milkglass.wire.values import Json

_SIDES = {"rr_width": "width", "rr_height": "height"}
_INCREMENTAL, _MUTATION = 3, 0


def sizes(event: dict[str, Json]) -> dict[str, Json]:
    """Return an event whose changed sizes are changes of style, behind one that writes the whole style."""
    data = event.get("data")
    if event.get("type") != _INCREMENTAL or not isinstance(data, dict) or data.get("source") != _MUTATION:
        return event
    given = data.get("attributes")
    if not isinstance(given, list):
        return event
    return {**event, "data": {**data, "attributes": [kept for one in given for kept in _changes(one)]}}


def _changes(change: Json) -> list[Json]:
    if not isinstance(change, dict):
        return [change]
    attributes = change.get("attributes")
    if not isinstance(attributes, dict) or not _SIDES.keys() & attributes.keys():
        return [change]
    sides: dict[str, Json] = {_SIDES[name]: _length(attributes[name]) for name in _SIDES if name in attributes}
    rest = {name: value for name, value in attributes.items() if name not in _SIDES}
    style = rest.get("style")
    if isinstance(style, dict):
        return [{**change, "attributes": {**rest, "style": {**style, **sides}}}]
    after: Json = {**change, "attributes": {"style": sides}}
    return [{**change, "attributes": rest}, after] if rest else [after]


def _length(value: Json) -> Json:
    return False if value is None else value
