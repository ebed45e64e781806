"""Tables of the policy's life: its versions as people propose them, who approved each, and who was told of it."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from milkglass.database.metadata import metadata

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),  # the YAML as it was written
    Column("digest", String(64), nullable=False),  # SHA-256 of the body
    Column("source", String(8), nullable=False),  # file or console
    Column("author", String(26), nullable=False),  # an account; "-" for whoever runs the server
    Column("written_at", BigInteger, nullable=False),
    Column("based_on", Integer, nullable=True),  # the version that stood when it was sent to review
    Column("is_material", Boolean, nullable=False),
    Column("effective_at", BigInteger, nullable=True),
    Column("superseded_at", BigInteger, nullable=True),
    Index("policy_versions_by_state", "application", "state"),
)

policy_approvals = Table(
    "policy_approvals",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("account", String(26), primary_key=True),
    Column("is_legal", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),  # of the text that was approved
    Column("approved_at", BigInteger, nullable=False),
)

policy_tellings = Table(
    "policy_tellings",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("institution", String(40), primary_key=True),
    Column("told_on", String(10), nullable=False),  # the day, as somebody says it
    Column("marked_by", String(26), nullable=False),
    Column("marked_at", BigInteger, nullable=False),
)
