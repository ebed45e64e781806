"""Listing: from the rows of the vault's table to what a list shows."""

from collections.abc import Iterator
from datetime import date

import msgspec
from sqlalchemy import ColumnElement, Label, Row, Select, exists, select

from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_access import exports, recording_seals
from milkglass.database.tables_vault import recordings
from milkglass.replay.values import ExportRow, Filters, RecordingRow
from milkglass.wire.values import (
    AccountId,
    ApplicationId,
    CaseId,
    ConsentId,
    InstitutionId,
    Level,
    RecordingId,
    VisitId,
)


def is_sealed() -> Label[bool]:
    """Return the column that tells whether a viewer reported personal data in the recording."""
    return exists().where(recording_seals.c.recording == recordings.c.recording).label("is_sealed")


def conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    """Return what the filters ask of a row."""
    table = recordings.c
    for column, value in (
        (table.application, filters.application),
        (table.institution, filters.institution),
        (table.visit, filters.visit),
    ):
        if value is not None:
            yield column == value
    if filters.route is not None:
        # A JSON list of strings: a whole one stands between its quotes.
        yield table.routes.contains(msgspec.json.encode(filters.route).decode(), autoescape=True)
    if filters.mark is not None:
        yield table.marks.contains(f"{msgspec.json.encode(filters.mark).decode()}:", autoescape=True)
    if filters.since is not None:
        yield table.began_at >= to_ms(filters.since)
    if filters.until is not None:
        yield table.began_at < to_ms(filters.until)


def read_row(row: Row[tuple[object, ...]]) -> RecordingRow:
    """Read a row of the list."""
    return RecordingRow(
        recording=RecordingId(row.recording),
        visit=VisitId(row.visit),
        application=ApplicationId(row.application),
        institution=InstitutionId(row.institution),
        consent=ConsentId(row.consent),
        began_at=from_ms(row.began_at),
        ended_at=from_ms(row.ended_at),
        purge_day=date.fromisoformat(row.purge_day),
        level=Level(row.level),
        events=row.events,
        byte_count=row.bytes,
        gaps=row.gaps,
        routes=tuple(msgspec.json.decode(row.routes, type=list[str])),
        journeys=tuple(msgspec.json.decode(row.journeys, type=list[str])),
        marks=_counts(row.marks),
        masked=_counts(row.masked),
        bypassed=_counts(row.bypassed),
        dropped=_counts(row.dropped),
        is_sealed=bool(row.is_sealed),
    )


def asked_exports() -> Select[tuple[object, ...]]:
    """Return the choice of all exports whose recording still is: a purged one takes its exports out of the list."""
    return select(exports, recordings.c.institution).join(recordings, recordings.c.recording == exports.c.recording)


def read_export(row: Row[tuple[object, ...]]) -> ExportRow:
    """Read an exports row with its recording's institution."""
    return ExportRow(
        id=row.export,
        recording=RecordingId(row.recording),
        institution=InstitutionId(row.institution),
        requested_by=AccountId(row.requested_by),
        reason=row.reason,
        case=None if row.case is None else CaseId(row.case),
        requested_at=from_ms(row.requested_at),
        confirmed_by=None if row.confirmed_by is None else AccountId(row.confirmed_by),
        confirmed_at=None if row.confirmed_at is None else from_ms(row.confirmed_at),
        done_at=None if row.done_at is None else from_ms(row.done_at),
    )


def _counts(text: str) -> dict[str, int]:
    return msgspec.json.decode(text, type=dict[str, int])
