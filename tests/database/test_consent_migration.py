"""A directory from before consent events: what its withdrawals and signals told is read as before."""

from pathlib import Path

from sqlalchemy import text

from milkglass.consent.rows import events_of
from milkglass.consent.values import Kind, Who
from milkglass.database.open import migrate, open_engine, writing
from milkglass.wire.values import ApplicationId, InstitutionId

OLD = (
    "DROP TABLE consent_events",
    "DROP TABLE notices_served",
    "DROP TABLE backend_keys",
    "ALTER TABLE consents DROP COLUMN channel",
    "ALTER TABLE consents DROP COLUMN language",
    "ALTER TABLE consents DROP COLUMN digest",
    (
        "CREATE TABLE withdrawals (withdrawal VARCHAR(26) PRIMARY KEY, alias VARCHAR(26), application VARCHAR(40),"
        " withdrawn_at BIGINT, is_erasure BOOLEAN)"
    ),
    "CREATE TABLE signals (alias VARCHAR(26), application VARCHAR(40), signal VARCHAR(3), seen_at BIGINT)",
    (
        "INSERT INTO consents"
        " (consent, alias, application, institution, purposes, notice, actor, agreed_at, recorded_at,"
        " expires_at) VALUES ('c1', 'a1', 'chalkboard', 'riverbend-high',"
        " 'heatmap replay', 'n-1', 'student', 5, 10, 900)"
    ),
    "INSERT INTO withdrawals VALUES ('w1', 'a1', 'chalkboard', 20, 1), ('w2', 'a1', 'chalkboard', 30, 0)",
    "INSERT INTO signals VALUES ('a1', 'chalkboard', 'gpc', 30)",
    "UPDATE alembic_version SET version_num = '0012'",
)


def test_what_older_tables_told_becomes_events(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'milkglass.db'}")
    migrate(engine)
    with writing(engine) as connection:
        for statement in OLD:
            connection.execute(text(statement))
    for _ in range(2):
        migrate(engine)
    who = Who(alias="a1", application=ApplicationId("chalkboard"), institution=InstitutionId("riverbend-high"))
    with engine.connect() as connection:
        told = events_of(connection, who)
        tables = {row.name for row in connection.execute(text("SELECT name FROM sqlite_master"))}
    assert [one.kind for one in told[:2]] == [Kind.GIVEN, Kind.WITHDRAWN]
    assert {one.kind for one in told[2:]} == {Kind.WITHDRAWN, Kind.SIGNAL}
    assert [one.is_erasure for one in told if one.kind is Kind.WITHDRAWN] == [True, False]
    assert next(one.why for one in told if one.kind is Kind.SIGNAL) == "gpc"
    assert not tables & {"withdrawals", "signals"}
    engine.dispose()
