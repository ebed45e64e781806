"""Kept: what a stopped server's store holds of each recording, every copy of a batch and not only the first."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from milkglass.database.tables_vault import recordings
from milkglass.replay.values import Filters
from milkglass.wire.values import RecordingId
from tests.line.stored import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milkglass.app.app import Milkglass
    from milkglass.vault.values import StoredBatch
    from tests.line.server import Server

FULL_SNAPSHOT = 2


def copies(server: Server) -> dict[str, Counter[int]]:
    """Count, by recording, how many copies of each batch number the segments hold. The server must have stopped.

    Opening the house rolls what a kill left in the journal, so the segments are all that there is.
    """
    house = opened(server)
    try:
        return {
            row.recording: Counter(batch.number for batch in _batches(house, row.recording))
            for row in house.replay.list(Filters(most=10_000))
        }
    finally:
        house.close()


def snapshots(server: Server, recording: str) -> list[tuple[int, int]]:
    """List (batch number, full snapshots in it) of a recording, by number. The server must have stopped."""
    house = opened(server)
    try:
        found = sorted((batch.number, batch.events) for batch in _batches(house, RecordingId(recording)))
        return [(number, sum(one["type"] == FULL_SNAPSHOT for one in json.loads(events))) for number, events in found]
    finally:
        house.close()


def heatmap_rows(server: Server) -> dict[str, int]:
    """Count each recording's heatmap rows. The server must have stopped."""
    house = opened(server)
    try:
        with house.engine.connect() as connection:
            rows = connection.execute(select(recordings.c.recording, recordings.c.purge_day)).all()
        return {row.recording: house.rows.count(row.recording, date.fromisoformat(row.purge_day)) for row in rows}
    finally:
        house.close()


def _batches(house: Milkglass, recording: RecordingId) -> Iterator[StoredBatch]:
    assert not house.vault.journal.tail(recording), "the start rolled the journal"
    for row in house.vault.segments(recording):
        yield from house.vault.batches(recording, row.segment)
