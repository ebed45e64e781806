"""Spreadsheet: CSV that no spreadsheet program can take for a formula.

Source: OWASP, "CSV injection"; RFC 4180.
"""

from collections.abc import Mapping, Sequence

# The last four are the full-width forms, which spreadsheets take for the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cell(value: str | int) -> str:
    """Quote a cell; one that begins like a formula, on any of its lines, gets an apostrophe before it.

    >>> print(cell("=1+1"), cell(" @x"), cell(-3))
    "'=1+1" "' @x" "-3"
    """
    if isinstance(value, int):
        return f'"{value}"'
    safe = "\n".join(_plain(line) for line in value.split("\n"))
    return '"' + safe.replace('"', '""') + '"'


def csv(rows: Sequence[Mapping[str, str | int]]) -> str:
    """Return rows of one shape as CSV with a head; empty if there are none."""
    if not rows:
        return ""
    head: list[str | int] = list(rows[0])
    lines = [head, *(list(row.values()) for row in rows)]
    return "".join(",".join(cell(value) for value in line) + "\r\n" for line in lines)


def _plain(line: str) -> str:
    # `strip` takes away every Unicode space, behind which a spreadsheet still sees the formula.
    return f"'{line}" if line.startswith(_FORMULA) or line.strip().startswith(_FORMULA) else line
