"""Proofs: that an entry is in a log, and that a shorter log is the beginning of a longer one.

Source: RFC 6962 sections 2.1.1 and 2.1.2. What checks them is in `verify`, which stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from milkglass.errors import Invalid
from milkglass.merkle.hashing import node_hash, tree_of


@dataclass(frozen=True, slots=True)
class Leaves:
    """The leaf hashes of a log, with the roots of all perfect subtrees: `levels[0]` are the leaves."""

    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, leaves: Sequence[bytes]) -> "Leaves":
        """Hash all perfect subtrees once: as many hashes as leaves."""
        levels = [tuple(leaves)]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append(tuple(node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)))
        return cls(tuple(levels))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.levels[0])

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` entries, of all without it."""
        size = self.size if size is None else size
        return self._hash(0, size) if size else tree_of(()).root()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Prove that entry `index` is among the first `size`; the leaf's sibling comes first. Raises Invalid."""
        if not 0 <= index < size <= self.size:
            raise Invalid(f"the log has {self.size} entries; there is no entry {index} among its first {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Prove that the first `old` entries are the beginning of the first `new`. Raises Invalid."""
        if not 0 <= old <= new <= self.size:
            raise Invalid(f"the log has {self.size} entries; sizes go from 0 to that, the older first")
        return self._grown(old, 0, new, is_whole=True) if 0 < old < new else []

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(start, middle)]

    def _grown(self, old: int, start: int, end: int, *, is_whole: bool) -> list[bytes]:
        if old == end:
            return [] if is_whole else [self._hash(start, end)]
        middle = start + _split(end - start)
        if old <= middle:
            return [*self._grown(old, start, middle, is_whole=is_whole), self._hash(middle, end)]
        return [*self._grown(old, middle, end, is_whole=False), self._hash(start, middle)]

    def _hash(self, start: int, end: int) -> bytes:
        """Hash a subtree as the tree itself splits; perfect ones are there already."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self.levels[level][start >> level]
        middle = start + _split(count)
        return node_hash(self._hash(start, middle), self._hash(middle, end))


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
