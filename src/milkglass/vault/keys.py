"""Keys: one for each recording, wrapped by one for each institution and purge day, wrapped by the master key.

Destroying a day's key makes every recording due that day unreadable at once. For a single recording the day is
punctured: a new day key wraps the survivors, and the old one, under which the lost key's wrapped form could still be
opened, goes.

Every key's wrapped row is durable before anything is sealed with it.
"""

import os
import threading
from collections import OrderedDict
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update

from milkglass.database.tables_vault import recording_keys, tombstones
from milkglass.errors import Conflict, NotFound, Unavailable
from milkglass.merkle.writer import Change, Writer
from milkglass.vault.day_keys import DayKeys, Kind, unwrap_under, wrap_under
from milkglass.vault.tombstones import bury, digest
from milkglass.vault.values import Gone

_KEY_BYTES = 32
_MOST_CACHED = 20_000
_STRIPES = 64
_TRIES = 5


class Held(NamedTuple):
    """A recording's key, and whose it is."""

    institution: str
    purge_day: str
    key: bytes


class Keys:
    """The keys of recordings. Thread-safe."""

    def __init__(self, days: DayKeys, engine: Engine, writer: Writer) -> None:
        self._days = days
        self._engine = engine
        self._writer = writer
        self._stripes = [threading.Lock() for _ in range(_STRIPES)]
        self._guard = threading.Lock()
        self._cache: OrderedDict[str, Held] = OrderedDict()  # the most used; the wrapped row is the truth

    def of(self, recording: str, institution: str, purge_day: date) -> Held:
        """Return a recording's key; make it, durably, if there is none. The purge day of the first call stays.

        Raises: Gone if the recording is shredded; Unavailable.
        """
        found = self._cached(recording)
        if found:
            return found
        with self._stripes[hash(recording) % _STRIPES]:
            held = self._stored(recording) or self._make(recording, institution, purge_day)
            return self._kept(recording, held)

    def existing(self, recording: str) -> Held:
        """Return the key of a recording that must have one, and whose it is. Raises NotFound."""
        found = self._cached(recording) or self._stored(recording)
        if not found:
            raise NotFound("there is no such recording")
        return found

    def shred(self, recording: str, now_ms: int) -> bytes:
        """Destroy a recording's key and puncture its day, leaving a tombstone; return the destroyed row's bytes.

        They are for the probe's search, and empty if there was no key. One transaction: a crash leaves all of the old
        or all of the new. Safe to run again.
        """
        lost: list[bytes] = []
        with self._stripes[hash(recording) % _STRIPES]:
            self._writer.commit([lambda connection: self._puncture(connection, recording, now_ms, lost)])
            with self._guard:
                self._cache.pop(recording, None)
        return lost[-1] if lost else b""

    def _cached(self, recording: str) -> Held | None:
        with self._guard:
            found = self._cache.get(recording)
            if found:
                self._cache.move_to_end(recording)
            return found

    def _kept(self, recording: str, held: Held) -> Held:
        with self._guard:
            self._cache[recording] = held
            while len(self._cache) > _MOST_CACHED:
                self._cache.popitem(last=False)
        return held

    def _stored(self, recording: str) -> Held | None:
        """Read a recording's key; None if it has none, or if its day is destroyed."""
        for _ in range(_TRIES):
            with self._engine.connect() as connection:
                row = connection.execute(select(recording_keys).where(recording_keys.c.recording == recording)).first()
            if row is None:
                return None
            day_key = self._days.find(Kind.RECORDINGS, row.institution, row.purge_day).get(row.version)
            if day_key:
                place = _place(row.institution, recording, row.purge_day)
                return Held(row.institution, row.purge_day, unwrap_under(day_key, row.wrapped, place))
            # The two reads lie on both sides of a puncture, or memory is older than it.
            self._days.forget(Kind.RECORDINGS, row.institution, row.purge_day)
        return None

    def _make(self, recording: str, institution: str, purge_day: date) -> Held:
        day, key = purge_day.isoformat(), os.urandom(_KEY_BYTES)
        for _ in range(_TRIES):
            version, day_key = self._days.newest(Kind.RECORDINGS, institution, day)
            wrapped = wrap_under(day_key, key, _place(institution, recording, day))
            try:
                self._writer.commit([self._insertion((recording, institution, day, version, wrapped))])
            except Conflict:
                self._days.forget(Kind.RECORDINGS, institution, day)
            else:
                return Held(institution, day, key)
        raise Unavailable("the day's key keeps changing; send it again")

    def _insertion(self, row: tuple[str, str, str, int, bytes]) -> Change:
        recording, institution, day, version, _ = row

        def insertion(connection: Connection) -> None:
            if connection.execute(select(tombstones).where(tombstones.c.digest == digest(recording))).first():
                raise Gone("the recording is shredded")
            if self._days.versions(connection, Kind.RECORDINGS, institution, day) != [version]:
                raise Conflict("the day's key changed meanwhile")
            connection.execute(insert(recording_keys).values(row))

        return insertion

    def _puncture(self, connection: Connection, recording: str, now_ms: int, lost: list[bytes]) -> None:
        bury(connection, recording, now_ms)
        gone = connection.execute(select(recording_keys).where(recording_keys.c.recording == recording)).first()
        if gone is None:
            return
        lost.append(bytes(gone.wrapped))
        connection.execute(delete(recording_keys).where(recording_keys.c.recording == recording))
        old, new, version = self._days.replace(connection, gone.institution, gone.purge_day)
        same_day = (recording_keys.c.institution == gone.institution) & (recording_keys.c.purge_day == gone.purge_day)
        for row in connection.execute(select(recording_keys).where(same_day)).all():
            place = _place(row.institution, row.recording, row.purge_day)
            wrapped = wrap_under(new, unwrap_under(old[row.version], row.wrapped, place), place)
            this = update(recording_keys).where(recording_keys.c.recording == row.recording)
            connection.execute(this.values(version=version, wrapped=wrapped))


def _place(institution: str, recording: str, day: str) -> bytes:
    return f"milkglass/recording-key/v1|{institution}|{recording}|{day}".encode()
