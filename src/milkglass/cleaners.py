"""Cleaners: a few processes that parse long style sheets seen for the first time, so that other batches do not wait.

A sheet of 500 kB takes seconds to parse, and in the server's own process every other batch would share the
interpreter with it. The batch that brings the sheet waits; what the processes find goes into the memory of this one, so
that a sheet is parsed once, by one of them. They start with the first long sheet, hold none between two, and end with
the server.

Source: docs/architecture.md section 3; enforcement/cuts.py.
"""

import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from threading import Lock, Thread

from milkglass.enforcement.css import Css
from milkglass.enforcement.cuts import Cuts
from milkglass.enforcement.table import classes, css_rules
from milkglass.enforcement.writing import Cut
from milkglass.errors import Unavailable

_KINDS = frozenset({"sheet", "rule"})  # what may be long: everything else has the limit of an attribute
_CSS: list[Css] = []


@dataclass(slots=True, kw_only=True)
class Cleaners:
    """The processes. Thread-safe. `most` are at work, `most_waiting` batches wait for them, more come again later."""

    most: int = 2
    most_waiting: int = 16
    _pool: ProcessPoolExecutor | None = None
    _asked: dict[tuple[str, str], Future[Cut]] = field(default_factory=dict)
    _waiting: int = 0
    _memory: Cuts | None = None
    _is_closed: bool = False
    _lock: Lock = field(default_factory=Lock)

    def serve(self, memory: Cuts) -> None:
        """Take the long sheets of a memory from now on."""
        self._memory, memory.elsewhere = memory, self.clean

    def clean(self, kind: str, text: str) -> Cut:
        """Clean a long text in another process; two that ask for the same wait for one answer.

        Raises: Unavailable (`too_many_at_once`) if too many wait, or while the server stops; BrokenProcessPool if a
            process died over this text twice.
        """
        self._enter()
        try:
            try:
                return self._ask(kind, text).result()
            except BrokenProcessPool:  # somebody killed a process, or the text of a neighbour did
                return self._ask(kind, text).result()
        finally:
            with self._lock:
                self._waiting -= 1
                self._asked.pop((kind, text), None)

    def processes(self) -> list[int]:
        """Return the ids of the processes that run."""
        pool = self._pool
        return sorted(pool._processes or ()) if pool else []  # noqa: SLF001 - the standard library has no other way

    def close(self) -> None:
        """End the processes; what still waits is refused."""
        with self._lock:
            self._is_closed = True
            if self._memory is not None and self._memory.elsewhere == self.clean:
                self._memory.elsewhere = None
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _enter(self) -> None:
        with self._lock:
            if self._is_closed or self._waiting >= self.most_waiting:
                raise Unavailable("too many new style sheets at once; send it again", code="too_many_at_once")
            self._waiting += 1

    def _ask(self, kind: str, text: str) -> Future[Cut]:
        with self._lock:
            asked = self._asked.get((kind, text))
            if asked is not None and not (asked.done() and asked.exception()):
                return asked
            if self._pool is not None and self._pool._broken:  # noqa: SLF001 - as above
                self._pool = None
            if self._pool is None:
                # Spawned and not forked: a fork would carry the threads' locks and the keys of this process with it.
                self._pool = ProcessPoolExecutor(self.most, get_context("spawn"), _begin)
            self._asked[kind, text] = found = self._pool.submit(_clean, kind, text)
            return found


def _begin() -> None:
    """Make a process ready: an interrupt at the terminal is the server's to answer, and with the server it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_server, daemon=True).start()
    os.nice(5)  # what is already known goes first
    _CSS.append(Css(classes(), css_rules()))


def _end_with_the_server() -> None:
    server = parent_process()
    if server is not None:
        server.join()
        os._exit(0)


def _clean(kind: str, text: str) -> Cut:
    if kind not in _KINDS:
        raise ValueError(kind)
    try:
        found: Cut = _CSS[0].sheet(text) if kind == "sheet" else _CSS[0].rule(text)
    except RecursionError:  # brackets in brackets without end
        found = Cut(gone=1)
    return found
