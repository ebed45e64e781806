"""Checking: one query that finds every stored segment that no consent covers."""

from sqlalchemy import exists, or_, select

from milkglass.consent.states import ENDS_ALL, ENDS_ONE
from milkglass.consent.values import Kind
from milkglass.database.tables_consent import consent_events, consents
from milkglass.database.tables_vault import recordings, segments

# A page's clock may run a minute ahead of ours: `docs/architecture.md`, section 2.
_AHEAD_MS = 60_000
_BEGINS_AT = recordings.c.began_at + segments.c.first_at
_ENDS_AT = recordings.c.began_at + segments.c.last_at - _AHEAD_MS
# What was found invalid was recorded in good faith until then: it is an incident's to find, not this query's.
_ENDED = ENDS_ONE - {Kind.INVALIDATED}
# Every stored segment names, by its recording, a consent of the same application and institution that was on record
# when it began, was not over when it ended, and was not taken back before. This must find nothing.
VIOLATIONS = (
    select(recordings.c.recording)
    .select_from(segments)
    .join(recordings, recordings.c.recording == segments.c.recording, isouter=True)
    .join(consents, consents.c.consent == recordings.c.consent, isouter=True)
    .where(
        or_(
            consents.c.consent.is_(None),
            consents.c.application != recordings.c.application,
            consents.c.institution != recordings.c.institution,
            consents.c.purposes == "",
            consents.c.recorded_at > _BEGINS_AT,
            consents.c.expires_at <= _ENDS_AT,
            exists().where(
                consent_events.c.alias == consents.c.alias,
                consent_events.c.application == consents.c.application,
                or_(
                    consent_events.c.kind.in_(ENDS_ALL),
                    consent_events.c.kind.in_(_ENDED) & (consent_events.c.consent == consents.c.consent),
                ),
                or_(consent_events.c.at >= consents.c.agreed_at, consent_events.c.at >= consents.c.recorded_at),
                consent_events.c.at < _ENDS_AT,
            ),
        )
    )
    .distinct()
    .order_by(recordings.c.recording)
)
