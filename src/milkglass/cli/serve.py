"""Serve: the server process that `milkglass up` starts. It owns the data directory until it is stopped."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
import sys
import time
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from milkglass.app.app import Milkglass
from milkglass.cli.browser_files import missing, sdk_file
from milkglass.cli.calls import answer
from milkglass.cli.socket import Door
from milkglass.compiled.finder import is_compiled
from milkglass.demo.chalkboard import chalkboard
from milkglass.demo.files import POLICY_FILE
from milkglass.errors import Unavailable
from milkglass.jobs import Jobs
from milkglass.settings import Settings, read_settings
from milkglass.web.application import application

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from starlette.types import ASGIApp

    ErrorInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

# Body and header limits of the ingest are the application's; this one bounds idle connections.
IDLE_SECONDS = 65
MOST_CONNECTIONS = 4_000


def serve(given: Mapping[str, object]) -> None:
    """Run until interrupted. Raises what opening the house raises, and Unavailable for a taken port."""
    began = time.monotonic()
    quiet_logs()
    settings = read_settings({key: value for key, value in given.items() if value is not None})
    listener = _listen(settings)
    _say(f"opening {settings.data}; enforcement runs {'compiled' if is_compiled() else 'as plain Python'}")
    house = Milkglass.open(settings, settings.policy or POLICY_FILE, datetime.now(UTC))
    door = jobs = None
    try:
        door = Door(settings.data, lambda name, arguments, say: answer(house, name, arguments, say))
        jobs = Jobs(house)
        _greet(house, time.monotonic() - began)
        config = uvicorn.Config(
            _applications(house),
            log_config=None,
            access_log=False,  # an access log would hold addresses of people
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=5,
        )
        # What stands since the start is not looked through for garbage again: that takes 50 ms, in which no batch runs.
        gc.freeze()
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_Server(config).serve(sockets=[listener]))
    finally:
        _say("stopping: what was acknowledged is on disk")
        for part in (jobs, door, house):
            if part is not None:
                part.close()


class _Server(uvicorn.Server):
    """Uvicorn, but an interrupt is a clean end and not an error."""

    def handle_exit(self, sig: int, frame: object) -> None:
        self.should_exit = True
        del sig, frame


def _applications(house: Milkglass) -> ASGIApp:
    web = application(house)
    if not house.settings.demo:
        return web
    demo = chalkboard(house.keys.secret(house.application), sdk_file())
    return Starlette(routes=[Mount("/demo", demo), Mount("/", web)])


def _listen(settings: Settings) -> socket.socket:
    """Bind before anything is opened, so that a taken port changes nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The loop turns off Nagle's wait of 40 ms an answer only where the socket says that it is TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            what = f"port {settings.port} is taken; stop what listens there or start with --port"
        else:
            what = f"cannot listen on {settings.host} port {settings.port}: {problem.strerror}"
        raise Unavailable(what, code="port_taken") from None
    return listener


def _greet(house: Milkglass, seconds: float) -> None:
    now = datetime.now(UTC)
    for room in missing():
        _say(f"not built: the browser files of {room}; `make run` builds them")
    _say(f"ready in {seconds:.1f} s at {house.settings.url}  (data in {house.settings.data}; Ctrl-C stops it)")
    _say("")
    _say("one-time links, each good once and for 30 minutes:")
    _say(f"  owner        {_owner_way(house, now)}")
    _say("               sees policy, counts, heatmaps and the log; never looks at a recording")
    if house.settings.demo:
        _say(f"  demo viewer  {house.link('Demo viewer', now)}")
        _say("               looks at recordings, each time with a reason and a case")
        _say("")
        _say(f"the demo:      {house.settings.url}/demo/   or, for 12 visits at once: .venv/bin/milkglass demo")


def _owner_way(house: Milkglass, now: datetime) -> str:
    """Return a link for the owner, until they have a way in of their own: then no console shall print another."""
    if house.access.logins.has_factor(house.account("Owner").id):
        return f"{house.settings.url}/login by passkey (all lost: milkglass user reset Owner)"
    return house.link("Owner", now)


def _say(line: str) -> None:
    print(line, file=sys.stderr if line.startswith(("opening", "stopping")) else sys.stdout, flush=True)


def quiet_logs() -> None:
    """Log warnings to stderr; of an error its kind and its places in the code, never what it says."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Kinds("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class _Kinds(logging.Formatter):
    """An error's own words may quote what came in."""

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - logging's name
        kind, _error, trace = ei
        places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*places, kind.__name__ if kind else "unknown"])
