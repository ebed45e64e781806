"""Quarterly reviews of the accounts."""

from alembic import op

from milkglass.database.tables_access import access_reviews

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; a fresh database has it from the first revision."""
    access_reviews.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
