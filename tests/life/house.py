"""The rooms on real drivers in one directory, with a policy, a vocabulary and people, and a clock that tests turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from milkglass import facts
from milkglass.access.access import Access
from milkglass.access.accounts import Account, Accounts, NewAccount
from milkglass.access.cases import Case, Cases
from milkglass.access.grants import Grants
from milkglass.access.logins import Logins
from milkglass.access.passkeys import Site
from milkglass.access.roles import Role
from milkglass.access.training import Trainings
from milkglass.consent.consents import Consents
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.open import migrate, open_engine
from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.install import Install
from milkglass.institutions import Institutions
from milkglass.interactions.store_duckdb import DuckdbInteractions
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer
from milkglass.policy.compile import CompiledPolicy, compile_policy
from milkglass.policy.load import load
from milkglass.replay.replay import Replay
from milkglass.retention import Retention
from milkglass.tickets.tickets import Exchange, Tickets
from milkglass.tickets.visit_tokens import REMEDIES, Claims, sign_visit
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.disk import Disk
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.keys import Keys
from milkglass.vault.keys_file import FileKeyWrap
from milkglass.vault.objects_directory import DirectoryObjects
from milkglass.vault.objects_memory import MemoryObjects
from milkglass.vault.values import Sealed
from milkglass.vault.vault import Vault
from milkglass.vocabulary.entries import Entry
from milkglass.vocabulary.store import Vocabulary
from milkglass.wire.decode import decode
from milkglass.wire.values import ApplicationId, CaseId, InstitutionId, RecordingId, TicketFields

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
CHALKBOARD = ApplicationId("chalkboard")
RIVERBEND = InstitutionId("riverbend-high")
LAKESIDE = InstitutionId("lakeside-college")
JANE = "ab" * 32
POLICY = """
milkglass: 1
application: {id: chalkboard, name: Chalkboard, origins: ["https://chalkboard.example"]}
vocabulary: words.yaml
retention_days: 30
people_floor: 10
viewers_max: 2
query_keys: []
institutions:
  - {id: riverbend-high, name: Riverbend High, type: k12, opted_in: [replay, heatmap], level: labelled}
  - {id: lakeside-college, name: Lakeside College, type: postsecondary, opted_in: [heatmap], level: clicks}
journeys:
  - {name: chat, routes: ["/chat/:room"], level: labelled, student_interaction: true, risk: medium}
"""


@dataclass
class House:
    engine: Engine
    writer: Writer
    log: Log
    keys: KeyFiles
    policies: dict[ApplicationId, CompiledPolicy]
    vocabulary: Vocabulary
    consents: Consents
    tickets: Tickets
    access: Access
    vault: Vault
    interactions: DuckdbInteractions
    replay: Replay
    retention: Retention
    reads: list[int]  # the log's size at each moment when sealed bytes were read
    numbers: dict[str, int] = field(default_factory=dict)

    def close(self) -> None:
        self.interactions.close()
        self.writer.close()
        self.engine.dispose()

    def visit(self, now: datetime = NOW, **claims: object) -> str:
        """A customer's visit token of Jane, with some claims changed."""
        at = int(now.timestamp())
        said: dict[str, object] = {
            "application": CHALKBOARD,
            "institution": RIVERBEND,
            "person": JANE,
            "iat": at,
            "exp": at + 600,
            "may_consent": True,
            "consent": {"purposes": ["replay", "heatmap"], "notice": "n-1", "actor": "student", "at": at - 10},
        }
        return sign_visit(msgspec.convert(said | claims, Claims), self.keys.secret(CHALKBOARD))

    def exchange(self, now: datetime = NOW, old: str | None = None, **claims: object) -> Exchange:
        given = self.tickets.exchange(self.visit(now, **claims), old, "0.1.0", now)
        assert isinstance(given, Exchange)
        return given

    def record(self, fields: TicketFields, events: list[object], now: datetime = NOW) -> None:
        """Bring a batch in as ingest does: decode, enforce, append."""
        policy = self.policies[fields.application]
        number = self.numbers.get(fields.recording, 0)
        self.numbers[fields.recording] = number + 1
        clicked = {"kind": "click", "at": 100, "route": "/chat/:room", "viewport": "large", "x": 0.5, "y": 0.5}
        body = {
            "number": number,
            "policy": policy.hash,
            "vocabulary": policy.vocabulary.version,
            "journey": "chat",
            "reset": number == 0,
            "events": events,
            "interactions": [clicked],
        }
        purge_day = (now + timedelta(days=policy.retention_days)).date()
        standing = Standing(
            ticket=fields,
            now_ms=int(now.timestamp() * 1000),
            recording_key=self.vault.token_key(fields, purge_day),
            words=policy.vocabulary,
        )
        redacted = enforce(decode(msgspec.json.encode(body)), policy, standing)
        assert isinstance(redacted, RedactedBatch), redacted
        rows_day = (now + timedelta(days=policy.heatmap_days(fields.institution, fields.purposes))).date()
        self.vault.append(redacted, purge_day, now, rows_day=rows_day)

    def recorded(self, now: datetime = NOW) -> RecordingId:
        """A recording of two batches, one rolled and one still in the journal."""
        fields = self.exchange(now).fields
        self.record(fields, page("Save changes", "Jane Doe"), now)
        self.vault.roll(now)
        self.record(fields, page("Save changes", "Second batch of Jane"), now)
        return fields.recording

    def account(
        self, name: str, role: Role, trained: timedelta | None = timedelta(days=365), *, vetted: bool = True
    ) -> Account:
        """An account of this name, made if there is none; trained and vetted unless the test says otherwise."""
        known = self.access.accounts.by_email(f"{name}@vendor.example")
        if known is not None:
            return known
        until = None if trained is None else NOW + trained
        new = NewAccount(email=f"{name}@vendor.example", name=name, roles=frozenset({role}), training_until=until)
        account = self.access.accounts.create(new, facts.COMMAND_LINE, NOW)
        if not vetted:
            return account
        self.access.vettings.enter(account.id, facts.COMMAND_LINE, NOW)
        return self.access.accounts.get(account.id)

    @property
    def viewer(self) -> Account:
        """A viewer who proved by a passkey who she is, as her login session would say."""
        return replace(self.account("vera", Role.VIEWER), proved_at=NOW)

    def case(self, institution: InstitutionId = RIVERBEND) -> Case:
        """An open case of the viewer's, with leave that a second person gave for eight hours."""
        case = self.access.cases.open("ZD-4711", institution, self.viewer, NOW)
        if self.access.grants.of_case(self.viewer.id, case.id, NOW) is None:
            grant = self.access.grants.ask(self.viewer, case.id, "support_case", 480, NOW)
            self.access.grants.approve(grant.id, self.account("olga", Role.OWNER), NOW)
        return case

    def acts(self) -> list[str]:
        return [msgspec.json.decode(entry.spelled)["act"] for entry in self.log.entries(0, 10_000)]


