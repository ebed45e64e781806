"""CSS of any pieces is written in one spelling of known words and tokens, the same in the browser and on the server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fuzz.checks import TARGETS, cleaned
from tests.fuzz.pieces import Pieces

SDK = Path(__file__).parents[2] / "sdk"


@pytest.mark.parametrize("seed", range(3))
def test_css_of_any_pieces_is_written_as_it_is_stored(seed: int) -> None:
    for kind, text in Pieces(seed, is_tame=False).texts(2000):
        TARGETS["css"](bytes([kind]) + text.encode())


def test_the_browser_writes_css_of_any_pieces_as_the_server_does() -> None:
    given = list(Pieces(0, is_tame=True).texts(10_000))
    node = shutil.which("node")
    assert node is not None
    side = subprocess.run(
        [node, "make/run.mjs", "tests/css-pieces.ts"],
        cwd=SDK, input=json.dumps(given), capture_output=True, text=True, check=True,
    )  # fmt: skip
    written = json.loads(side.stdout)
    assert len(written) == len(given)
    for (kind, text), browser in zip(given, written, strict=True):
        assert cleaned(kind, text, lambda letter, word: f"{letter}<{word}>") == browser, (kind, text)
