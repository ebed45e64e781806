"""Institutions: which school or college said yes to what, and its random name in the evidence log.

The yes itself stands in the policy; here is what follows from it. An institution that the policy does not name agreed
to nothing. A stop ends recording for an institution, an application or everything: each batch asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from threading import Lock

from sqlalchemy import Connection, Engine, delete, insert, select

from milkglass import facts
from milkglass.database.moments import from_ms, random_id, to_ms
from milkglass.database.tables_consent import institutions, stops
from milkglass.errors import Conflict, NotFound
from milkglass.merkle.writer import Change, Writer
from milkglass.policy.compile import CompiledPolicy
from milkglass.wire.values import ApplicationId, InstitutionId, Level, Purpose

PolicyOf = Callable[[ApplicationId], CompiledPolicy | None]
DEMO_ACCOUNT = InstitutionId("demo-account")  # built in; only `milkglass demo` records under it


class Reach(StrEnum):
    """What a stop ends recording for."""

    EVERYTHING = "everything"
    APPLICATION = "application"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What is stopped; `name` is the application's or the institution's id, empty for everything."""

    reach: Reach
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A stop that holds: since when, and who pressed it."""

    scope: Scope
    since: datetime
    by: str


@dataclass(slots=True)
class Stops:
    """What was stopped. Read by every batch, so that it is kept in memory; one process writes it."""

    engine: Engine
    writer: Writer
    log_id: Callable[[InstitutionId, datetime], str]
    _held: dict[Scope, Stopped] | None = None
    _lock: Lock = field(default_factory=Lock)

    def holds(self, application: ApplicationId, institution: InstitutionId) -> bool:
        """Say whether recording is stopped for an institution in an application."""
        held = self._all()
        return bool(held) and any(
            scope in held
            for scope in (
                Scope(Reach.EVERYTHING),
                Scope(Reach.APPLICATION, application),
                Scope(Reach.INSTITUTION, institution),
            )
        )

    def list(self) -> list[Stopped]:
        """List what is stopped, the widest first."""
        return [self._all()[scope] for scope in sorted(self._all())]

    def stop(self, scope: Scope, by: facts.By) -> None:
        """End recording for a scope, from this commit on; a scope that is stopped stays as it was."""
        if scope in self._all():
            return
        row = {"reach": scope.reach.value, "name": scope.name, "stopped_at": to_ms(by.at), "stopped_by": by.actor.id}

        def change(connection: Connection) -> None:
            connection.execute(insert(stops).values(row))

        self._commit(change, facts.Act.RECORDING_STOP, scope, by)

    def resume(self, scope: Scope, by: facts.By) -> None:
        """Let recording begin again. Raises NotFound if this scope is not stopped."""
        if scope not in self._all():
            raise NotFound("this is not stopped")

        def change(connection: Connection) -> None:
            held = (stops.c.reach == scope.reach.value, stops.c.name == scope.name)
            if connection.execute(delete(stops).where(*held)).rowcount != 1:
                raise Conflict("this is not stopped any more")

        self._commit(change, facts.Act.RECORDING_RESUME, scope, by)

    def _commit(self, change: Change, act: facts.Act, scope: Scope, by: facts.By) -> None:
        if scope.reach is Reach.INSTITUTION:
            by = replace(by, institution=self.log_id(InstitutionId(scope.name), by.at))
        # Whoever reads meanwhile waits, so that nobody keeps what was read before the commit.
        with self._lock:
            try:
                self.writer.commit([change], facts.recording_stop(by, act, scope.reach.value, scope.name))
            finally:
                self._held = None  # also if it failed: it may be durable all the same

    def _all(self) -> dict[Scope, Stopped]:
        held = self._held
        if held is not None:
            return held
        with self._lock:
            with self.engine.connect() as connection:
                rows = connection.execute(select(stops)).all()
            read = (
                Stopped(scope=Scope(Reach(row.reach), row.name), since=from_ms(row.stopped_at), by=row.stopped_by)
                for row in rows
            )
            self._held = held = {one.scope: one for one in read}
        return held


@dataclass(frozen=True, slots=True)
class Institutions:
    """The room; `policy_of` gives the policy that stands for an application now, None if there is none."""

    engine: Engine
    writer: Writer
    policy_of: PolicyOf
    stops: Stops = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", Stops(self.engine, self.writer, self.log_id))

    def purposes(self, application: ApplicationId, institution: InstitutionId, now: datetime) -> frozenset[Purpose]:
        """Return what the institution opted in to; nothing for an unknown one, or once its contract is over."""
        policy = self.policy_of(application)
        if policy is None:
            return frozenset()
        if institution == DEMO_ACCOUNT:
            return frozenset({Purpose.REPLAY})
        named = (opted.granted(now.date()) for opted in policy.document.institutions if opted.id == institution)
        return next(named, frozenset())

    def level(self, application: ApplicationId, institution: InstitutionId) -> Level:
        """Return the highest level that the institution allows; OFF for an unknown one."""
        policy = self.policy_of(application)
        return Level.OFF if policy is None else policy.institutions.get(institution, Level.OFF)

    def log_id(self, institution: InstitutionId, now: datetime) -> str:
        """Return the institution's random name in the evidence log, drawn and logged at its first use."""
        while (known := self._known(institution)) is None:
            drawn = random_id()

            def change(connection: Connection, drawn: str = drawn) -> None:
                row = {"institution": institution, "log_id": drawn, "first_at": to_ms(now)}
                connection.execute(insert(institutions).values(row))

            try:
                self.writer.commit([change], facts.institution_open(facts.By(at=now, institution=drawn)))
            except Conflict:
                continue  # another thread drew one in between: read that
        return known

    def _known(self, institution: InstitutionId) -> str | None:
        with self.engine.connect() as connection:
            return connection.execute(
                select(institutions.c.log_id).where(institutions.c.institution == institution)
            ).scalar_one_or_none()
