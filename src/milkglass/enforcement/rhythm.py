"""Rhythm: how somebody types is a biometric, so a batch tells of a field's typing once, whatever the recorder sent.

Our own recorder tells of it once, when the field is left. Any other tells of each key, by an input event or by a
`value` that a framework writes back. Both are a constant here: all but one say nothing but when a key was pressed. A
field that is full scrolls at each key, by as much as a letter is wide: where a batch says that it was typed into, its
scrolls fall.

Source: DESIGN.md section 2, VALUE; 34 CFR 99.3, "biometric record".
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from milkglass.wire.changes import AttributeChange, Input, Mutation, Scroll, TextChange
from milkglass.wire.events import Event, Incremental


def quieted(given: Sequence[Event], dropped: Counter[str]) -> list[Event]:
    """Keep of a field the last input event, the first `value` written and no scroll; the rest is counted and falls."""
    last = {field: at for at, one in enumerate(given) if (field := _field(one)) is not None}
    written: set[int] = set()
    kept: list[Event] = []
    for at, one in enumerate(given):
        data = one.data
        if type(data) is Input and last[data.id] != at:
            dropped["incremental.5.again"] += 1
        elif type(data) is Scroll and data.id in last:
            dropped["incremental.3.field"] += 1
        elif type(data) is Mutation and data.attributes:
            quiet = _without_rewrites(data, written, dropped)
            if _says_something(quiet):
                kept.append(one if quiet is data else msgspec.structs.replace(one, data=quiet))
        else:
            kept.append(one)
    return kept


def unrepeated(given: Sequence[Event], dropped: Counter[str]) -> list[Event]:
    """Keep no redacted text change that changes nothing: in an editor it tells only when a key was pressed."""
    shown: dict[int, str | None] = {}
    kept: list[Event] = []
    for one in given:
        if type(one) is not Incremental:
            shown.clear()  # a snapshot shows every text anew
        elif type(one.data) is Mutation:
            if one.data.adds:
                shown.clear()
            one.data.texts = _changed(one.data, shown, dropped)
            if not _says_something(one.data):
                continue
        kept.append(one)
    return kept


def _changed(data: Mutation, shown: dict[int, str | None], dropped: Counter[str]) -> list[TextChange]:
    kept: list[TextChange] = []
    for text in data.texts:
        if text.id in shown and shown[text.id] == text.value:
            dropped["incremental.0.texts.again"] += 1
        else:
            kept.append(text)
        shown[text.id] = text.value
    return kept


def _field(one: Event) -> int | None:
    return one.data.id if type(one) is Incremental and type(one.data) is Input else None


def _without_rewrites(data: Mutation, written: set[int], dropped: Counter[str]) -> Mutation:
    changes: list[AttributeChange] = []
    for change in data.attributes:
        rest = {name: value for name, value in change.attributes.items() if name.lower() != "value"}
        if len(rest) == len(change.attributes) or change.id not in written:
            changes.append(change)
        else:
            dropped["attributes.value.again"] += 1
            if rest:
                changes.append(AttributeChange(id=change.id, attributes=rest))
        if len(rest) < len(change.attributes):
            written.add(change.id)
    return data if changes == data.attributes else msgspec.structs.replace(data, attributes=changes)


def _says_something(data: Mutation) -> bool:
    return bool(data.texts or data.attributes or data.removes or data.adds)
