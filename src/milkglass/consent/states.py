"""States: how a person's consent stands, read off the events; who may agree for whom. Pure.

    none → requested → given → withdrawn, expired, terminated or invalidated → given again, as a new record
                     → refused → given, if the person says so

Source: docs/consent.md, "States"; 34 CFR 99.3 and 99.5, eligible student.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from milkglass.consent.values import ASK_AGAIN, FOR_A_CHILD, SELF, Event, Kind, State
from milkglass.wire.values import ConsentId, Purpose

_ENDS: dict[Kind, State] = {
    Kind.REFUSED: State.REFUSED,
    Kind.DISMISSED: State.REFUSED,
    Kind.SIGNAL: State.REFUSED,
    Kind.WITHDRAWN: State.WITHDRAWN,
    Kind.EXPIRED: State.EXPIRED,
    Kind.TERMINATED: State.TERMINATED,
    Kind.INVALIDATED: State.INVALIDATED,
}
NOES = frozenset({Kind.REFUSED, Kind.DISMISSED, Kind.SIGNAL})
# What ends all that a person agreed to before; the other endings name the one consent that they end.
ENDS_ALL = NOES | {Kind.WITHDRAWN}
ENDS_ONE = frozenset({Kind.EXPIRED, Kind.TERMINATED, Kind.INVALIDATED})


def state_of(events: Iterable[Event], purpose: Purpose, now: datetime, lasts: timedelta) -> State:
    """Return how consent to a purpose stands after these events, the oldest first.

    A yes that is older than `lasts` is EXPIRED also before the event that says so was written.
    """
    state, newest, given_at = State.NONE, None, now
    for event in events:
        if event.kind is Kind.GIVEN:
            # A newer yes replaces the older: what it leaves out is refused.
            state = State.GIVEN if purpose in event.purposes else State.REFUSED
            newest, given_at = event.consent, event.agreed_at or event.at
        elif event.kind is Kind.REQUESTED:
            state = state if state is State.GIVEN else State.REQUESTED
        elif _is_of(event, newest):
            # What was refused for this purpose stays refused when the rest of the yes ends.
            state = state if event.kind in ENDS_ONE and state is State.REFUSED else _ENDS.get(event.kind, state)
    return State.EXPIRED if state is State.GIVEN and now - given_at >= lasts else state


def ask_again_at(events: Iterable[Event]) -> datetime | None:
    """Return when a person who said no may be asked anew; None if they did not, or said yes since."""
    last: Event | None = None
    for event in events:
        if event.kind in NOES or event.kind is Kind.GIVEN:
            last = event
    return last.at + ASK_AGAIN if last is not None and last.kind in NOES else None


def wrong_actor(institution_type: str, actor: str, *, may_consent: bool) -> str | None:
    """Say why this person's yes is none, and what to do; None if it is theirs to give.

    Args:
        institution_type: k12, postsecondary or other, as the policy says.
        actor: who agreed.
        may_consent: whether the customer says that the person is an eligible student or an adult.
    """
    if institution_type == "postsecondary" and actor in FOR_A_CHILD:
        return "at a college the student decides at any age (34 CFR 99.5): ask the student, actor `student`"
    if institution_type == "k12" and actor in SELF and not may_consent:
        return "this pupil may not agree alone: ask a parent, or send `may_consent: true` for an eligible student"
    if institution_type == "k12" and actor in FOR_A_CHILD and may_consent:
        return "this student is eligible, so a parent's yes has lapsed (34 CFR 99.5): ask the student, actor `student`"
    return None


def _is_of(event: Event, newest: ConsentId | None) -> bool:
    return event.kind in ENDS_ALL or (event.consent is not None and event.consent == newest)
