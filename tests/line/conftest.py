"""A running server and a sender, for the files that send it what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.line.refusals import WITNESS
from tests.line.sender import Given, Sender
from tests.line.server import Server


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    server = Server(tmp_path_factory.mktemp("bad") / "data")
    server.start()
    try:
        with Sender(server) as one:
            yield one
    finally:
        assert server.stop() == 0
        told = server.output.read_text("utf-8")
        assert WITNESS not in told, "nothing of the input is in the server's output"
        assert "Traceback" not in told


@pytest.fixture
def given(sender: Sender, request: pytest.FixtureRequest) -> Given:
    return sender.ticket(request.node.name)
