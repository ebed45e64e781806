"""Log texts: what an export of the log carries beside the entries, so that a stranger can read what they name."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from milkglass.access.decide import table_hash, table_text
from milkglass.acts import KINDS
from milkglass.database.moments import to_ms
from milkglass.database.tables_log import rule_tables
from milkglass.merkle.catalogue import schema

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from milkglass.merkle.writer import Writer
    from milkglass.policy.store import Policies
    from milkglass.wire.values import ApplicationId


def keep_rules(writer: Writer, now: datetime) -> None:
    """Keep the text of the access rules that decide from now on; an export holds every one that ever did."""
    row = {"hash": table_hash().removeprefix("sha256:"), "body": table_text(), "first_at": to_ms(now)}

    def change(connection: Connection) -> None:
        if connection.execute(select(rule_tables).where(rule_tables.c.hash == row["hash"])).one_or_none() is None:
            connection.execute(insert(rule_tables).values(row))

    writer.commit([change])


def log_texts(engine: Engine, policies: Policies, application: ApplicationId) -> dict[str, bytes]:
    """Return the entry's shape, each table of access rules and each policy that stood, by their name in the export."""
    shape = json.dumps(schema(KINDS), indent=1) + "\n"
    with engine.connect() as connection:
        rules = {f"rules/{row.hash}.json": row.body for row in connection.execute(select(rule_tables))}
    bodies = policies.bodies(application)
    kept = {f"policies/{sha256(body).hexdigest()}.yaml": body for body in bodies}
    return {"entry.schema.json": shape.encode(), **rules, **kept}
