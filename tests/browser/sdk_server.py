"""A small server for the SDK's own tests: it serves pages, hands out tickets and keeps all that a page sends.

It speaks the three requests of docs/architecture.md, section 3, and nothing of Milkglass itself: these tests are about
what leaves the browser.
"""

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from playwright.sync_api import Page

from milkglass.policy.packing import pack

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "/milkglass.js": ROOT / "sdk/dist/milkglass.js",
    "/milkglass-clicks.js": ROOT / "sdk/dist/milkglass-clicks.js",
    "/bare.js": ROOT / "sdk/node_modules/@rrweb/record/umd/record.min.js",
}
CSP = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
Json = dict[str, Any]
# An element without a box, which no page of these tests has: what was recorded before it has been sent when it comes.
MARK = '"tagName": "wbr"'


def fnv(said: str) -> int:
    """The hash by which vocabulary entries travel, written here a second time so that the SDK's is checked."""
    state = 0x811C9DC5
    for byte in said.encode("utf-16-le"):
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    return state


def visit(purposes: list[str] | None) -> str:
    """A visit token without a valid signature: the browser reads its payload only."""
    consent = {} if purposes is None else {"consent": {"purposes": purposes, "notice": "n1", "actor": "self", "at": 1}}
    claims = urlsafe_b64encode(json.dumps({"person": "0" * 64, **consent}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


def rules(**changed: Any) -> Json:
    """Capture rules with three journeys and a small vocabulary."""
    return {
        "policy": "a" * 64,
        "application": "chalkboard",
        "key": "00112233445566aa",
        "replay": True,
        "heatmap": True,
        "journeys": [
            {"name": "chat", "routes": ["/demo/chat", "/demo/chat/:room"], "level": "labelled"},
            {"name": "sign-in", "routes": ["/demo/sign-in"], "level": "wireframe"},
            {"name": "quiet", "routes": ["/demo/quiet"], "level": "clicks"},
        ],
        "exclusions": {"selectors": [".left-out"], "routes": []},
        "query_keys": [],
        "vocabulary": {
            "version": 3,
            "text": pack([(fnv("Save changes"), 7)]),
            "names": pack([(fnv("save"), 3)]),
            "sheets": [],
            "assets": [],
        },
        **changed,
    }


@dataclass
class Sent:
    """One request of a page: where to, all headers, the body unpacked."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def batch(self) -> Json:
        """The batch behind the ticket's line."""
        found: Json = json.loads(self.body.split("\n", 1)[1])
        return found


Answer = tuple[int, Json]


@dataclass
class Desk:
    """What a page may ask for and what it sent. `answer_batch` decides about each batch in turn."""

    pages: dict[str, str] = field(default_factory=dict)
    rules: Json = field(default_factory=rules)
    sent: list[Sent] = field(default_factory=list)
    answer_batch: Callable[[Json], Answer] = lambda batch: (202, {"number": batch["number"], "next": None})
    # What a ticket's exchange is answered with in place of a ticket.
    answer_ticket: Json | None = None
    news: Condition = field(default_factory=Condition)
    address: str = ""

    @property
    def requests(self) -> list[Sent]:
        """What went to Milkglass."""
        return [one for one in self.sent if one.path.startswith("/v1/")]

    @property
    def batches(self) -> list[Json]:
        """The batches, in the order of their arrival."""
        return [one.batch for one in self.requests if one.path == "/v1/batches"]

    @property
    def kept(self) -> list[Json]:
        """The batches as a server keeps them: one on its way at pagehide comes by beacon too, with the same bytes."""
        first: dict[tuple[str, int], Json] = {}
        for one in self.requests:
            if one.path == "/v1/batches":
                first.setdefault((one.body.partition("\n")[0], one.batch["number"]), one.batch)
        return list(first.values())

    def events(self) -> list[Json]:
        """All events of all batches."""
        return [event for batch in self.kept for event in batch["events"]]

    def interactions(self) -> list[Json]:
        """All interactions of all batches."""
        return [one for batch in self.kept for one in batch["interactions"]]

    def wait(self, until: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait for what a page is to send; False if it did not come."""
        with self.news:
            return self.news.wait_for(until, seconds)

    def has_mark(self) -> bool:
        """Whether a page's last mark has come, and every batch before it."""
        numbers = {one["number"] for one in self.kept}
        return numbers == set(range(len(numbers))) and MARK in json.dumps(self.kept)

    def take(self, sent: Sent) -> Answer:
        """Keep a request and decide its answer."""
        with self.news:
            self.sent.append(sent)
            self.news.notify_all()
        if sent.path.startswith("/v1/tickets"):
            ticket = {"ticket": "t1.sig", "recording": "0" * 26, "elapsed": 0, "renew_in": 840, "rules": self.rules}
            return 200, self.answer_ticket or ticket
        if sent.path == "/v1/batches":
            return self.answer_batch(sent.batch)
        return (202, {"next": "stop"}) if sent.path == "/v1/withdraw" else (404, {})


def unpack(body: bytes) -> str:
    """Ticket line and batch, unpacked if the batch is gzip."""
    head, line, rest = body.partition(b"\n")
    if rest[:2] == b"\x1f\x8b":
        rest = zlib.decompressobj(31).decompress(rest)
    return (head + line + rest).decode()


def rest(page: Page, milliseconds: int) -> None:
    """Let a page go on for a while by its own clock, which is as late as its timers and frames on a busy machine."""
    page.evaluate("(ms) => new Promise((done) => { setTimeout(() => requestAnimationFrame(done), ms); })", milliseconds)


def until(page: Page, condition: str) -> None:
    """Wait until a function of the page holds. Playwright's own wait needs `unsafe-eval` once it has to look twice."""
    page.evaluate(
        f"""() => new Promise((done, fail) => {{
          let looks = 3000;
          const look = () => {{
            if (({condition})()) done();
            else if (looks-- > 0) setTimeout(look, 20);
            else fail(new Error("it never came"));
          }};
          look();
        }})"""
    )


def marked(page: Page) -> None:
    """Let the last frames be measured, then make the change that is waited for."""
    rest(page, 400)
    page.evaluate("document.body.append(document.createElement('wbr'))")
    rest(page, 50)


def told(page: Page, desk: Desk) -> None:
    """Stop recording, and wait until all that was recorded has come."""
    marked(page)
    page.evaluate("milkglass.stop()")
    assert desk.wait(desk.has_mark)


def left(page: Page, desk: Desk) -> None:
    """Leave the page, and wait until all that was recorded has come."""
    marked(page)
    page.goto("about:blank")
    assert desk.wait(desk.has_mark)


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?", 1)[0]
            page = desk.pages.get(path)
            if path in FILES:
                self._say(200, FILES[path].read_bytes(), "text/javascript")
            elif page is not None:
                kind = KINDS.get(path.rpartition(".")[2], "text/html; charset=utf-8")
                self._say(200, page.encode(), kind)
            else:
                self._say(404, b"", "text/plain")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = desk.take(Sent(self.path, dict(self.headers), unpack(body)))
            self._say(status, json.dumps(answer).encode(), "application/json")

        def _say(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CSP)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    return Handler


@contextmanager
def serving(desk: Desk) -> Iterator[Desk]:
    """Serve a desk on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    server.daemon_threads = True
    desk.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
