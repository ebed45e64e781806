"""Bodies: what lies inside the seal of a batch, and of its heatmap rows."""

from collections import Counter
from datetime import datetime

import msgspec

from milkglass.database.moments import to_ms
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.errors import Invalid
from milkglass.vault.sealing import batch_context, rows_context, seal, unseal
from milkglass.vault.values import Head, Sealed, StoredBatch
from milkglass.wire.events import Interaction


class _Body(msgspec.Struct, frozen=True, array_like=True):
    number: int
    hash: bytes
    policy: str
    vocabulary: int
    level: int
    reset: bool
    journey: str
    received: int
    events: bytes
    interactions: bytes


class HeatmapBody(msgspec.Struct, frozen=True, array_like=True):
    """A batch's heatmap rows: whose crowd digest, and the interactions."""

    crowd: int
    interactions: list[Interaction]


_body_decoder = msgspec.msgpack.Decoder(_Body)
_heatmap_decoder = msgspec.msgpack.Decoder(HeatmapBody)


def head_of(batch: RedactedBatch, purge_day: str, received_at: datetime, rows_day: str = "") -> Head:
    """Say of a batch what lies in clear beside it; `rows_day` where its heatmap rows go on another day."""
    ticket, remarks = batch.ticket, batch.remarks
    masked: Counter[str] = Counter()
    for (string_class, _route), count in remarks.masked.items():
        masked[str(string_class)] += count
    return Head(
        application=ticket.application,
        institution=ticket.institution,
        recording=ticket.recording,
        visit=ticket.visit,
        consent=ticket.consent,
        began=ticket.began,
        purge_day=purge_day,
        number=batch.number,
        hash=batch.hash,
        vocabulary=batch.vocabulary,
        journey=batch.journey,
        level=int(batch.level),
        received=to_ms(received_at),
        first_at=batch.first_at,
        last_at=batch.last_at,
        events=batch.event_count,
        routes=sorted(batch.routes),
        marks=dict(batch.marks),
        masked=dict(masked),
        bypassed=dict(remarks.bypassed),
        dropped=dict(remarks.dropped),
        rows_day=rows_day,
    )


def seal_batch(batch: RedactedBatch, head: Head, key: bytes, rows_key: bytes) -> Sealed:
    """Seal a batch with its recording's key and its heatmap rows with the day's."""
    body = _Body(
        number=batch.number,
        hash=batch.hash,
        policy=batch.policy,
        vocabulary=batch.vocabulary,
        level=int(batch.level),
        reset=batch.reset,
        journey=batch.journey,
        received=head.received,
        events=batch.events,
        interactions=msgspec.json.encode(batch.interactions),
    )
    place = (head.institution, head.recording, head.number)
    sealed = seal(key, batch_context(*place), msgspec.msgpack.encode(body))
    rows = b""
    if batch.heatmap:
        heatmap = HeatmapBody(batch.ticket.crowd, list(batch.heatmap))
        rows = seal(rows_key, rows_context(*place), msgspec.msgpack.encode(heatmap))
    return Sealed(head, sealed, rows)


def open_batch(sealed: bytes, key: bytes, place: tuple[str, str, int]) -> StoredBatch:
    """Open a batch in its place (institution, recording, number). Raises Invalid."""
    body = _body_decoder.decode(unseal(key, batch_context(*place), sealed))
    return StoredBatch(
        number=body.number,
        hash=body.hash,
        policy=body.policy,
        vocabulary=body.vocabulary,
        level=body.level,
        reset=body.reset,
        journey=body.journey,
        received_at=body.received,
        events=body.events,
        interactions=body.interactions,
    )


def open_rows(sealed: Sealed, keys: list[bytes]) -> HeatmapBody:
    """Open a batch's heatmap rows with whichever of a day's keys fits. Raises Invalid if none does."""
    context = rows_context(sealed.head.institution, sealed.head.recording, sealed.head.number)
    for key in keys:
        try:
            return _heatmap_decoder.decode(unseal(key, context, sealed.rows))
        except Invalid:
            continue
    raise Invalid("heatmap rows open with no key of their day", code="not_opened")
