"""A real server in a process of its own, as `milkglass up` starts it, and what a test asks of it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

READY_SECONDS = 180.0
END_SECONDS = 60.0
COMMAND_SECONDS = 300.0
BIN = Path(sys.executable).parent / "milkglass"


def _ports() -> Iterator[int]:
    """Ports that no system gives away by itself, and for each of pytest's workers other ones.

    A port that the kernel chose and that was closed again may be anybody's before the server listens on it.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    of_it = range(10_000 + 2_000 * (worker % 10), 12_000 + 2_000 * (worker % 10))
    begin = os.getpid() * 7 % len(of_it)  # another run beside this one begins elsewhere
    for port in cycle((*of_it[begin:], *of_it[:begin])):
        if _is_free(port):
            yield port


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


_PORTS = _ports()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    return next(_PORTS)


@dataclass
class Server:
    """One data directory; the server on it can be killed and started again."""

    data: Path
    port: int = field(default_factory=free_port)
    public_url: str = ""
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    output: Path = field(init=False)

    def __post_init__(self) -> None:
        self.output = self.data.with_name(f"{self.data.name}.output")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, *words: str) -> dict[str, str]:
        """Start it and wait until it serves; return the one-time links by account."""
        begun = self.output.stat().st_size if self.output.exists() else 0
        environment = os.environ | {"MILKGLASS_ROLL_SECONDS": "1", "MILKGLASS_PUBLIC_URL": self.public_url} | self.env
        with self.output.open("ab") as sink:
            self.process = subprocess.Popen(
                [str(BIN), "up", "--data", str(self.data), "--port", str(self.port), *words],
                stdout=sink,
                stderr=sink,
                env=environment,
            )
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            told = self.output.read_text("utf-8")[begun:]
            if "one-time links" in told and self._answers():
                return dict(re.findall(r"^  (owner|demo viewer) +(http\S+)$", told, re.MULTILINE))
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {told[-2000:]}")
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready: {self.output.read_text('utf-8')[-2000:]}")

    def kill(self) -> None:
        """Kill it as a power cut would, but for what the disk already had."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(END_SECONDS)

    def stop(self) -> int:
        """Interrupt it, as Ctrl-C does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(END_SECONDS)

    def command(self, *words: str, seconds: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run a `milkglass` command on this data directory."""
        where = ["--data", str(self.data)]
        environment = os.environ | {"MILKGLASS_PORT": str(self.port)} | self.env
        return subprocess.run(
            [str(BIN), *words, *where],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=seconds,
        )

    def told(self, *words: str, seconds: float = COMMAND_SECONDS) -> dict[str, object]:
        """Run a command with --json and return its document."""
        done = self.command(*words, "--json", seconds=seconds)
        assert done.returncode == 0, done.stderr
        document: dict[str, object] = json.loads(done.stdout)
        return document

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False
