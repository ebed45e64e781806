"""The figures as a table, and docs/layout.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.layout.compare import Figure

WAYS = ("labelled", "learnt", "wireframe", "bare")
HEAD = Path(__file__).with_name("layout.md")


@dataclass(frozen=True)
class Scores:
    """A page's figures by way, one for each moment."""

    page: str
    ways: Mapping[str, Sequence[Figure]]


def keep(scores: Scores, folder: Path) -> None:
    """Keep a page's figures in a file, so that a run that is broken off goes on behind it."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {way: [asdict(figure) for figure in figures] for way, figures in scores.ways.items()}
    (folder / f"{scores.page}.json").write_text(json.dumps(told), "utf-8")


def kept(page: str, folder: Path) -> Scores | None:
    """Read what `keep` kept of a page; None if it was not measured yet."""
    file = folder / f"{page}.json"
    if not file.exists():
        return None
    told = json.loads(file.read_text("utf-8"))
    return Scores(page, {way: [Figure(**figure) for figure in figures] for way, figures in told.items()})


def shares(measured: Iterable[Scores], way: str, kind: str) -> list[float]:
    """Every page's share, each moment by itself."""
    return [float(getattr(figure, kind)) for one in measured for figure in one.ways.get(way, ())]


def by_page(measured: Iterable[Scores], way: str, kind: str) -> list[float]:
    """Every page's share: the mean of its two moments."""
    means = [shares([one], way, kind) for one in measured]
    return [sum(found) / len(found) for found in means if found]


def table(measured: Sequence[Scores]) -> str:
    """A Markdown table: boxes and all, at the first moment and after ten interactions."""
    head = [f"{way} {kind}" for way in WAYS for kind in ("boxes", "all")]
    lines = ["| page | elements | " + " | ".join(head) + " |", "| --- | ---: |" + " ---: |" * len(head)]
    for one in measured:
        counts = next(iter(one.ways.values()))
        cells = [_pair(shares([one], way, kind)) for way in WAYS for kind in ("boxes", "all")]
        lines.append(f"| {one.page} | {' / '.join(str(f.count) for f in counts)} | {' | '.join(cells)} |")
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


def document(measured: Sequence[Scores]) -> str:
    """The whole of docs/layout.md."""
    return HEAD.read_text("utf-8") + "\n" + table(measured)
