"""A vocabulary room on a real SQLite file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from milkglass import facts
from milkglass.database.open import migrate, open_engine
from milkglass.merkle.log import Log
from milkglass.merkle.writer import Writer
from milkglass.vault.objects_memory import MemoryObjects
from milkglass.vocabulary.entries import Candidate, CandidateFilter, Entry, Proposal, Proposed, State, Verdict
from milkglass.vocabulary.store import Vocabulary
from milkglass.wire.values import ApplicationId

APPLICATION = ApplicationId("chalkboard")
APPROVE, REFUSE = Verdict.APPROVE, Verdict.REFUSE
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BY = facts.By(at=NOW, actor=facts.account("a" * 26, ("owner",)))


@dataclass(frozen=True, slots=True)
class Room:
    vocabulary: Vocabulary
    log: Log
    where: Path

    def propose(self, *proposals: Proposal) -> Proposed:
        return self.vocabulary.propose(APPLICATION, proposals, NOW)

    def open(self, group: str | None = None) -> list[Candidate]:
        return self.vocabulary.candidates(APPLICATION, CandidateFilter(group=group))

    def all(self) -> list[Candidate]:
        return self.vocabulary.candidates(APPLICATION, CandidateFilter(state=None))

    def approved(self) -> list[str | None]:
        chosen = CandidateFilter(state=State.APPROVED)
        return [one.said for one in self.vocabulary.candidates(APPLICATION, chosen)]

    def approve_all(self) -> None:
        for one in self.open():
            self.vocabulary.decide(APPLICATION, [one.id], APPROVE, BY)

    def publish(self, *entries: Entry) -> int:
        return self.vocabulary.publish(APPLICATION, entries, NOW)

    def text(self) -> dict[str, int]:
        words = self.vocabulary.words(APPLICATION, self.vocabulary.version(APPLICATION))
        assert words
        return dict(words.text)

    def acts(self) -> list[str]:
        return [json.loads(entry.spelled)["act"] for entry in self.log.entries(0, 1000)]

    def bytes_on_disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.where.iterdir()) if path.is_file())


@contextmanager
def opened(where: Path) -> Iterator[Room]:
    engine = open_engine(f"sqlite:///{where / 'milkglass.db'}")
    migrate(engine)
    writer = Writer(engine)
    try:
        yield Room(Vocabulary(engine, writer, MemoryObjects(), b"k" * 32), Log(engine), where)
    finally:
        writer.close()
        engine.dispose()


def text(said: str, where: str = "/chat/:room", group: str = "en.json", language: str = "", key: str = "") -> Proposal:
    return Proposal(kind="t", said=said, source="import", where=where, group=group, language=language, key=key)


def entry(said: str, kind: str = "t") -> Entry:
    return Entry(kind=kind, said=said, source="", reviewer="tests", reviewed="2026-11-24")
