"""Seeking: a Meta that stands alone must not be where a player begins."""

from milkglass.replay.seeking import seekable
from milkglass.wire.values import Json

SNAPSHOT: dict[str, Json] = {"type": 2, "timestamp": 1, "data": {}}


def meta(at: int) -> dict[str, Json]:
    return {"type": 4, "timestamp": at, "data": {"href": "/chat", "width": 800, "height": 600}}


def resize(at: int) -> dict[str, Json]:
    return {"type": 3, "timestamp": at, "data": {"source": 4, "width": 800, "height": 600}}


def test_a_route_told_without_a_snapshot_becomes_a_resize() -> None:
    assert list(seekable([meta(0), SNAPSHOT, meta(5), meta(9)])) == [meta(0), SNAPSHOT, resize(5), resize(9)]


def test_a_meta_before_a_snapshot_stays() -> None:
    events = [meta(0), SNAPSHOT, meta(5), SNAPSHOT]
    assert list(seekable(events)) == events
