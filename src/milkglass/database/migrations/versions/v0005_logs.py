"""Logs: one a year and one after each restore, so each entry and root names its log; and the texts of rule tables.

A directory that was made at this release has them from the first revision already. In an older one all entries are of
log 0, and their bytes, places and roots stay as they are.
"""

from alembic import op
from sqlalchemy import inspect, text

from milkglass.database.metadata import metadata

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = {
    "log_entries": "leaf_index, id, institution, institution_number, at_ms, act, actor, resource, entry, leaf_hash",
    "log_roots": "size, root, frontier",
}


def upgrade() -> None:
    """Make what is missing and put the one old log under the number 0."""
    connection = op.get_bind()
    for name in ("logs", "rule_tables"):
        metadata.tables[name].create(connection, checkfirst=True)
    for name, columns in _COLUMNS.items():
        here = inspect(connection)
        if "log" in {column["name"] for column in here.get_columns(name)}:
            continue
        for index in here.get_indexes(name):
            if not index["unique"]:
                op.drop_index(str(index["name"]), name)
        op.rename_table(name, f"{name}_old")
        metadata.tables[name].create(connection)
        # Names of our own tables and columns, and nothing else, stand in the statement.
        connection.execute(text(f"INSERT INTO {name} (log, {columns}) SELECT 0, {columns} FROM {name}_old"))  # noqa: S608
        op.drop_table(f"{name}_old")


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
