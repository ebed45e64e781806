"""The tree: RFC 6962's own definition, and the roots that certificate transparency publishes for eight leaves."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, tree_of

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word: slow, and written apart from the code."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + definition(leaves[:split]) + definition(leaves[split:])).digest()


def test_the_published_roots_come_out() -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert [tree_of(leaves[: size + 1]).root().hex() for size in range(len(leaves))] == ROOTS


@settings(deadline=None)
@given(entries=st.lists(st.binary(max_size=40), max_size=70))
def test_growing_gives_the_root_of_the_definition(entries: list[bytes]) -> None:
    tree = tree_of(leaf_hash(entry) for entry in entries)
    assert tree.root() == definition(entries)
    assert tree.is_sound()


def test_an_empty_log_has_the_empty_root_and_a_leaf_is_no_node() -> None:
    assert tree_of([]).root() == EMPTY_ROOT
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
