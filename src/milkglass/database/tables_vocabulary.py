"""Tables of the vocabulary: reviewed strings with their numbers, and the policies that were in force."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from milkglass.database.metadata import metadata

vocabulary_entries = Table(
    "vocabulary_entries",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),  # given once, never again
    Column("kind", String(1), nullable=False),  # t text, n name, s sheet
    Column("said", Text, nullable=True),  # null once withdrawn: the words are destroyed, the number stays taken
    Column("source", String(200), nullable=False),
    Column("reviewer", String(200), nullable=False),
    Column("reviewed", String(10), nullable=False),
    Column("first_version", Integer, nullable=False),
    Column("withdrawn_version", Integer, nullable=True),  # the first version without it
    Index("vocabulary_entries_said", "application", "kind", "said"),
)

vocabulary_versions = Table(
    "vocabulary_versions",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("published_at", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("vocabulary", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the YAML as it was published
    Column("effective_at", BigInteger, nullable=False),
    Column("superseded_at", BigInteger, nullable=True),
)
