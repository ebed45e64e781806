"""The journal as local files, with group commit.

The first thread that comes writes for all that wait by then, syncs once, wakes them, and hands the turn to the first
that came meanwhile. So a batch alone pays one sync and no waiting, and many pay one sync together.

After a failed write or sync nothing is known about the file's end: it is closed there and a new one begun. What was
acknowledged before lies in front of that point; `frames.scan` steps over the rest.
"""

import secrets
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from milkglass.errors import MilkglassError, NotFound, Unavailable
from milkglass.vault.disk import Disk, refused, unread
from milkglass.vault.frames import frame, scan
from milkglass.vault.journal import JournalFile, StillStands
from milkglass.vault.values import Gone, Sealed

_MOST_FRAMES = 512  # in one group, so that no thread waits for an endless one
MOST_BYTES = 64 * 1024 * 1024  # in one file; then a new one is begun
_Places = dict[str, list[tuple[int, int]]]  # offset and length of each frame, by recording


@dataclass(slots=True)
class _Waiting:
    """One batch that waits for its group."""

    sealed: Sealed
    still_stands: StillStands
    turn: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    failed: MilkglassError | None = None


@dataclass(slots=True)
class _Open:
    """The file that is written now. `size` counts what is durable."""

    path: Path
    descriptor: int
    size: int = 0
    places: _Places = field(default_factory=lambda: defaultdict(list))


class FileJournal:
    """Files `<sequence>-<random>.journal` in one directory. One process owns it."""

    def __init__(self, directory: Path, disk: Disk, most_bytes: int = MOST_BYTES) -> None:
        """Open the journal: files that a crash left are cut after their last whole frame and count as closed."""
        self._directory = directory
        self._disk = disk
        self._most_bytes = most_bytes
        self._queue = threading.Lock()  # guards _waiting and _is_led
        self._waiting: list[_Waiting] = []
        self._is_led = False
        self._file = threading.Lock()  # guards all below; held while the disk works
        self._open: _Open | None = None
        self._closed: dict[str, _Places] = {}  # files that are not dropped
        disk.make_directory(directory)
        for name in disk.names(directory):
            self._recover(name)
        self._sequence = max((int(name.split("-")[0]) for name in self._closed), default=0)

    def append(self, sealed: Sealed, still_stands: StillStands) -> None:
        """Return when the frame is durable. Raises Gone, Unavailable."""
        mine = _Waiting(sealed, still_stands)
        with self._queue:
            self._waiting.append(mine)
            mine.leads, self._is_led = not self._is_led, True
        if not mine.leads:
            mine.turn.wait()
        if mine.leads:
            self._lead()
        if mine.failed:
            raise mine.failed

    def rotate(self) -> None:
        """Close the open file. Every append that returned before is then in a closed one."""
        with self._file:
            self._close()

    def closed(self) -> list[str]:
        """List the ids of closed files, oldest first."""
        with self._file:
            return sorted(self._closed)

    def read(self, journal_file: str) -> JournalFile:
        """Read a closed file. Raises NotFound, Unavailable."""
        if journal_file not in self._closed:
            raise NotFound(f"there is no closed journal file {journal_file}")
        try:
            found = scan(self._disk.read(self._path(journal_file)))
        except OSError as error:
            raise unread(error, "the journal") from error
        return JournalFile(id=journal_file, frames=found.frames, damaged=found.damaged)

    def drop(self, journal_file: str) -> None:
        """Remove a closed file, durably. Raises Unavailable; then it is still listed."""
        try:
            self._disk.unlink(self._path(journal_file))
            self._disk.sync_directory(self._directory)
        except OSError as error:
            raise refused(error, "the removal of a journal file") from error
        with self._file:
            self._closed.pop(journal_file, None)

    def tail(self, recording: str) -> list[Sealed]:
        """List a recording's durable frames that no roll has taken yet."""
        with self._file:
            opened = [(self._open.path, self._open.places)] if self._open else []
            closed = [(self._path(name), self._closed[name]) for name in sorted(self._closed)]
            held = [(path, place) for path, places in closed + opened for place in places.get(recording, ())]
        found = []
        for path, (offset, length) in held:
            try:
                found += scan(self._disk.read_part(path, offset, length)).frames
            except FileNotFoundError:
                continue  # a roll took it in between: the caller reads the segments after this
            except OSError as error:
                raise unread(error, "the journal") from error
        return found

    def open_bytes(self) -> int:
        """Say how much lies in the open file."""
        opened = self._open
        return opened.size if opened else 0

    def _lead(self) -> None:
        with self._file:
            with self._queue:
                group, self._waiting = self._waiting[:_MOST_FRAMES], self._waiting[_MOST_FRAMES:]
            try:
                self._commit(group)
            except BaseException:
                # Nobody may read silence as a yes: whatever went wrong, the whole group hears no.
                self._abandon()
                for waiting in group:
                    waiting.failed = waiting.failed or Unavailable("a batch was not kept; send it again")
                raise
            finally:
                self._hand_over(group)

    def _hand_over(self, group: list[_Waiting]) -> None:
        with self._queue:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].turn.set()
            else:
                self._is_led = False
        for waiting in group:
            waiting.turn.set()

    def _commit(self, group: list[_Waiting]) -> None:
        standing = [waiting for waiting in group if self._stands(waiting)]
        if not standing:
            return
        frames = [frame(waiting.sealed) for waiting in standing]
        try:
            opened = self._open or self._begin()
            self._disk.write(opened.descriptor, b"".join(frames))
            self._disk.sync(opened.descriptor)
        except OSError as error:
            self._abandon()
            for waiting in standing:
                waiting.failed = refused(error, "a batch")
            return
        for waiting, written in zip(standing, frames, strict=True):
            opened.places[waiting.sealed.head.recording].append((opened.size, len(written)))
            opened.size += len(written)
        if opened.size >= self._most_bytes:
            self._close()

    def _stands(self, waiting: _Waiting) -> bool:
        try:
            if waiting.still_stands():
                return True
            waiting.failed = Gone("the recording may no longer be written")
        except MilkglassError as error:
            waiting.failed = error
        except Exception:  # noqa: BLE001  whatever the question fails with, the rest of the group must be answered
            waiting.failed = Unavailable("it could not be told whether the recording may still be written")
        return False

    def _begin(self) -> _Open:
        self._sequence += 1
        path = self._path(f"{self._sequence:012d}-{secrets.token_hex(8)}")
        self._open = _Open(path, self._disk.create(path))
        # The name must be durable before the first batch in it is answered.
        self._disk.sync_directory(self._directory)
        return self._open

    def _abandon(self) -> None:
        opened = self._open
        if opened is None:
            return
        self._close()
        try:
            self._disk.truncate(opened.path, opened.size)
        except OSError:
            return  # what is not cut off is stepped over by the next scan, or taken once: both are right

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is None:
            return
        self._closed[opened.path.stem] = opened.places
        try:
            self._disk.close(opened.descriptor)
        except OSError:
            return  # all that was acknowledged is synced already

    def _recover(self, name: str) -> None:
        path = self._directory / name
        if path.suffix != ".journal":
            return
        content = self._disk.read(path)
        found = scan(content)
        if found.end < len(content):
            self._disk.truncate(path, found.end)
        places: _Places = defaultdict(list)
        for sealed, place in zip(found.frames, found.places, strict=True):
            places[sealed.head.recording].append(place)
        self._closed[path.stem] = places

    def _path(self, journal_file: str) -> Path:
        return self._directory / f"{journal_file}.journal"
