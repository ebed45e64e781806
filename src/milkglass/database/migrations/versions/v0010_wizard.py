"""The set-up's steps, and the day of the first audit."""

from alembic import op

from milkglass.database.tables_wizard import audit_days, wizard_steps

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both; a fresh database has them from the first revision."""
    for table in (wizard_steps, audit_days):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
