"""Why boxes are off: the boxes where it begins, grouped by what they are, with what differs in computed style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.layout.compare import NEAR, Box, is_near

if TYPE_CHECKING:
    from tests.layout.measure import Result

MOST = 14
MOST_MOVED = 6


def explain(way: str, result: Result) -> str:
    """For each moment, the causes with the most elements below them."""
    lines = []
    for moment, (live, replayed) in enumerate(zip(result.live, result.replayed, strict=True)):
        lines.append(f"  {way}, moment {moment + 1}: {result.figures[moment]}")
        lines += _causes(live, replayed)
    return "\n".join(lines)


def _causes(live: list[Box], replayed: list[Box]) -> list[str]:
    there = {box.number: box for box in replayed}
    missing = [box for box in live if box.number not in there]
    lines = [f"    unknown to the recorder: {sum(box.number == -1 for box in live)}; missing: {len(missing)}"]
    lines += [f"          missing {box.name} [{box.number}] {box.text!r} {_sides(box)}" for box in missing[:3]]
    groups: dict[str, list[tuple[Box, Box]]] = {}
    for box, side in _roots(live, there):
        groups.setdefault(f"{('width', 'height')[side]} of {_kind(box)}", []).append((box, there[box.number]))
    for name, pairs in sorted(groups.items(), key=lambda group: -_weight(group[1]))[:MOST]:
        box, other = pairs[0]
        lines.append(f"    {len(pairs):4} x {name} [{box.number}] {box.text!r}")
        lines.append(f"          live {_sides(box)} replay {_sides(other)}{_differ(box, other)}")
    moved = [box for box in live if _is_moved(box, live, there)][:MOST_MOVED]
    return lines + [
        f"          moved {_kind(box)} [{box.number}] {_sides(box)} -> {_sides(there[box.number])}" for box in moved
    ]


def _is_moved(box: Box, live: list[Box], there: dict[int, Box]) -> bool:
    """Whether a box of the right size stands elsewhere in a box that is in its place."""
    other = there.get(box.number)
    if other is None or is_near(box, other) or any(_is_off(box, other, side) for side in (0, 1)):
        return False
    around = next((one for one in live if one.number == box.parent), None)
    return around is not None and is_near(around, there.get(around.number))


def _roots(live: list[Box], there: dict[int, Box]) -> list[tuple[Box, int]]:
    """The boxes whose width (0) or height (1) is off while no child's is: where it begins."""
    off = [{box.number for box in live if _is_off(box, there.get(box.number), side)} for side in (0, 1)]
    parents = [{box.parent for box in live if box.number in off[side]} for side in (0, 1)]
    return [
        (box, side) for side in (1, 0) for box in live if box.number in off[side] and box.number not in parents[side]
    ]


def _is_off(box: Box, other: Box | None, side: int) -> bool:
    return other is not None and abs(box.sides[2 + side] - other.sides[2 + side]) > NEAR


def _kind(box: Box) -> str:
    return "".join("#" if letter.isdigit() else letter for letter in box.name)


def _weight(pairs: list[tuple[Box, Box]]) -> float:
    """Heights push what is below; widths seldom do."""
    return sum(20 * abs(a.sides[3] - b.sides[3]) + abs(a.sides[2] - b.sides[2]) for a, b in pairs)


def _differ(box: Box, other: Box) -> str:
    found = [
        f"{name}: {said} -> {other.styles.get(name)}"
        for name, said in box.styles.items()
        if (other.styles.get(name) or "").lower() != said.lower() and name not in ("width", "height")
    ]
    return "; " + "; ".join(found)[:300] if found else ""


def _sides(box: Box) -> str:
    return "(" + ", ".join(f"{side:.1f}" for side in box.sides) + ")"
