"""Policy versions and approvals."""

from alembic import op

from milkglass.database.tables_policy import policy_approvals, policy_versions

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both; a fresh database has them from the first revision."""
    for table in (policy_versions, policy_approvals):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
