"""The figures as a table, and docs/layout.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.layout.measure import Measured

WAYS = ("labelled", "wireframe", "bare")
HEAD = Path(__file__).with_name("layout.md")


def shares(measured: Iterable[Measured], way: str, kind: str) -> list[float]:
    """Every page's share, each moment by itself."""
    return [float(getattr(figure, kind)) for one in measured if way in one.ways for figure in one.ways[way].figures]


def by_page(measured: Iterable[Measured], way: str, kind: str) -> list[float]:
    """Every page's share: the mean of its two moments."""
    means = [shares([one], way, kind) for one in measured]
    return [sum(found) / len(found) for found in means if found]


def table(measured: Sequence[Measured]) -> str:
    """A Markdown table: boxes and all, at the first moment and after ten interactions."""
    head = [f"{way} {kind}" for way in WAYS for kind in ("boxes", "all")]
    lines = ["| page | elements | " + " | ".join(head) + " |", "| --- | ---: |" + " ---: |" * len(head)]
    for one in measured:
        counts = next(iter(one.ways.values())).figures
        cells = [_pair(shares([one], way, kind)) for way in WAYS for kind in ("boxes", "all")]
        lines.append(f"| {one.page.name} | {' / '.join(str(f.count) for f in counts)} | {' | '.join(cells)} |")
    if len(measured) > 1:
        for name, pick in (("mean", lambda found: sum(found) / len(found)), ("worst page", min)):
            cells = []
            for way in WAYS:
                for kind in ("boxes", "all"):
                    found = by_page(measured, way, kind)
                    cells.append(f"{pick(found):.3f}" if found else "")
            lines.append(f"| **{name}** | | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _pair(found: Sequence[float]) -> str:
    return " / ".join(f"{share:.2f}" for share in found)


def document(measured: Sequence[Measured]) -> str:
    """The whole of docs/layout.md."""
    return HEAD.read_text("utf-8") + "\n" + table(measured)
