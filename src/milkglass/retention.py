"""Retention: what is due, and purging it for good.

A purge shreds the key before it removes the bytes, so that a crash between the two leaves only bytes that nobody can
read. Every step can run again: what a crash cut off is taken up by the next `run`.

Source: the policy's `retention_days`; NIST SP 800-88r2 on cryptographic erase.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256

import msgspec
import rfc8785
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from milkglass import facts
from milkglass.consent.consents import Consents
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_access import exports, looks, recording_seals, resolutions
from milkglass.database.tables_retention import purges
from milkglass.database.tables_vault import recordings, segments
from milkglass.errors import Conflict, NotFound
from milkglass.interactions.store import InteractionStore
from milkglass.merkle.entry import Actor
from milkglass.merkle.writer import Change, Writer
from milkglass.vault.vault import Vault
from milkglass.wire.values import ConsentId, InstitutionId, RecordingId

METHOD = "cryptographic erase of the recording's AES-256 key, then deletion (NIST SP 800-88r2, Purge)"
# Tables beside the vault's that name a recording; the log keeps what they told, under random ids.
_NAMING = (looks, recording_seals, exports, resolutions)


class Trigger(StrEnum):
    """Why a recording is purged."""

    TTL = "ttl"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    REQUEST = "request"


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What a purge proves. `recording` is the SHA-256 of its id; `positives` counts what the probe still found."""

    certificate: str
    recording: str
    institution: str
    trigger: str
    method: str
    events: int
    segments: int
    byte_count: int
    heatmap_rows: int
    started_at: str
    completed_at: str
    positives: int


@dataclass(frozen=True, slots=True)
class Dated:
    """A recording as its due date sees it."""

    recording: RecordingId
    purge_day: date


