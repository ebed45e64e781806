"""Versions: the life of a policy's text, from a draft to what stands.

    draft → in review → approved → effective → superseded

A draft may be changed; what is in review may not, so that people approve the text that they read. How many must approve
is said by the policy that stands, never by the one that is proposed: nobody lowers the bar for their own change.

Source: docs/policy.md, "Who approves".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, insert, select, update

from milkglass import facts
from milkglass.database.moments import from_ms, to_ms
from milkglass.database.tables_policy import policy_approvals, policy_versions
from milkglass.errors import Conflict, NotAllowed, NotFound
from milkglass.policy.changes import differences
from milkglass.policy.load import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Row

    from milkglass.merkle.writer import Change, Writer
    from milkglass.policy.document import PolicyDocument
    from milkglass.wire.values import ApplicationId

OPERATOR = "-"  # whoever runs the server: nobody that has an account


class State(StrEnum):
    """Where a version is in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved a version, when, and whether for legal."""

    account: str
    is_legal: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a policy. `author` is an account's id, `OPERATOR` for whoever runs the server."""

    application: ApplicationId
    number: int
    state: State
    body: str
    digest: str
    source: str
    author: str
    written_at: datetime
    based_on: int | None
    is_material: bool
    effective_at: datetime | None
    superseded_at: datetime | None
    approvals: tuple[Approval, ...] = ()

    @property
    def document(self) -> PolicyDocument:
        """The policy that its text says."""
        return load(self.body, f"policy version {self.number}")


def missing(version: Version, quorum: int) -> list[str]:
    """Say which approvals a version in review still needs, in words; nothing if it has all."""
    left = quorum - len(version.approvals)
    needs = [f"{left} more {'person' if left == 1 else 'people'}"] if left > 0 else []
    if quorum and version.is_material and not any(approval.is_legal for approval in version.approvals):
        needs.append("legal, since the change is material")
    return needs


