"""Calls of the log and of backups: what `milkglass log`, `backup` and `restore` do in the owning process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milkglass import facts
from milkglass.app.app import Milkglass
from milkglass.backup import restore
from milkglass.demo.files import POLICY_FILE
from milkglass.errors import Invalid, NotFound
from milkglass.merkle.log import Log
from milkglass.settings import read_settings
from milkglass.web.log_files import FORMS, write_log

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]


def _verify(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    found = house.log.verify()
    now = datetime.now(UTC)
    house.sign_log(now)
    newest = house.logs.newest()
    differing = house.tile_files.differing(Log(house.engine, newest.number), newest)
    return {
        "ok": found.bad_index is None and found.fault is None and not differing,
        "entries": found.size,
        "root": found.root.hex(),
        "first_bad_entry": found.bad_index,
        "fault": found.fault or (f"log file {differing[0]} differs from the entries" if differing else None),
    }


def _export(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    to, form, now = Path(str(arguments["to"])), str(arguments["format"]), datetime.now(UTC)
    if form not in FORMS:
        raise Invalid(f"the formats are {', '.join(FORMS)}")
    row = write_log(house, to, form, facts.COMMAND_LINE, now)
    return {"file": str(to), "log": row.origin, "key": row.vkey, "entries": row.size}


def _proof(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    said = str(arguments["entry"])
    house.logs.sign(datetime.now(UTC))
    number, index = house.logs.newest().number, int(said) if said.isdecimal() and len(said) < 16 else None  # noqa: PLR2004
    if index is None:
        found = house.log.about(said) or house.log.of_look(said)
        if not found:
            raise NotFound("no entry of the log is about this id")
        number, index = found[-1].log, found[-1].index
    return {"entry": index, "proof": house.logs.proof(number, index).decode()}


def _checkpoint(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    house.logs.sign(datetime.now(UTC))
    row = house.logs.newest()
    return {"key": row.vkey, "entries": row.size, "checkpoint": (row.checkpoint or b"").decode()}


def reopened(data: Path | None) -> dict[str, object]:
    """Open a restored directory, which no server may own, so that its log goes on as a new one."""
    settings, now = read_settings({"data": data} if data else {}), datetime.now(UTC)
    house = Milkglass.open(settings, settings.policy or POLICY_FILE, now, is_restored=True)
    try:
        house.sign_log(datetime.now(UTC))
        rows = house.logs.list()
        return {
            "log": rows[-1].origin,
            "key": rows[-1].vkey,
            "closed": [row.origin for row in rows if row.is_fork],
        }
    finally:
        house.close()


def _backup(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    sets = house.back_up(Path(str(arguments["to"])), facts.COMMAND_LINE, datetime.now(UTC))
    return {
        "data_set": str(sets.data),
        "data_sha256": sets.data_digest,
        "keys_set": str(sets.keys),
        "keys_sha256": sets.keys_digest,
        "next": "move the keys set to another place and delete it after 7 days at most",
    }


def restored(data: Path | None, data_set: Path, keys_set: Path) -> dict[str, object]:
    """Put both sets into an empty directory, and open it once so that its log goes on as a new one."""
    settings, now = read_settings({"data": data} if data else {}), datetime.now(UTC)
    found = restore(data_set, keys_set, settings.data)
    house = Milkglass.open(settings, settings.policy or POLICY_FILE, now, is_restored=True)
    try:
        house.leave_out(found, now)
        house.sign_log(datetime.now(UTC))
        row = house.logs.newest()
        return {"recordings": found.recordings, "left_out": len(found.gone), "log": row.origin, "key": row.vkey}
    finally:
        house.close()


LOG_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "log.verify": _verify,
    "log.export": _export,
    "log.proof": _proof,
    "log.checkpoint": _checkpoint,
    "backup": _backup,
}
