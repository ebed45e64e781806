"""Merkle hashing: leaves, nodes and the compact range that lets a log grow without its past.

Source: RFC 6962 section 2.1; the compact range is the list of the tree's perfect subtrees, largest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into one."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Tree:
    """A log's tree at one size: `frontier` holds the roots of its perfect subtrees, largest first."""

    size: int = 0
    frontier: tuple[bytes, ...] = ()

    def grown(self, leaf: bytes) -> "Tree":
        """Return the tree with one more leaf hash."""
        node, rest, size = leaf, self.frontier, self.size
        while size & 1:
            node, rest, size = node_hash(rest[-1], node), rest[:-1], size >> 1
        return Tree(self.size + 1, (*rest, node))

    def root(self) -> bytes:
        """Return the RFC 6962 root."""
        if not self.frontier:
            return EMPTY_ROOT
        node = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            node = node_hash(left, node)
        return node

    def is_sound(self) -> bool:
        """Say whether the frontier has the shape that the size demands."""
        return len(self.frontier) == self.size.bit_count() and all(len(node) == HASH_BYTES for node in self.frontier)


def tree_of(leaves: Iterable[bytes]) -> Tree:
    """Build the tree of some leaf hashes."""
    tree = Tree()
    for leaf in leaves:
        tree = tree.grown(leaf)
    return tree
