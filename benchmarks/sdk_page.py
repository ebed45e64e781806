"""What the SDK costs a page: main-thread time beside bare rrweb, and what the built files weigh.

A page of 5,000 nodes changes a hundred times a second for ten seconds in Chromium: once with no recorder, once with
bare `@rrweb/record`, once with Milkglass. Chromium's own count of task time is read; the difference to the bare page is
the recorder's. Run it as `python -m benchmarks.sdk_page` after `npm run build` in sdk/.
"""

import json
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


def task_ms(browser: Browser, desk: Desk, script: str) -> tuple[float, float]:
    """Main-thread ms of starting with a snapshot, and of ten seconds of changes."""
    desk.pages |= {"/demo/chat": PAGE, "/boot.js": script}
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def now() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration")) * 1000

    page.goto(desk.address + "/demo/chat")
    page.evaluate("window.started")
    page.wait_for_timeout(1000)
    started = now()
    page.evaluate(f"run({SECONDS})")
    changed = now() - started
    context.close()
    return started, changed


def run() -> list[Row]:
    """Measure the three pages, and weigh the built files."""
    sdk, bare = FILES["/milkglass.js"].read_text(), FILES["/bare.js"].read_text()
    scripts = {
        "no recorder": BUILD,
        "bare rrweb": bare + BUILD + BARE,
        "milkglass": sdk + BUILD + START % visit(["replay", "heatmap"]),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in scripts}
    with serving(Desk()) as desk, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for _ in range(ROUNDS):
            for name, script in scripts.items():
                taken[name].append(task_ms(browser, desk, script))
        browser.close()
    return [*times(taken), *sizes()]


def times(taken: dict[str, list[tuple[float, float]]]) -> list[Row]:
    """Say what each recorder costs the page, beside none."""
    load = {name: median(row[0] for row in rows) for name, rows in taken.items()}
    changes = {name: median(row[1] for row in rows) for name, rows in taken.items()}
    cost = {name: changes[name] - changes["no recorder"] for name in changes}
    beside = f"bare rrweb {changes['bare rrweb']:,.0f}, no recorder {changes['no recorder']:,.0f}"
    loading = f"bare rrweb {load['bare rrweb']:,.0f}, no recorder {load['no recorder']:,.0f}"
    times = cost["milkglass"] / cost["bare rrweb"]
    return [
        Row("sdk: load and first snapshot of 5,000 nodes", f"{load['milkglass']:,.0f}", "ms", loading),
        Row(f"sdk: {SECONDS * 100:,} changes", f"{changes['milkglass']:,.0f}", "ms", beside),
        Row("sdk: cost of the changes over bare rrweb's", f"{times:.2f}", "times", beside, "≤ 1.25"),
    ]


def sizes() -> list[Row]:
    """Say what the built files weigh on the wire."""
    goals = {"milkglass-clicks": "≤ 5", "milkglass": "≤ 28"}
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
