"""Adopted sheets: declared right behind the snapshot, so that a seek loses no rule that is inserted into them later.

A player that seeks lays changes aside until it has gone through them, and then applies the rules that were inserted
into adopted sheets before it builds the sheets that came meanwhile: those rules are lost. A sheet that is there from
the start, adopted by nothing, has them. Sheets of a frame stay where they are: they belong to the frame's document.

Source: the `Flush` handler of @rrweb/replay; console/src/adopted.ts does the same for the player.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milkglass.wire.values import Json

_SNAPSHOT, _INCREMENTAL = 2, 3
_MUTATION, _ADOPTED = 0, 15


def declared(events: Iterable[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    """Yield events with each snapshot's later sheets behind it; holds what lies between two snapshots."""
    held: list[dict[str, Json]] = []
    for event in events:
        if event.get("type") == _SNAPSHOT:
            yield from _moved(held)
            held = []
        held.append(event)
    yield from _moved(held)


def _moved(events: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Move the sheets of a snapshot and what follows it behind the snapshot."""
    if not events or events[0].get("type") != _SNAPSHOT:
        return events
    snapshot = events[0]
    page = _of(_of(snapshot, "data"), "node").get("id")
    framed: set[Json] = set()
    sheets: list[Json] = []
    told = [snapshot, *(_without(event, page, framed, sheets) for event in events[1:])]
    if sheets:
        data: dict[str, Json] = {"source": _ADOPTED, "id": page, "styles": sheets, "styleIds": []}
        told.insert(1, {"type": _INCREMENTAL, "timestamp": snapshot.get("timestamp"), "data": data})
    return told


def _without(event: dict[str, Json], page: Json, framed: set[Json], sheets: list[Json]) -> dict[str, Json]:
    """Return one event without its new sheets, which are added to `sheets`; note what is put into frames."""
    data = _of(event, "data")
    if event.get("type") != _INCREMENTAL:
        return event
    if data.get("source") == _MUTATION:
        for add in _list(data.get("adds")):
            _note(_of(add, "node"), page, framed)
    styles = data.get("styles")
    if data.get("source") != _ADOPTED or not isinstance(styles, list) or data.get("id") in framed:
        return event
    sheets += styles
    return {**event, "data": {name: value for name, value in data.items() if name != "styles"}}


def _note(node: dict[str, Json], page: Json, framed: set[Json]) -> None:
    if node.get("rootId") not in (None, page):
        framed.add(node.get("id"))
    for child in _list(node.get("childNodes")):
        _note(child if isinstance(child, dict) else {}, page, framed)


def _of(value: Json, name: str) -> dict[str, Json]:
    inside = value.get(name) if isinstance(value, dict) else None
    return inside if isinstance(inside, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
