"""Interactions: enumerations, numbers and reviewed references only, so that one element is one row in every recording.

Source: spec/classes.json, `interaction`; spec/README.md.
"""

import re
from collections.abc import Callable, Iterable

from milkglass.enforcement import numbers
from milkglass.enforcement.context import Context
from milkglass.enforcement.text import CLOSE, OPEN, reference
from milkglass.wire.events import Interaction
from milkglass.wire.nodes import Number
from milkglass.wire.values import Level

_APART_MS = 100
_MOST_STEPS = 12
_STEP = re.compile(rf"([a-z0-9]+)(?::[123*])?((?:\.{OPEN}n[0-9]+{CLOSE})*)")


def interactions(context: Context, given: Iterable[Interaction], numbers_known: frozenset[int]) -> list[Interaction]:
    """Rebuild a batch's interactions; one whose required part falls, falls whole. `numbers_known`: names that exist."""
    kept: list[Interaction] = []
    moved_at = -_APART_MS
    for one in given:
        row = interaction(context, one, numbers_known)
        if row is not None and row.kind == "move":
            if row.at - moved_at < _APART_MS:
                row = None
            else:
                moved_at = int(row.at)
        if row is None:
            context.drop("interactions")
        else:
            kept.append(row)
    return kept


def interaction(context: Context, given: Interaction, numbers_known: frozenset[int]) -> Interaction | None:
    """Rebuild one interaction; None if its kind or viewport is not known."""
    values, enums = context.table.values, context.table.enums
    if given.kind not in values["interactionKind"] or given.viewport not in values["viewport"]:
        return None
    step = 1000 if context.level is Level.CLICKS else 50
    return Interaction(
        kind=given.kind,
        at=context.time(given.at, step),
        route=context.url(given.route, "interaction.route"),
        viewport=given.viewport,
        element=_element(context, given.element, numbers_known),
        role=_known(given.role, enums["role"]),
        label=_label(context, given.label),
        x=_number(given.x, numbers.fraction),
        y=_number(given.y, numbers.fraction),
        page_x=_number(given.page_x, numbers.fraction),
        page_y=_number(given.page_y, numbers.fraction),
        scroll_depth=_number(given.scroll_depth, numbers.fraction),
        type=_known(given.type, values["errorType"]),
        line=_number(given.line, _line),
        method=_known(given.method, values["httpMethod"]),
        status=_known(given.status, values["statusClass"]),
        ms=_number(given.ms, numbers.duration),
    )


def is_element(said: str, table_tags: frozenset[str], numbers_known: frozenset[int]) -> bool:
    """Tell whether a string is a path of known tags, positions and reviewed names."""
    steps = said.split(">")
    if len(steps) > _MOST_STEPS:
        return False
    for step in steps:
        found = _STEP.fullmatch(step)
        if found is None or (found[1] not in table_tags and found[1] != "x"):
            return False
        names = [reference(one, "n") for one in found[2].split(".")[1:]]
        if any(one is None or one not in numbers_known for one in names):
            return False
    return True


def _element(context: Context, said: str | None, numbers_known: frozenset[int]) -> str | None:
    if said is None:
        return None
    tags = context.table.known_tags
    if is_element(said, tags, numbers_known):
        return said
    context.remarks.bypassed["interaction.element"] += 1
    return None


def _label(context: Context, said: str | None) -> str | None:
    if said is None or context.is_hidden or context.level < Level.LABELLED:
        return None
    kept = context.texts.redact(said)
    return kept if reference(kept, "t") is not None else None


def _known(said: str | None, values: frozenset[str] | frozenset[int | str]) -> str | None:
    return said if said in values else None


def _line(number: Number) -> int | None:
    return numbers.index(int(number)) if -(2**53) < number < 2**53 else None


def _number(given: Number | None, kind: Callable[[Number], Number | None]) -> Number | None:
    return None if given is None else kind(given)
