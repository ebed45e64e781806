"""Presidio beside our masking, on the same strings: `python -m benchmarks presidio`.

Not the same work: a detector looks for what may be personal and keeps the rest, a mask keeps nothing that was not
reviewed. It is the alternative that a team would weigh. It runs in an environment of its own under `build/`, which is
made at the first run and needs the package registry then.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import msgspec

from benchmarks.enforcement import made, policy_and_standing, read
from benchmarks.rows import Row
from milkglass.compiled.finder import is_compiled
from milkglass.enforcement.table import classes, widths
from milkglass.enforcement.text import Texts
from milkglass.wire.values import Json

_HERE = Path(__file__).parent
_PLACE = Path("build", "presidio")
_MOST = 1000
_PASSES = 5
_LONG = 500  # characters; above are style sheets, which no detector is given


def strings(value: Json) -> Iterator[str]:
    """Give the text nodes of events."""
    match value:
        case list():
            for one in value:
                yield from strings(one)
        case dict():
            said = value.get("textContent")
            if isinstance(said, str) and said.strip():
                yield said
            for one in value.values():
                yield from strings(one)
        case _:
            pass


def _their_seconds(given: list[str]) -> float:
    python = _PLACE / "bin" / "python"
    if not (_PLACE / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(_PLACE)], check=True)  # noqa: S603 - our own
        install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*install, "-r", str(_HERE / "presidio.txt")], check=True)  # noqa: S603 - our own
        (_PLACE / "ready").touch()
    side = [str(python), str(_HERE / "presidio_side.py")]
    said = subprocess.run(side, input=json.dumps(given), capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return float(said.stdout)


def _our_seconds(given: list[str]) -> float:
    words = policy_and_standing()[1].words
    began = process_time()
    texts = Texts(classes(), widths(), words)  # a fresh one each time: it remembers what it saw
    for said in given:
        texts.redact(said)
    return process_time() - began


def run() -> list[Row]:
    """Measure both on up to a thousand different text nodes."""
    folder = os.environ.get("BENCHMARK_RECORDINGS")
    bodies = read(Path(folder), "*none*.ndjson") if folder else made()
    found = (said for body in bodies for said in strings(msgspec.json.decode(body)) if len(said) < _LONG)
    given = list(dict.fromkeys(found))[:_MOST]
    ours = len(given) / min(_our_seconds(given) for _ in range(_PASSES))
    theirs = len(given) / _their_seconds(given)
    kind = "compiled" if is_compiled() else "plain Python"
    mean = sum(map(len, given)) / len(given)
    beside = f"Presidio 2.2, patterns on a blank model: {theirs:,.0f}; {len(given)} strings of {mean:.0f} characters"
    return [
        Row(f"text masked, {kind}", f"{ours:,.0f}", "strings/s", beside),
        Row(f"text masked, {kind}: over Presidio", f"{ours / theirs:,.0f}", "times", beside, "≥ 1,000"),
    ]
