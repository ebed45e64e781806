"""Stops, which end recording; and signals, by which browsers refuse for their person."""

from alembic import op

from milkglass.database.tables_consent import signals, stops

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both; a fresh database has them from the first revision."""
    for table in (stops, signals):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
