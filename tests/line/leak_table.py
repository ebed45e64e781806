"""Prints the leak walk as a table, or writes it: `python -m tests.line.leak_table --write docs/leaks.md`."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from tests.line.channels.channel import Channel
from tests.line.plants import CHANNELS, CONTROLS, RAW, STEPS
from tests.line.walk import Walked, walk

# Leak cases that are no channel of a page: what shows them instead.
ELSEWHERE: dict[int, tuple[str, str]] = {
    65: ("tests/life/test_replay.py", "test_a_withdrawn_entry_becomes_a_mask_in_what_is_exported"),
    66: ("tests/life/test_consent.py", "test_a_withdrawal_ends_every_consent_at_once_and_an_older_yes_stays_withdrawn"),
    67: ("tests/life/test_retention.py", "test_nothing_is_destroyed_before_the_log_knows"),
    68: ("tests/browser/test_console_hostile.py", "test_no_hostile_recording_runs_a_script_or_calls_out"),
    70: ("tests/life/test_replay.py", "test_an_export_needs_a_second_person_and_holds_words"),
}
_HEAD = """# Leaks: every channel of a page, and what came through

A name of its own is planted in each place of a page that can hold one, twice: before the recorder starts and again
while it records. Every byte that leaves the browser is kept below HTTP, and every byte of the store is opened with its
keys; both are searched in each wrapping that `tests/line/test_search.py` names. The same page is walked with bare
`@rrweb/record` beside it, with canvas, fonts, images and frames on and no masking, and what that made is sent to our
server past our SDK: the last column is what the store then held.

Written by `python -m tests.line.leak_table --write docs/leaks.md`; `tests/line/test_leaks.py` fails if a walk says
another thing of Milkglass. A dot is a place that this walk does not have. A control is what even bare rrweb must not
send: it shows that a "no" can be seen.
"""
_NOT_HERE = "·"


def table(walked: Walked) -> str:
    """Write the whole document."""
    pages = (*CHANNELS, *STEPS)
    bare = sum(one.name in walked.bare for one in pages)
    wire = sum(one.name in walked.wire for one in pages)
    stored = sum(_is_stored(one, walked) for one in (*pages, *RAW))
    counts = (
        f"\n**{len(pages)} channels. Bare rrweb leaks {bare}; Milkglass {wire} on the wire, {stored} in the store,\n"
        f"its SDK bypassed ({len(pages)} channels and {len(RAW)} more that are written by hand).**\n"
    )
    heads = "\n| case | channel | bare rrweb | Milkglass: wire | Milkglass: store |\n| ---: | --- | --- | --- | --- |\n"
    rows = "".join(_row(one, walked) for one in sorted(pages, key=lambda one: (one.case or 99, one.name)))
    by_hand = "\n## Events that no page makes, written by hand\n" + heads
    raw = "".join(_row(one, walked) for one in sorted(RAW, key=lambda one: (one.case, one.name)))
    return _HEAD + counts + heads + rows + by_hand + raw + _elsewhere()


def without_bare(document: str) -> str:
    """Take out what a table says of bare rrweb, which depends on how fast the machine was."""
    cells = re.sub(r"\| (\*\*leaks\*\*|no) (\| \S+ \| \S+ \|)$", r"| ? \2", document, flags=re.MULTILINE)
    return re.sub(r"Bare rrweb leaks \d+", "Bare rrweb leaks", cells)


def _is_stored(one: Channel, walked: Walked) -> bool:
    return one.name in walked.stored or any(one.name in found for found in walked.files.values())


def _row(one: Channel, walked: Walked) -> str:
    by_hand = one in RAW
    kept_back = "no (control)" if one.name in CONTROLS else "no"
    bare = _NOT_HERE if by_hand else "**leaks**" if one.name in walked.bare else kept_back
    wire = _NOT_HERE if by_hand else _said(one.name in walked.wire)
    name = one.name.removeprefix("raw: ").replace("|", "\\|")
    return f"| {one.case or ''} | {name} | {bare} | {wire} | {_said(_is_stored(one, walked))} |\n"


def _said(leaks: object) -> str:
    return "**leaks**" if leaks else "0"


def _elsewhere() -> str:
    rows = "".join(f"| {case} | `{file}`, `{name}` |\n" for case, (file, name) in ELSEWHERE.items())
    return f"\n## Cases that are no channel\n\n| case | shown by |\n| ---: | --- |\n{rows}"


def main() -> None:
    """Walk, and print or write the table."""
    with tempfile.TemporaryDirectory() as folder:
        written = table(walk(Path(folder)))
    if "--write" in sys.argv:
        Path(sys.argv[sys.argv.index("--write") + 1]).write_text(written, "utf-8")
    else:
        print(written)


if __name__ == "__main__":
    main()
