"""Tables of the set-up: which steps somebody settled, and the day of the first audit."""

from sqlalchemy import BigInteger, Column, String, Table

from milkglass.database.metadata import metadata

wizard_steps = Table(
    "wizard_steps",
    metadata,
    Column("step", String(20), primary_key=True),
    Column("settled_at", BigInteger, nullable=False),
    Column("settled_by", String(26), nullable=False),  # an account
)

audit_days = Table(
    "audit_days",
    metadata,
    Column("application", String(40), primary_key=True),
    Column("day", String(10), nullable=False),  # of the first audit
    Column("set_at", BigInteger, nullable=False),
    Column("set_by", String(26), nullable=False),
)
