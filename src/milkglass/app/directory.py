"""Directory: the data directory belongs to one process at a time."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from milkglass.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

LOCK = "milkglass.lock"


def own(directory: Path) -> int:
    """Make the data directory and take its lock; return the lock's descriptor. Raises Unavailable."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        what = f"{directory} cannot be written ({problem.strerror}); change its owner or choose another with --data"
        raise Unavailable(what, code="data_directory") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        what = f"another server (process {owner}) owns {directory}; stop it, or choose another directory with --data"
        raise Unavailable(what, code="data_directory") from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock
