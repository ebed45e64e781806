"""Goal G16: how soon the log can be written again after a crash, with a million entries in it.

A process fills a log and is killed in the midst of it; then the database is opened anew, the tree is found, and one
entry is added. Beside it: reading the file's pages once, which is what a rebuild of the tree would at least take.

Run: python -m benchmarks.log_start
"""

import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.log import THREADS, fact, timed
from benchmarks.rows import Row
from milkglass.database.open import migrate, open_engine
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer

ENTRIES = int(os.environ.get("BENCHMARK_LOG_ENTRIES", "1000000"))
GROUP = 20_000


def fill(path: Path) -> None:
    """Fill a log, say so after each group, and go on until killed."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    writer = Writer(engine)
    with ThreadPoolExecutor(THREADS) as pool:
        while True:
            list(pool.map(lambda n: writer.commit([], fact(n)), range(GROUP)))
            print(GROUP, flush=True)


def killed(path: Path) -> None:
    """Have another process fill the log, and kill it once it holds enough."""
    command = [sys.executable, "-m", "benchmarks.log_start", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - ourselves
        count = 0
        for line in child.stdout or ():
            count += int(line)
            if count >= ENTRIES:
                break
        child.send_signal(signal.SIGKILL)


def run() -> list[Row]:
    """Kill, open, add one, and compare the root with the one that all leaves give."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        path = Path(where) / "milkglass.db"
        killed(path)
        engine = open_engine(f"sqlite:///{path}")
        opened: list[Writer] = []

        def start() -> None:
            migrate(engine)
            opened.append(Writer(engine))
            opened[0].commit([], fact(0))

        took = timed(start)
        log = Log(engine)
        size = log.size()
        is_same = log.leaves(size).root() == log.root()
        read = timed(path.read_bytes)
        opened[0].close()
        engine.dispose()
    beside = f"reading its {path.name} once: {read:.2f} s; root from all leaves {'the same' if is_same else 'DIFFERS'}"
    return [Row(f"log: start after a kill with {size:,} entries", f"{took:.2f}", "s", beside, "≤ 2, root equal")]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        fill(Path(sys.argv[1]))
    for row in run():
        print(row)
