"""Tables of consent, visits and support codes.

A person is a random alias here; the digest that leads to it is keyed, and what the customer calls them is nowhere.
"""

from sqlalchemy import DDL, BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, event

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
    Column("channel", String(8), nullable=False, server_default="token"),  # of Channel: how it came
    Column("language", String(12), nullable=False, server_default=""),  # of the notice; empty where the customer has it
    Column("digest", String(64), nullable=False, server_default=""),  # SHA-256 of the notice's words, likewise
    Index("consents_by_person", "alias", "application", "recorded_at"),
)

consent_events = Table(
    "consent_events",
    metadata,
    Column("event", String(26), primary_key=True),  # a ULID, so that events of one millisecond keep their order
    Column("alias", String(26), nullable=False),
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("at", BigInteger, nullable=False),  # when we saw it: what ends, ends from here on
    Column("consent", String(26), nullable=True),  # the consent that began or ended; none where all of a person's end
    Column("purposes", String(40), nullable=False, default=""),  # of a yes
    Column("why", String(16), nullable=False, default=""),  # which signal, or why it ended
    Column("by", String(26), nullable=False, default="person"),  # person, a key, an account, or the command line
    Column("is_erasure", Boolean, nullable=False, default=False),
    Column("recordings", Integer, nullable=False, default=0),  # that an erasure destroyed
    Index("consent_events_by_person", "alias", "application", "at"),
    Index("consent_events_by_consent", "consent"),
)
# Nobody changes what was said, not even by mistake.
event.listen(
    consent_events,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]  # the library leaves it untyped
        "CREATE TRIGGER consent_events_stay BEFORE UPDATE ON consent_events "
        "BEGIN SELECT RAISE(ABORT, 'consent events are only ever added'); END"
    ).execute_if(dialect="sqlite"),
)

notices_served = Table(
    "notices_served",
    metadata,
    Column("serving", String(26), primary_key=True),  # random; who asked is not known yet
    Column("application", String(40), nullable=False),
    Column("institution", String(40), nullable=False),
    Column("version", String(64), nullable=False),
    Column("language", String(12), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of all the words that were served
    Column("served_at", BigInteger, nullable=False),
    Column("consent", String(26), nullable=True),  # the yes that answered it
    Index("notices_served_by_time", "served_at"),
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
