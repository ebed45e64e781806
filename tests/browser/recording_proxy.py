"""A small HTTP proxy that writes down every request a browser makes: what is not in its list was not sent."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from time import monotonic
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Passed:
    """One request: when, which, to where, with which headers and body."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Proxy:
    """What went through. While it is not `online` it answers nobody, as a network that is gone."""

    passed: list[Passed] = field(default_factory=list)
    tried: list[Passed] = field(default_factory=list)
    online: bool = True
    news: Condition = field(default_factory=Condition)
    address: str = ""

    def to(self, *parts: str) -> list[Passed]:
        """The requests whose path begins with one of these."""
        return [one for one in self.passed if one.path.startswith(parts)]

    def wait(self, *parts: str) -> bool:
        """Wait until a request to such a path went through."""
        return self.until(lambda: bool(self.to(*parts)))

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait until what went through fulfils a condition."""
        with self.news:
            return self.news.wait_for(condition, seconds)


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            where = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = where.path + (f"?{where.query}" if where.query else "")
            one = Passed(monotonic(), self.command, path, dict(self.headers), body)
            if not proxy.online:
                proxy.tried.append(one)
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            onward = HTTPConnection(where.hostname or "", where.port or 80, timeout=60)
            kept = {k: v for k, v in self.headers.items() if k.lower() not in ("proxy-connection", "connection")}
            onward.request(self.command, path, body or None, kept)
            answer = onward.getresponse()
            content = answer.read()
            # Told once it was answered, so that whoever waited for it finds it done.
            with proxy.news:
                proxy.passed.append(one)
                proxy.news.notify_all()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionError):
                self.wfile.write(content)
            onward.close()

        do_GET = do_POST = do_HEAD = do_OPTIONS = _pass  # noqa: N815 - the base class names them

        def do_CONNECT(self) -> None:
            # Nothing here speaks TLS: the browser's own errands end here.
            self.send_error(502)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    return Handler


@contextmanager
def recording_proxy() -> Iterator[Proxy]:
    """Run a proxy on a port of its own."""
    proxy = Proxy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy))
    server.daemon_threads = True
    proxy.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
