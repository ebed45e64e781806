"""How results and errors look: plain text that can be piped, or one JSON document with a schema version."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milkglass import errors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1
EXIT_CODES: Mapping[type[errors.MilkglassError], int] = {
    errors.Invalid: 3,
    errors.NotFound: 4,
    errors.Unavailable: 4,
    errors.NotAllowed: 5,
    errors.Conflict: 5,
}
INTEGRITY = 6
INTERNAL = 70


@dataclass(frozen=True, slots=True)
class Shown:
    """What kind of result it is, and whether as JSON."""

    kind: str
    as_json: bool


def show(told: Mapping[str, object], how: Shown) -> None:
    """Print a result to stdout."""
    if how.as_json:
        print(json.dumps({"schema_version": SCHEMA_VERSION, "kind": how.kind, **told}, ensure_ascii=False, indent=1))
        return
    for key, value in told.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            _table(value)
        elif value is not None:
            print(f"{key.replace('_', ' ')}: {_said(value)}")


def _table(rows: Sequence[Mapping[str, object]]) -> None:
    columns = list(rows[0])
    cells = [[_said(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[at]) for line in cells)) for at, column in enumerate(columns)]
    for line in (columns, *cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _said(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items()) or "none"
    return str(value)


def fail(problem: errors.MilkglassError) -> int:
    """Print an error as one line to stderr; return its exit code."""
    print(f"milkglass: {problem}", file=sys.stderr)
    if problem.code == "log_forked":
        return INTEGRITY
    return next((code for kind, code in EXIT_CODES.items() if isinstance(problem, kind)), INTERNAL)
