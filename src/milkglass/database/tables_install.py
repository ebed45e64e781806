"""Table of the install check: how often something was taken or refused, by day and reason. No content, nobody."""

from sqlalchemy import BigInteger, Column, String, Table

from milkglass.database.metadata import metadata

install_counts = Table(
    "install_counts",
    metadata,
    Column("application", String(40), primary_key=True),  # empty where what came names none that is proven
    Column("day", String(10), primary_key=True),  # UTC, of arrival
    Column("code", String(40), primary_key=True),  # `ticket` or `batch`, which were taken; else a refusal's
    Column("count", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)
