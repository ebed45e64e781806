"""What every driver of the journal and of the object store keeps."""

from collections.abc import Callable
from pathlib import Path

import pytest

from milkglass.errors import NotFound
from milkglass.vault.bodies import head_of, seal_batch
from milkglass.vault.disk import Disk
from milkglass.vault.frames import frame, scan
from milkglass.vault.journal import Journal
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.journal_memory import MemoryJournal
from milkglass.vault.objects import ObjectStore
from milkglass.vault.objects_directory import DirectoryObjects
from milkglass.vault.objects_memory import MemoryObjects
from milkglass.vault.values import Gone, Sealed
from tests.vault.room import NOW, PURGE, made, recording_id

JOURNALS: list[Callable[[Path], Journal]] = [lambda where: FileJournal(where / "j", Disk()), lambda _: MemoryJournal()]
STORES: list[Callable[[Path], ObjectStore]] = [
    lambda where: DirectoryObjects(where / "o", Disk()),
    lambda _: MemoryObjects(),
]


def sealed(number: int, n: int = 1) -> Sealed:
    batch = made(number, n=n)
    return seal_batch(batch, head_of(batch, PURGE.isoformat(), NOW), b"k" * 32, b"r" * 32)


@pytest.fixture(params=JOURNALS, ids=["file", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    opened: Journal = request.param(tmp_path)
    return opened


@pytest.fixture(params=STORES, ids=["directory", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    opened: ObjectStore = request.param(tmp_path)
    return opened


def test_what_was_appended_is_in_the_tail_and_after_rotating_in_a_closed_file(journal: Journal) -> None:
    frames = [sealed(0), sealed(1), sealed(0, n=2)]
    for one in frames:
        journal.append(one, lambda: True)
    assert journal.tail(recording_id(1)) == frames[:2]
    assert journal.open_bytes() == sum(len(frame(one)) for one in frames)
    assert journal.closed() == []
    journal.rotate()
    (name,) = journal.closed()
    assert journal.read(name).frames == frames
    assert journal.read(name).damaged == 0
    assert journal.tail(recording_id(1)) == frames[:2]
    assert journal.open_bytes() == 0


def test_files_are_listed_oldest_first_and_a_dropped_one_is_gone(journal: Journal) -> None:
    for number in range(3):
        journal.append(sealed(number), lambda: True)
        journal.rotate()
    journal.rotate()
    names = journal.closed()
    assert [journal.read(name).frames[0].head.number for name in names] == [0, 1, 2]
    journal.drop(names[0])
    journal.drop(names[0])
    assert journal.closed() == names[1:]
    assert [one.head.number for one in journal.tail(recording_id(1))] == [1, 2]
    with pytest.raises(NotFound):
        journal.read(names[0])


def test_what_no_longer_stands_at_the_moment_of_writing_is_not_written(journal: Journal) -> None:
    with pytest.raises(Gone):
        journal.append(sealed(0), lambda: False)
    assert journal.tail(recording_id(1)) == []
    journal.append(sealed(1), lambda: True)
    assert len(journal.tail(recording_id(1))) == 1


def test_an_object_is_read_whole_and_replaced_at_once(store: ObjectStore) -> None:
    store.put("ab/abc/1.segment", b"0123456789")
    assert store.get("ab/abc/1.segment") == b"0123456789"
    store.put("ab/abc/1.segment", b"new")
    assert store.get("ab/abc/1.segment") == b"new"


def test_objects_are_listed_below_their_prefix_and_go_for_good(store: ObjectStore) -> None:
    for name in ("ab/abc/2.segment", "ab/abc/1.segment", "ab/abcd/1.segment"):
        store.put(name, b"x")
    assert store.names("ab/abc") == ["ab/abc/1.segment", "ab/abc/2.segment"]
    store.remove("ab/abc/1.segment")
    store.remove("ab/abc/1.segment")
    assert store.names("ab/abc") == ["ab/abc/2.segment"]
    with pytest.raises(NotFound):
        store.get("ab/abc/1.segment")


def test_a_folder_goes_with_its_last_object(tmp_path: Path) -> None:
    store = DirectoryObjects(tmp_path / "objects", Disk())
    for name in ("ab/abc/1.segment", "ab/abc/2.segment", "ab/abcd/1.segment", "9.segment"):
        store.put(name, b"x")
    store.remove("ab/abc/1.segment")
    assert (tmp_path / "objects" / "ab" / "abc").is_dir()
    for name in ("ab/abc/2.segment", "ab/abc/2.segment", "9.segment"):
        store.remove(name)
    assert sorted(path.name for path in (tmp_path / "objects").rglob("*")) == ["1.segment", "ab", "abcd"]


def test_a_frame_in_the_middle_of_rubbish_is_found_and_the_rubbish_counted() -> None:
    one = sealed(0)
    found = scan(b"MGF1 rubbish" + frame(one) + b"MGF1")
    assert found.frames == [one]
    assert found.damaged == 12
