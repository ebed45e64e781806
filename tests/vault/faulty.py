"""A disk that fails at a chosen operation, and that forgets, at a power cut, all that was not synced."""

import errno
import os
from pathlib import Path

from milkglass.vault.disk import Disk


class PowerCut(BaseException):
    """The machine is off. No handler of errors may catch it."""


class FaultyDisk(Disk):
    """Counts operations; the one at `fails_at` raises, as an error or as a power cut.

    It keeps beside the real files what a disk would still hold after a power cut: the synced length of each file, and
    each directory's names as of its last sync.
    """

    def __init__(self, fails_at: int = -1, *, cuts_power: bool = False, code: int = errno.EIO) -> None:
        self.fails_at = fails_at
        self.cuts_power = cuts_power
        self.code = code
        self.count = 0
        self.is_off = False
        self._paths: dict[int, Path] = {}
        self._synced: dict[Path, int] = {}  # length that is durable
        self._names: dict[Path, dict[str, bytes]] = {}  # a directory's durable names, with the content they lead to

    def _step(self) -> None:
        if self.is_off:
            raise PowerCut
        self.count += 1
        if self.count - 1 == self.fails_at:
            if self.cuts_power:
                self.is_off = True
                raise PowerCut
            raise OSError(self.code, "faulty")

    def create(self, path: Path) -> int:
        self._step()
        descriptor = super().create(path)
        self._paths[descriptor] = path
        self._synced[path] = 0
        return descriptor

    def write(self, descriptor: int, content: bytes) -> None:
        try:
            self._step()
        except OSError:
            # A write that fails may have written a part.
            super().write(descriptor, content[: len(content) // 2])
            raise
        super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        self._step()
        super().sync(descriptor)
        path = self._paths[descriptor]
        self._synced[path] = path.stat().st_size

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._step()

    def truncate(self, path: Path, size: int) -> None:
        self._step()
        super().truncate(path, size)
        self._synced[path] = size

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)
        self._synced[target] = self._synced.pop(source, target.stat().st_size)

    def unlink(self, path: Path) -> None:
        self._step()
        super().unlink(path)

    def remove_empty(self, path: Path) -> None:
        self._step()
        super().remove_empty(path)

    def sync_directory(self, path: Path) -> None:
        self._step()
        super().sync_directory(path)
        self._names[path] = {entry.name: entry.read_bytes() for entry in path.iterdir() if entry.is_file()}

    def drop_unsynced(self) -> None:
        """Leave on the real disk only what a power cut would: the worst case of each file and name."""
        for path, size in self._synced.items():
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)
        for directory in {path.parent for path in self._synced}:
            if not directory.is_dir():
                continue  # only an empty one is ever removed
            durable = self._names.get(directory, {})
            for entry in list(directory.iterdir()):
                if entry.is_file() and entry.name not in durable:
                    entry.unlink()
            for name, content in durable.items():
                if not (directory / name).exists():
                    (directory / name).write_bytes(content)
