"""Enforcement: what arrives is rebuilt from the table; the only maker of a RedactedBatch.

It decides each string alone, from its path, the policy and the vocabulary, and keeps nothing between batches.

Source: DESIGN.md sections 2 and 3; spec/.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from milkglass.enforcement.context import Context
from milkglass.enforcement.cuts import cuts
from milkglass.enforcement.events import events
from milkglass.enforcement.interactions import interactions
from milkglass.enforcement.redacted import RedactedBatch, Remarks, Standing
from milkglass.enforcement.rhythm import quieted, unrepeated
from milkglass.enforcement.table import Table, classes, widths
from milkglass.enforcement.text import Texts
from milkglass.enforcement.tokens import Tokens
from milkglass.errors import TooLarge, Unavailable
from milkglass.policy.compile import CompiledPolicy
from milkglass.wire.decode import Batch
from milkglass.wire.events import Event, Meta
from milkglass.wire.values import Level, Purpose, Refusal

_LONGEST_MS = 4 * 60 * 60 * 1000  # of a recording
_AHEAD_MS = 60_000  # by which a page's clock may run ahead
_NO_PLACE = frozenset({"error", "request"})  # interactions that are no part of a heatmap
_ENCODE = msgspec.json.Encoder()


def enforce(
    batch: Batch, policy: CompiledPolicy, standing: Standing, table: Table | None = None
) -> RedactedBatch | Refusal:
    """Rebuild a batch so that it holds nothing a page said, or say why nothing of it is kept.

    Raises Unavailable where too many new style sheets wait to be parsed.
    `table` is another than spec's only where a test takes a rule away to see the leak.
    """
    if not standing.ticket.purposes:
        return Refusal.NO_CONSENT
    try:
        named = _named(batch, policy)
        level = _level(batch.journey, named, policy, standing)
        if level is Level.OFF:
            return Refusal.JOURNEY_OFF
        return _redact(batch, named, _context(level, named, policy, standing, table or classes()), standing)
    except TooLarge:
        return Refusal.TOO_LARGE
    except Unavailable:
        raise  # too much to do at once: that is no fault of the batch, which comes again
    except Exception:  # noqa: BLE001 - closed by default: whatever went wrong, nothing of the batch is kept
        return Refusal.NOT_REDACTED


def _named(batch: Batch, policy: CompiledPolicy) -> frozenset[str]:
    """The templates of all pages that a batch names. A request's route is an address of the API, not a page."""
    pages = [one.data.href for one in batch.events if type(one) is Meta]
    pages += [one.route for one in batch.interactions if one.kind != "request"]
    return frozenset(page if policy.is_template(page) else policy.template(page) for page in pages)


def _level(journey: str, named: Iterable[str], policy: CompiledPolicy, standing: Standing) -> Level:
    """The strictest level of the journey claimed and of every page named; a page off the map is off."""
    institution = standing.ticket.institution
    level = policy.level(journey, institution)
    for template in named:
        route = policy.journey_of(template)
        level = min(level, Level.OFF if route is None else policy.level(route.journey, institution))
    return level


def _context(level: Level, named: frozenset[str], policy: CompiledPolicy, standing: Standing, table: Table) -> Context:
    words = standing.words
    is_hidden = any(policy.is_excluded(template) for template in named)
    return Context(
        table=table,
        texts=Texts(table, widths(), words if level is Level.LABELLED else None),
        tokens=Tokens(standing.recording_key, words),
        cuts=cuts(),
        policy=policy,
        level=level,
        is_hidden=is_hidden,
        route=min(named, default=""),
        sheet_numbers=words.sheet_numbers,
        asset_numbers=words.asset_numbers if level is Level.LABELLED and not is_hidden else frozenset(),
        span_ms=max(0, min(standing.now_ms - standing.ticket.began + _AHEAD_MS, _LONGEST_MS)),
        remarks=Remarks(),
    )


def _redact(batch: Batch, named: frozenset[str], context: Context, standing: Standing) -> RedactedBatch:
    purposes = standing.ticket.purposes
    context.remarks.dropped.update(batch.dropped)
    kept = _events(batch, context) if Purpose.REPLAY in purposes else []
    rows = interactions(context, batch.interactions, standing.words.name_numbers)
    times = [int(one.timestamp) for one in kept] + [int(one.at) for one in rows]
    return RedactedBatch(
        ticket=standing.ticket,
        number=batch.number,
        hash=batch.hash,
        policy=context.policy.hash,  # what was enforced, whatever the page was masked under
        vocabulary=standing.words.version,
        journey=batch.journey,
        level=context.level,
        reset=batch.reset,
        events=_ENCODE.encode(kept),
        interactions=tuple(rows) if Purpose.REPLAY in purposes else (),
        heatmap=tuple(one for one in rows if one.kind not in _NO_PLACE) if Purpose.HEATMAP in purposes else (),
        routes=named,
        event_count=len(kept),
        first_at=min(times, default=0),
        last_at=max(times, default=0),
        marks=Counter(one.kind for one in rows),
        remarks=context.remarks,
    )


def _events(batch: Batch, context: Context) -> list[Event]:
    if context.level is Level.CLICKS:
        if batch.events:
            context.remarks.dropped["events"] += len(batch.events)
        return []
    dropped = context.remarks.dropped
    return unrepeated(events(context, quieted(batch.events, dropped)), dropped)
