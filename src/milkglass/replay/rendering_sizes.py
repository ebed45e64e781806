"""Kept sizes: a player knows `rr_width` and `rr_height` when it builds a node, and later only `style`.

What was one line, by `rr_lines`, stays one: a mask can break where the text that it stands for could not.

Source: docs/decisions/0002; `@rrweb/replay`, which writes each length into the element's style as it builds it.
"""

from milkglass.wire.values import Json

# A cell of a table, or a box in a row, gives way to a width that is only wished for: masks beside it want less than
# words did.
_WIDTH, _LEAST = "rr_width", "min-width"
_SIDES = {_WIDTH: ("width", _LEAST), "rr_height": ("height",)}
_LINES, _WRAP, _WHOLE = "rr_lines", "text-wrap", "nowrap"
_SNAPSHOT, _INCREMENTAL, _MUTATION = 2, 3, 0


def sizes(event: dict[str, Json]) -> dict[str, Json]:
    """Return an event whose changed sizes are changes of style, behind one that writes the whole style."""
    data = event.get("data")
    if not isinstance(data, dict):
        return event
    if event.get("type") == _SNAPSHOT:
        return {**event, "data": {**data, "node": _whole(data.get("node"))}}
    if event.get("type") != _INCREMENTAL or data.get("source") != _MUTATION:
        return event
    given, adds = data.get("attributes"), data.get("adds")
    kept = dict(data)
    if isinstance(given, list):
        kept["attributes"] = [kept for one in given for kept in _changes(one)]
    if isinstance(adds, list):
        kept["adds"] = [{**add, "node": _whole(add.get("node"))} if isinstance(add, dict) else add for add in adds]
    return {**event, "data": kept}


def _whole(node: Json) -> Json:
    """A node whose blocks of one line do not wrap, and whose widths hold."""
    if not isinstance(node, dict):
        return node
    kept = dict(node)
    attributes, children = node.get("attributes"), node.get("childNodes")
    if isinstance(children, list):
        kept["childNodes"] = [_whole(child) for child in children]
    if isinstance(attributes, dict) and (_LINES in attributes or _WIDTH in attributes):
        rest = {name: value for name, value in attributes.items() if name != _LINES}
        width = attributes.get(_WIDTH)
        said = [
            rest.get("style"),
            f"{_WRAP}:{_WHOLE}" if _LINES in attributes else "",
            f"{_LEAST}:{width}" if isinstance(width, str) else "",
        ]
        kept["attributes"] = {**rest, "style": ";".join(one for one in said if isinstance(one, str) and one)}
    return kept


def _changes(change: Json) -> list[Json]:
    if not isinstance(change, dict):
        return [change]
    attributes = change.get("attributes")
    if not isinstance(attributes, dict):
        return [change]
    sides: dict[str, Json] = {
        side: _length(attributes[name]) for name, sides in _SIDES.items() if name in attributes for side in sides
    }
    if _LINES in attributes:
        sides[_WRAP] = False if attributes[_LINES] is None else _WHOLE
    if not sides:
        return [change]
    rest = {name: value for name, value in attributes.items() if name not in _SIDES and name != _LINES}
    style = rest.get("style")
    if isinstance(style, dict):
        return [{**change, "attributes": {**rest, "style": {**style, **sides}}}]
    after: Json = {**change, "attributes": {"style": sides}}
    return [{**change, "attributes": rest}, after] if rest else [after]


def _length(value: Json) -> Json:
    return False if value is None else value