def page(*texts: str) -> list[object]:
    """The events of a page with one paragraph a text: Meta and a full snapshot."""
    nodes = [
        {
            "type": 2,
            "tagName": "p",
            "attributes": {"class": "row"},
            "childNodes": [{"type": 3, "textContent": said, "id": 10 + place}],
            "id": 100 + place,
        }
        for place, said in enumerate(texts)
    ]
    style = {"type": 3, "textContent": ".row{color:red}", "id": 6, "isStyle": True}
    head = {"type": 2, "tagName": "style", "attributes": {}, "childNodes": [style], "id": 5}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [head, *nodes], "id": 2}
    document = {"type": 0, "childNodes": [html], "id": 1}
    return [
        {"type": 4, "data": {"href": "/chat/:room", "width": 1000, "height": 800}, "timestamp": 50},
        {"type": 2, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 100},
    ]


class WatchedObjects(DirectoryObjects):
    """The real driver; it notes how long the log was when a segment was read."""

    def __init__(self, where: Path, log: Log, reads: list[int]) -> None:
        super().__init__(where, Disk())
        self.log, self.reads = log, reads

    def get(self, name: str) -> bytes:
        self.reads.append(self.log.size())
        return super().get(name)


class WatchedJournal(FileJournal):
    """The real driver; it notes how long the log was when a live recording was read."""

    def __init__(self, where: Path, log: Log, reads: list[int]) -> None:
        super().__init__(where, Disk())
        self.log, self.reads = log, reads

    def tail(self, recording: str) -> list[Sealed]:
        self.reads.append(self.log.size())
        return super().tail(recording)


@contextmanager
def opened(where: Path) -> Iterator[House]:
    engine = open_engine(f"sqlite:///{where / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    keys = KeyFiles(where / "keys")
    if not keys.secrets(CHALKBOARD):
        keys.rotate(CHALKBOARD)
    vocabulary = Vocabulary(engine, writer, MemoryObjects(), keys.key("candidates"))
    policies = {CHALKBOARD: _policy(vocabulary)}
    institutions = Institutions(engine, writer, policies.get)
    consents = Consents(engine=engine, writer=writer, institutions=institutions, map_key=keys.key("people"))
    install = Install(engine=engine, writer=writer, remedies=REMEDIES)
    tickets = Tickets(engine=engine, writer=writer, consents=consents, keys=keys, install=install)
    access = _access(engine, writer, institutions)
    log, reads = Log(engine), list[int]()
    days = DayKeys(FileKeyWrap(where / "keys" / "master"), engine, writer)
    interactions = DuckdbInteractions(where / "interactions", days.interactions)
    vault = Vault(
        journal=WatchedJournal(where / "journal", log, reads),
        objects=WatchedObjects(where / "segments", log, reads),
        keys=Keys(days, engine, writer),
        days=days,
        engine=engine,
        writer=writer,
        take_rows=interactions.take,
    )
    replay = Replay(
        engine=engine,
        writer=writer,
        vault=vault,
        access=access,
        consents=consents,
        tickets=tickets,
        vocabulary=vocabulary,
    )
    retention = Retention(engine=engine, writer=writer, vault=vault, interactions=interactions, consents=consents)
    house = House(
        engine,
        writer,
        log,
        keys,
        policies,
        vocabulary,
        consents,
        tickets,
        access,
        vault,
        interactions,
        replay,
        retention,
        reads,
    )
    try:
        yield house
    finally:
        house.close()


def _policy(vocabulary: Vocabulary) -> CompiledPolicy:
    version = vocabulary.publish(CHALKBOARD, [_entry("t", "Save changes"), _entry("n", "row")], NOW)
    words = vocabulary.words(CHALKBOARD, version)
    assert words is not None
    return compile_policy(load(POLICY), words, "00" * 8)


def _access(engine: Engine, writer: Writer, institutions: Institutions) -> Access:
    accounts = Accounts(engine=engine, writer=writer, viewers_max=lambda: 2)
    logins = Logins.build(accounts, Site("http://localhost:8484"), bytes(32))
    cases = Cases(engine=engine, writer=writer, institutions=institutions)
    return Access(
        accounts=accounts,
        logins=logins,
        cases=cases,
        grants=Grants(engine=engine, writer=writer, cases=cases),
        trainings=Trainings(engine=engine, writer=writer),
    )


def _entry(kind: str, said: str) -> Entry:
    return Entry(kind=kind, said=said, source="tests", reviewer="tests", reviewed="2026-01-01")


def case_id(case: Case | None) -> CaseId | None:
    return None if case is None else case.id
