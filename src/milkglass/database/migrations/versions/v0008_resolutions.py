"""Resolutions: who asked which pseudonym a person has."""

from alembic import op

from milkglass.database.tables_access import resolutions

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; a fresh database has it from the first revision."""
    resolutions.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
