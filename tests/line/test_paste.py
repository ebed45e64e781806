"""The smallest page of docs/sdk.md works when it is pasted: files, commands and all."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from milkglass.verification.chromium import installed
from tests.line.server import Server

pytestmark = pytest.mark.browser
KEPT_WITHIN_S = 120.0
CLICK = "'click': 1"
PAGE = (Path(__file__).parents[2] / "docs" / "sdk.md").read_text("utf-8")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    def handle_error(self, *_words: object) -> None:
        """A browser that closes early is no error."""


def pasted(folder: Path, server_port: int, page_port: int) -> None:
    """Write the files of the document, with this test's ports."""
    yaml = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (html,) = re.findall(r"```html\n(.*?)```", PAGE, re.DOTALL)
    for name, text in (("policy.yaml", yaml[0]), ("words.yaml", yaml[1]), ("index.html", html)):
        ported = text.replace(":8484", f":{server_port}").replace(":8000", f":{page_port}")
        (folder / name).write_text(ported, "utf-8")


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve a folder, as `python3 -m http.server` does; yield the port."""
    site = Site(("localhost", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site.server_port
    site.shutdown()
    site.server_close()


def click_once(url: str, server: Server) -> int:
    """Open the page, click its button, stay until the click is kept; return the status of the first batch."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(None), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        with page.expect_response("**/v1/batches") as sent:
            page.goto(url)
        page.click("text=Save changes")
        until = time.monotonic() + KEPT_WITHIN_S
        while CLICK not in str(server.told("recordings", "list")) and time.monotonic() < until:
            page.wait_for_timeout(500)
        status = sent.value.status
        browser.close()
    return status


def test_the_smallest_page_records(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    server = Server(tmp_path / "data")
    with served(folder) as port:
        pasted(folder, server.port, port)
        server.start("--policy", str(folder / "policy.yaml"), "--no-demo")
        invited = server.told("user", "invite", "me@example.org", "--name", "Me", "--role", "viewer")
        assert str(invited["link"]).startswith("http")
        purposes = ("--purpose", "replay", "--purpose", "heatmap")
        token = server.told("token", "--person", "me", "--institution", "my-school", *purposes)["token"]
        (folder / "visit-token.txt").write_text(str(token))
        assert click_once(f"http://localhost:{port}/", server) == 202
        told = server.told("recordings", "list")
        server.stop()
    assert told["count"] == 1
    assert "labelled" in str(told["recordings"])
    assert CLICK in str(told["recordings"])
