"""Doctor: look at what a server needs and say, for each thing, what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import socket
import time
from typing import TYPE_CHECKING

from milkglass.errors import MilkglassError
from milkglass.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_FREE_BYTES = 1_000_000_000
# Before this day no certificate of ours can be right: the clock was never set.
EARLIEST_SECONDS = 1_767_225_600
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

Finding = tuple[str, bool, str]


def examine(data: Path | None) -> list[dict[str, str]]:
    """Check everything; return `{check, state, says}` with the state `right` or `wrong`."""
    settings = read_settings({"data": data} if data else {})
    return [
        {"check": name, "state": "right" if is_right else "wrong", "says": says}
        for check in (_policy, _directory, _disk, _clock, _port, _browser, _built, _exclusions)
        for name, is_right, says in check(settings)
    ]


def _policy(settings: Settings) -> Iterator[Finding]:
    if settings.policy is None:
        yield "policy", True, "the built-in demo's"
        return
    from milkglass.policy.load import load

    try:
        load(settings.policy.read_text(encoding="utf-8"), settings.policy.name)
    except FileNotFoundError:
        yield "policy", False, f"{settings.policy} does not exist; set `policy` to your file"
    except MilkglassError as problem:
        yield "policy", False, str(problem)
    else:
        yield "policy", True, settings.policy.name


def _directory(settings: Settings) -> Iterator[Finding]:
    place = settings.data
    while not place.exists() and place != place.parent:
        place = place.parent
    if not os.access(place, os.W_OK):
        yield "data directory", False, f"{place} cannot be written; change its owner or set `data`"
    elif settings.data.exists() and settings.data.stat().st_mode & 0o007:
        yield "data directory", False, f"{settings.data} can be read by everybody; run `chmod 700` on it"
    else:
        yield "data directory", True, str(settings.data)


def _disk(settings: Settings) -> Iterator[Finding]:
    place = settings.data if settings.data.exists() else settings.data.absolute().parent
    free = shutil.disk_usage(place if place.exists() else "/").free
    says = f"{free / 1e9:.1f} GB free"
    yield "disk", free >= LEAST_FREE_BYTES, says if free >= LEAST_FREE_BYTES else f"{says}; free at least 1 GB"


def _clock(_settings: Settings) -> Iterator[Finding]:
    is_set = time.time() > EARLIEST_SECONDS
    yield "clock", is_set, time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()) + ("" if is_set else "; set it by NTP")


def _port(settings: Settings) -> Iterator[Finding]:
    if _is_ours(settings):
        yield "port", True, f"{settings.port}: a server of this data directory listens"
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            yield "port", False, f"{settings.port} is taken by another program; stop it or start with --port"
        else:
            yield "port", True, f"{settings.port} is free"


def _is_ours(settings: Settings) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(settings.data / "milkglass.sock"))
        except OSError:
            return False
    return True


def _browser(settings: Settings) -> Iterator[Finding]:
    found = next((name for name in (settings.browser, *BROWSERS) if name and shutil.which(name)), None)
    remedy = "missing: `milkglass demo` needs it (Debian: apt install chromium); everything else works without"
    yield "Chromium", found is not None, found or remedy


def _built(_settings: Settings) -> Iterator[Finding]:
    from milkglass.cli.browser_files import missing

    files = missing()
    yield "browser files", not files, f"not built: {', '.join(files)}; run `make run`" if files else "built"


def _exclusions(settings: Settings) -> Iterator[Finding]:
    """Ask the server that runs; without one, or while it is of another version, there is nothing to ask."""
    from milkglass.cli.socket import ask

    try:
        told = ask(settings.data, "masking", {"days": 1}, lambda _text: None)
    except MilkglassError:
        yield "exclusions", True, "not looked at: no server of this data directory runs"
        return
    rows = told.get("exclusions", []) if isinstance(told, dict) else []
    idle = [str(row["rule"]) for row in rows if row["idle"]]
    says = f"{', '.join(idle)} matched nothing for 7 days; mend the rule, or take it out of the policy"
    yield "exclusions", not idle, says if idle else f"{len(rows)} rules, each matched or is younger than 7 days"
