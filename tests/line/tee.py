"""A tee on the wire: every byte that a browser sends to the server passes here and is kept.

Below HTTP, so that beacons, preflights and anything that a browser's own tools do not show are seen too.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import h11

PIECE = 65_536


@dataclass(frozen=True)
class Sent:
    """One request as it was sent."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass
class Tee:
    """Listens on a port and hands everything to the server's port."""

    target: int
    port: int = 0
    streams: list[bytearray] = field(default_factory=list)

    def requests(self) -> list[Sent]:
        """Read the requests out of the streams; a stream that broke off ends with its last whole request."""
        return [sent for stream in self.streams for sent in read_requests(bytes(stream))]

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        stream = bytearray()
        self.streams.append(stream)
        try:
            far = socket.create_connection(("127.0.0.1", self.target), 5)
        except OSError:
            near.close()
            return
        with near, far, selectors.DefaultSelector() as ready, suppress(OSError):
            ready.register(near, selectors.EVENT_READ, (far, stream))
            ready.register(far, selectors.EVENT_READ, (near, None))
            while True:
                for key, _ in ready.select():
                    source: socket.socket = key.fileobj  # type: ignore[assignment]  # only sockets are registered
                    piece = source.recv(PIECE)
                    if not piece:
                        return
                    sink, kept = key.data
                    if kept is not None:
                        kept += piece
                    sink.sendall(piece)


def read_requests(stream: bytes) -> Iterator[Sent]:
    """Parse a client's bytes as HTTP/1.1."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(stream)
    head: h11.Request | None = None
    body = b""
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return
        if isinstance(event, h11.Request):
            head, body = event, b""
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            yield Sent(head.method.decode(), head.target.decode(), tuple(head.headers), body)
            # The answer is not seen here: say one, so that the parser takes the next request.
            connection.send(h11.Response(status_code=204, headers=[]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()
        else:
            return


@contextmanager
def tee(target: int) -> Iterator[Tee]:
    """Run a tee before a port."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = Tee(target, int(listener.getsockname()[1]))
    threading.Thread(target=kept._serve, args=(listener,), daemon=True).start()  # noqa: SLF001 - its own thread
    try:
        yield kept
    finally:
        listener.close()