@dataclass(frozen=True, slots=True)
class Versions:
    """The store of versions. Every change of state is a leaf in the transaction of its row."""

    engine: Engine
    writer: Writer

    def list(self, application: ApplicationId) -> list[Version]:
        """List all versions, newest first."""
        mine = policy_versions.c.application == application
        with self.engine.connect() as connection:
            rows = connection.execute(select(policy_versions).where(mine).order_by(policy_versions.c.number.desc()))
            return [_read(connection, row) for row in rows.all()]

    def get(self, application: ApplicationId, number: int) -> Version:
        """Return one version. Raises NotFound."""
        with self.engine.connect() as connection:
            return _one(connection, application, number)

    def effective(self, application: ApplicationId) -> Version | None:
        """Return the version that stands; None before the first."""
        return self._newest(application, policy_versions.c.state == State.EFFECTIVE.value)

    def draft(self, application: ApplicationId) -> Version | None:
        """Return the newest draft; None where there is none."""
        return self._newest(application, policy_versions.c.state == State.DRAFT.value)

    def take_file(self, application: ApplicationId, body: str, now: datetime) -> None:
        """Take the policy's file, unless it is the one that was taken last.

        What the file says stands at once where nothing stands yet or the standing policy asks nobody; else it waits
        for its approvals like any other change.
        """
        last = self._newest(application, policy_versions.c.source == "file")
        if last is not None and last.digest == _digest(body):
            return
        number = self._write(application, body, "file", facts.By(at=now))
        self.propose(application, number, facts.By(at=now))

    def unasked(self, application: ApplicationId) -> Version | None:
        """Return the file's version that needs nobody's approval and does not stand yet; None if there is none."""
        stands = self.effective(application)
        if stands is not None and stands.document.quorum:
            return None
        last = self._newest(application, policy_versions.c.source == "file")
        return last if last is not None and last.state is State.APPROVED else None

    def save(self, application: ApplicationId, body: str, by: facts.By) -> Version:
        """Keep a text as the draft: the open one is changed, or a new one begun. Raises Invalid, with the line."""
        draft = self.draft(application)
        if draft is None:
            return self.begin(application, body, by)
        load(body, "policy.yaml")
        values = {"body": body.encode(), "digest": _digest(body), "author": by.actor.id, "written_at": to_ms(by.at)}
        fact = facts.policy_version(by, facts.Act.POLICY_WRITE, _digest(body), draft.number)
        self.writer.commit([_move(draft, {State.DRAFT}, values)], fact)
        return self.get(application, draft.number)

    def begin(self, application: ApplicationId, body: str, by: facts.By) -> Version:
        """Keep a text as a draft of its own. Raises Invalid, with the line."""
        load(body, "policy.yaml")
        return self.get(application, self._write(application, body, "console", by))

    def propose(self, application: ApplicationId, number: int, by: facts.By) -> Version:
        """Send a draft to review; it is approved at once where nobody has to be asked. Raises Conflict."""
        draft, stands = self.get(application, number), self.effective(application)
        found = differences(stands.document if stands else None, draft.document)
        if stands is not None and stands.body == draft.body and draft.source != "file":
            raise Conflict("this draft says what stands already; change it first")
        values = {
            "state": (State.IN_REVIEW if stands and stands.document.quorum else State.APPROVED).value,
            "based_on": stands.number if stands else None,
            "is_material": any(one.is_material for one in found),
        }
        told = {"material": bool(values["is_material"]), "differences": len(found)}
        fact = facts.policy_version(by, facts.Act.POLICY_PROPOSE, draft.digest, number, told)
        self.writer.commit([_move(draft, {State.DRAFT}, values)], fact)
        return self.get(application, number)

    def approve(self, application: ApplicationId, number: int, by: facts.By, *, is_legal: bool) -> Version:
        """Approve a version in review. Raises NotAllowed for its author, Conflict if it is not in review any more."""
        version = self._in_review(application, number)
        if by.actor.id == version.author:
            raise NotAllowed("you wrote this version; another person approves it", code="own_version")
        stands = self.effective(application)
        quorum = stands.document.quorum if stands else 0
        row = {
            "application": application,
            "number": number,
            "account": by.actor.id,
            "is_legal": is_legal,
            "digest": version.digest,
            "approved_at": to_ms(by.at),
        }

        def change(connection: Connection) -> None:
            _move(version, {State.IN_REVIEW}, {"state": State.IN_REVIEW.value})(connection)
            connection.execute(insert(policy_approvals).values(row))
            if not missing(_one(connection, application, number), quorum):
                _move(version, {State.IN_REVIEW}, {"state": State.APPROVED.value})(connection)

        fact = facts.policy_version(by, facts.Act.POLICY_APPROVE, version.digest, number, {"legal": is_legal})
        self.writer.commit([change], fact)
        return self.get(application, number)

    def send_back(self, application: ApplicationId, number: int, by: facts.By) -> Version:
        """Return a version to its author as a draft; what was approved of it counts no more. Raises Conflict."""
        version = self.get(application, number)
        if self.draft(application) is not None:
            raise Conflict("there is another draft; propose or finish that one first")

        def change(connection: Connection) -> None:
            _move(version, {State.IN_REVIEW, State.APPROVED}, {"state": State.DRAFT.value})(connection)
            mine = (policy_approvals.c.application == application) & (policy_approvals.c.number == number)
            connection.execute(policy_approvals.delete().where(mine))

        fact = facts.policy_version(by, facts.Act.POLICY_RETURN, version.digest, number)
        self.writer.commit([change], fact)
        return self.get(application, number)

    def standing(self, version: Version, now: datetime) -> Change:
        """Return the change that makes an approved version the one that stands.

        It raises Conflict if another became effective since it was sent to review: its approvals were for a
        difference that is no longer the one it makes.
        """

        def change(connection: Connection) -> None:
            mine = policy_versions.c.application == version.application
            stands = connection.execute(
                select(policy_versions.c.number).where(mine, policy_versions.c.state == State.EFFECTIVE.value)
            ).scalar()
            if stands != version.based_on:
                raise Conflict("another version became effective meanwhile; send this one to review again")
            over = {"state": State.SUPERSEDED.value, "superseded_at": to_ms(now)}
            connection.execute(
                update(policy_versions).where(mine, policy_versions.c.state == State.EFFECTIVE.value).values(over)
            )
            values = {"state": State.EFFECTIVE.value, "effective_at": to_ms(now)}
            _move(version, {State.APPROVED}, values)(connection)

        return change

    def _in_review(self, application: ApplicationId, number: int) -> Version:
        version = self.get(application, number)
        if version.state is not State.IN_REVIEW:
            raise Conflict(f"version {number} is {version.state.value.replace('_', ' ')}, not in review")
        return version

    def _newest(self, application: ApplicationId, condition: object) -> Version | None:
        query = (
            select(policy_versions)
            .where(policy_versions.c.application == application, condition)  # type: ignore[arg-type]  # a column's claim
            .order_by(policy_versions.c.number.desc())
            .limit(1)
        )
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else _read(connection, row)

    def _write(self, application: ApplicationId, body: str, source: str, by: facts.By) -> int:
        with self.engine.connect() as connection:
            last = connection.execute(
                select(func.max(policy_versions.c.number)).where(policy_versions.c.application == application)
            ).scalar()
        number = (last or 0) + 1
        row = {
            "application": application,
            "number": number,
            "state": State.DRAFT.value,
            "body": body.encode(),
            "digest": _digest(body),
            "source": source,
            "author": OPERATOR if source == "file" else by.actor.id,
            "written_at": to_ms(by.at),
            "is_material": False,
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(policy_versions).values(row))

        self.writer.commit([change], facts.policy_version(by, facts.Act.POLICY_WRITE, _digest(body), number))
        return number


def _move(version: Version, allowed: set[State], values: Mapping[str, object]) -> Change:
    """Return the change of one row that holds only if the version is as it was read, in one of these states."""

    def change(connection: Connection) -> None:
        same = (
            policy_versions.c.application == version.application,
            policy_versions.c.number == version.number,
            policy_versions.c.digest == version.digest,
            policy_versions.c.state.in_([state.value for state in allowed]),
        )
        if connection.execute(update(policy_versions).where(*same).values(values)).rowcount != 1:
            raise Conflict(f"version {version.number} was changed meanwhile; read it again")

    return change


def _one(connection: Connection, application: ApplicationId, number: int) -> Version:
    row = connection.execute(
        select(policy_versions).where(policy_versions.c.application == application, policy_versions.c.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound("there is no policy version of this number")
    return _read(connection, row)


def _read(connection: Connection, row: Row[tuple[object, ...]]) -> Version:
    approvals = connection.execute(
        select(policy_approvals)
        .where(policy_approvals.c.application == row.application, policy_approvals.c.number == row.number)
        .order_by(policy_approvals.c.approved_at)
    )
    return Version(
        application=row.application,
        number=row.number,
        state=State(row.state),
        body=row.body.decode(),
        digest=row.digest,
        source=row.source,
        author=row.author,
        written_at=from_ms(row.written_at),
        based_on=row.based_on,
        is_material=row.is_material,
        effective_at=None if row.effective_at is None else from_ms(row.effective_at),
        superseded_at=None if row.superseded_at is None else from_ms(row.superseded_at),
        approvals=tuple(
            Approval(account=one.account, is_legal=one.is_legal, at=from_ms(one.approved_at)) for one in approvals
        ),
    )


def _digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()
