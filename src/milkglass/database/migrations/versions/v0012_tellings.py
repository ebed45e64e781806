"""Tellings: which institutions were told of a material change of the policy."""

from alembic import op

from milkglass.database.tables_policy import policy_tellings

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; a fresh database has it from the first revision."""
    policy_tellings.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
