"""Sealing: a batch opens with its own key in its own place, whole, and no other way."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.errors import Invalid, Unavailable
from milkglass.vault.keys_file import FileKeyWrap
from milkglass.vault.sealing import batch_context, derive, fits, rows_context, seal, unseal

KEY = b"k" * 32
PLACE = batch_context("riverside", "0" * 26, 3)


@given(plain=st.binary(max_size=40_000))
def test_what_is_sealed_opens(plain: bytes) -> None:
    assert unseal(KEY, PLACE, seal(KEY, PLACE, plain)) == plain


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (b"x" * 32, PLACE),
        (KEY, batch_context("lakeside", "0" * 26, 3)),
        (KEY, batch_context("riverside", "1" * 26, 3)),
        (KEY, batch_context("riverside", "0" * 26, 4)),
        (KEY, rows_context("riverside", "0" * 26, 3)),
    ],
)
def test_another_key_or_place_is_refused(key: bytes, place: bytes) -> None:
    sealed = seal(KEY, PLACE, b"[]")
    assert not fits(key, place, sealed[:56])
    with pytest.raises(Invalid):
        unseal(key, place, sealed)


@given(data=st.data())
def test_a_changed_cut_or_lengthened_batch_is_refused(data: st.DataObject) -> None:
    sealed = seal(KEY, PLACE, os.urandom(20_000))
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytearray(sealed)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    for wrong in (bytes(changed), sealed[:at], sealed + b"x"):
        with pytest.raises(Invalid):
            unseal(KEY, PLACE, wrong)


def test_a_header_tells_whether_a_key_fits() -> None:
    assert fits(KEY, PLACE, seal(KEY, PLACE, b"[]")[:56])


def test_equal_batches_are_sealed_differently() -> None:
    assert seal(KEY, PLACE, b"[]") != seal(KEY, PLACE, b"[]")


def test_a_derived_key_is_stable_and_another_for_another_use() -> None:
    assert derive(KEY, "a") == derive(KEY, "a") != derive(KEY, "b")


def test_the_master_key_stays_and_opens_what_it_wrapped_in_its_place_only(tmp_path: Path) -> None:
    wrapped = FileKeyWrap(tmp_path / "keys" / "master").wrap(KEY, b"here")
    again = FileKeyWrap(tmp_path / "keys" / "master")
    assert (tmp_path / "keys" / "master").stat().st_mode & 0o777 == 0o400
    assert again.unwrap(wrapped, b"here") == KEY
    for place, content in ((b"there", wrapped), (b"here", wrapped[:-1]), (b"here", b"")):
        with pytest.raises(Invalid):
            again.unwrap(content, place)


def test_a_master_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    FileKeyWrap(tmp_path / "master")
    (tmp_path / "master").chmod(0o440)
    with pytest.raises(Unavailable):
        FileKeyWrap(tmp_path / "master")
