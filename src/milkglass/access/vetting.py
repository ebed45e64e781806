"""Vetting: beside the training, a viewer's signed confidentiality and a second person who confirms them as manager.

Both hold for 365 days. A signature is of one text: it counts for nothing once the text is another.

Source: DOMAIN's vetting: training, confidentiality agreement, manager's confirmation.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from milkglass import facts
from milkglass.access.accounts import Account, Accounts
from milkglass.access.agreement import DIGEST, VERSION
from milkglass.access.decide import decide, table_hash
from milkglass.access.roles import Role
from milkglass.access.values import Act, Facts, Part, Request
from milkglass.database.moments import random_id, to_ms
from milkglass.database.tables_access import vettings
from milkglass.errors import Conflict, Invalid, NotAllowed
from milkglass.merkle.entry import Actor, Decided, Plain, Why
from milkglass.wire.values import AccountId

LASTS = timedelta(days=365)
_LEAVES = {Part.AGREEMENT: facts.Act.VET_SIGN, Part.MANAGER: facts.Act.VET_CONFIRM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vettings:
    """The room of signatures and confirmations; `accounts` reads until when they hold."""

    accounts: Accounts

    def sign(self, account: Account, digest: str, now: datetime) -> datetime:
        """Sign the agreement whose SHA-256 the person was shown; return until when it holds.

        Raises: NotAllowed, Conflict if the text is another by now.
        """
        ruling = _allowed(Act.AGREE, account.facts, now)
        if digest != DIGEST:
            raise Conflict("the agreement's text is another by now; read it again and sign that")
        return self._enter(Part.AGREEMENT, account.id, facts.By(at=now, actor=account.actor), ruling)

    def confirm(self, account_id: AccountId, by: Account, now: datetime) -> datetime:
        """Confirm a viewer as their manager; return until when it holds.

        Raises: NotAllowed, NotFound, Invalid for an account that does not look.
        """
        ruling = _allowed(Act.VET, replace(by.facts, requested_by=account_id), now)
        account = self.accounts.get(account_id)
        if not account.is_active or Role.VIEWER not in account.roles:
            raise Invalid("only an active viewer is confirmed: nobody else looks")
        return self._enter(Part.MANAGER, account_id, facts.By(at=now, actor=by.actor), ruling)

    def enter(self, account_id: AccountId, by: Actor, now: datetime) -> None:
        """Enter both for an account of the built-in demo, whose people are invented; the leaves say by whom."""
        for part in Part:
            self._enter(part, account_id, facts.By(at=now, actor=by), facts.NOT_RULED)

    def _enter(self, part: Part, account_id: AccountId, by: facts.By, ruling: facts.Ruling) -> datetime:
        until = by.at + LASTS
        row = {
            "vetting": random_id(),
            "account": account_id,
            "part": part.value,
            "entered_by": by.actor.id,
            "at": to_ms(by.at),
            "until": to_ms(until),
            "version": VERSION if part is Part.AGREEMENT else None,
            "digest": DIGEST if part is Part.AGREEMENT else None,
        }

        def change(connection: Connection) -> None:
            connection.execute(insert(vettings).values(row))

        told: dict[str, Plain] = {"until": to_ms(until)}
        if part is Part.AGREEMENT:
            told |= {"version": VERSION, "agreement": DIGEST}
        self.accounts.writer.commit([change], facts.vetting(by, _LEAVES[part], account_id, told, ruling))
        return until


def _allowed(act: Act, known: Facts, now: datetime) -> facts.Ruling:
    """Decide; return what it rested on, for the leaf. Raises NotAllowed."""
    decision = decide(Request(act=act), known, now)
    if not decision.allowed:
        raise NotAllowed(f"{decision.reason} {decision.remedy}", code=decision.rule)
    return facts.Ruling(decision=Decided.ALLOW, why=Why(rules=(decision.rule,)), table=table_hash())
