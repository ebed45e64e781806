"""Tables of the evidence log. Nothing ever updates or deletes a row of them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, UniqueConstraint

from milkglass.database.metadata import metadata

log_entries = Table(
    "log_entries",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(26), nullable=False, unique=True),
    Column("institution", String(64), nullable=False),
    Column("institution_number", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("act", String(48), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("resource", String(64), nullable=False),
    Column("entry", LargeBinary, nullable=False),  # the canonical bytes; the columns before are an index over them
    Column("leaf_hash", LargeBinary(32), nullable=False),
    UniqueConstraint("institution", "institution_number"),
)
Index(None, log_entries.c.act, log_entries.c.at_ms)
Index(None, log_entries.c.resource)

# One row per transaction that appended: what the tree was at that size.
log_roots = Table(
    "log_roots",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # the compact range, 32 bytes a perfect subtree, largest first
)
