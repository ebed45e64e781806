"""The journal in memory: the stand-in of tests. It keeps the contract for as long as the process lives."""

import threading

from milkglass.errors import NotFound
from milkglass.vault.frames import frame
from milkglass.vault.journal import JournalFile, StillStands
from milkglass.vault.values import Gone, Sealed


class MemoryJournal:
    """Lists of frames under one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Sealed] = []
        self._closed: dict[str, list[Sealed]] = {}
        self._count = 0

    def append(self, sealed: Sealed, still_stands: StillStands) -> None:
        """Keep a frame. Raises Gone."""
        with self._lock:
            if not still_stands():
                raise Gone("the recording may no longer be written")
            self._open.append(sealed)

    def rotate(self) -> None:
        """Close the open list."""
        with self._lock:
            if self._open:
                self._count += 1
                self._closed[f"{self._count:012d}-memory"], self._open = self._open, []

    def closed(self) -> list[str]:
        """List the closed ones, oldest first."""
        with self._lock:
            return sorted(self._closed)

    def read(self, journal_file: str) -> JournalFile:
        """Read a closed one. Raises NotFound."""
        with self._lock:
            if journal_file not in self._closed:
                raise NotFound(f"there is no closed journal file {journal_file}")
            return JournalFile(id=journal_file, frames=list(self._closed[journal_file]), damaged=0)

    def drop(self, journal_file: str) -> None:
        """Forget a closed one."""
        with self._lock:
            self._closed.pop(journal_file, None)

    def tail(self, recording: str) -> list[Sealed]:
        """List a recording's frames."""
        with self._lock:
            frames = [sealed for name in sorted(self._closed) for sealed in self._closed[name]] + self._open
            return [sealed for sealed in frames if sealed.head.recording == recording]

    def open_bytes(self) -> int:
        """Say how much the open list would take on a disk."""
        with self._lock:
            return sum(len(frame(sealed)) for sealed in self._open)
