"""Opening the metadata database, and bringing its tables up to date.

SQLite is asked back what it was told: a build that ignores `synchronous=FULL` could lose an acknowledged commit, and
one without `secure_delete` keeps a destroyed key readable in the file.

Source: sqlite.org/pragma.html; the SQLAlchemy manual on SQLite transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from sqlite3 import Connection as SqliteConnection

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

import milkglass.database as room
from milkglass.errors import Unavailable

_WRITING = "milkglass_writing"
_PRAGMAS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("secure_delete", "ON", 1),
    ("foreign_keys", "ON", 1),
    ("busy_timeout", "5000", 5000),
    ("trusted_schema", "OFF", 0),
)


def open_engine(url: str) -> Engine:
    """Open the database at a SQLAlchemy address, such as `sqlite:///…/milkglass.db`.

    Raises: Unavailable, at the first connection, if SQLite does not hold a setting that durability rests on.
    """
    # Parameters can hold wrapped keys and ids: they must not reach a message or a log.
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to the newest version; safe to run at every start."""
    import_tables()
    config = Config()
    config.set_main_option("script_location", str(files("milkglass.database") / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def import_tables() -> None:
    """Load every `tables_*` module, so that the metadata is whole."""
    for module in iter_modules(room.__path__):
        if module.name.startswith("tables_"):
            import_module(f"{room.__name__}.{module.name}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a write transaction. For the writer and for migrations, nobody else."""
    with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        yield connection


def cut_log(engine: Engine) -> bool:
    """Write SQLite's log back and cut it: what was destroyed is found in it until then. False if a reader holds it."""
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()
        cursor.close()
    finally:
        raw.close()
    return busy is not None and not busy[0]


def _set_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: savepoints and BEGIN IMMEDIATE are ours.
    if isinstance(connection, SqliteConnection):
        connection.isolation_level = None
    cursor = connection.cursor()
    for name, value, expected in _PRAGMAS:
        cursor.execute(f"PRAGMA {name}={value}")
        cursor.execute(f"PRAGMA {name}")
        row = cursor.fetchone()
        if row is None or row[0] != expected:
            raise Unavailable(f"SQLite does not hold {name}={value}; use a build and a local disk that do")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
