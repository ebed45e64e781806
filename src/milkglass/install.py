"""Install: do recorders reach this server? What was taken last, and what was refused, by reason and with its remedy.

Counts are added up in memory and written with the roll, so that no refusal costs a row; a crash loses at most what came
since the last roll. A flood of refusals is one leaf an hour with their number, so that it drowns nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select, update

from milkglass import facts
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_install import install_counts as table
from milkglass.wire.values import ApplicationId, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Engine

    from milkglass.merkle.writer import Writer

TICKET, BATCH = "ticket", "batch"  # what was taken; every other code is a refusal's
NOBODY = ApplicationId("")  # whose it is, where nothing proves it
KEPT_DAYS = 31
SUMMARY_EVERY = timedelta(hours=1)
REMEDIES: Mapping[str, str] = {
    Refusal.NO_CONSENT: "the person did not agree, or took it back, or agreed under a notice that the policy does not "
    "name; nothing to mend if that is so",
    Refusal.INSTITUTION_OFF: "the policy does not name this institution, or it opted in to nothing, or its contract is "
    "over: add it to `institutions` with `opted_in`",
    Refusal.JOURNEY_OFF: "the policy keeps nothing of this route: add the route to a journey if it should",
    Refusal.STALE_POLICY: "the policy changed while the page was open; its recorder fetches the new one by itself",
    Refusal.NOT_REDACTED: "enforcement failed, so nothing was kept: a defect of ours, report it with the time",
    Refusal.TOO_LARGE: "a page is over 6 MiB or 5,000 events at once; it falls to `clicks` by itself",
    Refusal.NUMBER_TAKEN: "two tabs sent under one recording; the recorder begins anew by itself",
    Refusal.ENDED: "a recording is at most four hours long, a visit holds at most 60; nothing to mend",
    Refusal.STOPPED: "recording was stopped: the Institutions page or `milkglass resume` lets it begin again",
    Refusal.ERASED: "the recording was destroyed; nothing to mend",
    "origin_not_listed": "a page of an origin that the policy does not list: add scheme, host and port to "
    "`application.origins`",
    "ticket_invalid": "a recording ticket that this server never gave: another deployment's, or made up; the recorder "
    "asks for a new one by itself",
    "ticket_expired": "a page slept for longer than 15 minutes; the recorder asks for a new ticket by itself",
    "too_many_at_once": "more than 64 batches of one institution at once; kept in the browser and sent again",
    "too_many_recordings": "one person began more than 60 recordings in an hour: a page that loads itself again?",
    "invalid": "a body that no recorder of ours sends; look for a proxy that changes bodies",
    "too_large": "a body over 1 MiB; a page is too large at once",
    "too_slow": "a body came slower than 1 KiB a second; a network fault, or an attack",
    "unavailable": "the store or the log could not be written; look at the server's disk and its output",
    "disk_full": "free disk on the server; what was acknowledged is safe",
}


class _Place(NamedTuple):
    application: ApplicationId
    day: date
    code: str


@dataclass(slots=True)
class _Tally:
    count: int = 0
    last_at: int = 0

    def add(self, count: int, last_at: int) -> None:
        self.count += count
        self.last_at = max(self.last_at, last_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often something was taken or refused; `remedy` is empty for what was taken."""

    code: str
    count: int
    last_at: datetime
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an application's recorders did lately; a moment is None if it never was in that time."""

    ticket_at: datetime | None
    batch_at: datetime | None
    refused: tuple[Counted, ...]  # the newest first

    def since(self, moment: datetime) -> tuple[Counted, ...]:
        """List the reasons that something was refused for at or after a moment."""
        return tuple(one for one in self.refused if one.last_at >= moment)


@dataclass(slots=True, kw_only=True)
class Install:
    """The room. Thread-safe. `remedies` says what to do for codes beyond those of this file."""

    engine: Engine
    writer: Writer
    remedies: Mapping[str, str]
    _open: dict[_Place, _Tally] = field(default_factory=dict)
    _unsaid: dict[str, int] = field(default_factory=dict)  # refusals that no leaf told yet, by code
    _said_at: datetime | None = None
    _lock: Lock = field(default_factory=Lock)

    def take(self, application: ApplicationId, what: str, now: datetime) -> None:
        """Count a ticket or a batch that was taken."""
        with self._lock:
            self._open.setdefault(_Place(application, now.date(), what), _Tally()).add(1, to_ms(now))

    def refuse(self, application: ApplicationId, code: str, now: datetime) -> None:
        """Count a refusal by its code; `application` is NOBODY unless a signature of ours or of its secret named it."""
        with self._lock:
            self._open.setdefault(_Place(application, now.date(), code), _Tally()).add(1, to_ms(now))
            self._unsaid[code] = self._unsaid.get(code, 0) + 1

    def seen(self, application: ApplicationId, now: datetime, days: int = 7) -> Seen:
        """Tell what was taken and refused in the last `days`, refusals that name no application among them."""
        tallies: dict[str, _Tally] = {}
        first = (now - timedelta(days=days - 1)).date()
        query = select(table).where(table.c.application.in_((application, NOBODY)), table.c.day >= first.isoformat())
        # Not under the lock alone: a flush in between must neither hide nor double what it moves.
        with self._lock, self.engine.connect() as connection:
            for row in connection.execute(query).mappings():
                tallies.setdefault(row["code"], _Tally()).add(row["count"], row["last_at"])
            for place, tally in self._open.items():
                if place.application in (application, NOBODY) and place.day >= first:
                    tallies.setdefault(place.code, _Tally()).add(tally.count, tally.last_at)
        taken = {code: from_ms(tallies[code].last_at) for code in (TICKET, BATCH) if code in tallies}
        rows = [
            Counted(code=code, count=tally.count, last_at=from_ms(tally.last_at), remedy=self._remedy(code))
            for code, tally in tallies.items()
            if code not in (TICKET, BATCH)
        ]
        newest = tuple(sorted(rows, key=lambda one: one.last_at, reverse=True))
        return Seen(ticket_at=taken.get(TICKET), batch_at=taken.get(BATCH), refused=newest)

    def flush(self, now: datetime) -> None:
        """Write what was counted since the last time, and at most once an hour a leaf that adds up what was refused.

        What cannot be written is kept for the next time.
        """
        with self._lock:
            taken = dict(self._open)
            is_due = bool(self._unsaid) and (self._said_at is None or now - self._said_at >= SUMMARY_EVERY)
            unsaid = dict(self._unsaid) if is_due else {}
            if not taken and not unsaid:
                return
            fact = facts.reject_summary(facts.By(at=now), unsaid) if unsaid else None
            # Under the lock, so that whoever reads sees each count in exactly one place.
            self.writer.commit([lambda connection: _add(connection, taken, now)], fact)
            self._open.clear()
            if unsaid:
                self._unsaid.clear()
                self._said_at = now

    def _remedy(self, code: str) -> str:
        return REMEDIES.get(code) or self.remedies.get(code, "look it up in docs/refusals.md")


def _add(connection: Connection, taken: Mapping[_Place, _Tally], now: datetime) -> None:
    connection.execute(delete(table).where(table.c.day < (now - timedelta(days=KEPT_DAYS)).date().isoformat()))
    for place, tally in taken.items():
        key = {"application": place.application, "day": place.day.isoformat(), "code": place.code}
        mine = [table.c[name] == value for name, value in key.items()]
        more = {"count": table.c["count"] + tally.count, "last_at": tally.last_at}
        if connection.execute(update(table).where(*mine).values(more)).rowcount == 0:
            connection.execute(insert(table).values({**key, "count": tally.count, "last_at": tally.last_at}))
