"""Passkeys and authenticator apps; and when a login session was last proved by one of them."""

import sqlalchemy as sa
from alembic import op

from milkglass.database.tables_login import authenticators, passkeys

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what is missing; a fresh database has it from the first revision."""
    for table in (passkeys, authenticators):
        table.create(op.get_bind(), checkfirst=True)
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("login_sessions")}
    if "proved_at" not in known:
        op.add_column("login_sessions", sa.Column("proved_at", sa.BigInteger, nullable=True))


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
