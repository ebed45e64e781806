"""Coverage: which share of clicks lands on something that a replay can name.

Clicks are taken to be uniform over everything visible that can be clicked, rows of lists too. Something can be named if
its label is an entry, by the same rule as the SDK's `labelOn`, or if one of its own classes or its id is. What the walk
found is kept as keyed digests: it stood on the pages of a demo account, and may hold words of records.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from milkglass.enforcement.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from milkglass.interactions.heatmap import Cell
    from milkglass.verification.seen import Clickable

GOAL = 0.9
_MOST_SUGGESTED = 5


class Spot(msgspec.Struct, array_like=True, frozen=True):
    """Something that can be clicked: digests of its possible labels and of its names, its box as parts of the page."""

    labels: list[int]
    names: list[int]
    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point of the page lies on it."""
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A route's coverage: of `clickable` things `labelled` have a readable label, `named` only a reviewed name."""

    route: str
    clickable: int
    labelled: int
    named: int

    @property
    def share(self) -> float:
        """The part that can be named, 1 where nothing can be clicked."""
        return (self.labelled + self.named) / self.clickable if self.clickable else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A place that many people click and nothing names: where on the page, in hundredths, and how many people."""

    route: str
    across: int
    down: int
    people: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What could be clicked on each route at the last walk, in a file beside the data; `key` keys the digests."""

    file: Path
    key: bytes

    def keep(self, routes: Mapping[str, Sequence[Clickable]]) -> None:
        """Keep what a walk found; a route that it did not visit stays as it was."""
        kept = self.spots() | {
            route: [
                Spot(
                    [self._digest(normalise(said)) for said in one.labels],
                    [self._digest(name) for name in one.names],
                    one.left,
                    one.top,
                    one.width,
                    one.height,
                )
                for one in clickables
            ]
            for route, clickables in routes.items()
        }
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".fresh")
        fresh.write_bytes(msgspec.json.encode(kept))
        fresh.replace(self.file)

    def spots(self) -> dict[str, list[Spot]]:
        """Return what was kept; nothing before the first walk."""
        if not self.file.exists():
            return {}
        return msgspec.json.decode(self.file.read_bytes(), type=dict[str, list[Spot]])

    def shares(self, texts: Iterable[str], names: Iterable[str]) -> list[Share]:
        """Count each route's coverage under a vocabulary, by route."""
        known, named = self._digests(texts), self._digests(names)
        return [_share(route, spots, known, named) for route, spots in sorted(self.spots().items())]

    def suggestions(
        self, route: str, cells: Sequence[Cell], grid: tuple[int, int], words: tuple[Iterable[str], Iterable[str]]
    ) -> list[Suggestion]:
        """Name hot places of a route that no label or name covers, by position alone, the hottest first.

        Args:
            route: its template.
            cells: of its heatmap, above the people floor.
            grid: the heatmap's columns and rows.
            words: texts and names of the vocabulary.
        """
        known, named = self._digests(words[0]), self._digests(words[1])
        spots = self.spots().get(route, [])
        found = []
        for cell in sorted(cells, key=lambda one: -one.people):
            x, y = (cell.column + 0.5) / grid[0], (cell.row + 0.5) / grid[1]
            here = [spot for spot in spots if spot.holds(x, y)]
            if here and not any(_is_labelled(spot, known) or _is_named(spot, named) for spot in here):
                found.append(Suggestion(route=route, across=round(100 * x), down=round(100 * y), people=cell.people))
        return found[:_MOST_SUGGESTED]

    def _digests(self, said: Iterable[str]) -> frozenset[int]:
        return frozenset(self._digest(one) for one in said)

    def _digest(self, said: str) -> int:
        # 48 bits: a JSON number stays exact.
        return int.from_bytes(hashlib.blake2b(said.encode(), key=self.key[:64], digest_size=6).digest())


def _share(route: str, spots: Sequence[Spot], known: frozenset[int], named: frozenset[int]) -> Share:
    labelled = sum(_is_labelled(spot, known) for spot in spots)
    only_named = sum(not _is_labelled(spot, known) and _is_named(spot, named) for spot in spots)
    return Share(route=route, clickable=len(spots), labelled=labelled, named=only_named)


def _is_labelled(spot: Spot, known: frozenset[int]) -> bool:
    return any(one in known for one in spot.labels)


def _is_named(spot: Spot, named: frozenset[int]) -> bool:
    return any(one in named for one in spot.names)
