"""Starting a real server, and a bare one beside it, each in a process of its own on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "milkglass"
_READY_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    port: int
    process: int
    ready_seconds: float

    def cpu_seconds(self) -> float:
        """Return the seconds of processor time that it took so far, of all its threads."""
        fields = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        """Return how much memory it holds, in MB."""
        return int(Path(f"/proc/{self.process}/statm").read_text("ascii").split()[1]) * _PAGE / 1e6


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def milkglass(data: Path) -> Iterator[Served]:
    """Serve a data directory as `milkglass up` does."""
    port = free_port()
    with _served([str(COMMAND), "up", "--data", str(data), "--port", str(port)], port, "/readyz") as served:
        yield served


@contextmanager
def bare() -> Iterator[Served]:
    """Serve an application that reads a body and answers 202, with the same server underneath."""
    port = free_port()
    words = ["-m", "uvicorn", "benchmarks.bare:app", "--port", str(port), "--no-access-log", "--log-level", "error"]
    with _served([sys.executable, *words], port, "/readyz") as served:
        yield served


@contextmanager
def _served(command: Sequence[str], port: int, path: str) -> Iterator[Served]:
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() - began > _READY_SECONDS:
                raise RuntimeError(f"{command[0]} did not come up; start it by hand to see why")
            time.sleep(0.01)
        yield Served(port, process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return line.recv(64).startswith(b"HTTP/1.1 20")
    except OSError:
        return False
