"""Tables of accounts, login sessions, cases, grants, trainings, vettings, looks, exports and resolutions."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from milkglass.database.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("account", String(26), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("email_salt", LargeBinary(16), nullable=False),  # opens the commitment in the log; erased with the row
    Column("roles", String(60), nullable=False),  # words, sorted, a blank between
    Column("training_until", BigInteger, nullable=True),
    Column("is_active", Boolean, nullable=False),
    Column("password", String(200), nullable=True),  # argon2id's own form
    Column("created_at", BigInteger, nullable=False),
)

login_links = Table(
    "login_links",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", String(26), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
)

login_sessions = Table(
    "login_sessions",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", String(26), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("proved_at", BigInteger, nullable=True),  # when a passkey, or password and code, last proved who it is
    Index("login_sessions_by_account", "account"),
)

backend_keys = Table(
    "backend_keys",
    metadata,
    Column("key", String(26), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),  # SHA-256 of the whole key; it is kept nowhere
    Column("name", String(60), nullable=False),
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=True),  # the only one it may write for; empty: each of the application
    Column("environment", String(4), nullable=False),  # live or test
    Column("scopes", String(60), nullable=False),  # words, sorted, a blank between
    Column("lasts_days", Integer, nullable=False),  # as it was made; a replaced one ends earlier
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
    Column("used_at", BigInteger, nullable=True),
)

cases = Table(
    "cases",
    metadata,
    Column("case", String(26), primary_key=True),  # a ULID: the log's word for it
    Column("number", String(60), nullable=False),  # the help desk's own; never in the log
    Column("institution", String(40), nullable=False),
    Column("opened_by", String(26), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=True),
)

looks = Table(
    "looks",
    metadata,
    Column("look", String(26), primary_key=True),
    Column("account", String(26), nullable=False),
    Column("recording", String(26), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("case", String(26), nullable=True),
    Column("began_at", BigInteger, nullable=False),
    Index("looks_by_recording", "recording"),
)

recording_seals = Table(
    "recording_seals",
    metadata,
    Column("seal", String(26), primary_key=True),
    Column("recording", String(26), nullable=False),
    Column("account", String(26), nullable=False),
    Column("kind", String(16), nullable=False),  # what was seen, as one of a few words; never the thing itself
    Column("offset_ms", BigInteger, nullable=False),  # where in the recording
    Column("sealed_at", BigInteger, nullable=False),
    Index("recording_seals_by_recording", "recording"),
)

exports = Table(
    "exports",
    metadata,
    Column("export", String(26), primary_key=True),
    Column("recording", String(26), nullable=False),
    Column("requested_by", String(26), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("case", String(26), nullable=True),
    Column("requested_at", BigInteger, nullable=False),
    Column("confirmed_by", String(26), nullable=True),
    Column("confirmed_at", BigInteger, nullable=True),
    Column("done_at", BigInteger, nullable=True),
)

resolutions = Table(
    "resolutions",
    metadata,
    Column("resolution", String(26), primary_key=True),
    Column("institution", String(40), nullable=False),
    Column("digest", LargeBinary(32), nullable=True),  # of `people`: what leads to the person who is asked about,
    Column("recording", String(26), nullable=True),  # or the recording whose person is
    Column("requested_by", String(26), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("case", String(26), nullable=False),
    Column("requested_at", BigInteger, nullable=False),
    Column("confirmed_by", String(26), nullable=True),
    Column("confirmed_at", BigInteger, nullable=True),
    Column("done_at", BigInteger, nullable=True),  # when it was last told
)

grants = Table(
    "grants",
    metadata,
    Column("grant", String(26), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("account", String(26), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("case", String(26), nullable=True),
    Column("recording", String(26), nullable=True),
    Column("reason", String(20), nullable=False),
    Column("words", String(500), nullable=False),  # why a break-glass could not wait; never in the log
    Column("minutes", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("decided_by", String(26), nullable=True),
    Column("decided_at", BigInteger, nullable=True),
    Column("until", BigInteger, nullable=True),
    Column("is_refused", Boolean, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
    Column("reviewed_by", String(26), nullable=True),
    Column("reviewed_at", BigInteger, nullable=True),
    Column("verdict", String(16), nullable=True),
    Index("grants_by_account", "account"),
)

trainings = Table(
    "trainings",
    metadata,
    Column("training", String(26), primary_key=True),
    Column("account", String(26), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("right", BigInteger, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("passed", Boolean, nullable=False),
    Index("trainings_by_account", "account", "at"),
)

vettings = Table(
    "vettings",
    metadata,
    Column("vetting", String(26), primary_key=True),
    Column("account", String(26), nullable=False),
    Column("part", String(16), nullable=False),
    Column("entered_by", String(26), nullable=False),  # themselves, their manager; the server for the built-in demo
    Column("at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("version", Integer, nullable=True),  # of the agreement that was signed,
    Column("digest", String(64), nullable=True),  # and its text's SHA-256
    Index("vettings_by_account", "account"),
)

access_reviews = Table(
    "access_reviews",
    metadata,
    Column("review", String(26), primary_key=True),
    Column("account", String(26), nullable=False),  # who signed it off
    Column("at", BigInteger, nullable=False),
    Column("accounts", Integer, nullable=False),  # active ones
    Column("flagged", Integer, nullable=False),  # asked about one by one
    Column("ended", Integer, nullable=False),
)
