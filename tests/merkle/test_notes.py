"""Signed notes: what our key signs, our reader and the library accept, and nothing else passes."""

from base64 import b64decode, b64encode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.errors import Invalid
from milkglass.merkle.notes import NoteKey
from milkglass.merkle.verify import Checkpoint, Fault, is_signed, read_checkpoint, read_key

KEY = NoteKey("see.example/audit/2026", b"\x07" * 32)
NOTE = KEY.sign(70_000, b"\x01" * 32)


def test_a_signed_checkpoint_reads_back() -> None:
    at = read_checkpoint(NOTE, read_key(KEY.vkey))
    assert at == Checkpoint("see.example/audit/2026", 70_000, b"\x01" * 32)


def test_no_flipped_bit_of_a_checkpoint_or_key_passes() -> None:
    key = read_key(KEY.vkey)
    for place in range(0, len(NOTE) * 8, 5):  # the export's test flips each
        with pytest.raises(Fault):
            read_checkpoint(flipped(NOTE, place), key)
    for place in range(len(KEY.vkey) * 8):
        try:
            other = read_key(flipped(KEY.vkey.encode(), place).decode("latin-1"))
        except Fault:
            continue
        raise AssertionError(other)


@pytest.mark.parametrize(
    "wrong",
    [
        NOTE[:-1],
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"70000", b"070000"),
        NOTE + b"\n",
        NOTE.replace("\u2014".encode(), b"-"),
        b"",
        b"\xff" + NOTE,
    ],
)
def test_a_note_of_another_form_is_refused(wrong: bytes) -> None:
    with pytest.raises(Fault):
        read_checkpoint(wrong, read_key(KEY.vkey))


def test_base64_that_does_not_come_out_again_is_refused() -> None:
    # A 32-byte value leaves two bits of its last letter unused: a lenient reader takes four spellings for one root.
    line = NOTE.split(b"\n")[2].decode()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    second = line[:-2] + letters[letters.index(line[-2]) + 1] + "="
    assert b64decode(second) == b64decode(line)
    with pytest.raises(Fault):
        read_checkpoint(NOTE.replace(line.encode(), second.encode()), read_key(KEY.vkey))


def test_another_key_of_the_same_name_does_not_pass() -> None:
    with pytest.raises(Fault):
        read_checkpoint(NOTE, read_key(NoteKey(KEY.origin, b"\x08" * 32).vkey))


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "x" * 301])
def test_a_name_that_a_note_cannot_hold_is_refused(origin: str) -> None:
    with pytest.raises(Invalid):
        NoteKey(origin, b"\x07" * 32)


@settings(max_examples=30, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), said=st.binary(max_size=200), place=st.integers(0, 511))
def test_our_reading_of_ed25519_agrees_with_the_library(seed: bytes, said: bytes, place: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key(), private.sign(said)
    assert is_signed(public.public_bytes_raw(), said, signature)
    wrong = flipped(signature, place)
    assert not is_signed(public.public_bytes_raw(), said, wrong)
    with pytest.raises(InvalidSignature):
        public.verify(wrong, said)


def flipped(raw: bytes, bit: int) -> bytes:
    out = bytearray(raw)
    out[bit // 8] ^= 1 << bit % 8
    return bytes(out)


def test_the_key_line_names_its_origin() -> None:
    name, _, rest = KEY.vkey.partition("+")
    assert name == KEY.origin
    assert len(b64encode(b64decode(rest.partition("+")[2]))) == 44
