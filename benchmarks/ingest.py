"""The way in: batches through a real server to the disk, beside a bare POST of the same bodies on the same machine.

Server, bare server and sender are processes of their own and share this machine's cores, so that a rate is of all of
them together; the server's own processor time for each batch stands beside it.

Run: python -m benchmarks.ingest; see benchmarks/traffic.py for what is sent.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks import traffic
from benchmarks.rows import Row
from benchmarks.serving import Served, bare, milkglass

CONNECTIONS = 24
SECONDS = 10.0
MOST_A_SECOND = 1_500  # bodies that are prepared for each second
KEPT = 202


@dataclass(frozen=True, slots=True)
class Sent:
    """One measurement: answers a second, ms of each answer in order, the server's ms of processor time an answer."""

    rate: float
    waits: Sequence[float]
    cpu_ms: float

    def at(self, part: float) -> float:
        """Return the wait, in ms, below which this part of the answers lies."""
        return self.waits[min(int(len(self.waits) * part), len(self.waits) - 1)]


def run() -> list[Row]:
    """Measure our SDK's traffic, then bare rrweb's."""
    goals = {True: "≥ 2,000 a core: 10,000 recordings, a batch each 5 s", False: "≥ 1,000 a core"}
    return [row for made in (traffic.ours(), traffic.bare()) for row in measure(made, goals[made.is_ours])]


def measure(made: traffic.Traffic, goal: str) -> list[Row]:
    """Send one kind of traffic to both servers."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        data, prepared = Path(where) / "data", Path(where) / "bodies"
        with milkglass(data) as served:
            lines = _lines(made, traffic.exchange(served.port, data))
            prepared.write_bytes(msgspec.msgpack.encode(lines))
            size = sum(map(len, lines[0])) / len(lines[0]) / 1000
            ours = send(served, prepared)
        with bare() as served:
            least = send(served, prepared)
    name = f"ingest, {made.name}"
    beside = f"bare POST {least.rate:,.0f}/s; {size:.1f} kB each on the wire"
    return [
        Row(f"{name}, durable before the answer", f"{ours.rate:,.0f}", "requests/s", beside, goal),
        Row(f"{name}, p50", f"{ours.at(0.5):.1f}", "ms", f"bare {least.at(0.5):.1f}; {CONNECTIONS} connections"),
        Row(f"{name}, p99", f"{ours.at(0.99):.1f}", "ms", f"bare {least.at(0.99):.1f}"),
        Row(f"{name}, processor time each", f"{ours.cpu_ms:.2f}", "ms", f"bare {least.cpu_ms:.2f}", "≤ 0.5, ≤ 1 bare"),
    ]


def send(served: Served, prepared: Path, seconds: float = SECONDS) -> Sent:
    """Send for some seconds from a process of its own. Raises RuntimeError if anything was refused."""
    before = served.cpu_seconds()
    command = [sys.executable, "-m", "benchmarks.sender", str(prepared), str(served.port), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + 60)  # noqa: S603 - our own
    told = json.loads(done.stdout)
    refused = sum(status != KEPT for status, _ in told["answers"])
    if refused:
        raise RuntimeError(
            f"{refused} of {len(told['answers'])} batches were refused; the traffic is not what it should be"
        )
    waits = sorted(wait for _, wait in told["answers"])
    return Sent(len(waits) / told["seconds"], waits, 1000 * (served.cpu_seconds() - before) / len(waits))


def _lines(made: traffic.Traffic, rules: traffic.Rules) -> list[list[bytes]]:
    each = int(MOST_A_SECOND * SECONDS / CONNECTIONS)
    # Each line begins at another batch of its recording, as people come at different times: not all send a snapshot.
    return [list(islice(made.bodies(rules, each), line, None)) for line in range(CONNECTIONS)]


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
