"""Heatmaps: building 30 files of a month and asking them, for a day, a week and a month.

Run: python -m benchmarks.heatmap [millions of interactions, 10 by itself]
"""

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.rows import Row
from milkglass.interactions.duckdb_files import Files, stem_of
from milkglass.interactions.heatmap import HeatmapQuery
from milkglass.interactions.store_duckdb import DuckdbInteractions
from milkglass.wire.values import ApplicationId

FIRST = date(2026, 3, 1)
DAYS = 30
ROUTES = 200
PEOPLE = 100_000
ROUNDS = 21
_ONE_DAY = """
INSERT INTO memory.rows
SELECT 'chalkboard', '/r' || (hash(i) % $routes), i, 'riverside',
    CASE WHEN hash(i + 1) % 10 < 6 THEN 'click' WHEN hash(i + 1) % 10 < 9 THEN 'scroll' ELSE 'move' END,
    CASE WHEN hash(i + 2) % 3 = 0 THEN 'small' ELSE 'large' END,
    'main>div:' || (hash(i + 3) % 40), 'button', NULL, 0.5, 0.5,
    (hash(i + 4) % 100) / 1000, (hash(i + 5) % 100) / 1000, 0.5, NULL, NULL, NULL, NULL, NULL,
    (hash(i + 6) % $people)::BIGINT, lpad((hash(i + 7) % 1000000)::VARCHAR, 26, '0')
FROM range($count) t(i) ORDER BY 1, 2, 3
"""
_COPY = (
    "INSERT INTO {name}.rows SELECT * REPLACE (at_ms + $day::BIGINT * 86400000 AS at_ms,"
    " (crowd * 7919 + $day) % $people AS crowd) FROM memory.rows"
)


def run(millions: float = 10.0) -> list[Row]:
    """Build, ask, and return rows of name, value, unit and what to see beside it."""
    count = int(millions * 1_000_000)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        began = time.perf_counter()
        build(Path(where), count // DAYS)
        took = time.perf_counter() - began
        size = sum(path.stat().st_size for path in Path(where).iterdir())
        store = DuckdbInteractions(Path(where), keys_of)
        asked = [row for days in (1, 7, DAYS) for row in ask(store, days, count)]
        store.close()
    return [
        Row("interactions built, sorted and encrypted", f"{count / took:,.0f}", "rows/s", f"{count:,} in {took:.1f} s"),
        Row("interactions on disk", f"{size / count:.1f}", "bytes/row", f"{DAYS} files"),
        *asked,
    ]


def keys_of(_: date) -> list[bytes]:
    """Give a key to every day."""
    return [b"k" * 32]


def build(where: Path, a_day: int) -> None:
    """Write a day's rows into each file, in the order in which a settled file lies."""
    files = Files(where, keys_of)
    files.connection.execute(_ONE_DAY, {"routes": ROUTES, "people": PEOPLE, "count": a_day})
    for day in range(DAYS):
        recorded = FIRST + timedelta(days=day)
        stem = stem_of(recorded + timedelta(days=30), recorded)
        files.make(stem)
        files.connection.execute(_COPY.format(name=files.attach(stem)), {"day": day, "people": PEOPLE})
    files.close()


def ask(store: DuckdbInteractions, days: int, count: int) -> list[Row]:
    """Ask for one route's clicks; the first time opens the files."""
    query = HeatmapQuery(
        application=ApplicationId("chalkboard"),
        route="/r7",
        viewport="large",
        first_day=FIRST,
        last_day=FIRST + timedelta(days=days - 1),
    )
    began = time.perf_counter()
    found = store.heatmap(query)
    times = [1000 * (time.perf_counter() - began)]
    for _ in range(ROUNDS):
        began = time.perf_counter()
        store.heatmap(query)
        times.append(1000 * (time.perf_counter() - began))
    cold, warm = times[0], sorted(times[1:])
    beside = f"{found.count:,} of {count:,} rows, {len(found.cells)} cells shown, {found.hidden_cells} hidden"
    return [
        Row(f"heatmap of {days} days, first time", f"{cold:.1f}", "ms", "opens the files", "1,000"),
        Row(f"heatmap of {days} days, p50", f"{warm[len(warm) // 2]:.1f}", "ms", beside, "20"),
    ]


if __name__ == "__main__":
    for row in run(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0):
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
