"""The few file operations that durability rests on, so that a test can make each of them fail.

Production uses `Disk` as it is. A test overrides single methods: every write, sync, rename, open and unlink of the
journal and of the roll goes through here and nowhere else.
"""

import errno
import os
from pathlib import Path

from milkglass.errors import Unavailable

_KEPT = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Disk:
    """Plain files. Every failure is an OSError; `refused` turns one into what a caller may be told."""

    def create(self, path: Path) -> int:
        """Create a file that must not exist yet and open it for appending; return its descriptor."""
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)

    def write(self, descriptor: int, content: bytes) -> None:
        """Append all of `content`, however many calls the system takes for it."""
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]

    def sync(self, descriptor: int) -> None:
        """Return when what was written is on the disk. After a failure nothing may be assumed about the file."""
        os.fdatasync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def truncate(self, path: Path, size: int) -> None:
        """Cut a file to `size` bytes, durably."""
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Put `source` in the place of `target`, atomically; durable after `sync_directory`."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove a file; one that is not there is no failure."""
        path.unlink(missing_ok=True)

    def make_directory(self, path: Path) -> None:
        """Make a directory and its parents, durably; one that is there is no failure."""
        if path.is_dir():
            return
        self.make_directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        self.sync_directory(path.parent)

    def remove_empty(self, path: Path) -> None:
        """Remove a directory, durably; one that holds something, or is not there, is no failure."""
        try:
            path.rmdir()
        except OSError as error:
            if error.errno not in _KEPT:
                raise
        else:
            self.sync_directory(path.parent)

    def sync_directory(self, path: Path) -> None:
        """Make creations, renames and removals in a directory durable."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> bytes:
        """Read a whole file."""
        return path.read_bytes()

    def read_part(self, path: Path, start: int, length: int) -> bytes:
        """Read up to `length` bytes from `start`."""
        with path.open("rb") as opened:
            opened.seek(start)
            return opened.read(length)

    def names(self, directory: Path) -> list[str]:
        """List a directory's files, sorted; a directory that is not there has none."""
        return sorted(entry.name for entry in directory.iterdir() if entry.is_file()) if directory.is_dir() else []


def refused(error: OSError, what: str) -> Unavailable:
    """Say what a caller may know of a failed write: that the disk is full, or that the store cannot take it now."""
    if error.errno in _FULL:
        return Unavailable(f"the disk is full: {what} was not kept; free space and send it again", code="disk_full")
    return Unavailable(f"{what} was not kept ({errno.errorcode.get(error.errno or 0, 'unknown')}); send it again")


def unread(error: OSError, what: str) -> Unavailable:
    """Say that something could not be read now."""
    return Unavailable(f"{what} could not be read ({errno.errorcode.get(error.errno or 0, 'unknown')}); try again")
