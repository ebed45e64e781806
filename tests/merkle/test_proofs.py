"""Proofs: every entry is provable under every size, each size continues each smaller one, and nothing else passes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.merkle.hashing import leaf_hash
from milkglass.merkle.proofs import Leaves
from milkglass.merkle.verify import Checkpoint, consistency_holds, inclusion_holds
from tests.merkle.test_hashing import definition

SIZE = 40
ENTRIES = [str(number).encode() for number in range(SIZE)]
LEAVES = Leaves.of([leaf_hash(entry) for entry in ENTRIES])


def at(size: int) -> Checkpoint:
    return Checkpoint("see.example/audit/2026", size, LEAVES.root(size))


def test_the_root_of_each_size_is_the_one_of_the_definition() -> None:
    assert [LEAVES.root(size) for size in range(SIZE + 1)] == [definition(ENTRIES[:size]) for size in range(SIZE + 1)]
    assert Leaves.of([]).root() == definition([])


def test_every_entry_is_proven_under_every_size_and_at_no_other_place() -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            path = LEAVES.inclusion(index, size)
            assert inclusion_holds(leaf_hash(ENTRIES[index]), index, path, at(size))
            assert not inclusion_holds(leaf_hash(b"other"), index, path, at(size))
            for other in {0, index - 1, index + 1, size - 1, size} - {index}:
                assert not inclusion_holds(leaf_hash(ENTRIES[index]), other, path, at(size))
            assert not inclusion_holds(leaf_hash(ENTRIES[index]), index, [*path, b"\0" * 32], at(size))
            assert not path or not inclusion_holds(leaf_hash(ENTRIES[index]), index, path[:-1], at(size))


def test_every_size_continues_every_smaller_one_and_no_other_history() -> None:
    for new in range(SIZE + 1):
        for old in range(new + 1):
            path = LEAVES.consistency(old, new)
            assert consistency_holds(at(old), at(new), path)
            if old:
                other = Checkpoint(at(old).origin, old, b"\0" * 32)
                assert not consistency_holds(other, at(new), path)
            if 0 < old < new:
                assert not consistency_holds(at(old), at(new), path[:-1])
                assert not consistency_holds(at(old), at(new), [*path, path[-1]])
                assert not consistency_holds(at(new), at(old), path)


@settings(deadline=None)
@given(st.data())
def test_no_flipped_bit_of_a_proof_passes(data: st.DataObject) -> None:
    new = data.draw(st.integers(3, SIZE))
    old = data.draw(st.integers(1, new - 1))
    inclusion, consistency = LEAVES.inclusion(old, new), LEAVES.consistency(old, new)
    assert inclusion_holds(leaf_hash(ENTRIES[old]), old, inclusion, at(new))
    assert consistency_holds(at(old), at(new), consistency)
    bit = data.draw(st.integers(0, 255))
    assert not inclusion_holds(leaf_hash(ENTRIES[old]), old, flipped(inclusion, data, bit), at(new))
    assert not consistency_holds(at(old), at(new), flipped(consistency, data, bit))


def flipped(path: list[bytes], data: st.DataObject, bit: int) -> list[bytes]:
    place = data.draw(st.integers(0, len(path) - 1))
    node = bytearray(path[place])
    node[bit // 8] ^= 1 << bit % 8
    return [*path[:place], bytes(node), *path[place + 1 :]]
