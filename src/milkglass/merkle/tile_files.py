"""Tile files: the log as static files that any C2SP client reads. All of it is derived and can be made again.

Source: C2SP tlog-tiles. Full tiles and bundles never change; partial ones stay until the full one is there.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milkglass.database.durable import write_whole
from milkglass.merkle.hashing import HASH_BYTES
from milkglass.merkle.log import Log
from milkglass.merkle.logs import LogRow
from milkglass.merkle.verify import WIDTH, places, root_of, tile_path


@dataclass(frozen=True, slots=True)
class TileFiles:
    """A directory with one folder a log, by its number."""

    directory: Path

    def publish(self, log: Log, row: LogRow) -> int:
        """Write what the log's checkpoint covers and is not there yet, the checkpoint last; return how many files."""
        if row.checkpoint is None:
            return 0
        folder, written = self.directory / str(row.number), 0
        for path, full in self._missing(folder, row.size):
            write_whole(folder / path, self._content(folder, log, path))
            written += 1
            if full:
                shutil.rmtree(folder / f"{path}.p", ignore_errors=True)
        at = folder / "checkpoint"
        if not at.exists() or at.read_bytes() != row.checkpoint:
            write_whole(at, row.checkpoint)
            written += 1
        return written

    def differing(self, log: Log, row: LogRow) -> list[str]:
        """Name the files that are not what the log gives: altered ones, and those that belong to no tree."""
        folder = self.directory / str(row.number)
        leaves = log.leaves(row.size)
        found = []
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            path = file.relative_to(folder).as_posix()
            if not file.is_file() or path == "checkpoint":
                continue
            try:
                right = content(log, leaves.levels, path, row.size)
            except (ValueError, IndexError):
                right = None
            if right != file.read_bytes():
                found.append(path)
        return found

    def _missing(self, folder: Path, size: int) -> Iterator[tuple[str, bool]]:
        for path, is_full in addresses(size):
            if not (folder / path).exists():
                yield path, is_full

    def _content(self, folder: Path, log: Log, path: str) -> bytes:
        level, number, width = parse(path)
        if level is None:
            return bundle(log, number, width)
        if level == 0:
            return b"".join(log.leaf_hashes(number * WIDTH, width))
        below = (folder / tile_path(level - 1, number * WIDTH + place, WIDTH) for place in range(width))
        return b"".join(root_of(_hashes(file.read_bytes())) for file in below)


def addresses(size: int) -> Iterator[tuple[str, bool]]:
    """Yield every bundle's and tile's address of a log, lowest level first, and whether it is full."""
    for number, width in places(size):
        yield tile_path("entries", number, width), width == WIDTH
    level = 0
    while size >> (8 * level):
        for number, width in places(size >> (8 * level)):
            yield tile_path(level, number, width), width == WIDTH
        level += 1


def content(log: Log, levels: tuple[tuple[bytes, ...], ...], path: str, size: int) -> bytes:
    """Return what stands at an address, out of the log's rows. Raises ValueError, IndexError if nothing does."""
    level, number, width = parse(path)
    start = number * WIDTH
    if level is None:
        if start + width > size:
            raise IndexError(path)
        return bundle(log, number, width)
    hashes = levels[8 * level][start : start + width]
    if len(hashes) != width:
        raise IndexError(path)
    return b"".join(hashes)


def bundle(log: Log, number: int, width: int) -> bytes:
    """Return a bundle: each entry behind its length in two bytes."""
    entries = log.entries(number * WIDTH, width)
    return b"".join(len(entry.spelled).to_bytes(2, "big") + entry.spelled for entry in entries)


def parse(path: str) -> tuple[int | None, int, int]:
    """Read an address: level (None for a bundle), number, width. Raises ValueError for another form."""
    head, _, partial = path.partition(".p/")
    first, level, *parts = head.split("/")
    number = int("".join(part.removeprefix("x") for part in parts))
    width = int(partial) if partial else WIDTH
    read = None if level == "entries" else int(level)
    if first != "tile" or tile_path(level if read is None else read, number, width) != path:
        raise ValueError(path)
    return read, number, width


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
