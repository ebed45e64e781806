"""Tables of access incidents, how each was judged, and the weekly reviews of the log."""

from sqlalchemy import BigInteger, Column, Integer, String, Table

from milkglass.database.metadata import metadata

access_incidents = Table(
    "access_incidents",
    metadata,
    Column("incident", String(26), primary_key=True),
    Column("signal", String(160), nullable=False, unique=True),  # what was found: found again, it is the same
    Column("rule", String(8), nullable=False),
    Column("severity", Integer, nullable=False),  # as it was found; a judgement may say another
    Column("raised_by", String(40), nullable=False),  # why it is a level worse; empty if it is not
    Column("account", String(26), nullable=False),  # whose act it was; empty where it was nobody's
    Column("recording", String(26), nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
)

access_judgements = Table(
    "access_judgements",
    metadata,
    Column("judgement", String(26), primary_key=True),
    Column("incident", String(26), nullable=False, index=True),
    Column("account", String(26), nullable=False),
    Column("outcome", String(16), nullable=False),  # confirmed, benign, false_positive
    Column("severity", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)

log_reviews = Table(
    "log_reviews",
    metadata,
    Column("week", String(10), primary_key=True),  # its Monday, as 2026-03-02
    Column("account", String(26), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("incidents", Integer, nullable=False),
)
