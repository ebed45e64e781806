"""Day keys: the layer whose destruction makes a whole purge day unreadable, and a puncture a single recording.

A day may have several versions for the length of a change. What was wrapped names its version; the newest wraps.
"""

import os
import threading
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from milkglass.database.tables_vault import day_keys
from milkglass.errors import Conflict, Invalid
from milkglass.merkle.writer import Writer

_NONCE_BYTES = 12
_KEY_BYTES = 32
EVERYONE = "-"  # in place of an institution: one interactions key for a whole purge day


class Kind(StrEnum):
    """What a day's key is for."""

    RECORDINGS = "recordings"
    INTERACTIONS = "interactions"


class KeyWrap(Protocol):
    """Holds the master key. Drivers: `keys_file`."""

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only in its place."""

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Return the key. Raises Invalid if anything is not as it was."""


class DayKeys:
    """The keys of purge days. Thread-safe; memory may be one change behind, and every user checks the version."""

    def __init__(self, wrap: KeyWrap, engine: Engine, writer: Writer) -> None:
        self._wrap = wrap
        self._engine = engine
        self._writer = writer
        self._guard = threading.Lock()
        self._cache: dict[tuple[Kind, str, str], Mapping[int, bytes]] = {}

    def find(self, kind: Kind, institution: str, day: str) -> Mapping[int, bytes]:
        """Return a day's keys by version; none if there is none, or they are destroyed."""
        with self._guard:
            known = self._cache.get((kind, institution, day))
        if known:
            return known
        with self._engine.connect() as connection:
            found = self._read(connection, kind, institution, day)
        with self._guard:
            self._cache[kind, institution, day] = found
        return found

    def newest(self, kind: Kind, institution: str, day: str) -> tuple[int, bytes]:
        """Return a day's newest version and its key; make the first, durably, if there is none."""
        found = self.find(kind, institution, day)
        if not found:
            try:
                self._writer.commit([self._insertion(kind, institution, day, 1)[1]])
            except Conflict:
                self.forget(kind, institution, day)  # another thread made it first
            found = self.find(kind, institution, day)
        version = max(found)
        return version, found[version]

    def interactions(self, purge_day: date) -> list[bytes]:
        """Return the keys that a purge day's interactions may be sealed with, the one to seal with first."""
        day = purge_day.isoformat()
        self.newest(Kind.INTERACTIONS, EVERYONE, day)
        found = self.find(Kind.INTERACTIONS, EVERYONE, day)
        return [found[version] for version in sorted(found, reverse=True)]

    def renew_interactions(self, purge_day: date) -> None:
        """Give a purge day's interactions a newer key. What the older ones sealed still opens."""
        day = purge_day.isoformat()
        version, _ = self.newest(Kind.INTERACTIONS, EVERYONE, day)
        self._writer.commit([self._insertion(Kind.INTERACTIONS, EVERYONE, day, version + 1)[1]])
        self.forget(Kind.INTERACTIONS, EVERYONE, day)

    def destroy_older_interactions(self, purge_day: date) -> None:
        """Destroy all but the newest, once nothing is sealed with them."""
        day = purge_day.isoformat()
        version, _ = self.newest(Kind.INTERACTIONS, EVERYONE, day)
        older = _of(Kind.INTERACTIONS, EVERYONE, day) & (day_keys.c.version < version)
        self._writer.commit([lambda connection: _run_delete(connection, older)])
        self.forget(Kind.INTERACTIONS, EVERYONE, day)

    def destroy_interactions(self, purge_day: date) -> None:
        """Destroy all keys of a purge day's interactions."""
        day = purge_day.isoformat()
        all_of_it = _of(Kind.INTERACTIONS, EVERYONE, day)
        self._writer.commit([lambda connection: _run_delete(connection, all_of_it)])
        self.forget(Kind.INTERACTIONS, EVERYONE, day)

    def replace(self, connection: Connection, institution: str, day: str) -> tuple[Mapping[int, bytes], bytes, int]:
        """Within a transaction, put a new key in the place of a day's old ones.

        Returns: the old keys by version, the new key and its version.
        """
        old = self._read(connection, Kind.RECORDINGS, institution, day)
        version = max(old, default=0) + 1
        new, insertion = self._insertion(Kind.RECORDINGS, institution, day, version)
        _run_delete(connection, _of(Kind.RECORDINGS, institution, day))
        insertion(connection)
        self.forget(Kind.RECORDINGS, institution, day)
        return old, new, version

    def versions(self, connection: Connection, kind: Kind, institution: str, day: str) -> list[int]:
        """List a day's versions as the transaction sees them."""
        rows = connection.execute(select(day_keys.c.version).where(_of(kind, institution, day)))
        return sorted(row.version for row in rows)

    def forget(self, kind: Kind, institution: str, day: str) -> None:
        """Drop a day's keys from memory."""
        with self._guard:
            self._cache.pop((kind, institution, day), None)

    def _read(self, connection: Connection, kind: Kind, institution: str, day: str) -> Mapping[int, bytes]:
        rows = connection.execute(select(day_keys).where(_of(kind, institution, day))).all()
        places = {row.version: _place(kind, institution, day, row.version) for row in rows}
        return {row.version: self._wrap.unwrap(row.wrapped, places[row.version]) for row in rows}

    def _insertion(
        self, kind: Kind, institution: str, day: str, version: int
    ) -> tuple[bytes, Callable[[Connection], None]]:
        key = os.urandom(_KEY_BYTES)
        wrapped = self._wrap.wrap(key, _place(kind, institution, day, version))

        def insertion(connection: Connection) -> None:
            connection.execute(insert(day_keys).values((kind.value, institution, day, version, wrapped)))

        return key, insertion


def wrap_under(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Encrypt a key under another with AES-256-GCM and a random nonce, bound to its place."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def unwrap_under(key: bytes, wrapped: bytes, place: bytes) -> bytes:
    """Undo `wrap_under`. Raises Invalid if key, place or a byte is another."""
    try:
        return AESGCM(key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as broken:
        raise Invalid("a wrapped key does not open in this place", code="not_opened") from broken


def _place(kind: Kind, institution: str, day: str, version: int) -> bytes:
    return f"milkglass/day-key/v1|{kind}|{institution}|{day}|{version}".encode()


def _of(kind: Kind, institution: str, day: str) -> ColumnElement[bool]:
    return (day_keys.c.kind == kind.value) & (day_keys.c.institution == institution) & (day_keys.c.purge_day == day)


def _run_delete(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(delete(day_keys).where(which))
