"""Serving a house to a real browser on a port of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tests.web.house import Lived, lived

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def served(directory: Path) -> Iterator[tuple[Lived, str]]:
    """Open a house and serve it; yield it and its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with lived(directory, port) as house:
        server = uvicorn.Server(
            uvicorn.Config(house.app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield house, f"http://localhost:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=60)
            listener.close()
