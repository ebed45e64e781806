"""Why boxes are off: grouped by the first ancestor that is off, with what differs in computed style."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.layout.compare import Box, is_near

if TYPE_CHECKING:
    from tests.layout.measure import Result

MOST = 14


def explain(way: str, result: Result) -> str:
    """For each moment, the causes with the most elements below them."""
    lines = []
    for moment, (live, replayed) in enumerate(zip(result.live, result.replayed, strict=True)):
        lines.append(f"  {way}, moment {moment + 1}: {result.figures[moment]}")
        lines += _causes(live, replayed)
    return "\n".join(lines)


def _causes(live: list[Box], replayed: list[Box]) -> list[str]:
    there = {box.number: box for box in replayed}
    known = {box.number: box for box in live}
    off = {box.number: box for box in live if not is_near(box, there.get(box.number))}
    groups: dict[tuple[str, int], list[Box]] = {}
    for box in live:
        if is_near(box, there.get(box.number)):
            continue
        first = _first(box, off, known)
        groups.setdefault((_why(first, there.get(first.number)), first.number), []).append(box)
    said = sorted(groups.items(), key=lambda group: -len(group[1]))
    unknown, missing = sum(box.number == -1 for box in live), sum(number not in there for number in off)
    lines = [f"    unknown to the recorder: {unknown}; missing: {missing}"]
    kinds = Counter(why.split(" (")[0] for (why, _), boxes in groups.items() for _ in boxes)
    lines += [f"    {count:5} {why}" for why, count in kinds.most_common(6)]
    for (why, number), boxes in said[:MOST]:
        root = known.get(number) or boxes[0]
        lines.append(f"    {len(boxes):5} below {root.name} [{number}] {root.text!r}: {why}")
        lines.append(
            f"          live {_sides(root)} replay {_sides(there.get(number))}{_differ(root, there.get(number))}"
        )
        inner = [box for box in boxes if box.number in there and box.number != number]
        for box in _own(inner, there)[:3]:
            lines.append(
                f"            in it {box.name} [{box.number}] {box.text!r} live {_sides(box)} replay "
                f"{_sides(there.get(box.number))}{_differ(box, there.get(box.number))}"
            )
    return lines


def _own(boxes: list[Box], there: dict[int, Box]) -> list[Box]:
    """Those whose size is off, the smallest first: a leaf that grew pushes all above it."""
    sized = [box for box in boxes if any(abs(box.sides[i] - there[box.number].sides[i]) > 4 for i in (2, 3))]
    return sorted(sized, key=lambda box: box.sides[2] * box.sides[3])


def _first(box: Box, off: dict[int, Box], known: dict[int, Box]) -> Box:
    """The outermost ancestor that is off."""
    first, here = box, box
    while here.parent is not None and here.parent in known:
        here = known[here.parent]
        if here.number in off:
            first = here
    return first


def _why(box: Box, other: Box | None) -> str:
    if box.number == -1:
        return "the recorder does not know it"
    if other is None:
        return "not in the replay, or unseen there"
    sides = [
        name for name, a, b in zip(("x", "y", "width", "height"), box.sides, other.sides, strict=True) if abs(a - b) > 4
    ]
    return f"{' '.join(sides)} off"


def _differ(box: Box, other: Box | None) -> str:
    if other is None:
        return ""
    found = [
        f"{name}: {said} -> {other.styles.get(name)}"
        for name, said in box.styles.items()
        if other.styles.get(name) != said and name not in ("width", "height")
    ]
    return "; " + "; ".join(found)[:400] if found else ""


def _sides(box: Box | None) -> str:
    return "-" if box is None else "(" + ", ".join(f"{side:.1f}" for side in box.sides) + ")"
