"""The database: it holds what durability rests on, and migrations make exactly the tables of the metadata."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from milkglass.database.keyfiles import KeyFiles
from milkglass.database.metadata import metadata
from milkglass.database.open import import_tables, migrate, open_engine, writing
from milkglass.errors import Invalid, NotFound

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_every_connection_holds_the_settings(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'm.db'}")
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            for name, value in PRAGMAS.items():
                assert connection.execute(text(f"PRAGMA {name}")).scalar_one() == value
    engine.dispose()


def test_migrations_make_the_tables_of_the_metadata_and_run_again(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'm.db'}")
    migrate(engine)
    migrate(engine)
    import_tables()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_failed_write_takes_all_of_it_back(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'm.db'}")
    migrate(engine)
    row = text("INSERT INTO people (digest, alias) VALUES (:digest, :alias)")
    values = [{"digest": b"\0", "alias": "a"}, {"digest": b"\0", "alias": "secret"}]
    with pytest.raises(IntegrityError) as failed, writing(engine) as connection:
        connection.execute(row, values)
    assert "secret" not in str(failed.value)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 0
    engine.dispose()


def test_a_key_is_drawn_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    keys = KeyFiles(tmp_path / "keys")
    assert keys.key("tickets") == KeyFiles(tmp_path / "keys").key("tickets")
    assert keys.key("tickets") != keys.key("people")
    assert len(keys.key("tickets")) == 32
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()] == [0o400, 0o400]
    with pytest.raises(Invalid):
        keys.key("../etc")


def test_two_secrets_of_an_application_rotate(tmp_path: Path) -> None:
    keys = KeyFiles(tmp_path / "keys")
    with pytest.raises(NotFound):
        keys.secret("chalkboard")
    drawn = [keys.rotate("chalkboard") for _ in range(3)]
    assert keys.secrets("chalkboard") == (drawn[2], drawn[1])
    assert keys.secret("chalkboard") == drawn[2]
