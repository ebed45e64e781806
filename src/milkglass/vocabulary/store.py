"""Vocabulary: the reviewed strings that may be readable, and the numbers that stand for them in every recording.

What the product says is proposed, a person approves it, and a publication is the union of the policy file's entries
and the approved candidates. A number is given once and never again. What is withdrawn or refused loses its words at
once, in the tables and in SQLite's log, and every old recording shows a mask in their place.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine, delete, insert, select

from milkglass import facts
from milkglass.database.moments import to_ms
from milkglass.database.open import cut_log
from milkglass.database.tables_vocabulary import vocabulary_entries as entries_table
from milkglass.database.tables_vocabulary import vocabulary_finds as finds_table
from milkglass.database.tables_vocabulary import vocabulary_roster as roster_table
from milkglass.database.tables_vocabulary import vocabulary_sayings as sayings_table
from milkglass.database.tables_vocabulary import vocabulary_versions as versions_table
from milkglass.detect.warnings import Roster, roster_of, warnings
from milkglass.errors import Conflict
from milkglass.policy.compile import Words, words_of
from milkglass.policy.packing import Find
from milkglass.vocabulary import candidates as review
from milkglass.vocabulary import keeping, listing, publishing, telling
from milkglass.vocabulary.entries import (
    ASSET,
    NAME,
    SHEET,
    TEXT,
    Candidate,
    CandidateFilter,
    Change,
    Decided,
    Entry,
    Group,
    Proposal,
    Proposed,
    Stats,
    Verdict,
    spelt,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from milkglass.merkle.entry import Fact
    from milkglass.merkle.writer import Writer
    from milkglass.vocabulary.assets import Asset
    from milkglass.vocabulary.keeping import Notes
    from milkglass.vocabulary.kept import KeptBytes
    from milkglass.vocabulary.sheets import SheetSeen
    from milkglass.wire.values import ApplicationId

Made = TypeVar("Made")
_SEPARATED = re.compile(r"[a-z][-_.][a-z]", re.IGNORECASE)
_AT_ONCE = 1000  # proposals in one transaction: others wait for the writer


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The room. `kept` holds the bytes of sheets and assets; `key` makes the digests of refused words and of names."""

    engine: Engine
    writer: Writer
    kept: KeptBytes
    key: bytes

    def propose(self, application: ApplicationId, proposals: Iterable[Proposal], now: datetime) -> Proposed:
        """Put what was seen into review, each string checked by the detectors. The same again changes nothing."""
        waiting, total = list(proposals), Proposed()
        intake = self._intake(application, waiting, now)
        for start in range(0, len(waiting), _AT_ONCE):
            done = self._write(partial(review.propose, intake=intake, proposals=waiting[start : start + _AT_ONCE]))
            total = Proposed(total.new + done.new, total.known + done.known, total.unfit + done.unfit)
        return total

    def keep_sheet(self, seen: SheetSeen) -> str:
        """Clean a style sheet and keep it; return the SHA-256 by which a proposal names it. Raises Invalid."""
        return keeping.keep_sheet(self.kept, seen)

    def keep_asset(self, content: bytes) -> Asset:
        """Judge, clean and keep an image or a font; its `sha256` is what a proposal names. Raises Invalid."""
        return keeping.keep_asset(self.kept, content)

    def notes(self, sha256: str) -> Notes:
        """Return what a reviewer may want to know of a kept sheet or asset. Raises NotFound."""
        return keeping.notes_of(self.kept, sha256)

    def joined(self, application: ApplicationId, references: Iterable[str]) -> dict[str, str]:
        """Return sheets and assets by reference without its marks: `{"s2": "<css>", "a6": "data:…"}`.

        A sheet comes whole, its published assets in place. What is withdrawn or unknown is not in the answer.
        """
        with self.engine.connect() as connection:
            standing = publishing.standing(connection, application)
        by_reference = {f"{kind}{number}": (kind, sha) for (kind, sha), number in standing.items()}
        listed = frozenset(sha for kind, sha in standing if kind == ASSET)
        found = {}
        for reference in set(references) & by_reference.keys():
            kind, sha = by_reference[reference]
            if kind == SHEET:
                found[reference] = keeping.whole_sheet(self.kept, sha, listed)
            elif kind == ASSET:
                found[reference] = keeping.asset_uri(self.kept, sha)
        return found

    def candidates(self, application: ApplicationId, chosen: CandidateFilter) -> list[Candidate]:
        """List candidates for the review. What the policy's file already has is not among the open ones."""
        with self.engine.connect() as connection:
            return listing.listed(connection, application, chosen)

    def groups(self, application: ApplicationId) -> list[Group]:
        """List the static files (sheet, translation file, bundle, page) with open candidates."""
        with self.engine.connect() as connection:
            return listing.groups(connection, application)

    def decide(self, application: ApplicationId, ids: Sequence[str], verdict: Verdict, by: facts.By) -> Decided:
        """Decide candidates; the batch is one leaf. Approving several leaves those of which something warns.

        `by` tells who and when. A refused candidate's words are destroyed at once; only an approval can be taken back.
        """
        left: Sequence[str] = ()
        if verdict is Verdict.APPROVE and len(ids) > 1:
            with self.engine.connect() as connection:
                left = listing.warned_ids(connection, application, None, ids)
        chosen = [one for one in dict.fromkeys(ids) if one not in set(left)]
        return Decided(self._decide(application, chosen, verdict, by), tuple(left))

    def approve_group(self, application: ApplicationId, group: str | None, by: facts.By) -> Decided:
        """Approve all open candidates of a static file (of all, with None) of which no detector and no roster warns."""
        with self.engine.connect() as connection:
            left = listing.warned_ids(connection, application, group)
            chosen = listing.clean_ids(connection, application, group)
        return Decided(self._decide(application, chosen, Verdict.APPROVE, by), tuple(left))

    def cut(self, application: ApplicationId, candidate: str, fragments: Sequence[str], by: facts.By) -> Proposed:
        """Put fragments of an open text into review in its place. Raises Invalid, NotFound, Conflict."""
        parts = [Proposal(kind=TEXT, said=one, source="cut", where="", group="") for one in fragments]
        intake = self._intake(application, parts, by.at)
        fact = facts.vocabulary_decide(by, application, "cut", len(fragments))
        done = self._write(lambda connection: review.cut(connection, intake, candidate, fragments), fact)
        cut_log(self.engine)
        return done

    def publish(self, application: ApplicationId, file_entries: Iterable[Entry], now: datetime) -> int:
        """Make the policy file's entries and the approved candidates the vocabulary; return its version.

        The same again changes nothing and returns the version that stands.
        """
        with self.engine.connect() as connection:
            wanted = self._wanted(connection, application, file_entries)
            version = publishing.latest(connection, application)
            before = publishing.standing(connection, application)
        digest = publishing.digest(wanted)
        if version and self._digest_of(application, version) == digest:
            return version
        counts = telling.counts(wanted)

        def change(connection: Connection) -> None:
            if publishing.latest(connection, application) != version:
                raise Conflict("another vocabulary version was published meanwhile; publish again")
            publishing.bring(connection, application, version + 1, wanted)
            row = {"application": application, "version": version + 1, "published_at": to_ms(now), "digest": digest}
            connection.execute(insert(versions_table).values(row))

        fact = facts.vocabulary_publish(facts.By(at=now), application, version + 1, {"text": 0, "names": 0} | counts)
        self.writer.commit([change], fact)
        cut_log(self.engine)
        self._forget({said for kind, said in before.keys() - wanted.keys() if kind in (SHEET, ASSET)})
        return version + 1

    def version(self, application: ApplicationId) -> int:
        """Return the newest version; 0 where nothing was published."""
        with self.engine.connect() as connection:
            return publishing.latest(connection, application)

    def words(self, application: ApplicationId, version: int) -> Words | None:
        """Return one version's entries; None where there is no such version. A withdrawn entry is in none.

        The spellings of all languages lead to the one number of their entry.
        """
        table, more = entries_table, sayings_table
        query = select(table.c.kind, table.c.said, table.c.number).where(
            table.c.application == application, table.c.said.is_not(None), table.c.first_version <= version
        )
        others = select(more.c.said, more.c.number).where(
            more.c.application == application, more.c.first_version <= version
        )
        found = select(finds_table).where(
            finds_table.c.application == application, finds_table.c.first_version <= version
        )
        with self.engine.connect() as connection:
            if not 0 < version <= publishing.latest(connection, application):
                return None
            rows = connection.execute(query).all()
            sayings = {str(row.said): int(row.number) for row in connection.execute(others)}
            finds = connection.execute(found).all()
        by_kind: dict[str, dict[str, int]] = {TEXT: {}, NAME: {}, SHEET: {}, ASSET: {}}
        for kind, said, number in rows:
            by_kind[kind][said] = number
        text = sayings | by_kind[TEXT]
        known, listed = set(by_kind[SHEET].values()), set(by_kind[ASSET].values())
        sheets = {Find(row.hash, row.rules): int(row.number) for row in finds if row.number in known}
        assets = {int(row.hash): int(row.number) for row in finds if row.number in listed}
        return words_of(version, text, by_kind[NAME], sheets, assets)

    def said(self, application: ApplicationId, language: str = "") -> dict[str, str]:
        """Return every text and name that stands, by reference without its marks: `{"t7": "Save changes"}`.

        In `language` where the entry has it, else as it was first said.
        """
        table, more = entries_table, sayings_table
        query = select(table.c.kind, table.c.number, table.c.said).where(
            table.c.application == application, table.c.said.is_not(None), table.c.kind.in_((TEXT, NAME))
        )
        others = select(more.c.number, more.c.said).where(
            more.c.application == application, more.c.language == language
        )
        with self.engine.connect() as connection:
            words = {f"{kind}{number}": said for kind, number, said in connection.execute(query)}
            if language:
                words |= {f"{TEXT}{number}": said for number, said in connection.execute(others)}
        return words

    def languages(self, application: ApplicationId) -> tuple[str, ...]:
        """List the languages in which entries are kept beside their first."""
        query = select(sayings_table.c.language).where(sayings_table.c.application == application).distinct()
        with self.engine.connect() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def diff(self, application: ApplicationId, older: int, newer: int) -> list[Change]:
        """List what came and went between two versions, by number. What was withdrawn has no words any more."""
        with self.engine.connect() as connection:
            return telling.diff(connection, application, older, newer)

    def stats(self, application: ApplicationId) -> Stats:
        """Count entries, candidates, languages."""
        with self.engine.connect() as connection:
            return telling.stats(connection, application)

    def set_roster(self, application: ApplicationId, names: Sequence[str], now: datetime) -> int:
        """Keep people's names as keyed digests of their variants, in place of the last list; return how many names.

        Open candidates are judged again.
        """
        roster = roster_of(list(names), self._digest(application))

        def change(connection: Connection) -> None:
            connection.execute(delete(roster_table).where(roster_table.c.application == application))
            rows = [{"application": application, "digest": digest} for digest in sorted(roster.digests)]
            if rows:
                connection.execute(insert(roster_table), rows)
            review.judge_again(connection, application, roster)

        self.writer.commit([change], facts.vocabulary_roster(facts.By(at=now), application, len(names)))
        return len(names)

    def roster(self, application: ApplicationId) -> Roster:
        """Return the roster by which candidates are judged."""
        query = select(roster_table.c.digest).where(roster_table.c.application == application)
        with self.engine.connect() as connection:
            return Roster(frozenset(connection.execute(query).scalars()), self._digest(application))

    def _digest(self, application: ApplicationId) -> Callable[[str], bytes]:
        key = hmac.digest(self.key, f"roster|{application}".encode(), "sha256")
        return lambda said: hashlib.blake2b(said.encode(), key=key, digest_size=16).digest()

    def _intake(self, application: ApplicationId, proposals: Iterable[Proposal], now: datetime) -> review.Intake:
        roster = self.roster(application)
        said = {(one.kind, said) for one in proposals if (said := review.said_of(one)) is not None}
        warned = {(kind, one): self._warnings(kind, one, roster) for kind, one in said}
        return review.Intake(application=application, key=self.key, warned=warned, now=now)

    def _warnings(self, kind: str, said: str, roster: Roster) -> tuple[str, ...]:
        if kind in (TEXT, NAME):
            return warnings(_parted(said) if kind == NAME else said, roster)
        notes = keeping.notes_of(self.kept, said)
        found = {rule for string in notes.strings for rule in warnings(string, roster)}
        # One word of a class is too often somebody's first name: `grid`, `grace`, `mark`.
        found |= {"roster" for name in notes.names if _SEPARATED.search(name) and roster.has(_parted(name))}
        return (*sorted(found), *(("names",) if notes.unfit else ()))

    def _forget(self, shas: Iterable[str]) -> None:
        """Remove the bytes that nothing names any more."""
        with self.engine.connect() as connection:
            gone = [sha for sha in shas if not review.is_used(connection, sha)]
        for sha in gone:
            keeping.forget(self.kept, sha)

    def _with_names(self, wanted: Mapping[tuple[str, str], Entry]) -> dict[tuple[str, str], Entry]:
        """Add the names of every sheet: only a sheet all of whose names are entries can be joined."""
        whole = dict(wanted)
        for (kind, said), entry in wanted.items():
            if kind != SHEET:
                continue
            notes = keeping.notes_of(self.kept, said)
            if notes.unfit:
                del whole[kind, said]
                continue
            # A class that is called as what may run (`.online`) stays a token: its rule alone finds nothing.
            for name in (one for one in notes.names if spelt(NAME, one) is not None):
                whole.setdefault((NAME, name), replace(entry, kind=NAME, said=name, finds=frozenset()))
        return whole

    def _wanted(
        self, connection: Connection, application: ApplicationId, file_entries: Iterable[Entry]
    ) -> dict[tuple[str, str], Entry]:
        wanted = publishing.union([*file_entries, *listing.approved(connection, application)])
        for of, language, entry in listing.translations(connection, application):
            base = wanted.get((TEXT, of or ""))
            if base is None:
                wanted.setdefault((TEXT, entry.said), entry)
            else:
                wanted[TEXT, base.said] = replace(base, sayings=base.sayings | {(language, entry.said)})
        return self._with_names(wanted)

    def _write(self, make: Callable[[Connection], Made], fact: Fact | None = None) -> Made:
        """Run `make` in the writer's transaction and return what it made."""
        made: list[Made] = []
        self.writer.commit([lambda connection: made.append(make(connection))], fact)
        return made[-1]

    def _decide(self, application: ApplicationId, ids: Sequence[str], verdict: Verdict, by: facts.By) -> int:
        """Decide exactly these, as one leaf; return how many there were to decide."""
        who = (by.actor.id, to_ms(by.at))

        def change(connection: Connection) -> int:
            match verdict:
                case Verdict.APPROVE:
                    return review.approve(connection, application, ids, who)
                case Verdict.REFUSE:
                    return review.refuse(connection, application, ids, who)
                case Verdict.REOPEN:
                    return review.reopen(connection, application, ids)

        if not ids:
            return 0
        with self.engine.connect() as connection:
            shas = review.bytes_of(connection, application, ids) if verdict is Verdict.REFUSE else set()
        done = self._write(change, facts.vocabulary_decide(by, application, verdict.value, len(ids)))
        if verdict is Verdict.REFUSE:
            cut_log(self.engine)
            self._forget(shas)
        return done

    def _digest_of(self, application: ApplicationId, version: int) -> str:
        query = select(versions_table.c.digest).where(
            versions_table.c.application == application, versions_table.c.version == version
        )
        with self.engine.connect() as connection:
            return str(connection.execute(query).scalar_one())


def _parted(name: str) -> str:
    """A name of code as words, for the roster."""
    return re.sub(r"[-_.:/]+|(?<=[a-z])(?=[A-Z])", " ", name)
