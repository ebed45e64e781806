"""A full disk: the answer is "later", never "yes", and what was acknowledged before is there after a restart."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.line.kept import copies
from tests.line.sender import META, Given, Sender, said, snapshot
from tests.line.server import Server

LATER = (503, 507)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MiB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root; the test with a limit of file size runs everywhere")
    done = subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=False)
    if done.returncode != 0:
        pytest.skip("this container may not mount")
    yield place
    subprocess.run(["/bin/umount", "--lazy", str(place)], check=True)


def page(given: Given, number: int) -> bytes:
    return given.batch(number, [META, snapshot(*(said("x" * 50, 10 + one) for one in range(200)))])


def sent(sender: Sender, given: Given, numbers: range) -> dict[int, int]:
    return {number: sender.send(given.ticket, page(given, number)).status_code for number in numbers}


def is_kept(server: Server, given: Given, told: dict[int, int]) -> None:
    acknowledged = {number for number, status in told.items() if status == 202}
    kept = copies(server)[given.recording]
    assert acknowledged <= set(kept)
    assert {number: n for number, n in kept.items() if n > 1} == {}


def test_a_full_disk_is_told_and_loses_nothing(small: Path) -> None:
    server = Server(small / "data")
    server.output = small.with_name("output")
    server.start()
    with Sender(server) as sender:
        given = sender.ticket("full")
        told = sent(sender, given, range(20))
        assert set(told.values()) == {202}
        filler = small / "filler"
        with filler.open("wb", 0) as sink:
            try:
                while sink.write(bytes(4096)):
                    pass
            except OSError:
                pass
        full = sent(sender, given, range(20, 60))
        assert set(full.values()) <= {202, *LATER}
        assert set(full.values()) & set(LATER), "the disk was full"
        answer = sender.send(given.ticket, page(given, 60))
        assert answer.status_code in LATER
        assert answer.headers["retry-after"]
        filler.unlink()
        again = sent(sender, given, range(60, 70))
        assert set(again.values()) == {202}, "it goes on by itself once there is room"
    server.kill()
    is_kept(server, given, told | full | again)


def test_a_limit_of_file_size_is_told_and_loses_nothing(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", env={"MILKGLASS_ROLL_SECONDS": "3600"})
    server.start()
    assert server.process is not None
    with Sender(server) as sender:
        given = sender.ticket("limit")
        told = sent(sender, given, range(3))
        assert set(told.values()) == {202}
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1_000, 1_000))
        full = sent(sender, given, range(3, 13))
        assert set(full.values()) <= set(LATER)
    server.kill()
    is_kept(server, given, told)
