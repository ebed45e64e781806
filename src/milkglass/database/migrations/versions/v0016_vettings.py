"""Signatures of the confidentiality agreement, and managers' confirmations."""

from alembic import op

from milkglass.database.tables_access import vettings

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; a fresh database has it from the first revision."""
    vettings.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
