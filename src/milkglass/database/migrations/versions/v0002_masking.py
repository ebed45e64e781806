"""Masking: daily counts of what the server had to mask, and when each exclusion last matched."""

from alembic import op

from milkglass.database.tables_masking import exclusion_rules, masking_counts

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both; a fresh database has them from the first revision."""
    for table in (masking_counts, exclusion_rules):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
