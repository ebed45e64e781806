"""Decoding: bytes to a batch, within limits.

The fast way decodes straight into the structs and refuses what they do not name, which is all that our own recorder
sends. Where that fails, event by event, the JSON is fitted to the same structs: what they do not name is dropped and
counted by path, the rest is kept.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Struct, inspect

from milkglass.errors import Invalid, TooLarge
from milkglass.wire.events import Event, Interaction
from milkglass.wire.fit import fit
from milkglass.wire.unpacking import STANDARD, Limits, unpack
from milkglass.wire.values import PolicyHash


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What the recorder sent at once. `hash` is 16 bytes of the plain body's SHA-256; `dropped` counts by path.

    `excluded` says how often each exclusion of the policy matched, by its place there: selectors, then routes.
    """

    number: int
    policy: PolicyHash
    vocabulary: int
    journey: str
    reset: bool
    hash: bytes
    events: list[Event]
    interactions: list[Interaction]
    dropped: Counter[str] = field(default_factory=Counter)
    excluded: tuple[int, ...] = ()


_Times = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_Excluded = Annotated[tuple[_Times, ...], msgspec.Meta(max_length=1_000)]


class _Envelope(Struct, kw_only=True):
    """A batch whose parts are not looked at yet. Unknown keys are no part of a batch and fall."""

    number: int
    policy: str
    vocabulary: int
    journey: str
    reset: bool = False
    events: list[msgspec.Raw] = []
    interactions: list[msgspec.Raw] = []
    excluded: msgspec.Raw = msgspec.Raw(b"[]")


class _Whole(Struct, kw_only=True, forbid_unknown_fields=True):
    """A batch as our own recorder sends it."""

    number: int
    policy: str
    vocabulary: int
    journey: str
    reset: bool = False
    events: list[Event] = []
    interactions: list[Interaction] = []
    excluded: _Excluded = ()


_Known = TypeVar("_Known")
_WHOLE = msgspec.json.Decoder(_Whole)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_INTERACTION = msgspec.json.Decoder(Interaction)
# Described once: to describe all events anew takes longer than to fit a hundred of them.
_EVENT_FORM, _INTERACTION_FORM = inspect.type_info(Event), inspect.type_info(Interaction)
_LARGEST = 2**53  # of a batch number or a vocabulary version


def decode(body: bytes, limits: Limits = STANDARD) -> Batch:
    """Read a batch, packed or plain.

    Raises: Invalid for anything malformed, TooLarge over a limit; never another exception.
    """
    plain = unpack(body, limits)
    dropped: Counter[str] = Counter()
    try:
        try:
            whole = _WHOLE.decode(plain)
        except msgspec.ValidationError:
            whole = _by_piece(plain, dropped, limits)
    except (ValueError, RecursionError) as broken:
        raise Invalid("the body is not a batch in JSON") from broken
    _check(whole, limits)
    return Batch(
        number=whole.number,
        policy=PolicyHash(whole.policy),
        vocabulary=whole.vocabulary,
        journey=whole.journey,
        reset=whole.reset,
        hash=sha256(plain).digest()[:16],
        events=whole.events,
        interactions=whole.interactions,
        dropped=dropped,
        excluded=whole.excluded,
    )


def _check(whole: _Whole, limits: Limits) -> None:
    if len(whole.events) > limits.events or len(whole.interactions) > limits.interactions:
        raise TooLarge(f"a batch holds at most {limits.events} events and {limits.interactions} interactions")
    if not (0 <= whole.number < _LARGEST and 0 <= whole.vocabulary < _LARGEST):
        raise Invalid("a batch's number and vocabulary are whole and not negative")


def _by_piece(plain: bytes, dropped: Counter[str], limits: Limits) -> _Whole:
    """Decode each event alone, and fit to the types what they do not take as it is."""
    envelope = _ENVELOPE.decode(plain)
    if len(envelope.events) > limits.events or len(envelope.interactions) > limits.interactions:
        raise TooLarge(f"a batch holds at most {limits.events} events and {limits.interactions} interactions")
    return _Whole(
        number=envelope.number,
        policy=envelope.policy,
        vocabulary=envelope.vocabulary,
        journey=envelope.journey,
        reset=envelope.reset,
        events=_pieces(envelope.events, _EVENT, _EVENT_FORM, dropped, "events"),
        interactions=_pieces(envelope.interactions, _INTERACTION, _INTERACTION_FORM, dropped, "interactions"),
        excluded=_excluded(envelope.excluded),
    )


def _excluded(said: msgspec.Raw) -> tuple[int, ...]:
    try:
        return msgspec.json.decode(said, type=_Excluded)
    except msgspec.ValidationError:  # no part of what is stored: a wrong one counts nothing
        return ()


def _pieces(
    raws: Iterable[msgspec.Raw],
    decoder: msgspec.json.Decoder[_Known],
    form: inspect.Type,
    dropped: Counter[str],
    path: str,
) -> list[_Known]:
    kept: list[_Known] = []
    for raw in raws:
        try:
            kept.append(decoder.decode(raw))
        except msgspec.ValidationError:
            fitted = fit(msgspec.json.decode(raw), form, path, dropped)
            if fitted is not UNSET:
                kept.append(msgspec.convert(fitted, decoder.type))
    return kept
