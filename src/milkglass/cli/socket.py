"""How a command reaches the process that owns the data directory: one JSON line there, JSON lines back.

The socket lies in the data directory and only its owner may open it. Lines back are `{"progress": text}` while work
goes on, then one of `{"result": …}` or `{"error": {kind, code, message}}`.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import socketserver
from threading import Thread
from traceback import format_tb
from typing import TYPE_CHECKING, Any

from milkglass import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LOG = logging.getLogger("milkglass.cli")
SOCKET = "milkglass.sock"
LONGEST_REQUEST = 16_000_000  # a style sheet or an icon font of `vocabulary learn`
KINDS: Mapping[str, type[errors.MilkglassError]] = {
    kind.__name__: kind
    for kind in (errors.Invalid, errors.NotAllowed, errors.NotFound, errors.Conflict, errors.Unavailable)
}


class _Lines(socketserver.StreamRequestHandler):
    """One command of one caller."""

    server: _Server

    def handle(self) -> None:
        """Read the line, run the call, send what it says."""
        try:
            asked = json.loads(self.rfile.readline(LONGEST_REQUEST))
            result = self.server.call(asked["call"], asked["arguments"], lambda text: self._send({"progress": text}))
        except errors.MilkglassError as problem:
            kind = next(name for name, kind in KINDS.items() if isinstance(problem, kind))
            self._send({"error": {"kind": kind, "code": problem.code, "message": str(problem)}})
        except (BrokenPipeError, ConnectionError):
            return
        except Exception as problem:  # noqa: BLE001  # the caller must hear of it; the message may hold content, its type cannot
            # Where it broke, not what it said: a message may hold content.
            LOG.error("a command failed (%s)\n%s", type(problem).__name__, "".join(format_tb(problem.__traceback__)))  # noqa: TRY400
            message = f"the server could not do it ({type(problem).__name__}); its log has the trace"
            self._send({"error": {"kind": "Unavailable", "code": "internal", "message": message}})
        else:
            self._send({"result": result})

    def _send(self, said: Mapping[str, object]) -> None:
        self.wfile.write(json.dumps(said).encode() + b"\n")
        self.wfile.flush()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, call: Callable[[str, Mapping[str, Any], Callable[[str], None]], object]) -> None:
        self.call = call
        super().__init__(str(path), _Lines)


class Door:
    """The listening end. Close it when the server stops."""

    def __init__(
        self, directory: Path, call: Callable[[str, Mapping[str, Any], Callable[[str], None]], object]
    ) -> None:
        """Listen in the data directory, which this process must own: an old socket there is a dead process's."""
        self._path = directory / SOCKET
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            self._server = _Server(self._path, call)
        except OSError as problem:
            raise errors.Unavailable(
                f"{self._path}: the command socket cannot be made ({problem.strerror}); choose a shorter data path"
            ) from problem
        finally:
            os.umask(before)
        self._thread = Thread(target=self._server.serve_forever, name="command-socket", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


def ask(directory: Path, call: str, arguments: Mapping[str, object], say: Callable[[str], None]) -> object:
    """Run a call in the owning process. Raises what it raised; NotFound where no process listens."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(str(directory / SOCKET))
    except OSError:
        line.close()
        raise errors.NotFound("no server runs on this data directory", code="not_running") from None
    with line, line.makefile("rwb") as stream:
        stream.write(json.dumps({"call": call, "arguments": arguments}).encode() + b"\n")
        stream.flush()
        for answer in stream:
            told: dict[str, Any] = json.loads(answer)
            if "progress" in told:
                say(told["progress"])
            elif "error" in told:
                problem = told["error"]
                raise KINDS[problem["kind"]](problem["message"], code=problem["code"])
            else:
                return told["result"]
    raise errors.Unavailable("the server closed the connection before it answered; is it still running?")
