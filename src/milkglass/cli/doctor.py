"""Doctor: look at what a server needs, or at a page, and say for each thing what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import socket
import time
from typing import TYPE_CHECKING, Any

from milkglass.errors import MilkglassError
from milkglass.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_FREE_BYTES = 1_000_000_000
# Before this day no certificate of ours can be right: the clock was never set.
EARLIEST_SECONDS = 1_767_225_600
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

NOT_ASKED = "not looked at: no server of this data directory runs"
# The refusals that the operator or the product's engineers can mend; others are a person's choice, or mend themselves.
MENDED = ("visit_token_", "origin_not_listed", "institution_off", "not_redacted", "unavailable", "disk_full", "invalid")

Finding = tuple[str, bool, str]


def examine(data: Path | None) -> list[dict[str, str]]:
    """Check everything; return `{check, state, says}` with the state `right` or `wrong`."""
    settings = read_settings({"data": data} if data else {})
    return [
        {"check": name, "state": "right" if is_right else "wrong", "says": says}
        for check in (
            _policy,
            _directory,
            _disk,
            _clock,
            _port,
            _proxy,
            _versions,
            _browser,
            _built,
            _exclusions,
            _refused,
        )
        for name, is_right, says in check(settings)
    ]


def examine_page(url: str, browser: str | None) -> list[dict[str, str]]:
    """Open a page and name the cause why it is not recorded; return `{check, state, says}`.

    A state is `right`, `wrong`, or `not reached` because of one before it.
    Raises: NotFound without Chromium, Unavailable if nothing answers at the address.
    """
    from milkglass.verification.diagnosis import diagnose
    from milkglass.verification.doctor import look

    settings = read_settings({"browser": browser} if browser else {})
    checks = diagnose(look(url, settings.browser))
    return [{"check": one.name, "state": one.state, "says": one.says} for one in checks]


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


def _proxy(settings: Settings) -> Iterator[Finding]:
    """Ask for the public address as a browser does, and compare what came through with what must."""
    if not settings.public_url:
        is_local = settings.host in ("127.0.0.1", "::1", "localhost")
        says = (
            "none: the server listens on this machine alone"
            if is_local
            else ("others reach this server: set `public_url` to what they open, or links lead to this machine")
        )
        yield "proxy", is_local, says
        return
    from milkglass.cli.proxy import differences

    found = list(differences(settings.url))
    yield "proxy", not found, "; ".join(found) or f"{settings.url} passes Host, scheme and large bodies"


def _versions(settings: Settings) -> Iterator[Finding]:
    import platform
    import sqlite3

    from milkglass.app.app import VERSION

    here = f"milkglass {VERSION}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    told = _asked(settings, "install", {"days": 1})
    runs = told.get("version") if told else None
    if told and runs != VERSION:
        yield "versions", False, f"{here}; the server that runs is of {runs or 'an older version'}: start it again"
    else:
        yield "versions", True, here


def _browser(settings: Settings) -> Iterator[Finding]:
    found = next((name for name in (settings.browser, *BROWSERS) if name and shutil.which(name)), None)
    remedy = "missing: `milkglass demo` needs it (Debian: apt install chromium); everything else works without"
    yield "Chromium", found is not None, found or remedy


def _built(_settings: Settings) -> Iterator[Finding]:
    from milkglass.cli.browser_files import missing

    files = missing()
    yield "browser files", not files, f"not built: {', '.join(files)}; run `make run`" if files else "built"


def _exclusions(settings: Settings) -> Iterator[Finding]:
    told = _asked(settings, "masking", {"days": 1})
    if told is None:
        yield "exclusions", True, NOT_ASKED
        return
    rows = told.get("exclusions", [])
    idle = [str(row["rule"]) for row in rows if row["idle"]]
    says = f"{', '.join(idle)} matched nothing for 7 days; mend the rule, or take it out of the policy"
    yield "exclusions", not idle, says if idle else f"{len(rows)} rules, each matched or is younger than 7 days"


def _refused(settings: Settings) -> Iterator[Finding]:
    """What was refused since yesterday that somebody can mend."""
    told = _asked(settings, "install", {"days": 1})
    if told is None:
        yield "refused", True, NOT_ASKED
        return
    rows = [row for row in told.get("refused", []) if str(row["code"]).startswith(MENDED)]
    if not rows:
        yield "refused", True, "nothing since yesterday that you could mend"
    for row in rows:
        yield "refused", False, f"{row['code']}, {row['count']} times, last {row['last']}: {row['remedy']}"


def _asked(settings: Settings, call: str, arguments: dict[str, object]) -> dict[str, Any] | None:
    """Ask the server that runs; None without one, or while it is of a version that does not know the call."""
    from milkglass.cli.socket import ask

    try:
        told = ask(settings.data, call, arguments, lambda _text: None)
    except MilkglassError:
        return None
    return told if isinstance(told, dict) else None
