"""What the SDK costs a page: main-thread time beside bare rrweb, and what the built files weigh.

A page of 5,000 nodes changes a hundred times a second for ten seconds in Chromium: once with no recorder, once with
bare `@rrweb/record`, once with Milkglass. Chromium's own count of the main thread's processor time is read, of all
tasks and of scripts alone; the difference to the bare page is the recorder's. Run it as `python -m benchmarks.sdk_page`
after `npm run build` in sdk/.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, sync_playwright
from tests.browser.sdk_server import FILES, ROOT, Desk, serving, visit

from benchmarks.rows import Row

SECONDS = 10
ROUNDS = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
PAGE = """<!doctype html><html><head><style>li{padding:2px}.row{color:#333}</style>
<script src="/boot.js" defer></script></head><body><ul id="list"></ul></body></html>"""
BUILD = """
const list = document.getElementById("list");
for (let i = 0; i < 1250; i++) {
  const row = document.createElement("li"); row.className = "row r" + (i % 40); row.dataset.who = "student " + i;
  row.innerHTML = "<span>Jane Doe " + i + "</span><b title='t" + i + "'></b>"; list.append(row);
}
function change(i) {
  const row = list.children[i * 7 % 1250];
  if (i % 4 === 0) row.firstChild.firstChild.data = "Omar Haddad " + i;
  else if (i % 4 === 1) row.className = "row r" + (i % 40) + (i % 2 ? " open" : "");
  else if (i % 4 === 2) row.append(Object.assign(document.createElement("p"), { textContent: "new " + i }));
  else if (row.children.length > 2) row.lastChild.remove(); else row.style.top = i + "px";
}
window.run = (seconds) => new Promise((done) => {
  let i = 0;
  const timer = setInterval(() => { change(i++); if (i >= seconds * 100) { clearInterval(timer); done(); } }, 10);
});
"""
START = "window.started = milkglass.start({ endpoint: location.origin, visit: async () => %r });"
BARE = "window.kept = 0; rrwebRecord.record({ emit: (e) => { kept += JSON.stringify(e).length; } });"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Main-thread milliseconds of processor time: of loading with a snapshot, then of ten seconds of changes."""

    load: float
    tasks: float
    scripts: float


def spent(browser: Browser, desk: Desk, script: str) -> Spent:
    """Walk the page once with a script in it."""
    desk.pages |= {"/demo/chat": PAGE, "/boot.js": script}
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    # The thread's own time: what other processes take of the machine is not in it.
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def now() -> dict[str, float]:
        return {one["name"]: float(one["value"]) * 1000 for one in devtools.send("Performance.getMetrics")["metrics"]}

    page.goto(desk.address + "/demo/chat")
    page.evaluate("window.started")
    page.wait_for_timeout(1000)
    began = now()
    page.evaluate(f"run({SECONDS})")
    ended = now()
    context.close()
    tasks, scripts = (ended[name] - began[name] for name in ("TaskDuration", "ScriptDuration"))
    return Spent(load=began["TaskDuration"], tasks=tasks, scripts=scripts)


def run() -> list[Row]:
    """Measure the three pages, and weigh the built files."""
    sdk, bare = FILES["/milkglass.js"].read_text(), FILES["/bare.js"].read_text()
    scripts = {
        "no recorder": BUILD,
        "bare rrweb": bare + BUILD + BARE,
        "milkglass": sdk + BUILD + START % visit(["replay", "heatmap"]),
    }
    taken: dict[str, list[Spent]] = {name: [] for name in scripts}
    with serving(Desk()) as desk, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(ROUNDS):
            for name, script in scripts.items():
                taken[name].append(spent(browser, desk, script))
        browser.close()
    return [*times(taken), *sizes()]


def times(taken: dict[str, list[Spent]]) -> list[Row]:
    """Say what each recorder costs the page, beside none."""

    def middle(of: Callable[[Spent], float]) -> dict[str, float]:
        return {name: median(of(one) for one in rows) for name, rows in taken.items()}

    def beside(of: dict[str, float]) -> str:
        return f"bare rrweb {of['bare rrweb']:,.0f}, no recorder {of['no recorder']:,.0f}"

    def over(of: dict[str, float]) -> str:
        return f"{(of['milkglass'] - of['no recorder']) / (of['bare rrweb'] - of['no recorder']):.2f}"

    load, tasks, scripts = middle(lambda one: one.load), middle(lambda one: one.tasks), middle(lambda one: one.scripts)
    return [
        Row("sdk: load and first snapshot of 5,000 nodes", f"{load['milkglass']:,.0f}", "ms", beside(load)),
        Row(f"sdk: {SECONDS * 100:,} changes, all tasks", f"{tasks['milkglass']:,.0f}", "ms", beside(tasks)),
        Row(f"sdk: {SECONDS * 100:,} changes, scripts", f"{scripts['milkglass']:,.0f}", "ms", beside(scripts)),
        Row("sdk: cost of the changes over bare rrweb's, scripts", over(scripts), "times", beside(scripts), "≤ 1.25"),
    ]


def sizes() -> list[Row]:
    """Say what the built files weigh on the wire."""
    goals = {"milkglass-loader": "≤ 5", "milkglass-recorder": "≤ 28"}
    found = json.loads((ROOT / "sdk/dist/manifest.json").read_text())
    return [
        Row(
            f"sdk: {name}",
            f"{of['brotli'] / 1000:.1f}",
            "kB brotli",
            f"gzip {of['gzip'] / 1000:.1f}",
            next((goal for part, goal in goals.items() if name.startswith(part)), ""),
        )
        for name, of in found.items()
        if "-0." not in name
    ]


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
