"""Tables of the vault: recordings, their keys, their segments, what is gone, and the journal files already taken.

Days are ISO dates as text; moments are milliseconds since the epoch. No column holds anything from a page: routes are
the templates of the journey map, everything else is an id, a count, a hash or a wrapped key.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from milkglass.database.metadata import metadata

day_keys = Table(
    "day_keys",
    metadata,
    Column(
        "kind", String(16), primary_key=True
    ),  # "recordings" wraps recording keys; "interactions" opens a day's rows
    Column("institution", String(40), primary_key=True),  # "-" for interactions: one key for all of a purge day
    Column("purge_day", String(10), primary_key=True),
    Column("version", Integer, primary_key=True),  # raised by a puncture; the old version's row is destroyed
    Column("wrapped", LargeBinary, nullable=False),
)

recording_keys = Table(
    "recording_keys",
    metadata,
    Column("recording", String(26), primary_key=True),
    Column("institution", String(40), nullable=False),
    Column("purge_day", String(10), nullable=False),
    Column("version", Integer, nullable=False),  # of the day key that wraps it
    Column("wrapped", LargeBinary, nullable=False),
    Index("recording_keys_by_day", "institution", "purge_day"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("recording", String(26), primary_key=True),
    Column("visit", String(26), nullable=False),
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("consent", String(26), nullable=False),
    Column("purge_day", String(10), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("level", Integer, nullable=False),  # the highest level that any batch was kept at
    Column("batches", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),  # sealed, as they lie in the segments
    Column("gaps", Integer, nullable=False),  # numbers below the highest that never came
    Column("highest_number", Integer, nullable=False),
    Column("routes", String, nullable=False),  # JSON list of templates, sorted
    Column("journeys", String, nullable=False),  # JSON list of names, sorted
    Column("marks", String, nullable=False),  # JSON object: interactions by kind
    Column("masked", String, nullable=False),  # JSON object: strings that the server masked, by class
    Column("bypassed", String, nullable=False),  # JSON object: strings that arrived plain, by path
    Column("dropped", String, nullable=False),  # JSON object: what the class table does not know, by path
    Index("recordings_by_start", "application", "began_at"),
    Index("recordings_by_visit", "visit"),
    Index("recordings_by_consent", "consent"),
    Index("recordings_by_purge_day", "purge_day"),
)

segments = Table(
    "segments",
    metadata,
    Column("recording", String(26), primary_key=True),
    Column("segment", Integer, primary_key=True),  # 0, 1, 2 … in the order of the rolls
    Column("object", String(120), nullable=False),
    Column("first_number", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("first_at", BigInteger, nullable=False),  # ms since the recording began
    Column("last_at", BigInteger, nullable=False),
    Column("batches", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("rolled_at", BigInteger, nullable=False),
    Column(
        "numbers", LargeBinary, nullable=True
    ),  # number and hash of each batch; kept 48 hours, then only in the object
    Index("segments_by_roll", "rolled_at"),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # SHA-256 of the recording's id
    Column("shredded_at", BigInteger, nullable=False),
)

journal_files_taken = Table(
    "journal_files_taken",
    metadata,
    Column("journal_file", String(60), primary_key=True),
    Column("taken_at", BigInteger, nullable=False),
    Column("batches", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),  # left out: the number was there with the same hash
    Column("conflicting", Integer, nullable=False),  # left out: the number was there with another hash
    Column("gone", Integer, nullable=False),  # left out: the recording is shredded
    Column("damaged", BigInteger, nullable=False),  # bytes that were no frame
)
