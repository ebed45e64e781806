"""`python -m tests.layout [pages…] [--write docs/layout.md] [--detail]`: layout fidelity, page by page."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.layout.detail import explain
from tests.layout.measure import WAYS, measure
from tests.layout.registry import PAGES
from tests.layout.table import document, table


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.layout")
    parser.add_argument("pages", nargs="*", help=", ".join(PAGES))
    parser.add_argument("--write", type=Path, help="write the document with its table here")
    parser.add_argument("--detail", action="store_true", help="say which elements are off, and the probable cause")
    parser.add_argument("--keep", type=Path, help="keep each page's events here")
    parser.add_argument("--ways", default=",".join(WAYS), help="which of them")
    return parser.parse_args()


def main() -> None:
    """Measure the pages that are named, or all."""
    given = _given()
    measured = []
    for name in given.pages or PAGES:
        with tempfile.TemporaryDirectory(prefix="layout-") as folder:
            one = measure(PAGES[name], Path(folder), ways=given.ways.split(","), wants_styles=given.detail)
        measured.append(one)
        print(table([one]), flush=True)
        for way, result in one.ways.items():
            if result.failed:
                print(f"  {name} {way}: {'; '.join(result.failed)}", file=sys.stderr)
            if given.detail:
                print(explain(way, result))
            if given.detail:
                began = result.events[0]["timestamp"] if result.events else 0
                print("  moments, ms after the first event:", [at - began for at in result.at])
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{name}-{way}.json").write_text(json.dumps(result.events), "utf-8")
    print(table(measured))
    if given.write:
        given.write.write_text(document(measured), "utf-8")


main()
