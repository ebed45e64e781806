"""Tombstones: that a recording is gone stays known, by the hash of its id alone, so that nothing late lands again."""

import hashlib

from sqlalchemy import Connection, Engine, insert, select

from milkglass.database.tables_vault import tombstones


def digest(recording: str) -> bytes:
    """Return what a tombstone keeps of a recording's id. The id is 128 random bits: nobody finds it by trying."""
    return hashlib.sha256(recording.encode()).digest()


def bury(connection: Connection, recording: str, now_ms: int) -> None:
    """Within a transaction, leave a tombstone. One that is there stays as it is."""
    if not connection.execute(select(tombstones).where(tombstones.c.digest == digest(recording))).first():
        connection.execute(insert(tombstones).values(digest=digest(recording), shredded_at=now_ms))


def all_digests(engine: Engine) -> set[bytes]:
    """Read every tombstone."""
    with engine.connect() as connection:
        return {bytes(row.digest) for row in connection.execute(select(tombstones.c.digest))}
