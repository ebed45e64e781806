"""The journal: batches a second and the wait of each, alone and in groups, beside one bare sync of the same disk.

Run: python -m benchmarks.journal
"""

import os
import secrets
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.rows import Row
from milkglass.vault.disk import Disk
from milkglass.vault.frames import frame
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.sealing import batch_context, seal
from milkglass.vault.values import Head, Sealed

BATCH_BYTES = 6_000
SECONDS = 3.0
THREADS = (1, 8, 32, 64)


def run() -> list[Row]:
    """Measure, and return rows of name, value, unit and what to see beside it."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as where:
        bare = bare_sync(Path(where))
        rows = [Row("bare write and fdatasync of 6 kB, p50", f"{bare:.2f}", "ms", "the disk's own limit")]
        for threads in THREADS:
            rows += appended(Path(where) / str(threads), threads, bare)
    return [*rows, sealing()]


def bare_sync(where: Path) -> float:
    """Return the median ms of one write and sync without anything of ours."""
    content, times = secrets.token_bytes(BATCH_BYTES), []
    descriptor = os.open(where / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for _ in range(500):
        began = time.perf_counter()
        os.write(descriptor, content)
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - began)
    os.close(descriptor)
    return 1000 * sorted(times)[len(times) // 2]


def appended(where: Path, threads: int, bare: float) -> list[Row]:
    """Append from several threads for some seconds."""
    journal, waits, stop = FileJournal(where, Disk()), list[float](), threading.Event()

    def work(number: int) -> None:
        sealed = made(number)
        while not stop.is_set():
            began = time.perf_counter()
            journal.append(sealed, lambda: True)
            waits.append(time.perf_counter() - began)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    time.sleep(SECONDS)
    stop.set()
    for worker in workers:
        worker.join()
    waits.sort()
    name = f"append, {threads} threads"
    return [
        Row(name, f"{len(waits) / SECONDS:,.0f}", "batches/s", f"bare sync {1000 / bare:,.0f}/s"),
        Row(f"{name}, p50", f"{1000 * waits[len(waits) // 2]:.2f}", "ms", f"bare sync {bare:.2f} ms"),
        Row(f"{name}, p99", f"{1000 * waits[len(waits) * 99 // 100]:.2f}", "ms", f"bare sync {bare:.2f} ms"),
    ]


def sealing() -> Row:
    """Measure compressing and sealing one batch of text that repeats as events do."""
    plain = b"".join(b'{"type":3,"data":{"source":1,"x":%d}}' % (n * 7919 % 997) for n in range(170))[:BATCH_BYTES]
    key, place, rounds = secrets.token_bytes(32), batch_context("i", "r", 0), 2_000
    began = time.perf_counter()
    for _ in range(rounds):
        seal(key, place, plain)
    took = (time.perf_counter() - began) / rounds
    return Row("compress and seal 6 kB", f"{1e6 * took:.0f}", "µs", f"{len(plain) / took / 1e6:.0f} MB/s on one core")


def made(number: int) -> Sealed:
    """Make a frame of 6 kB with a head as a real one."""
    name = f"{number:026d}"
    head = Head(
        application="chalkboard",
        institution="riverside",
        recording=name,
        visit=name,
        consent=name,
        began=1_772_618_400_000,
        purge_day="2026-04-03",
        number=0,
        hash=bytes(16),
        vocabulary=1,
        journey="chat",
        level=3,
        received=1_772_618_400_000,
        first_at=0,
        last_at=5_000,
        events=40,
        routes=["/chat/:room"],
        marks={"click": 2},
        masked={},
        bypassed={},
        dropped={},
    )
    sealed = Sealed(head, b"", b"")
    return Sealed(head, secrets.token_bytes(BATCH_BYTES - len(frame(sealed))), b"")


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} | {row.unit} | {row.beside}")
