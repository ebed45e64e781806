"""A customer's product: pages on an origin of their own, and the Milkglass that its policy lists this origin with."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import uvicorn

from milkglass.app.app import Milkglass
from milkglass.settings import Settings
from milkglass.tickets.visit_tokens import Claims, sign_visit
from milkglass.web.application import application
from tests.web.house import Lived, right_now

SDK_PAGE = (Path(__file__).parents[2] / "docs" / "sdk.md").read_text("utf-8")
KINDS = {"js": "text/javascript", "css": "text/css", "": "text/html; charset=utf-8"}
Body = str | Callable[[], str]


class _Answers(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = self.server.files.get(path)
        said = (body() if callable(body) else body or "").encode()
        self.send_response(404 if body is None else 200)
        kind = KINDS.get(path.rpartition(".")[2] if "." in path else "", "text/plain")
        for name, value in {"Content-Type": kind, "Content-Length": str(len(said)), **self.server.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_GET  # noqa: N815 - the base class's name

    def log_message(self, *_words: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """Serves `files` by path, with `headers` on each; both may change while it runs."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("localhost", 0), _Answers)
        self.files: dict[str, Body] = {}
        self.headers: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"

    def handle_error(self, *_words: object) -> None:
        """A browser that closes early is no error."""


@contextmanager
def site() -> Iterator[Site]:
    with Site() as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


@dataclass
class Product:
    """The pages, the house behind them, and the house's address."""

    site: Site
    lived: Lived
    url: str
    clock: Callable[[], float] = field(default=time.time)

    @property
    def house(self) -> Milkglass:
        return self.lived.house

    def token(self, secret: bytes | None = None, **claims: object) -> str:
        """Sign as the product's server does, with some claims changed; None takes one out."""
        now = int(self.clock())
        said: dict[str, object] = {
            "application": "my-product",
            "institution": "my-school",
            "person": sha256(b"somebody").hexdigest(),
            "may_consent": True,
            "consent": {"purposes": ["replay", "heatmap"], "notice": "n-1", "actor": "student", "at": now - 5},
            "iat": now,
            "exp": now + 600,
        } | claims
        given = {name: value for name, value in said.items() if value is not None}
        return sign_visit(msgspec.convert(given, Claims), secret or self.house.keys.secret(self.house.application))


@contextmanager
def product(folder: Path, public_url: str = "") -> Iterator[Product]:
    """Open the policy of docs/sdk.md for a site of its own; serve both. `public_url` is a proxy's before the house."""
    policy, words = re.findall(r"```yaml\n(.*?)```", SDK_PAGE, re.DOTALL)[:2]
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with site() as pages:
        (folder / "policy.yaml").write_text(policy.replace("http://localhost:8000", pages.url), "utf-8")
        (folder / "words.yaml").write_text(words, "utf-8")
        settings = Settings(data=folder / "data", port=port, demo=False, public_url=public_url)
        house = Milkglass.open(settings, folder / "policy.yaml", right_now())
        lived = Lived(house=house, app=application(house))
        server = uvicorn.Server(
            uvicorn.Config(lived.app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        try:
            yield Product(site=pages, lived=lived, url=f"http://localhost:{port}")
        finally:
            server.should_exit = True
            thread.join(timeout=60)
            listener.close()
            house.close()


def snippet(url: str, visit: str = "/visit-token", file: str = "milkglass.js") -> Mapping[str, str]:
    """The page of docs/sdk.md, its script in a file of its own; the token is at `visit`."""
    page = (
        "<!doctype html><title>My product</title><p>Hello, Jane Doe</p><button>Save changes</button>"
        f'<script src="{url}/sdk/{file}"></script><script src="/own.js"></script>'
    )
    own = f'milkglass.start({{ endpoint: "{url}", visit: async () => (await fetch("{visit}")).text() }});'
    return {"/": page, "/own.js": own}
