"""App: builds the rooms, picks their drivers, and holds them together as one house.

The only place that knows which driver is in use. A house owns its data directory: a second one is turned away.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from milkglass import facts
from milkglass.access.accounts import Account, Accounts
from milkglass.access.keys import BackendKeys
from milkglass.access.logins import Logins
from milkglass.access.passkeys import Site
from milkglass.access.roles import Role
from milkglass.app.building import build_access, build_watch, viewers_max
from milkglass.app.directory import own
from milkglass.app.log_texts import keep_rules, log_texts
from milkglass.app.people import DEMO_APPLICATION, FIRST, seed
from milkglass.app.wireframes import Wireframes
from milkglass.backup import back_up
from milkglass.cleaners import Cleaners
from milkglass.consent.asking import Asking
from milkglass.consent.consents import Consents
from milkglass.consent.listing import Ledger
from milkglass.database.keyfiles import KeyFiles
from milkglass.database.open import migrate, open_engine
from milkglass.enforcement.cuts import cuts
from milkglass.errors import Conflict, Invalid, NotFound, Unavailable
from milkglass.ingest import Ingest
from milkglass.install import Install
from milkglass.institutions import Institutions, Reach, Scope
from milkglass.interactions.interactions import Interactions
from milkglass.interactions.store_duckdb import DuckdbInteractions
from milkglass.masking.masking import Masking
from milkglass.merkle.checkpoint_lock import CheckpointLock
from milkglass.merkle.export import Exports
from milkglass.merkle.log import Log
from milkglass.merkle.logs import Logs
from milkglass.merkle.tile_files import TileFiles
from milkglass.merkle.writer import Writer
from milkglass.policy.compile import CompiledPolicy, Words, compile_policy
from milkglass.policy.load import load
from milkglass.policy.store import Policies
from milkglass.policy.telling import Tellings
from milkglass.policy.versions import Version, Versions
from milkglass.replay.pseudonyms import Pseudonyms
from milkglass.replay.replay import Replay
from milkglass.retention import Retention
from milkglass.tickets.tickets import Tickets
from milkglass.tickets.visit_tokens import REMEDIES
from milkglass.vault.day_keys import DayKeys
from milkglass.vault.disk import Disk
from milkglass.vault.journal_file import FileJournal
from milkglass.vault.keys import Keys
from milkglass.vault.keys_file import FileKeyWrap
from milkglass.vault.objects_directory import DirectoryObjects
from milkglass.vault.vault import Vault
from milkglass.verification.coverage import Coverage
from milkglass.verification.tester import Tester
from milkglass.vocabulary.files import load_entries
from milkglass.vocabulary.store import Vocabulary
from milkglass.wizard import Wizard

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine

    from milkglass.access.access import Access
    from milkglass.access.watch import Watch
    from milkglass.backup import Restored, Sets
    from milkglass.merkle.entry import Actor, Fact, Plain
    from milkglass.merkle.logs import LogRow
    from milkglass.policy.document import PolicyDocument
    from milkglass.settings import Settings
    from milkglass.vocabulary.entries import Entry
    from milkglass.wire.values import ApplicationId, PolicyHash

VERSION = "0.1.0"


@dataclass(slots=True, kw_only=True)
class Milkglass:
    """The house: every room, built once. Close it when done."""

    settings: Settings
    policy_file: Path
    lock: int
    engine: Engine
    writer: Writer
    log: Log
    logs: Logs
    log_exports: Exports
    tile_files: TileFiles
    keys: KeyFiles
    policies: Policies
    versions: Versions
    tellings: Tellings
    vocabulary: Vocabulary
    coverage: Coverage
    institutions: Institutions
    consents: Consents
    asking: Asking
    ledger: Ledger
    backend_keys: BackendKeys
    tickets: Tickets
    install: Install
    wizard: Wizard
    access: Access
    watch: Watch
    vault: Vault
    rows: DuckdbInteractions
    interactions: Interactions
    masking: Masking
    tester: Tester
    ingest: Ingest
    replay: Replay
    wireframes: Wireframes
    pseudonyms: Pseudonyms
    retention: Retention
    cleaners: Cleaners

    @classmethod
    def open(cls, settings: Settings, policy_file: Path, now: datetime, *, is_restored: bool = False) -> Self:
        """Open or make a data directory and publish its policy.

        Args:
            settings: where things live.
            policy_file: the policy that shall stand.
            now: when.
            is_restored: somebody says that a backup was put here: a log that lost entries ends, a new one begins.
        Raises: Invalid for a wrong policy or vocabulary, before anything is made; Unavailable if another process owns
            the directory, it cannot be written, or its log is behind what was signed of it.
        """
        load(_text(policy_file), policy_file.name)
        lock = own(settings.data)
        try:
            house = cls._build(settings, policy_file, lock)
            if is_restored:
                house.logs.reopen(now)
            house.logs.begin(now)
            keep_rules(house.writer, now)
            house.publish(policy_file, now)
            seed(house.access, now, with_demo=settings.demo)
            house.ingest.roll(now)  # what a crash left in the journal
            house.writer.commit([], facts.server_start(facts.By(at=now), VERSION))
        except BaseException:
            os.close(lock)
            raise
        return house

    @classmethod
    def _build(cls, settings: Settings, policy_file: Path, lock: int) -> Self:
        data, disk = settings.data, Disk()
        engine = open_engine(f"sqlite:///{data / 'milkglass.db'}")
        migrate(engine)
        writer, keys = Writer(engine), KeyFiles(data / "keys")
        logs = Logs(
            engine=engine,
            writer=writer,
            keys=keys,
            lock=CheckpointLock(settings.checkpoint_lock or data / "checkpoint_lock.db"),
            facts=facts.LOG_FACTS,
            host=urlsplit(settings.url).hostname or "localhost",
        )
        policies = Policies(engine, writer)
        vocabulary = Vocabulary(engine, writer, DirectoryObjects(data / "vocabulary", disk), keys.key("candidates"))
        institutions = Institutions(engine, writer, policies.current)
        consents = Consents(engine=engine, writer=writer, institutions=institutions, map_key=keys.key("people"))
        install = Install(engine=engine, writer=writer, remedies=REMEDIES)
        tickets = Tickets(engine=engine, writer=writer, consents=consents, keys=keys, install=install)
        accounts = Accounts(engine=engine, writer=writer, viewers_max=lambda: viewers_max(policies))
        logins = Logins.build(accounts, Site(settings.url), keys.key("authenticators"))
        access = build_access(logins, institutions)
        days = DayKeys(FileKeyWrap(data / "keys" / "master.key"), engine, writer)
        masking = Masking(engine=engine, writer=writer)
        rows = DuckdbInteractions(data / "interactions", days.interactions)
        vault = Vault(
            journal=FileJournal(data / "journal", disk),
            objects=DirectoryObjects(data / "segments", disk),
            keys=Keys(days, engine, writer),
            days=days,
            engine=engine,
            writer=writer,
            take_rows=rows.take,
        )
        cleaners = Cleaners()
        cleaners.serve(cuts())
        demo = DEMO_APPLICATION if settings.demo else None
        ingest = Ingest(
            tickets=tickets,
            consents=consents,
            policies=policies,
            vocabulary=vocabulary,
            vault=vault,
            interactions=rows,
            masking=masking,
        )
        replay = Replay(
            engine=engine,
            writer=writer,
            vault=vault,
            access=access,
            consents=consents,
            tickets=tickets,
            vocabulary=vocabulary,
            demo_application=demo,
        )
        return cls(
            settings=settings,
            policy_file=policy_file,
            lock=lock,
            engine=engine,
            writer=writer,
            log=Log(engine),
            logs=logs,
            log_exports=Exports(logs=logs, writer=writer),
            tile_files=TileFiles(data / "log"),
            keys=keys,
            policies=policies,
            versions=Versions(engine, writer),
            tellings=Tellings(engine, writer),
            vocabulary=vocabulary,
            coverage=Coverage(data / "coverage.json", keys.key("coverage")),
            institutions=institutions,
            consents=consents,
            asking=Asking(engine=engine, writer=writer, consents=consents),
            ledger=Ledger(engine=engine, consents=consents),
            backend_keys=BackendKeys(engine=engine, writer=writer),
            tickets=tickets,
            install=install,
            wizard=Wizard(engine=engine, writer=writer),
            access=access,
            watch=build_watch(access, policies, demo),
            vault=vault,
            rows=rows,
            interactions=Interactions(store=rows),
            masking=masking,
            tester=Tester(chromium=settings.browser),
            ingest=ingest,
            replay=replay,
            wireframes=Wireframes(data / "wireframes", ingest, replay),
            pseudonyms=Pseudonyms(engine=engine, writer=writer, access=access, consents=consents),
            retention=Retention(engine=engine, writer=writer, vault=vault, interactions=rows, consents=consents),
            cleaners=cleaners,
        )

    def publish(self, policy_file: Path, now: datetime) -> CompiledPolicy:
        """Take the policy's file; the same one again changes nothing.

        It stands at once, unless the policy that stands asks for approvals: then it waits for them, and what stands is
        returned. Raises Invalid.
        """
        body = _text(policy_file)
        document = load(body, policy_file.name)
        application = document.application
        self._entries(document)  # a wrong file of words is told before anything is written
        self.versions.take_file(application, body, now)
        unasked = self.versions.unasked(application)
        return self._stand(application, now) if unasked is None else self.stand(unasked, facts.By(at=now))

    def stand(self, version: Version, by: facts.By) -> CompiledPolicy:
        """Make an approved version the one that stands. Raises Conflict if it is not approved, or not any more."""
        return self._stand(version.application, by.at, version, by)

    def republish(self, now: datetime) -> CompiledPolicy:
        """Publish the standing policy again, with what was approved meanwhile. Raises Invalid, Conflict."""
        return self._stand(self.application, now)

    def _stand(
        self, application: ApplicationId, now: datetime, fresh: Version | None = None, by: facts.By | None = None
    ) -> CompiledPolicy:
        version = fresh or self.versions.effective(application)
        if version is None:
            raise Unavailable("no policy stands; start with --policy FILE")
        policy = self._compiled(version.document, now)
        told: dict[str, Plain] = {"version": version.number, "document": version.digest}

        def fact(policy_hash: PolicyHash, number: int) -> Fact:
            return facts.policy_publish(by or facts.By(at=now), policy_hash, number, told)

        also = [self.versions.standing(version, now)] if fresh else []
        self.policies.publish(policy, version.body.encode(), now, fact, also)
        self.masking.stand(policy, now)
        if not self.keys.secrets(application):
            self.keys.rotate(application)
        return policy

    def _compiled(self, document: PolicyDocument, now: datetime) -> CompiledPolicy:
        words = self._words(document, now)
        # A try on this machine reaches the demo by the address that the server listens on.
        if self.settings.demo:
            document = replace(document, origins=tuple(dict.fromkeys((*document.origins, *self._own_origins()))))
        key = sha256(self.keys.key("public-tokens") + document.application.encode()).hexdigest()[:16]
        return compile_policy(document, words, key)

    def _words(self, document: PolicyDocument, now: datetime) -> Words:
        version = self.vocabulary.publish(document.application, self._entries(document), now)
        words = self.vocabulary.words(document.application, version)
        if words is None:
            raise Conflict("the vocabulary was published by another process meanwhile; start again")
        return words

    def back_up(self, to: Path, by: Actor, now: datetime) -> Sets:
        """Write a backup in two sets into a folder; it is in the log. Raises Unavailable."""
        self.ingest.roll(now)
        sets = back_up(self.settings.data, to, now, self.rows.copy)
        self.writer.commit([], facts.backup(facts.By(at=now, actor=by), sets.data_digest, sets.keys_digest))
        return sets

    def leave_out(self, restored: Restored, now: datetime) -> None:
        """After a restore: take what is gone out of the heatmaps, and purge what is due."""
        for recording, purge_day in restored.gone:
            self.rows.forget(recording, purge_day)
        self.retention.run(now)

    def export_log(self, to: Path, by: Actor, now: datetime) -> LogRow:
        """Write the log as a zip that a stranger can verify. Raises Invalid, Unavailable."""

        def fact(log: int, texts: str, form: str, size: int) -> Fact:
            return facts.log_export(facts.By(at=now, actor=by), log, texts, form, size)

        return self.log_exports.write(to, log_texts(self.engine, self.policies, self.application), fact, now)

    def sign_log(self, now: datetime) -> None:
        """Sign what was added to the log, and write the files that are derived from it."""
        self.logs.sign(now)
        for row in self.logs.list():
            self.tile_files.publish(Log(self.engine, row.number), row)

    def _entries(self, document: PolicyDocument) -> list[Entry]:
        file = self.policy_file.with_name(document.vocabulary)
        return load_entries(_text(file), file.name)

    @property
    def application(self) -> ApplicationId:
        """The application of the policy that stands."""
        return self.policies.all()[0].application

    def scope(self, reach: str, institution: str) -> Scope:
        """Return what a stop is for. Raises Invalid for a reach or an institution that is none."""
        if reach == Reach.INSTITUTION:
            version = self.versions.effective(self.application)
            known = [one.id for one in version.document.institutions] if version else []
            if institution not in known:
                raise Invalid(f"this institution is not in the policy; it names {', '.join(known)}")
            return Scope(Reach.INSTITUTION, institution)
        if reach == Reach.APPLICATION:
            return Scope(Reach.APPLICATION, self.application)
        if reach == Reach.EVERYTHING:
            return Scope(Reach.EVERYTHING)
        raise Invalid("a stop is for everything, application or institution")

    def account(self, name: str) -> Account:
        """Find an account by its name or id; `Owner` is the owner, however named. Raises NotFound."""
        accounts = self.access.accounts.list()
        found = [one for one in accounts if name in (one.name, one.id)]
        if not found and name == FIRST[0][0]:
            found = [one for one in accounts if Role.OWNER in one.roles and one.is_active]
        if not found:
            raise NotFound(f"there is no account of this name; the names are {self._account_names()}")
        return found[0]

    def link(self, name: str, now: datetime) -> str:
        """Draw a one-time login link for an account."""
        secret = self.access.one_time_link(self.account(name).id, facts.COMMAND_LINE, now)
        return f"{self.settings.url}/login/{secret}"

    def close(self) -> None:
        """Roll what is open, end the writer and give the directory free."""
        self.cleaners.close()
        self.rows.close()
        self.writer.close()
        self.logs.lock.close()
        self.engine.dispose()
        os.close(self.lock)

    def _own_origins(self) -> tuple[str, ...]:
        port = self.settings.port
        return (self.settings.url, f"http://localhost:{port}", f"http://127.0.0.1:{port}")

    def _account_names(self) -> str:
        return ", ".join(one.name for one in self.access.accounts.list())


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Invalid(f"{file}: not UTF-8 text; save it as UTF-8", code="policy_invalid") from None
    except OSError as problem:
        raise Invalid(f"{file}: cannot be read ({problem.strerror}); check the path", code="policy_invalid") from None
