"""Grants and trainings."""

from alembic import op

from milkglass.database.tables_access import grants, trainings

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both; a fresh database has them from the first revision."""
    for table in (grants, trainings):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
