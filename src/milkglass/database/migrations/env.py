"""Alembic's entry: the caller hands in its connection, so one transaction holds the whole upgrade."""

from alembic import context
from sqlalchemy import Connection

from milkglass.database.metadata import metadata

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    raise TypeError("run migrations by milkglass.database.open.migrate")
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
with context.begin_transaction():
    context.run_migrations()
