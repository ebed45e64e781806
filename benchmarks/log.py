"""The evidence log: an append alone, appends in groups, and verifying all of it, beside a bare commit of SQLite.

Run: python -m benchmarks.log
"""

import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.rows import Row
from milkglass.database.moments import ulid
from milkglass.database.open import migrate, open_engine
from milkglass.merkle.entry import Fact, Resource
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
ALONE, THREADS, ENTRIES = 300, 64, 10_000


def fact(n: int) -> Fact:
    """Make one entry of an institution."""
    return Fact(id=ulid(NOW), at=NOW, act="look.segment", institution=f"i{n % 20}", resource=Resource(kind="r", id="r"))


def run() -> list[Row]:
    """Append and verify in a fresh directory beside this one, on the disk that is measured."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        bare = bare_commit(Path(where) / "bare.db")
        engine = open_engine(f"sqlite:///{Path(where) / 'milkglass.db'}")
        migrate(engine)
        writer = Writer(engine)
        alone = median([timed(lambda: writer.commit([], fact(0))) for _ in range(ALONE)])
        facts = [fact(n) for n in range(ENTRIES)]
        with ThreadPoolExecutor(THREADS) as pool:
            took = timed(lambda: list(pool.map(lambda said: writer.commit([], said), facts)))
        checked = timed(lambda: Log(engine).verify())
        writer.close()
        engine.dispose()
    beside = f"a bare commit of SQLite: {bare * 1e3:.2f} ms"
    return [
        Row("log: append alone, p50", f"{alone * 1e3:.2f}", "ms", beside, "≤ 1"),
        Row(f"log: appends by {THREADS} threads", f"{ENTRIES / took:,.0f}", "a second", beside, "≥ 50,000"),
        Row(f"log: verify {ENTRIES + ALONE:,} entries", f"{checked:.2f}", "s", "", "70,000 in ≤ 5"),
    ]


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that an act takes."""
    start = perf_counter()
    act()
    return perf_counter() - start


def bare_commit(path: Path) -> float:
    """Return the median seconds of one insert and commit with the same settings and nothing of ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("CREATE TABLE entries (entry BLOB)")
    times = [timed(lambda: connection.execute("INSERT INTO entries VALUES (zeroblob(400))")) for _ in range(ALONE)]
    connection.close()
    return median(times)


if __name__ == "__main__":
    for row in run():
        print(row)
