"""Starting: time until the server is ready, time of the help text, and memory at rest and after many batches.

Run: python -m benchmarks.start
"""

import subprocess
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

from benchmarks import traffic
from benchmarks.ingest import send
from benchmarks.rows import Row
from benchmarks.serving import COMMAND, Served, milkglass

BATCHES, LINES = 2_000, 8
HELPS = 5


def run() -> list[Row]:
    """Start on a fresh directory, start on it again, and send."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        data = Path(where) / "data"
        with milkglass(data) as served:
            fresh = served.ready_seconds
        with milkglass(data) as served:
            again, rest = served.ready_seconds, served.resident_mb()
            busy = after(served, data, Path(where) / "bodies")
    nothing = min(_seconds(["python3", "-c", ""]) for _ in range(HELPS))
    helped = median(_seconds([str(COMMAND), "--help"]) for _ in range(HELPS))
    empty = f"an empty Python {nothing:.2f} s"
    return [
        Row("milkglass up, fresh directory", f"{fresh:.2f}", "s to ready", empty),
        Row("milkglass up, existing directory", f"{again:.2f}", "s to ready", empty),
        Row("milkglass --help", f"{helped:.2f}", "s", empty),
        Row("memory at rest", f"{rest:.0f}", "MB", "the whole process", "≤ 250"),
        Row(f"memory after {BATCHES:,} batches", f"{busy:.0f}", "MB", f"{LINES} connections", "flat under load"),
    ]


def after(served: Served, data: Path, prepared: Path) -> float:
    """Send and return the memory held then, in MB."""
    rules, made = traffic.exchange(served.port, data), traffic.ours()
    lines = [list(islice(made.bodies(rules, BATCHES // LINES), BATCHES // LINES)) for _ in range(LINES)]
    prepared.write_bytes(msgspec.msgpack.encode(lines))
    send(served, prepared, seconds=60)
    return served.resident_mb()


def _seconds(command: list[str]) -> float:
    began = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own commands
    return perf_counter() - began


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
