"""The journal: where a batch is durable before anybody says yes. Drivers: `journal_file`, `journal_memory`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from milkglass.vault.values import Sealed

StillStands = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFile:
    """A closed stretch of the journal. Its id is never given twice; the frames are in the order of their arrival."""

    id: str
    frames: list[Sealed]
    damaged: int  # bytes that were no frame


class Journal(Protocol):
    """Any thread may call any method at any time.

    What `append` returned for is in `closed` or `open_frames` after any crash, until `drop`. What it raised for may be
    there or not; sending it again is safe, because a roll keeps the first of two equal numbers.
    """

    def append(self, sealed: Sealed, still_stands: StillStands) -> None:
        """Return when the frame is durable.

        Raises: Gone if `still_stands` says no at the moment of writing; Unavailable (code `disk_full` when it is that).
        """

    def rotate(self) -> None:
        """Close the open file, if there is one. Every append that returned before is then in `closed`."""

    def closed(self) -> list[str]:
        """List the ids of closed files, oldest first."""

    def read(self, journal_file: str) -> JournalFile:
        """Read a closed file. Raises NotFound."""

    def drop(self, journal_file: str) -> None:
        """Remove a closed file, durably. One that is not there is no failure."""

    def tail(self, recording: str) -> list[Sealed]:
        """List a recording's frames that no roll has taken yet, in the order of arrival."""

    def open_bytes(self) -> int:
        """Say how much lies in the open file."""
