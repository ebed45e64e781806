"""A killed process loses nothing that it was told is durable.

This shows that the transaction and the answer are in the right order; that the disk keeps what it acknowledged is
SQLite's `synchronous=FULL`, which the room asserts when it opens.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.merkle.room import opened

CHILD = """
import sys
from pathlib import Path
from tests.merkle.room import fact, opened

with opened(Path(sys.argv[1])) as room:
    while True:
        said = fact("school")
        room.writer.commit([], said)
        print(said.id, flush=True)
"""


def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for cycle in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as child:
            assert child.stdout is not None
            acknowledged += [child.stdout.readline().decode().strip() for _ in range(15 + cycle)]
            os.kill(child.pid, signal.SIGKILL)
            acknowledged += [line.decode().strip() for line in child.stdout if line.endswith(b"\n")]
        with opened(tmp_path) as room:
            kept = {entry.spelled for entry in room.log.entries(0, 100_000)}
            assert all(any(f'"{one}"'.encode() in entry for entry in kept) for one in acknowledged)
            assert room.log.verify().bad_index is None
    assert len(acknowledged) >= 60
