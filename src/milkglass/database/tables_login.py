"""Tables of how accounts log in: passkeys and authenticator apps."""

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, String, Table

from milkglass.database.metadata import metadata

passkeys = Table(
    "passkeys",
    metadata,
    Column("passkey", String(26), primary_key=True),  # the log's word for it
    Column("account", String(26), nullable=False),
    Column("credential", LargeBinary(1023), nullable=False, unique=True),  # the authenticator's own id
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("is_synced", Boolean, nullable=False),  # a copy lies with the maker of the device
    Column("label", String(40), nullable=False),  # the person's own word; never in the log
    Column("added_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Index("passkeys_by_account", "account"),
)

authenticators = Table(
    "authenticators",
    metadata,
    Column("account", String(26), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the shared secret, under a key that is not in the database
    Column("added_at", BigInteger, nullable=False),
    Column("used_step", BigInteger, nullable=False),  # of the newest code taken; it and older ones are over
)
