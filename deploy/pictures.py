"""Take the README's pictures: a page of the demo as its visitor sees it, and its replay at the same moment.

Needs a running server with the demo and nothing else: `.venv/bin/python deploy/pictures.py URL VIEWER_LINK`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, ViewportSize, sync_playwright

from milkglass.verification.chromium import installed

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def visit(context: BrowserContext, url: str) -> None:
    """Sign in as an invented pupil, open a room, and take the live picture."""
    page = context.new_page()
    page.goto(f"{url}/demo/sign-in")
    page.check("input[name=help_support][value=yes]")
    page.click("button[type=submit]")
    page.goto(f"{url}/demo/chat/homework-help")
    page.wait_for_timeout(1500)
    page.click("text=Share a snippet")
    page.wait_for_timeout(1000)
    page.keyboard.press("Escape")
    page.click("text=Shared")
    page.wait_for_timeout(1000)
    page.click("text=Messages")
    page.mouse.move(640, 600)
    page.wait_for_timeout(2500)
    page.screenshot(path=str(PICTURES / "live.png"))
    page.wait_for_timeout(3000)
    page.close(run_before_unload=False)


def look(context: BrowserContext, url: str, link: str) -> None:
    """Log in, ask to look at the newest recording, and take the replay's picture near its end."""
    page = context.new_page()
    page.goto(link)
    page.locator("main form button").last.click()
    page.wait_for_url("**/console/**")
    page.screenshot(path=str(PICTURES / "overview.png"))
    page.goto(f"{url}/console/recordings")
    page.screenshot(path=str(PICTURES / "recordings.png"))
    page.locator("main table a").first.click()
    page.fill("input[name=case]", "ZD-1042")
    page.locator("form[action$='/looks'] button").last.click()
    page.wait_for_url("**/console/looks/*")
    page.wait_for_timeout(2000)
    replay(page)
    page.screenshot(path=str(PICTURES / "replay.png"))


def replay(page: Page) -> None:
    """Play until the room is shown."""
    page.keyboard.press("Space")
    page.wait_for_timeout(12_000)


def main(url: str, link: str) -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(None), args=FLAGS)
        visit(browser.new_context(viewport=SIZE), url)
        time.sleep(3)
        look(browser.new_context(viewport=SIZE), url, link)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
