"""Stops, which end recording."""

from alembic import op

from milkglass.database.tables_consent import stops

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; a fresh database has it from the first revision."""
    stops.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
