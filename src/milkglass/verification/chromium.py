"""Chromium: starts a headless browser and drives it over its DevTools pipe, with nothing but the standard library.

One thread, no event loop: `call` writes a command and reads until its answer has come, handing events to those who
listen on the way. The browser is a process group of its own and is killed when the `with` block ends.

Source: the Chrome DevTools Protocol, messages as JSON ended by NUL on file descriptors 3 (in) and 4 (out).
"""

import fcntl
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec

from milkglass.errors import NotFound, Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--mute-audio",
    "--hide-scrollbars",
)
ANSWER_SECONDS = 15.0
CLOSE_SECONDS = 5.0
_READ_BYTES = 1 << 16
_FIRST_FREE_FD = 10  # above 3 and 4, which the browser wants

Params = Mapping[str, object]
Listener = Callable[[str, "Message"], None]


class Fault(msgspec.Struct):
    """Why the browser refused a command."""

    message: str = ""


class Message(msgspec.Struct, rename="camel"):
    """An answer (`id`) or an event (`method`) of the browser."""

    id: int = 0
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw = msgspec.Raw(b"{}")
    error: Fault | None = None
    session_id: str = ""


def installed(wanted: str | None = None) -> str:
    """Return the path of Chromium. Raises NotFound with what to install."""
    names = (wanted,) if wanted else NAMES
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise NotFound("Chromium is not on the PATH; install it (Debian: apt install chromium) and start again")
    return found


@dataclass(slots=True)
class Chromium:
    """A running browser; made by `running`."""

    pid: int
    commands: int
    answers: int
    listeners: list[Listener] = field(default_factory=list)
    _last: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _waiting: dict[int, Message] = field(default_factory=dict)

    def send(self, method: str, params: Params, session: str = "") -> int:
        """Write a command and return its number without waiting for the answer."""
        self._last += 1
        said: dict[str, object] = {"id": self._last, "method": method, "params": params}
        if session:
            said["sessionId"] = session
        unsent = memoryview(msgspec.json.encode(said) + b"\0")
        while unsent:
            try:
                unsent = unsent[os.write(self.commands, unsent) :]
            except OSError as error:
                raise Unavailable("Chromium ended before its time") from error
        return self._last

    def call(self, method: str, params: Params, session: str = "", *, seconds: float = ANSWER_SECONDS) -> msgspec.Raw:
        """Run a command and return its result. Raises Unavailable if it fails or takes longer than `seconds`."""
        number = self.send(method, params, session)
        until = time.monotonic() + seconds
        # The numbers that nobody waits for are answers to `send`; they are let go.
        while number not in self._waiting:
            self._waiting.clear()
            if not self.listen(until):
                raise Unavailable(f"Chromium did not answer {method} within {seconds:.0f} s")
        answer = self._waiting.pop(number)
        if answer.error is not None:
            raise Unavailable(f"Chromium refused {method}")
        return answer.result

    def listen(self, until: float) -> bool:
        """Read what the browser says, once; False if `until` (monotonic seconds) passed in silence."""
        wait = max(0.0, until - time.monotonic())
        if not select.select([self.answers], [], [], wait)[0]:
            return False
        got = os.read(self.answers, _READ_BYTES)
        if not got:
            raise Unavailable("Chromium ended before its time")
        self._buffer += got
        *whole, rest = bytes(self._buffer).split(b"\0") if b"\0" in got else (bytes(self._buffer),)
        if not whole:
            return True
        self._buffer[:] = rest
        for said in whole:
            self._take(msgspec.json.decode(said, type=Message))
        return True

    def _take(self, message: Message) -> None:
        if message.id:
            self._waiting[message.id] = message
            return
        for listener in list(self.listeners):
            listener(message.method, message)

    def is_over(self) -> bool:
        """Whether the process has ended. It stays unreaped, so that its group's number stays its own."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def close(self) -> None:
        """Ask the browser to close, then kill what is left of its group."""
        with suppress(Unavailable):
            self.send("Browser.close", {})
        until = time.monotonic() + CLOSE_SECONDS
        while not self.is_over() and time.monotonic() < until:
            time.sleep(0.05)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.commands)
        os.close(self.answers)


def _start(path: str, folder: str) -> Chromium:
    """Start the browser with its pipe on descriptors 3 and 4."""
    pairs = [os.pipe(), os.pipe()]
    (their_in, our_out), (our_in, their_out) = pairs
    high_in, high_out = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD) for fd in (their_in, their_out))
    # Chromium's sandbox cannot be set up by root, as in a container; the pages it opens are the operator's own.
    flags = (*FLAGS, f"--user-data-dir={folder}", *(("--no-sandbox",) if os.geteuid() == 0 else ()))
    actions = [
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, high_in, 3),
        (os.POSIX_SPAWN_DUP2, high_out, 4),
    ]
    try:
        pid = os.posix_spawn(path, [path, *flags, "about:blank"], os.environ, file_actions=actions, setpgroup=0)
    finally:
        for fd in (their_in, their_out, high_in, high_out):
            os.close(fd)
    return Chromium(pid=pid, commands=our_out, answers=our_in)


@contextmanager
def running(path: str | None = None) -> Iterator[Chromium]:
    """Run Chromium with an empty profile in a temporary folder; both are gone afterwards.

    Raises: NotFound if it is not installed, Unavailable if it does not start.
    """
    found = installed(path)
    with tempfile.TemporaryDirectory(prefix="milkglass-browser-", ignore_cleanup_errors=True) as folder:
        browser = _start(found, folder)
        try:
            browser.call("Browser.getVersion", {}, seconds=30)
            yield browser
        finally:
            browser.close()
