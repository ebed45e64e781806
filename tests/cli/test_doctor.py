"""`milkglass doctor` alone: what the proxy before a server changes, and what the running server refused."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from milkglass.cli.calls import answer
from milkglass.cli.doctor import examine
from milkglass.cli.proxy import differences
from milkglass.cli.socket import Door
from milkglass.install import NOBODY
from milkglass.tickets.visit_tokens import VisitFault
from tests.line.product import Product, product, site
from tests.web.house import lived, right_now


class _Passes(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if len(body) > self.server.most_bytes:
            self._answer(413, b"too large")
            return
        host = self.headers["Host"] if self.server.keeps_host else "backend"
        address = self.server.behind + self.path
        asked = urllib.request.Request(address, body or None, {"Host": host}, method=self.command)  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=30) as came:  # noqa: S310
                self._answer(came.status, came.read())
        except urllib.error.HTTPError as error:
            self._answer(error.code, error.read())

    do_POST = do_GET  # noqa: N815 - the base class's name

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


class Proxy(ThreadingHTTPServer):
    """Passes requests on to a server behind it, as it is told."""

    daemon_threads = True
    behind = ""
    keeps_host = True
    most_bytes = 2_000_000

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Proxy, Product]]:
    with Proxy(("localhost", 0), _Passes) as proxy, product(tmp_path_factory.mktemp("proxy"), proxy.url) as house:
        proxy.behind = house.url
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy, house
        proxy.shutdown()


@contextmanager
def told(proxy: Proxy, **changed: object) -> Iterator[str]:
    """What differs behind a proxy that was changed for so long."""
    kept = {name: getattr(proxy, name) for name in changed}
    for name, value in changed.items():
        setattr(proxy, name, value)
    try:
        yield "; ".join(differences(proxy.url))
    finally:
        for name, value in kept.items():
            setattr(proxy, name, value)


def test_a_proxy_that_passes_all_on_differs_in_nothing(before: tuple[Proxy, Product]) -> None:
    assert list(differences(before[0].url)) == []


def test_a_proxy_that_changes_the_host_gets_the_line_to_add(before: tuple[Proxy, Product]) -> None:
    with told(before[0], keeps_host=False) as said:
        assert "proxy_set_header Host $http_host" in said


def test_a_proxy_that_stops_large_bodies_gets_the_line_to_add(before: tuple[Proxy, Product]) -> None:
    with told(before[0], most_bytes=500_000) as said:
        assert said == "a body of 1 MB is answered 413; let 2 MB through (nginx: client_max_body_size 2m)"


def test_another_server_at_the_address_is_told(before: tuple[Proxy, Product]) -> None:
    with site() as other:
        other.files = {"/healthz": "hello"}
        with told(before[0], behind=other.url) as said:
            assert "another server answers" in said


def test_an_address_that_nobody_answers_is_told() -> None:
    assert "does not answer" in "; ".join(differences("http://localhost:9"))


def test_what_the_running_server_refused_is_told_with_its_remedy(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        door = Door(tmp_path, lambda name, arguments, say: answer(one.house, name, arguments, say))
        try:
            assert found(tmp_path)["refused"] == ("right", "nothing since yesterday that you could mend")
            one.house.install.refuse(NOBODY, VisitFault.SIGNATURE, right_now())
            one.house.install.refuse(NOBODY, "no_consent", right_now())  # a person's own choice
            state, says = found(tmp_path)["refused"]
            assert (state, says.partition(",")[0]) == ("wrong", "visit_token_signature")
            assert "sign header.payload" in says
            assert found(tmp_path)["versions"][0] == "right"
        finally:
            door.close()
    assert found(tmp_path)["refused"] == ("right", "not looked at: no server of this data directory runs")


def found(data: Path) -> dict[str, tuple[str, str]]:
    return {one["check"]: (one["state"], one["says"]) for one in examine(data)}
