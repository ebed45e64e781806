"""Consent events, all that happened to consent as rows of one table; servings of the notice; backend keys.

What withdrawals and signals told becomes events, with the same moments.
"""

from alembic import op
from sqlalchemy import Column, String, inspect, text

from milkglass.database.tables_access import backend_keys
from milkglass.database.tables_consent import consent_events, notices_served

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WITHDRAWALS = """
INSERT INTO consent_events
    (event, alias, application, institution, kind, at, why, "by", purposes, is_erasure, recordings)
SELECT w.withdrawal, w.alias, w.application,
       COALESCE((SELECT c.institution FROM consents c WHERE c.alias = w.alias LIMIT 1), ''),
       'withdrawn', w.withdrawn_at, '', 'person', '', w.is_erasure, 0 FROM withdrawals w
"""
# A signal wrote a withdrawal beside it, which carries its moment: the event only adds which one it was.
_SIGNALS = """
INSERT INTO consent_events
    (event, alias, application, institution, kind, at, why, "by", purposes, is_erasure, recordings)
SELECT substr(s.alias, 1, 22) || s.signal || '0', s.alias, s.application,
       COALESCE((SELECT c.institution FROM consents c WHERE c.alias = s.alias LIMIT 1), ''),
       'signal', s.seen_at, s.signal, 'person', '', 0, 0 FROM signals s
"""
_YESES = """
INSERT INTO consent_events
    (event, alias, application, institution, kind, at, consent, why, "by", purposes, is_erasure, recordings)
SELECT c.consent, c.alias, c.application, c.institution, 'given', c.recorded_at, c.consent, '',
       'person', c.purposes, 0, 0
FROM consents c
"""


def upgrade() -> None:
    """Create the tables and move what the older ones told; a fresh database has them from the first revision."""
    connection = op.get_bind()
    for table in (consent_events, notices_served, backend_keys):
        table.create(connection, checkfirst=True)
    here = inspect(connection)
    if "channel" not in {column["name"] for column in here.get_columns("consents")}:
        for name, letters, first in (("channel", 8, "token"), ("language", 12, ""), ("digest", 64, "")):
            op.add_column("consents", Column(name, String(letters), nullable=False, server_default=first))
        connection.execute(text(_YESES))
    for name, moved in (("withdrawals", _WITHDRAWALS), ("signals", _SIGNALS)):
        if here.has_table(name):
            connection.execute(text(moved))
            op.drop_table(name)


def downgrade() -> None:
    """Refuse: a database goes forward only; restore a backup instead."""
    raise NotImplementedError
