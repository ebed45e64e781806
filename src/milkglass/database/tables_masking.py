"""Tables of masking: daily counts of what the server had to mask, and when each exclusion last matched. No content."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from milkglass.database.metadata import metadata

masking_counts = Table(
    "masking_counts",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),  # UTC, of arrival
    Column("release", String(24), primary_key=True),  # of the recorder, as its ticket says
    Column("kind", String(10), primary_key=True),  # batches, plain, bypassed, masked, dropped
    Column("path", String(120), primary_key=True),  # of the class table; a route for `masked`; empty for whole batches
    Column("string_class", String(12), primary_key=True),  # empty where the path says it
    Column("batches", BigInteger, nullable=False),  # in which it happened
    Column("strings", BigInteger, nullable=False),  # how often
    Column("last_at", BigInteger, nullable=False),
    Index("masking_counts_by_day", "application", "day"),
)

exclusion_rules = Table(
    "exclusion_rules",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("kind", String(8), primary_key=True),  # selector, route
    Column("rule", String(500), primary_key=True),  # as the policy writes it
    Column("since_at", BigInteger, nullable=False),  # since when this policy has it
    Column("matched_at", BigInteger, nullable=True),
    Column("matches", BigInteger, nullable=False),
)
