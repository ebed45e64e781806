"""Consent as a machine: whatever happens in whatever order, it stands exactly as the formula of DOMAIN 3 says.

    may record = the policy asks, the institution opted in, the state is given, the notice is the policy's,
                 nothing of it is over, and no browser refused since

The model here is written a second time, from the table of states alone.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from milkglass.consent.states import ask_again_at
from milkglass.consent.values import ASK_AGAIN, Agreed, Channel, Ending, Kind, Signal, State, Who
from milkglass.database.moments import to_ms
from milkglass.policy.compile import compile_policy
from milkglass.policy.document import ConsentTerms, Notice, PolicyDocument
from milkglass.wire.values import ConsentId, Level, Purpose
from tests.life.house import CHALKBOARD, JANE, NOW, RIVERBEND, House, opened

LASTS = timedelta(days=180)
PURPOSES = st.sets(st.sampled_from(list(Purpose)), min_size=1).map(frozenset)
DIRECTORIES: list[Path] = []


def changed(house: House, **parts: object) -> None:
    """Let another policy stand."""
    policy = house.policies[CHALKBOARD]
    document: PolicyDocument = replace(policy.document, **parts)  # type: ignore[arg-type]
    house.policies[CHALKBOARD] = compile_policy(document, policy.vocabulary, policy.key)


def opted(house: House, purposes: frozenset[Purpose]) -> None:
    named = house.policies[CHALKBOARD].document.institutions
    changed(house, institutions=tuple(replace(one, purposes=purposes) if one.id == RIVERBEND else one for one in named))


class Machine(RuleBasedStateMachine):
    """One person, their browser, their school and the policy."""

    @initialize()
    def begin(self) -> None:
        self.opened = opened(DIRECTORIES.pop())
        self.house = self.opened.__enter__()
        self.now: datetime = NOW
        self.states = dict.fromkeys(Purpose, State.NONE)
        self.given: ConsentId | None = None
        self.given_at, self.purposes = NOW, frozenset[Purpose]()
        self.floor = NOW - timedelta(days=1)
        self.notice = 1
        self.given_under = 0
        self.opt_in: frozenset[Purpose] = frozenset(Purpose)
        self.has_signalled = False
        self.refused_at: datetime | None = None
        self.over: set[ConsentId] = set()
        self.renoticed()

    @property
    def who(self) -> Who:
        return self.house.consents.who(CHALKBOARD, RIVERBEND, JANE)

    def renoticed(self) -> None:
        notice = Notice(version=f"n-{self.notice}", language="en-US", text=f"May we, {self.notice}?")
        changed(self.house, consent=ConsentTerms(notices=(notice,)))

    def passed(self, seconds: int = 2) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def asked(self) -> None:
        self.passed()
        self.house.consents.request(self.who, self.now)
        for purpose, state in self.states.items():
            if state is not State.GIVEN:
                self.states[purpose] = State.REQUESTED

    @rule(purposes=PURPOSES)
    def agrees(self, purposes: frozenset[Purpose]) -> None:
        self.passed()
        at = int(self.now.timestamp())
        said = Agreed(purposes=purposes, notice=f"n-{self.notice}", actor="student", at=at, channel=Channel.DIALOG)
        consent = self.house.consents.record(self.who, said, self.now)
        assert (consent is not None) == bool(purposes & self.opt_in)
        if consent is not None:
            self.given, self.given_at, self.purposes = consent.id, self.now, purposes
            self.given_under, self.refused_at = self.notice, None
            self.states = {one: State.GIVEN if one in purposes else State.REFUSED for one in Purpose}

    @rule(kind=st.sampled_from([Kind.REFUSED, Kind.DISMISSED]))
    def refuses(self, kind: Kind) -> None:
        self.passed()
        until = self.house.consents.refuse(self.who, kind, self.now)
        assert until == self.now + ASK_AGAIN
        self.floor = self.refused_at = self.now
        self.states = dict.fromkeys(Purpose, State.REFUSED)

    @rule(signal=st.sampled_from(list(Signal)))
    def browser_refuses(self, signal: Signal) -> None:
        self.passed()
        self.house.consents.refuse_by_signal(self.who, signal, self.now)
        if not self.has_signalled:
            self.has_signalled, self.floor = True, self.now
            self.refused_at = self.now
            self.states = dict.fromkeys(Purpose, State.REFUSED)

    @rule(erase=st.booleans())
    def withdraws(self, *, erase: bool) -> None:
        self.passed()
        self.house.consents.withdraw(self.who, self.now, erase=erase)
        self.floor = self.now
        self.states = dict.fromkeys(Purpose, State.WITHDRAWN)

    @rule(days=st.sampled_from([1, 90, 180]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def the_notice_changes(self) -> None:
        self.notice += 1
        self.renoticed()

    @rule(purposes=st.sampled_from([frozenset(Purpose), frozenset(), frozenset({Purpose.HEATMAP})]))
    def the_school_opts(self, purposes: frozenset[Purpose]) -> None:
        self.opt_in = purposes
        opted(self.house, purposes)

    @rule()
    def a_wrong_yes_is_found(self) -> None:
        if self.given is None or self.given in self.over:
            return
        self.passed()
        from milkglass import facts  # noqa: PLC0415 - one rule's

        self.house.consents.invalidate(self.given, self.now, facts.COMMAND_LINE)
        self.over.add(self.given)
        self.ended(State.INVALIDATED)

    @rule()
    def the_daily_job_runs(self) -> None:
        self.passed()
        before = self.why_over()
        count = self.house.consents.settle(self.now)
        is_open = self.given is not None and self.given not in self.over and self.given_at > self.floor
        assert count == (1 if is_open and before is not None else 0)
        if count and self.given is not None:
            self.over.add(self.given)
            self.ended(State.TERMINATED if before is Ending.INSTITUTION else State.EXPIRED)
        assert self.house.consents.settle(self.now) == 0

    def ended(self, state: State) -> None:
        self.states = {one: state if held is not State.REFUSED else held for one, held in self.states.items()}

    def why_over(self) -> Ending | None:
        if self.now - self.given_at >= LASTS:
            return Ending.TIME
        if self.given_under != self.notice:
            return Ending.NOTICE
        return None if self.opt_in else Ending.INSTITUTION

    @invariant()
    def what_may_be_recorded_is_what_the_formula_says(self) -> None:
        if not hasattr(self, "house") or self.given is None:
            return
        holds = (
            self.given not in self.over
            and self.given_at > self.floor
            and self.now - self.given_at < LASTS
            and self.given_under == self.notice
        )
        wanted = self.purposes & self.opt_in if holds else frozenset()
        assert self.house.consents.standing(self.given, self.now) == wanted
        ledger = self.house.consents.of_ledger(self.who, self.now, may_consent=True)
        assert ledger is not None
        assert ledger.purposes == wanted
        assert self.house.consents.of_ledger(self.who, self.now, may_consent=False) is None
        level = self.house.consents.institutions.level(CHALKBOARD, RIVERBEND)
        assert level is Level.LABELLED

    @invariant()
    def the_state_is_what_the_table_says(self) -> None:
        if not hasattr(self, "house"):
            return
        told = self.house.consents.states(self.who, self.now)
        for purpose, state in self.states.items():
            is_old = state is State.GIVEN and self.now - self.given_at >= LASTS
            assert told[purpose] is (State.EXPIRED if is_old else state)
        again = self.house.consents.ask_again_at(self.who)
        assert again == (None if self.refused_at is None else self.refused_at + ASK_AGAIN)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            acts = self.house.acts()
            with self.house.engine.connect() as connection:
                from milkglass.consent import rows  # noqa: PLC0415 - one check's

                told = rows.events_of(connection, self.who)
            leaves = [act for act in acts if act.startswith("consent.")]
            assert len(leaves) == len(told), "each event has its leaf"
            assert [one.at for one in told] == sorted(one.at for one in told)
            assert ask_again_at(told) == self.house.consents.ask_again_at(self.who)
            assert to_ms(self.now) >= to_ms(NOW)
            self.opened.__exit__(None, None, None)


def test_the_consent_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    DIRECTORIES[:] = [tmp_path_factory.mktemp("machine") for _ in range(80)]
    case = Machine.TestCase
    case.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)
    case().runTest()
