"""Chalkboard on a free port of this machine, in a thread, for tests that need a real server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from milkglass.demo.chalkboard import SdkFile, chalkboard

SECRET = b"a secret that only this test knows"


def mounted(sdk: SdkFile | None = None) -> Starlette:
    return Starlette(routes=[Mount("/demo", app=chalkboard(SECRET, sdk))])


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve an application; yields its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
