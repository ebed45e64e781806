"""A directory from before there were several logs: its entries become log 0 and hold as they are."""

from pathlib import Path

from sqlalchemy import text

from milkglass.database.open import open_engine
from milkglass.merkle.log import Log
from tests.merkle.room import NOW, opened

OLD = (
    "ALTER TABLE log_entries RENAME TO was_entries",
    "ALTER TABLE log_roots RENAME TO was_roots",
    "DROP INDEX ix_log_entries_act_at_ms",
    "DROP INDEX ix_log_entries_resource",
    """CREATE TABLE log_entries (leaf_index BIGINT NOT NULL PRIMARY KEY, id VARCHAR(26) NOT NULL UNIQUE,
       institution VARCHAR(64) NOT NULL, institution_number BIGINT NOT NULL, at_ms BIGINT NOT NULL,
       act VARCHAR(48) NOT NULL, actor VARCHAR(64) NOT NULL, resource VARCHAR(64) NOT NULL, entry BLOB NOT NULL,
       leaf_hash BLOB NOT NULL, UNIQUE (institution, institution_number))""",
    "CREATE TABLE log_roots (size BIGINT NOT NULL PRIMARY KEY, root BLOB NOT NULL, frontier BLOB NOT NULL)",
    """INSERT INTO log_entries SELECT leaf_index, id, institution, institution_number, at_ms, act, actor, resource,
       entry, leaf_hash FROM was_entries""",
    "INSERT INTO log_roots SELECT size, root, frontier FROM was_roots",
    "DROP TABLE was_entries",
    "DROP TABLE was_roots",
    "CREATE INDEX ix_log_entries_act_at_ms ON log_entries (act, at_ms)",
    "CREATE INDEX ix_log_entries_resource ON log_entries (resource)",
    "DROP TABLE logs",
    "DROP TABLE rule_tables",
    "UPDATE alembic_version SET version_num = '0004'",
)


def test_an_older_directory_keeps_its_log(tmp_path: Path) -> None:
    with opened(tmp_path) as room:
        room.fill(7)
        was, root = [entry.spelled for entry in room.log.entries(0, 10)], room.log.root()
    engine = open_engine(f"sqlite:///{tmp_path / 'milkglass.db'}")
    with engine.connect() as connection, connection.begin():
        for statement in OLD:
            connection.execute(text(statement))
    engine.dispose()
    with opened(tmp_path) as room:
        assert [entry.spelled for entry in room.log.entries(0, 10)] == was
        assert (room.log.root(), room.log.verify().bad_index) == (root, None)
        room.logs.begin(NOW)
        room.fill(2)
        room.logs.sign(NOW)
        assert Log(room.engine, 0).verify().size == room.logs.newest().size == 10
