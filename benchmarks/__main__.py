"""Run the benchmarks and print one table: `python -m benchmarks [NAME …] [--write FILE]`.

Every figure stands beside a library or a limit measured in the same run, since machines differ and are noisy.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.rows import Row

# In the order in which a batch passes the rooms.
MODULES = ("sdk_page", "mask_guess", "enforcement", "journal", "ingest", "log", "heatmap", "start")
NAMED = ("presidio", "log_start")  # only when asked for: one needs the package registry, one fills a log for minutes


def machine() -> str:
    """Name this machine by what the figures depend on."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        model = named[0] if named else platform.machine()
    return f"{os.cpu_count()} cores, {model}; Python {platform.python_version()}; {platform.system()}"


def measure(names: tuple[str, ...]) -> list[Row]:
    """Run the named benchmarks, telling on stderr which one runs."""
    rows: list[Row] = []
    for name in names:
        began = time.monotonic()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        rows.extend(import_module(f"benchmarks.{name}").run())
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def table(rows: list[Row]) -> str:
    """Lay the rows out as Markdown."""
    lines = ["| what | figure | beside, in the same run | goal |", "| --- | ---: | --- | --- |"]
    lines += [f"| {row.name} | {row.value} {row.unit} | {row.beside} | {row.goal} |" for row in rows]
    return "\n".join(lines)


def main(words: list[str]) -> None:
    """Measure, print, and replace the table of a document between its marks if one is named."""
    target = Path(words[words.index("--write") + 1]) if "--write" in words else None
    names = tuple(word for word in words if word in MODULES + NAMED) or MODULES
    told = f"Measured on {machine()}.\n\n{table(measure(names))}"
    print(told)
    if target:
        head, _, rest = target.read_text().partition("<!-- figures -->")
        tail = rest.partition("<!-- end of figures -->")[2]
        target.write_text(f"{head}<!-- figures -->\n\n{told}\n\n<!-- end of figures -->{tail}")


if __name__ == "__main__":
    main(sys.argv[1:])
