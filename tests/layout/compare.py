"""Boxes of the live page beside boxes of the replay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NEAR = 4.0
SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True, kw_only=True)
class Box:
    """One visible element. `number` is the recorder's node id, -1 where the recorder does not know the element."""

    number: int
    parent: int | None
    sides: tuple[float, float, float, float]
    is_leaf: bool
    name: str = ""
    text: str = ""
    styles: Mapping[str, str] = field(default_factory=dict)


def read(found: Sequence[Mapping[str, Any]]) -> list[Box]:
    """Read what boxes.js tells."""
    return [
        Box(
            number=one["id"],
            parent=one["parent"],
            sides=(one["x"], one["y"], one["width"], one["height"]),
            is_leaf=one["isLeaf"],
            name=one.get("name", ""),
            text=one.get("text", ""),
            styles=one.get("styles", {}),
        )
        for one in found
    ]


def is_near(one: Box, other: Box | None) -> bool:
    """Whether two boxes lie within four pixels on every side."""
    return other is not None and all(abs(a - b) <= NEAR for a, b in zip(one.sides, other.sides, strict=True))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Shares of one page at one moment: all elements, and those that are no text leaves."""

    all: float
    boxes: float
    count: int


def figure(live: Sequence[Box], replayed: Sequence[Box]) -> Figure:
    """The share of the live page's boxes that the replay has within four pixels; what it lacks is a miss."""
    by_number = {box.number: box for box in replayed}
    near = [is_near(box, by_number.get(box.number)) for box in live]
    boxes = [hit for box, hit in zip(live, near, strict=True) if not box.is_leaf]
    return Figure(all=_share(near), boxes=_share(boxes), count=len(near))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 1.0
