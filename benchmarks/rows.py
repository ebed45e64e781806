"""One line of the table of figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, how much, beside which library or limit of the same run, and the goal where there is one."""

    name: str
    value: str
    unit: str
    beside: str = ""
    goal: str = ""
