"""Servers for the pages: folders and texts over HTTP, and products that are programs of their own."""

from __future__ import annotations

import mimetypes
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
Said = str | Path


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _handler(files: Mapping[str, Said], fallback: str | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = _find(files, path)
            if found is None and fallback is not None and "." not in path.rsplit("/", 1)[-1]:
                found = files[fallback]
            self._say(path, found)

        def _say(self, path: str, found: Said | None) -> None:
            body = b"" if found is None else found.read_bytes() if isinstance(found, Path) else found.encode()
            name = found.name if isinstance(found, Path) else path if "." in path else "page.html"
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    return Handler


def _find(files: Mapping[str, Said], path: str) -> Said | None:
    """A file of the same path, else one below the longest folder that is served."""
    for folder in sorted(files, key=len, reverse=True):
        root = files[folder]
        if path == folder and not (isinstance(root, Path) and root.is_dir()):
            return root
        if isinstance(root, Path) and root.is_dir() and path.startswith(folder.rstrip("/") + "/"):
            below = root / path[len(folder.rstrip("/")) + 1 :]
            below = below / "index.html" if below.is_dir() else below
            if below.is_file() and below.resolve().is_relative_to(root.resolve()):
                return below
    return None


@contextmanager
def static(files: Mapping[str, Said], fallback: str | None = None) -> Iterator[str]:
    """Serve texts, files and folders by path; `fallback` names the path that answers for a client's own routes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(files, fallback))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def folders(
    files: Callable[[], Mapping[str, Said]], fallback: str | None = None
) -> Callable[[], AbstractContextManager[str]]:
    """The same, with what is served found out only when it is."""
    return lambda: static(files(), fallback)


@contextmanager
def program(words: Callable[[int, Path], Sequence[str]], path: Path, ready: str = "/") -> Iterator[str]:
    """Run a product on a port of its own, in a folder of its own, until the block ends."""
    del ready
    port = free_port()
    environment = os.environ | {"PYTHONPATH": f"{path}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory(prefix="layout-", ignore_cleanup_errors=True) as folder:
        output = Path(folder) / "output"
        with output.open("wb") as sink:
            process = subprocess.Popen(
                list(words(port, Path(folder))), cwd=folder, env=environment, stdout=sink, stderr=sink
            )
        try:
            _wait(process, port, output)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the product did not start: {output.read_text('utf-8', 'replace')[-2000:]}")
