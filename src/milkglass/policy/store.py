"""The store of policies: which one stands now, and for how long a superseded one is still good for a batch.

A batch that was masked under a policy which no longer stands is kept as long as a ticket lives, under the stricter of
the two: a page that was open while the policy changed must not lose its recording, nor keep more than is now allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert, select, update

from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_vocabulary import policies as table
from milkglass.policy.compile import CompiledPolicy, compile_policy
from milkglass.policy.document import Exclusions
from milkglass.wire.values import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from milkglass.merkle.entry import Fact
    from milkglass.merkle.writer import Change, Writer
    from milkglass.policy.document import Journey, PolicyDocument
    from milkglass.wire.values import ApplicationId, PolicyHash

# As long as a recording ticket lives.
GRACE = timedelta(minutes=15)


@dataclass(slots=True)
class Policies:
    """Holds the compiled policies; reads are lock-free, publishing goes through the one writer."""

    engine: Engine
    writer: Writer
    _current: dict[ApplicationId, CompiledPolicy] = field(default_factory=dict)
    _older: dict[PolicyHash, tuple[CompiledPolicy, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def publish(
        self,
        policy: CompiledPolicy,
        body: bytes,
        now: datetime,
        fact: Callable[[PolicyHash, int], Fact],
        also: Sequence[Change] = (),
    ) -> bool:
        """Make `policy` the one that stands; return whether it decides anything anew.

        `fact(hash, number)` makes its leaf, which is written if the policy is new or there is something `also` to
        write with it.
        """
        with self._lock:
            standing = self.standing_hash(policy.application)
            if standing != policy.hash or also:
                number = self._count(policy.application) + (standing != policy.hash)
                changes = [_supersede(policy, body, now)] if standing != policy.hash else []
                self.writer.commit([*also, *changes], fact(policy.hash, number))
            before = self._current.get(policy.application)
            if before is not None and before.hash != policy.hash:
                self._older[before.hash] = (before, now)
            self._current[policy.application] = policy
            return standing != policy.hash

    def current(self, application: ApplicationId) -> CompiledPolicy | None:
        """Return the policy that stands, or None for an unknown application."""
        return self._current.get(application)

    def all(self) -> list[CompiledPolicy]:
        """Return the policies that stand, one an application."""
        return list(self._current.values())

    def standing(self, named: str, application: ApplicationId, now: datetime) -> CompiledPolicy | None:
        """Return what a batch masked under the policy `named` is judged by; None where that one stands no longer.

        For a superseded policy that is the stricter of it and the current one, with the exclusions of both.
        """
        current = self._current.get(application)
        if current is None or current.hash == named:
            return current
        older = self._older.get(named)  # type: ignore[call-overload]  # a hash from the wire is looked up as it came
        if older is None or now - older[1] > GRACE:
            return None
        return stricter(older[0], current)

    def knows(self, named: str, application: ApplicationId) -> bool:
        """Tell whether `named` is the hash of a policy that stands, or stood while this process runs."""
        current = self._current.get(application)
        return (current is not None and current.hash == named) or named in self._older

    def history(self, application: ApplicationId) -> list[tuple[str, datetime, int]]:
        """List (hash, effective moment, vocabulary version), newest first."""
        query = (
            select(table.c.hash, table.c.effective_at, table.c.vocabulary)
            .where(table.c.application == application)
            .order_by(table.c.effective_at.desc())
        )
        with self.engine.connect() as connection:
            return [(name, from_ms(at), version) for name, at, version in connection.execute(query)]

    def bodies(self, application: ApplicationId) -> list[bytes]:
        """List the text of every version that ever stood, as an export of the log holds them."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(table.c.body).where(table.c.application == application)).scalars())

    def standing_hash(self, application: ApplicationId) -> str | None:
        """Return the hash of the policy that stands in the database: what every worker must run."""
        query = select(table.c.hash).where(table.c.application == application, table.c.superseded_at.is_(None))
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()

    def _count(self, application: ApplicationId) -> int:
        return len(self.history(application))


def _supersede(policy: CompiledPolicy, body: bytes, now: datetime) -> Callable[[Connection], None]:
    def change(connection: Connection) -> None:
        mine = table.c.application == policy.application
        connection.execute(update(table).where(mine, table.c.superseded_at.is_(None)).values(superseded_at=to_ms(now)))
        known = connection.execute(select(table.c.hash).where(mine, table.c.hash == policy.hash)).scalar()
        if known:  # an older policy stands again
            again = update(table).where(mine, table.c.hash == policy.hash)
            connection.execute(again.values(superseded_at=None, effective_at=to_ms(now)))
            return
        row = {
            "application": policy.application,
            "hash": policy.hash,
            "vocabulary": policy.vocabulary.version,
            "body": body,
            "effective_at": to_ms(now),
        }
        connection.execute(insert(table).values(row))

    return change


def stricter(older: CompiledPolicy, current: CompiledPolicy) -> CompiledPolicy:
    """Combine two policies: the lower level of each journey, the exclusions of both, under the current hash's words."""
    was = older.journeys  # the levels in effect, with what shares a route with them
    document: PolicyDocument = replace(
        current.document,
        journeys=tuple(_lower(journey, was) for journey in current.document.journeys),
        exclusions=Exclusions(
            selectors=(*current.document.exclusions.selectors, *older.document.exclusions.selectors),
            routes=(*current.document.exclusions.routes, *older.document.exclusions.routes),
        ),
    )
    return compile_policy(document, current.vocabulary, current.key)


def _lower(journey: Journey, was: Mapping[str, Level]) -> Journey:
    return replace(journey, level=min(journey.level, was.get(journey.name, Level.OFF)))
