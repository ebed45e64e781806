"""Replay: the only way out for a recording.

Every step decides again, has the decision in the log, durable, and only then reads a byte. If the log cannot be
written the answer is Unavailable. In an export words stand where references stood, so that any rrweb player takes it.

Source: DESIGN's law "durable before yes"; the CSSOM's "serialize an identifier" and "serialize a string".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time

import msgspec
from sqlalchemy import Connection, Engine, Executable, Table, insert, select, update

from milkglass import facts
from milkglass.access.access import Access, Asked, refused
from milkglass.access.accounts import Account
from milkglass.access.pace import Pace
from milkglass.access.values import Act, Facts
from milkglass.consent.consents import Consents
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_access import exports, looks, recording_seals
from milkglass.database.tables_vault import recordings
from milkglass.errors import Conflict, NotFound
from milkglass.merkle.writer import Change, Writer
from milkglass.replay.listing import asked_exports, conditions, is_sealed, read_export, read_row
from milkglass.replay.rendering import rendered
from milkglass.replay.rendering_sheets import references as named
from milkglass.replay.seeking import seekable
from milkglass.replay.values import ExportRow, Filters, Look, RecordingRow, Seen
from milkglass.tickets.tickets import Tickets
from milkglass.vault.values import SegmentRow, StoredBatch
from milkglass.vault.vault import Vault
from milkglass.vocabulary.store import Vocabulary
from milkglass.wire.values import AccountId, ApplicationId, CaseId, InstitutionId, Json, LookId, Purpose, RecordingId

CODES_A_MINUTE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The room. `demo_application` is the built-in demo's; None where it is not served."""

    engine: Engine
    writer: Writer
    vault: Vault
    access: Access
    consents: Consents
    tickets: Tickets
    vocabulary: Vocabulary
    demo_application: ApplicationId | None = None
    pace: Pace = field(default_factory=Pace)

    def list(self, filters: Filters) -> list[RecordingRow]:
        """List recordings, the newest first. The caller has checked `Act.LIST`."""
        chosen = select(recordings, is_sealed()).order_by(recordings.c.began_at.desc(), recordings.c.recording)
        for condition in conditions(filters):
            chosen = chosen.where(condition)
        with self.engine.connect() as connection:
            return [read_row(row) for row in connection.execute(chosen.limit(filters.most).offset(filters.offset))]

    def get(self, recording: RecordingId) -> RecordingRow:
        """Read one row. Raises NotFound, also for a recording that no roll has reached yet."""
        with self.engine.connect() as connection:
            chosen = select(recordings, is_sealed()).where(recordings.c.recording == recording)
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise NotFound("there is no such recording")
        return read_row(row)

    def find_code(self, account: Account, code: str, now: datetime) -> Sequence[RecordingRow]:
        """List the recordings of a support code's visit. Each look-up leaves a leaf, also one that finds nothing.

        Raises: NotAllowed, NotFound, TooMany above ten a minute.
        """
        decision = self.access.may(account, Act.CODE, now)
        ruling = self.access.ruling(decision, Asked(act=Act.CODE))
        by = facts.By(at=now, actor=account.actor)
        if not decision.allowed:
            self.writer.commit([], facts.support_code_find(by, None, ruling))
            raise refused(decision)
        self.pace.hold(f"code {account.id}", CODES_A_MINUTE, now)
        found = self.tickets.visit_of(code, now)
        if found is None:
            self.writer.commit([], facts.support_code_find(by, None, ruling))
            raise NotFound("no visit has this code; codes last 14 days")
        visit, institution = found
        by = replace(by, institution=self._log_id(institution, now))
        self.writer.commit([], facts.support_code_find(by, visit, ruling))
        return self.list(Filters(visit=visit))

    def look(self, account: Account, recording: RecordingId, reason: str, case: CaseId | None, now: datetime) -> Look:
        """Begin a look. Allowed or refused, it is in the log when this returns or raises.

        Raises: NotAllowed with the rule as its code; NotFound; Unavailable if the log cannot be written.
        """
        look = Look(
            id=LookId(random_id()),
            account=account.id,
            recording=recording,
            reason=reason,
            case=case,
            began_at=now,
            proved_at=account.proved_at,
        )
        values = {
            "look": look.id,
            "account": account.id,
            "recording": recording,
            "reason": reason,
            "case": case,
            "began_at": to_ms(now),
        }
        asked = Asked(act=Act.LOOK, reason=reason, case=case)
        step = _Step(allow=facts.Act.LOOK_ALLOW, refuse=facts.Act.LOOK_REFUSE, told={"look": look.id})
        self._admit(_by_account(account, self.get(recording)), asked, step, now, [_insert(looks, values)])
        return look

    def resume(self, look_id: LookId, account: Account) -> Look:
        """Read a look of this account again. Raises NotFound, also for somebody else's."""
        with self.engine.connect() as connection:
            mine = (looks.c.look == look_id, looks.c.account == account.id)
            row = connection.execute(select(looks).where(*mine)).one_or_none()
        if row is None:
            raise NotFound("there is no such look of yours")
        return Look(
            id=look_id,
            account=account.id,
            recording=RecordingId(row.recording),
            reason=row.reason,
            case=row.case,
            began_at=from_ms(row.began_at),
            proved_at=account.proved_at,
        )

    def segments(self, look: Look, now: datetime) -> Sequence[SegmentRow]:
        """List what `segment` can give, by number; one more, the tail, holds what no roll has reached yet."""
        del now
        return self.vault.segments(look.recording)

    def segment(self, look: Look, number: int, now: datetime) -> Sequence[StoredBatch]:
        """Give one segment's batches, or the tail for the number behind the last.

        Raises: NotAllowed as soon as something changed since the look began: case closed, training over, sealed,
            consent taken back; NotFound; Unavailable, and no byte is read, if the log cannot be written.
        """
        asked = Asked(act=Act.LOOK, reason=look.reason, case=look.case)
        told: dict[str, str | int] = {"look": look.id, "segment": number}
        step = _Step(allow=facts.Act.LOOK_SEGMENT, refuse=facts.Act.LOOK_REFUSE, told=told)
        self._admit(_Who(look.account, self.get(look.recording), look.proved_at), asked, step, now)
        known = len(self.vault.segments(look.recording))
        if not 0 <= number <= known:
            raise NotFound("there is no such segment")
        return self.vault.tail(look.recording, known) if number == known else list(self._batches(look, number))

    def words(self, look: Look) -> dict[str, str]:
        """Return the words of the references, by reference without its marks. A withdrawn one is not among them."""
        return self.vocabulary.said(self.get(look.recording).application)

    def joined(self, look: Look, references: Iterable[str]) -> dict[str, str]:
        """Return the known sheets and listed images that a look's events name: `{"s2": "<css>", "a6": "data:…"}`."""
        return self.vocabulary.joined(self.get(look.recording).application, references)

    def personal_data(self, look: Look, seen: Seen, offset_ms: int, now: datetime) -> None:
        """Report personal data in a recording: it is sealed at once, for everybody, and each look at it ends."""
        account = self.access.accounts.get(look.account)
        self.access.require(account, Act.SEAL, now)
        row = self.get(look.recording)
        seal = {
            "seal": random_id(),
            "recording": row.recording,
            "account": account.id,
            "kind": seen.value,
            "offset_ms": offset_ms,
            "sealed_at": to_ms(now),
        }
        fact = facts.recording_seal(self._by(account, row, now), row.recording, str(seal["seal"]))
        self.writer.commit([_insert(recording_seals, seal)], fact)

    def request_export(
        self, account: Account, recording: RecordingId, reason: str, case: CaseId | None, now: datetime
    ) -> str:
        """Ask for an export, which a second person confirms; return its id. Raises as `look` does."""
        export_id = random_id()
        values = {
            "export": export_id,
            "recording": recording,
            "requested_by": account.id,
            "reason": reason,
            "case": case,
            "requested_at": to_ms(now),
        }
        asked = Asked(act=Act.EXPORT_REQUEST, reason=reason, case=case)
        step = _export_step(facts.Act.EXPORT_REQUEST, export_id)
        self._admit(_by_account(account, self.get(recording)), asked, step, now, [_insert(exports, values)])
        return export_id

    def exports(self, most: int = 100) -> Sequence[ExportRow]:
        """List exports, those that wait for a second person first, then by age. The caller has checked `Act.LIST`."""
        order = (exports.c.confirmed_at.is_not(None), exports.c.requested_at.desc(), exports.c.export)
        with self.engine.connect() as connection:
            return [read_export(row) for row in connection.execute(asked_exports().order_by(*order).limit(most))]

    def get_export(self, export_id: str) -> ExportRow:
        """Read one export. Raises NotFound, also once its recording was purged. The caller has checked `Act.LIST`."""
        with self.engine.connect() as connection:
            row = connection.execute(asked_exports().where(exports.c.export == export_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such export")
        return read_export(row)

    def confirm_export(self, account: Account, export_id: str, now: datetime) -> None:
        """Confirm another person's export. Raises NotAllowed for one's own, Conflict if it is confirmed already."""
        row = self.get_export(export_id)
        confirmed = update(exports).where(exports.c.export == export_id, exports.c.confirmed_by.is_(None))
        values = confirmed.values(confirmed_by=account.id, confirmed_at=to_ms(now))

        def change(connection: Connection) -> None:
            if connection.execute(values).rowcount != 1:
                raise Conflict("this export is confirmed already")

        who = replace(_by_account(account, self.get(row.recording)), requested_by=row.requested_by)
        step = _export_step(facts.Act.EXPORT_CONFIRM, export_id)
        self._admit(who, Asked(act=Act.EXPORT_CONFIRM), step, now, [change])

    def export(self, account: Account, export_id: str, now: datetime) -> Iterator[bytes]:
        """Give a confirmed export to the one who asked, as a JSON array of rrweb events in pieces.

        The leaf is durable when this returns; bytes are read as the pieces are taken.
        Raises: NotAllowed, NotFound, Unavailable, before the first piece.
        """
        row = self.get_export(export_id)
        who = _Who(account.id, self.get(row.recording), account.proved_at, row.requested_by, row.confirmed_by)
        asked = Asked(act=Act.EXPORT, reason=row.reason, case=row.case)
        done = update(exports).where(exports.c.export == export_id).values(done_at=to_ms(now))
        step = _export_step(facts.Act.EXPORT_DONE, export_id)
        self._admit(who, asked, step, now, [lambda connection: _execute(connection, done)])
        return self._events(who.row)

    def export_demo(self, account: Account, recording: RecordingId, now: datetime) -> Iterator[bytes]:
        """Give a recording of the built-in demo, whose people are invented, without a second person; logged too."""
        who = _by_account(account, self.get(recording))
        step = _export_step(facts.Act.EXPORT_DONE, random_id())
        self._admit(who, Asked(act=Act.EXPORT), step, now)
        return self._events(who.row)

    def _admit(self, who: "_Who", asked: Asked, step: "_Step", now: datetime, changes: Sequence[Change] = ()) -> None:
        """Decide, and have the decision durable in the log. Raises NotAllowed after a refusal's leaf."""
        account = replace(self.access.accounts.get(who.account), proved_at=who.proved_at)
        known = self._known(who, now)
        decision = self.access.ask(account, asked, known, now)
        grant = self.access.grant_id(account.id, asked, known, now)
        by, ruling = self._by(account, who.row, now), self.access.ruling(decision, asked, grant)
        if not decision.allowed:
            self.writer.commit([], facts.look(by, step.refuse, who.row.recording, ruling, step.told))
            raise refused(decision)
        self.writer.commit(changes, facts.look(by, step.allow, who.row.recording, ruling, step.told))

    def _known(self, who: "_Who", now: datetime) -> Facts:
        row = who.row
        return Facts(
            recording=row.recording,
            institution=row.institution,
            purge_after=datetime.combine(row.purge_day, time(), UTC),
            has_consent=Purpose.REPLAY in self.consents.standing(row.consent, now),
            is_sealed=row.is_sealed,
            is_demo=row.application == self.demo_application,
            requested_by=who.requested_by,
            confirmed_by=who.confirmed_by,
        )

    def _by(self, account: Account, row: RecordingRow, now: datetime) -> facts.By:
        return facts.By(at=now, actor=account.actor, institution=self._log_id(row.institution, now))

    def _log_id(self, institution: InstitutionId, now: datetime) -> str:
        return self.consents.institutions.log_id(institution, now)

    def _batches(self, look: Look, number: int) -> Iterator[StoredBatch]:
        return self.vault.batches(look.recording, self.vault.segments(look.recording)[number].segment)

    def _stored(self, row: RecordingRow, words: dict[str, str]) -> Iterator[dict[str, Json]]:
        """Yield the events; what they name of sheets and images is among the words before they come."""
        for batch in self.vault.whole(row.recording):
            fresh = named(batch.events) - words.keys()
            words.update(self.vocabulary.joined(row.application, fresh) if fresh else {})
            events: list[dict[str, Json]] = msgspec.json.decode(batch.events)
            yield from events

    def _events(self, row: RecordingRow) -> Iterator[bytes]:
        words = self.vocabulary.said(row.application)
        before = b"["
        for event in rendered(seekable(self._stored(row, words)), words, to_ms(row.began_at)):
            yield before + msgspec.json.encode(event)
            before = b",\n"
        yield b"[]" if before == b"[" else b"]"


@dataclass(frozen=True, slots=True)
class _Who:
    """Who asks about which recording, when their session was last proved, and the two people of an export."""

    account: AccountId
    row: RecordingRow
    proved_at: datetime | None
    requested_by: str | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """The acts that a step's leaf tells, and what it names."""

    allow: facts.Act
    refuse: facts.Act
    told: Mapping[str, str | int]


def _by_account(account: Account, row: RecordingRow) -> _Who:
    return _Who(account.id, row, account.proved_at)


def _export_step(allow: facts.Act, export_id: str) -> _Step:
    return _Step(allow=allow, refuse=facts.Act.EXPORT_REFUSE, told={"export": export_id})


def _insert(table: Table, values: Mapping[str, object]) -> Change:
    return lambda connection: _execute(connection, insert(table).values(**values))


def _execute(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)