def late(kept: Iterable[Dated], now: datetime) -> list[RecordingId]:
    """List what is due on the day of `now`, in UTC, the oldest first.

    >>> kept = [Dated(RecordingId("b"), date(2026, 1, 3)), Dated(RecordingId("a"), date(2026, 1, 2))]
    >>> late(kept, datetime(2026, 1, 2, tzinfo=UTC))
    ['a']
    """
    today = now.astimezone(UTC).date()
    due = sorted((one for one in kept if one.purge_day <= today), key=lambda one: (one.purge_day, one.recording))
    return [one.recording for one in due]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The room."""

    engine: Engine
    writer: Writer
    vault: Vault
    interactions: InteractionStore
    consents: Consents

    def due(self, now: datetime) -> list[RecordingId]:
        """List the recordings whose purge day has come, the oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(recordings.c.recording, recordings.c.purge_day)).all()
        return late((Dated(RecordingId(row.recording), date.fromisoformat(row.purge_day)) for row in rows), now)

    def run(self, now: datetime) -> int:
        """Take up what a crash cut off, purge what is due and what people asked to erase; return how many."""
        self.vault.roll(now)
        done = [self._finish(row, facts.SYSTEM, now) for row in self._running()]
        done += [self.purge(recording, facts.SYSTEM, now, Trigger.TTL) for recording in self.due(now)]
        for consent_id in self.consents.erasures():
            done += self._erase(consent_id, now)
        self._drop_rows(now)
        return len(done)

    def purge(
        self, recording: RecordingId, actor: Actor, now: datetime, trigger: Trigger = Trigger.REQUEST
    ) -> Certificate:
        """Purge one recording and return its certificate; the leaf is in the log before anything is destroyed.

        Raises: NotFound for an unknown one; Conflict if the probe still finds something: run it again.
        """
        self.vault.roll(now)
        running = self._running(recording)
        if running:
            return self._finish(running[0], actor, now)
        started = self._start(recording, trigger, now)
        by = facts.By(at=now, actor=actor, institution=self._log_id(started["institution"], now))

        def change(connection: Connection) -> None:
            if connection.execute(select(purges).where(purges.c.recording == recording)).first() is not None:
                raise Conflict("this recording is being purged already")
            connection.execute(insert(purges).values(**started))

        self.writer.commit([change], facts.purge_start(by, recording, trigger.value))
        return self._finish(self._running(recording)[0], actor, now)

    def certificates(self, most: int = 100) -> list[Certificate]:
        """List the newest certificates."""
        with self.engine.connect() as connection:
            done = select(purges.c.certificate).where(purges.c.certificate.is_not(None))
            rows = connection.execute(done.order_by(purges.c.done_at.desc()).limit(most)).scalars()
            return [msgspec.json.decode(row, type=Certificate) for row in rows]

    def purged(self) -> tuple[int, datetime | None]:
        """Count the purges that are done, probed and certified, and say when the last one was."""
        with self.engine.connect() as connection:
            done = select(func.count(), func.max(purges.c.done_at)).where(purges.c.certificate.is_not(None))
            count, last = connection.execute(done).one()
        return count, None if last is None else from_ms(last)

    def _drop_rows(self, now: datetime) -> None:
        """Destroy the heatmap rows whose day has come: key, then files. Safe to run again after a crash."""
        today = now.astimezone(UTC).date()
        for day in (one for one in self.interactions.days() if one <= today):
            self.writer.commit([], facts.purge_heatmaps(facts.By(at=now), day.isoformat()))
            self.vault.destroy_rows_key(day)
            self.interactions.drop(day)

    def _erase(self, consent_id: ConsentId, now: datetime) -> list[Certificate]:
        with self.engine.connect() as connection:
            made = select(recordings.c.recording).where(recordings.c.consent == consent_id)
            theirs = [RecordingId(one) for one in connection.execute(made).scalars()]
        done = [self.purge(recording, facts.SYSTEM, now, Trigger.CONSENT_WITHDRAWN) for recording in theirs]
        self.consents.erased(consent_id, len(done), now)
        return done

    def _finish(self, row: Row[tuple[object, ...]], actor: Actor, now: datetime) -> Certificate:
        """Key, bytes, rows, probe, certificate: each safe to do again."""
        recording, purge_day = RecordingId(row.recording), date.fromisoformat(row.purge_day)
        self.vault.shred(recording, now)
        heatmap_rows = self.interactions.forget(recording, purge_day)
        # The rows beside the vault's go first: the vault's purge ends with a checkpoint that cuts them from the WAL.
        self.writer.commit([_forgotten(recording)])
        self.vault.purge(recording, now)
        positives = self._positives(recording, purge_day)
        if positives:
            raise Conflict(f"the probe still finds {positives} traces of a purged recording; run the purge again")
        log_id = self._log_id(row.institution, now)
        certificate = _certificate(row, log_id, heatmap_rows, now)
        spelled = rfc8785.dumps(msgspec.to_builtins(certificate))
        by = facts.By(at=now, actor=actor, institution=log_id)
        fact = facts.purge_done(by, recording, sha256(spelled).hexdigest(), positives)
        self.writer.commit([_done(row.purge, spelled, now)], fact)
        return certificate

    def _positives(self, recording: RecordingId, purge_day: date) -> int:
        probe = self.vault.probe(recording)
        with self.engine.connect() as connection:
            named = sum(
                connection.execute(
                    select(func.count()).select_from(table).where(table.c.recording == recording)
                ).scalar_one()
                for table in _NAMING
            )
        left = sum(probe.rows.values()) + probe.objects + probe.frames + named
        return left + self.interactions.count(recording, purge_day) + (0 if probe.tombstone else 1)

    def _running(self, recording: RecordingId | None = None) -> list[Row[tuple[object, ...]]]:
        begun = select(purges).where(purges.c.done_at.is_(None)).order_by(purges.c.started_at)
        if recording is not None:
            begun = begun.where(purges.c.recording == recording)
        with self.engine.connect() as connection:
            return list(connection.execute(begun))

    def _start(self, recording: RecordingId, trigger: Trigger, now: datetime) -> dict[str, object]:
        with self.engine.connect() as connection:
            row = connection.execute(select(recordings).where(recordings.c.recording == recording)).one_or_none()
            count = select(func.count()).select_from(segments).where(segments.c.recording == recording)
            parts = connection.execute(count).scalar_one()
        if row is None:
            raise NotFound("there is no such recording")
        return {
            "purge": random_id(),
            "recording": recording,
            "digest": sha256(recording.encode()).digest(),
            "institution": row.institution,
            "purge_day": row.purge_day,
            "trigger": trigger.value,
            "events": row.events,
            "bytes": row.bytes,
            "segments": parts,
            "started_at": to_ms(now),
        }

    def _log_id(self, institution: object, now: datetime) -> str:
        return self.consents.institutions.log_id(InstitutionId(str(institution)), now)


def _forgotten(recording: RecordingId) -> Change:
    def change(connection: Connection) -> None:
        for table in _NAMING:
            connection.execute(delete(table).where(table.c.recording == recording))

    return change


def _done(purge: str, certificate: bytes, now: datetime) -> Change:
    ended = update(purges).where(purges.c.purge == purge)
    values = ended.values(recording=None, done_at=to_ms(now), certificate=certificate)

    def change(connection: Connection) -> None:
        connection.execute(values)

    return change


def _certificate(row: Row[tuple[object, ...]], log_id: str, heatmap_rows: int, now: datetime) -> Certificate:
    return Certificate(
        certificate=row.purge,
        recording=row.digest.hex(),
        institution=log_id,
        trigger=row.trigger,
        method=METHOD,
        events=row.events,
        segments=row.segments,
        byte_count=row.bytes,
        heatmap_rows=heatmap_rows,
        started_at=from_ms(row.started_at).isoformat(),
        completed_at=now.isoformat(),
        positives=0,
    )
