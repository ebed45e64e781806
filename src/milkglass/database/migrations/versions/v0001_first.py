"""The first schema: every table that the first release has.

Until that release this revision follows the metadata, so that rooms can still add tables; from then on it is frozen
and each change is a revision of its own.
"""

from alembic import op

from milkglass.database.metadata import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what is missing."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
