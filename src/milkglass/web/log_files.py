"""Log files: the evidence log as a zip that verifies, as JSON lines, and as CSV for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from milkglass import facts
from milkglass.merkle.log import Log
from milkglass.web.spreadsheet import csv

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from milkglass.app.app import Milkglass
    from milkglass.merkle.entry import Actor, Fact
    from milkglass.merkle.log import Entry
    from milkglass.merkle.logs import LogRow

FORMS = ("zip", "jsonl", "csv")
_CHUNK = 1_000


class _Actor(msgspec.Struct):
    t: str
    id: str
    roles: list[str] = []


class _Resource(msgspec.Struct):
    t: str
    id: str
    n: int = -1


class _Why(msgspec.Struct):
    rules: list[str] = []
    reason: str = ""
    case: str = ""
    grant: str = ""


class _Entry(msgspec.Struct):
    id: str
    ts: str
    act: str
    actor: _Actor
    institution: str
    institution_number: int
    res: _Resource
    decision: str
    why: _Why
    policy: str
    obj: msgspec.Raw = msgspec.Raw(b"")


def write_log(house: Milkglass, to: Path, form: str, by: Actor, now: datetime) -> LogRow:
    """Write the newest log to a file that must not be there; the export is an entry. Raises Invalid, Unavailable."""
    if form == "zip":
        return house.export_log(to, by, now)
    log = Log(house.engine, house.logs.newest().number)
    body = b"".join(one.spelled + b"\n" for one in _all(log)) if form == "jsonl" else as_csv(_all(log))

    def fact(number: int, digest: str, said: str, size: int) -> Fact:
        return facts.log_export(facts.By(at=now, actor=by), number, digest, said, size)

    return house.log_exports.write_plain(to, body, form, fact)


def as_csv(entries: Iterator[Entry]) -> bytes:
    """Return entries as CSV that no spreadsheet takes for formulas; `obj` stays JSON in its cell."""
    return csv([_row(entry) for entry in entries]).encode()


def _all(log: Log) -> Iterator[Entry]:
    start = 0
    while found := log.entries(start, _CHUNK):
        yield from found
        start += len(found)


def _row(entry: Entry) -> dict[str, str | int]:
    read = msgspec.json.decode(entry.spelled, type=_Entry)
    return {
        "entry": entry.index,
        "time": read.ts,
        "act": read.act,
        "actor kind": read.actor.t,
        "actor": read.actor.id,
        "roles": " ".join(read.actor.roles),
        "institution": read.institution,
        "institution number": read.institution_number,
        "about": read.res.t,
        "id": read.res.id,
        "number": "" if read.res.n < 0 else read.res.n,
        "decision": read.decision,
        "rules": " ".join(read.why.rules),
        "reason": read.why.reason,
        "case": read.why.case,
        "grant": read.why.grant,
        "rule table": read.policy,
        "more": bytes(read.obj).decode(),
        "entry id": read.id,
    }
