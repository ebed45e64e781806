"""Tables of the evidence logs. Nothing ever updates or deletes a row of an entry or a root."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from milkglass.database.metadata import metadata

# One log per deployment and year, and one more after each restore. The newest is the one that is written.
logs = Table(
    "logs",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("origin", String(300), nullable=False, unique=True),
    Column("vkey", String(400), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=True),
    Column("is_fork", Boolean, nullable=False),  # a restored copy, behind what was signed: never signed again
    Column("checkpoint", Text, nullable=True),  # the newest signed note
    Column("checkpoint_size", BigInteger, nullable=False),
    Column("checkpoint_at", BigInteger, nullable=True),
)

log_entries = Table(
    "log_entries",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
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
    UniqueConstraint("log", "institution", "institution_number", name="uq_log_entries_numbers"),
)
Index(None, log_entries.c.act, log_entries.c.at_ms)
Index(None, log_entries.c.resource)

# One row per transaction that appended: what the tree was at that size.
log_roots = Table(
    "log_roots",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("frontier", LargeBinary, nullable=False),  # the compact range, 32 bytes a perfect subtree, largest first
)

# The text of each rule table that ever decided, by its hash: an export holds them, so that decisions can be read again.
rule_tables = Table(
    "rule_tables",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("first_at", BigInteger, nullable=False),
)
