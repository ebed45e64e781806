"""Tables of the vocabulary: reviewed strings with their numbers, what waits for review, and the policies in force."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from milkglass.database.metadata import metadata

vocabulary_entries = Table(
    "vocabulary_entries",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),  # given once, never again
    Column("kind", String(1), nullable=False),  # t text, n name, s sheet, a asset
    # The words; of a sheet or an asset its bytes' SHA-256. Null once withdrawn: destroyed, the number stays taken.
    Column("said", Text, nullable=True),
    Column("source", String(200), nullable=False),
    Column("reviewer", String(200), nullable=False),
    Column("reviewed", String(10), nullable=False),
    Column("first_version", Integer, nullable=False),
    Column("withdrawn_version", Integer, nullable=True),  # the first version without it
    Index("vocabulary_entries_said", "application", "kind", "said"),
)

# The same entry in the product's other languages. A withdrawn one is no row.
vocabulary_sayings = Table(
    "vocabulary_sayings",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("said", Text, primary_key=True),
    Column("first_version", Integer, nullable=False),
)

# By which hashes the browser finds a sheet or an asset. `rules` is a sheet's count of top-level rules, else 0.
vocabulary_finds = Table(
    "vocabulary_finds",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hash", BigInteger, primary_key=True),
    Column("rules", Integer, primary_key=True),
    Column("first_version", Integer, nullable=False),
)

vocabulary_versions = Table(
    "vocabulary_versions",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("published_at", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
)

vocabulary_candidates = Table(
    "vocabulary_candidates",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("application", String(40), nullable=False),
    Column("kind", String(1), nullable=False),
    Column("said", Text, nullable=True),  # null once refused: the words are destroyed
    Column("digest", String(64), nullable=False),  # keyed, so that what was refused is known again
    Column("language", String(35), nullable=False),  # empty: not known
    Column("joins", String(26), nullable=True),  # the candidate that this one is a translation of
    Column("static_file", String(200), nullable=False),
    Column("address", Text, nullable=True),  # path with query of a sheet or an asset
    Column("hash", BigInteger, nullable=True),  # by which the browser finds it
    Column("rules", Integer, nullable=True),
    Column("warnings", String(200), nullable=False),  # detector rule ids, parted by spaces
    Column("state", String(8), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=True),
    Column("decided_by", String(100), nullable=True),
    UniqueConstraint("application", "digest"),
    Index("vocabulary_candidates_state", "application", "state"),
    Index("vocabulary_candidates_said", "application", "kind", "said"),
)

vocabulary_places = Table(
    "vocabulary_places",
    metadata,
    Column("candidate", String(26), primary_key=True),
    Column("source", String(40), primary_key=True),  # learn, import or cut
    Column("seen", String(200), primary_key=True),  # a route template, or a file with a line
    Column("key", String(32), primary_key=True),  # digest of the translation key, empty without one
    Index("vocabulary_places_key", "key"),
)

# The names of people, as keyed digests of their variants: they warn in the review.
vocabulary_roster = Table(
    "vocabulary_roster",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
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
