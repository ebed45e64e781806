"""`python -m tests.layout [pages…] [--write docs/layout.md] [--detail]`: layout fidelity, page by page."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error as DriveError

from tests.layout.detail import explain
from tests.layout.measure import Measured, Wanted, measure
from tests.layout.registry import PAGES
from tests.layout.table import WAYS, document, keep, kept, table
from tests.layout.walk import chromium


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.layout")
    parser.add_argument("pages", nargs="*", help=", ".join(PAGES))
    parser.add_argument("--write", type=Path, help="write the document with its table here")
    parser.add_argument("--detail", action="store_true", help="say which elements are off, and the probable cause")
    parser.add_argument("--keep", type=Path, help="keep each page's events here")
    parser.add_argument("--results", type=Path, help="keep figures here; what lies here stays")
    parser.add_argument("--own-words", action="store_true", help="the page's own words in place of learn")
    parser.add_argument("--ways", default=",".join(WAYS), help="which of them")
    return parser.parse_args()


def _tell(one: Measured, events: Path | None, *, is_detailed: bool) -> None:
    print(table([one.scores]), flush=True)
    for way, result in one.ways.items():
        if result.failed:
            print(f"  {one.page.name} {way}: {'; '.join(result.failed)}", file=sys.stderr)
        if is_detailed:
            print(explain(way, result), flush=True)
        if events:
            events.mkdir(parents=True, exist_ok=True)
            (events / f"{one.page.name}-{way}.json").write_text(json.dumps(result.events), "utf-8")


def main() -> None:
    """Measure the pages that are named, or all."""
    given = _given()
    wanted = Wanted(ways=given.ways.split(","), has_styles=given.detail, learns=not given.own_words)
    measured = []
    with chromium() as browser:
        for name in given.pages or PAGES:
            known = kept(name, given.results) if given.results else None
            if known:
                measured.append(known)
                continue
            try:
                with tempfile.TemporaryDirectory(prefix="layout-", ignore_cleanup_errors=True) as folder:
                    one = measure(browser, PAGES[name], Path(folder), wanted)
            except (AssertionError, DriveError) as problem:
                print(f"{name}: not measured: {str(problem)[:300]}", file=sys.stderr)
                continue
            measured.append(one.scores)
            if given.results:
                keep(one.scores, given.results)
            _tell(one, given.keep, is_detailed=given.detail)
    print(table(measured))
    if given.write:
        given.write.write_text(document(measured), "utf-8")


main()
