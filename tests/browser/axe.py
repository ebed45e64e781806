"""What axe finds on a page. In the dark only colours can differ, so only they are looked at there."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast"]


def faults(page: Page) -> list[str]:
    """List what is wrong on the page that stands open, by rule, with the first element of each."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found = Axe().run(page, options={"runOnly": COLOURS if is_dark else ALL})
    return [f"{page.url} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]
