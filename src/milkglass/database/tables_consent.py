"""Tables of consent, visits and support codes.

A person is a random alias here; the digest that leads to it is keyed, and what the customer calls them is nowhere.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from milkglass.database.metadata import metadata

institutions = Table(
    "institutions",
    metadata,
    Column("institution", String(40), primary_key=True),  # the policy's slug
    Column("log_id", String(26), nullable=False, unique=True),  # random: what the evidence log says instead of the slug
    Column("first_at", BigInteger, nullable=False),
)

stops = Table(
    "stops",
    metadata,
    Column("reach", String(12), primary_key=True),  # everything, application or institution
    Column("name", String(40), primary_key=True),  # empty for everything
    Column("stopped_at", BigInteger, nullable=False),
    Column("stopped_by", String(26), nullable=False),  # an account, or the command line
)

people = Table(
    "people",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # keyed, of institution and person
    Column("alias", String(26), nullable=False, unique=True),  # random
)

consents = Table(
    "consents",
    metadata,
    Column("consent", String(26), primary_key=True),
    Column("alias", String(26), nullable=False),
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("purposes", String(40), nullable=False),  # words of Purpose, sorted, a blank between
    Column("notice", String(64), nullable=False),  # which notice the person saw
    Column("actor", String(16), nullable=False),  # who agreed
    Column("agreed_at", BigInteger, nullable=False),  # as the customer says
    Column("recorded_at", BigInteger, nullable=False),  # as we saw
    Column("expires_at", BigInteger, nullable=False),
    Index("consents_by_person", "alias", "application", "recorded_at"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("withdrawal", String(26), primary_key=True),
    Column("alias", String(26), nullable=False),
    Column("application", String(40), nullable=False),
    Column("withdrawn_at", BigInteger, nullable=False),
    Column("is_erasure", Boolean, nullable=False),
    Index("withdrawals_by_person", "alias", "application"),
)

signals = Table(
    "signals",
    metadata,
    Column("alias", String(26), primary_key=True),
    Column("application", String(40), primary_key=True),
    Column("signal", String(3), nullable=False),  # gpc or dnt
    Column("seen_at", BigInteger, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("consent", String(26), primary_key=True),  # every recording made under it goes
    Column("asked_at", BigInteger, nullable=False),
    Column("done_at", BigInteger, nullable=True),
)

visits = Table(
    "visits",
    metadata,
    Column("visit", String(26), primary_key=True),
    Column("alias", String(26), nullable=False),
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("recordings", Integer, nullable=False),
    Index("visits_by_person", "alias", "application", "began_at"),
)

support_codes = Table(
    "support_codes",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),  # keyed, of the code
    Column("visit", String(26), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
