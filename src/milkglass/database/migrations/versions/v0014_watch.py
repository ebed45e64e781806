"""Access incidents, how each was judged, and the weekly reviews of the log."""

from alembic import op

from milkglass.database.tables_watch import access_incidents, access_judgements, log_reviews

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what is missing; a fresh database has it from the first revision."""
    for table in (access_incidents, access_judgements, log_reviews):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
