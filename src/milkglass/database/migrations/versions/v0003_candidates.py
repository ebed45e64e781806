"""Candidates of the vocabulary, translations, known sheets and assets, and the roster.

A directory that was made at this release has them from the first revision already; an older one gets them here.
"""

from alembic import op

from milkglass.database.metadata import metadata

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "vocabulary_sayings",
    "vocabulary_finds",
    "vocabulary_candidates",
    "vocabulary_places",
    "vocabulary_roster",
)


def upgrade() -> None:
    """Create what is missing."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in TABLES])


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
