"""Tables of retention: purges begun and done, with their certificates."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from milkglass.database.metadata import metadata

purges = Table(
    "purges",
    metadata,
    Column("purge", String(26), primary_key=True),
    Column("recording", String(26), nullable=True),  # only while it runs: afterwards no row names the recording
    Column("digest", LargeBinary(32), nullable=False),  # SHA-256 of the recording's id
    Column("institution", String(40), nullable=False),
    Column("purge_day", String(10), nullable=False),
    Column("trigger", String(20), nullable=False),
    Column("events", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("segments", BigInteger, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("done_at", BigInteger, nullable=True),
    Column("certificate", LargeBinary, nullable=True),  # canonical JSON; its hash is in the log
    Index("purges_by_recording", "recording"),
)
