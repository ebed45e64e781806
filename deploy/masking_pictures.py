"""Take the pictures of docs/masking.md: a visit to Chalkboard live, and its replay at labelled, wireframe and clicks.

The visit is recorded once. What its recorder sent is sent again as two other institutions', whose opt-in allows less,
so that all three replays are of the same events. Needs Chromium: `.venv/bin/python deploy/masking_pictures.py`.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from milkglass.demo.files import POLICY_FILE
from milkglass.verification.chromium import installed

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1200, "height": 760}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
LAKESIDE = "    name: Lakeside College\n    type: postsecondary\n    opted_in: [replay, heatmap]\n    level: labelled\n"
LESS = LAKESIDE.replace("level: labelled", "level: wireframe") + (
    "  - id: hilltop-academy\n    name: Hilltop Academy\n    type: k12\n"
    "    opted_in: [replay, heatmap]\n    level: clicks\n"
)
ACCEPTED = 202
LEVELS = {"labelled": "riverbend-high", "wireframe": "lakeside-college", "clicks": "hilltop-academy"}


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run the demo's server under a policy with an institution for each level; yield its address and data directory."""
    policy = POLICY_FILE.read_text("utf-8")
    if LAKESIDE not in policy:
        sys.exit("the demo's policy changed: mend LAKESIDE here")
    (folder / POLICY_FILE.name).write_text(policy.replace(LAKESIDE, LESS), "utf-8")
    words = POLICY_FILE.with_name("chalkboard.vocabulary.yaml")
    (folder / words.name).write_text(words.read_text("utf-8"), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    wanted = ("--data", str(data), "--port", str(port), "--policy", str(folder / POLICY_FILE.name), "--demo")
    up = [sys.executable, "-m", "milkglass.cli.main", "up", *wanted]
    server = subprocess.Popen(up, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        url = f"http://localhost:{port}"
        wait_for(port)
        yield url, data
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(240):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("the server did not start")


def told(data: Path, *command: str) -> dict[str, str]:
    """Run a command of Milkglass on the running server."""
    asked = [sys.executable, "-m", "milkglass.cli.main", *command, "--data", str(data), "--json"]
    return dict(json.loads(subprocess.run(asked, check=True, capture_output=True).stdout))  # noqa: S603 - our own command


def visit(browser: Browser, url: str) -> list[bytes]:
    """Visit a room as an invented pupil, take the live picture, and return what the recorder sent of the room."""
    sent: dict[bytes, None] = {}
    context = browser.new_context(viewport=SIZE)
    # Packed, a batch is a Blob, which cannot be read from outside the page.
    context.add_init_script("delete globalThis.CompressionStream")
    page = context.new_page()
    page.goto(f"{url}/demo/sign-in")
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    room = context.new_page()
    room.on("request", lambda one: keep(sent, one.url, one.post_data_buffer))
    room.goto(f"{url}/demo/chat/homework-help")
    room.wait_for_timeout(1500)
    room.click("text=Share a snippet")
    room.wait_for_timeout(800)
    room.keyboard.press("Escape")
    room.mouse.move(500, 400)
    room.wait_for_timeout(7000)
    room.screenshot(path=str(PICTURES / "masking-live.jpg"), type="jpeg", quality=72)
    room.wait_for_timeout(6000)  # the last batch, which says that the dialog is closed
    context.close()
    return [body.partition(b"\n")[2] for body in sent]


def keep(sent: dict[bytes, None], address: str, body: bytes | None) -> None:
    """Note a batch; one that is sent again is the same bytes."""
    if "/v1/batches" in address and body:
        sent[body] = None


def again(page: Page, url: str, data: Path, institution: str, batches: list[bytes]) -> None:
    """Send a visit's batches as another institution's."""
    wanted = ("--person", institution, "--institution", institution, "--purpose", "replay", "--purpose", "heatmap")
    plain = {"Content-Type": "text/plain"}
    asked = json.dumps({"visit": told(data, "token", *wanted)["token"], "release": "0.1.0"})
    ticket = str(page.request.post(f"{url}/v1/tickets", data=asked, headers=plain).json()["ticket"])
    for batch in batches:
        answer = page.request.post(f"{url}/v1/batches", data=ticket.encode() + b"\n" + batch, headers=plain)
        if answer.status != ACCEPTED:
            sys.exit(f"a batch was not kept: {answer.text()}")


def replay(page: Page, url: str, level: str) -> None:
    """Look at the recording of a level and take its picture near its end."""
    page.goto(f"{url}/console/recordings?institution={LEVELS[level]}&route=/demo/chat/:room")
    page.locator("main table a").first.click()
    page.fill("input[name=case]", "ZD-1042")
    page.locator("form[action$='/looks'] button").last.click()
    page.wait_for_url("**/console/looks/*")
    page.locator(".steps li").first.wait_for(timeout=60_000)
    if level != "clicks":
        page.wait_for_selector("html[data-ready]", timeout=60_000)
        page.fill("#typed", "0:06")
        page.keyboard.press("Enter")
    page.wait_for_timeout(2500)
    page.screenshot(path=str(PICTURES / f"masking-{level}.jpg"), type="jpeg", quality=72)


def main() -> None:
    """Take all pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as (url, data),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=installed(None), args=FLAGS)
        batches = visit(browser, url)
        page = browser.new_context(viewport=SIZE).new_page()
        for level in ("wireframe", "clicks"):
            again(page, url, data, LEVELS[level], batches)
        told(data, "recordings", "list")  # rolls
        page.goto(told(data, "link", "Demo viewer")["link"])
        page.locator("main form button").last.click()
        page.wait_for_url("**/console/**")
        for level in LEVELS:
            replay(page, url, level)
        browser.close()


if __name__ == "__main__":
    main()
