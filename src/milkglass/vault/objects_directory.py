"""Objects as files in a directory: temp file, sync, rename, sync of the directory."""

import secrets
from pathlib import Path

from milkglass.errors import NotFound
from milkglass.vault.disk import Disk, refused, unread

_TEMPORARY = ".temporary"


class DirectoryObjects:
    """Files below one directory. One process owns it."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        """Open the store; temporary files that a crash left are removed."""
        self._directory = directory
        self._disk = disk
        disk.make_directory(directory)
        for left in directory.rglob(f"*{_TEMPORARY}"):
            disk.unlink(left)

    def put(self, name: str, content: bytes) -> None:
        """Return when the object is durable and whole. Raises Unavailable."""
        target = self._directory / name
        temporary = target.with_name(f"{target.name}.{secrets.token_hex(8)}{_TEMPORARY}")
        try:
            self._disk.make_directory(target.parent)
            self._write(temporary, content)
            self._disk.rename(temporary, target)
            self._disk.sync_directory(target.parent)
        except OSError as error:
            self._forget(temporary)
            raise refused(error, "a segment") from error

    def get(self, name: str) -> bytes:
        """Read an object. Raises NotFound, Unavailable."""
        try:
            return self._disk.read(self._directory / name)
        except FileNotFoundError as error:
            raise NotFound("there is no such segment") from error
        except OSError as error:
            raise unread(error, "a segment") from error

    def remove(self, name: str) -> None:
        """Remove an object, durably, and its folder with the last one: the folder has a recording's name.

        Raises Unavailable.
        """
        path = self._directory / name
        try:
            self._disk.unlink(path)
            if path.parent.is_dir():
                self._disk.sync_directory(path.parent)
            if path.parent != self._directory:
                self._disk.remove_empty(path.parent)
        except OSError as error:
            raise refused(error, "the removal of a segment") from error

    def names(self, prefix: str) -> list[str]:
        """List the objects below a prefix, sorted."""
        below = self._directory / prefix
        if not below.is_dir():
            return []
        found = (path for path in below.rglob("*") if path.is_file() and not path.name.endswith(_TEMPORARY))
        return sorted(str(path.relative_to(self._directory)) for path in found)

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = self._disk.create(path)
        try:
            self._disk.write(descriptor, content)
            self._disk.sync(descriptor)
        finally:
            self._disk.close(descriptor)

    def _forget(self, temporary: Path) -> None:
        try:
            self._disk.unlink(temporary)
        except OSError:
            return  # the next start removes it
