"""What axe finds on a page. In the dark only colours can differ, so only they are looked at there."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast"]
# Every rule runs; what passed is not described node by node, which takes as long as the rules.
RUN = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`);
}"""


def faults(page: Page) -> list[str]:
    """List what is wrong on the page that stands open, by rule, with the first element of each."""
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return [f"{page.url} {one}" for one in page.evaluate(RUN, COLOURS if is_dark else ALL)]
