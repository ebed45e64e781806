"""A recording's row: what is known of it without opening it, summed up from the heads of its batches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, RowMapping, insert, select, update

from milkglass.database.tables_vault import recordings
from milkglass.vault.values import Head, Sealed

_COUNTED = ("marks", "masked", "bypassed", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One recording's part of a journal file: the kept frames in the order of their numbers, and their object."""

    recording: str
    object_name: str
    frames: Sequence[Sealed]


def write_recording(connection: Connection, laid: Laid) -> None:
    """Within a transaction, add a segment's batches to the recording's row, or begin it."""
    heads = [sealed.head for sealed in laid.frames]
    this = recordings.c.recording == laid.recording
    old = connection.execute(select(recordings).where(this)).mappings().first()
    fresh = _summed(old, heads, sum(len(sealed.batch) for sealed in laid.frames))
    if old:
        connection.execute(update(recordings).where(this).values(fresh))
    else:
        connection.execute(insert(recordings).values(_named(heads[0]) | fresh))


def _named(head: Head) -> dict[str, str | int]:
    return {
        "recording": head.recording,
        "visit": head.visit,
        "application": head.application,
        "institution": head.institution,
        "consent": head.consent,
        "purge_day": head.purge_day,
        "began_at": head.began,
    }


def _summed(old: RowMapping | None, heads: Sequence[Head], byte_count: int) -> dict[str, str | int]:
    batches = (old["batches"] if old else 0) + len(heads)
    highest = max([old["highest_number"] if old else -1, *(head.number for head in heads)])
    ended_at = max([old["ended_at"] if old else 0, *(head.began + head.last_at for head in heads)])
    return {
        "ended_at": ended_at,
        "level": max([old["level"] if old else 0, *(head.level for head in heads)]),
        "batches": batches,
        "events": (old["events"] if old else 0) + sum(head.events for head in heads),
        "bytes": (old["bytes"] if old else 0) + byte_count,
        "highest_number": highest,
        "gaps": highest + 1 - batches,
        "routes": _united(old["routes"] if old else "[]", (route for head in heads for route in head.routes)),
        "journeys": _united(old["journeys"] if old else "[]", (head.journey for head in heads)),
        **{name: _added(old[name] if old else "{}", (getattr(head, name) for head in heads)) for name in _COUNTED},
    }


def _united(old: str, more: Iterable[str]) -> str:
    return msgspec.json.encode(sorted({*msgspec.json.decode(old, type=list[str]), *more})).decode()


def _added(old: str, more: Iterable[dict[str, int]]) -> str:
    total = Counter(msgspec.json.decode(old, type=dict[str, int]))
    for counts in more:
        total.update(counts)
    return msgspec.json.encode(dict(sorted(total.items()))).decode()
