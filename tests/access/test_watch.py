"""Access incidents: each planted signal is found, a clean month gives none, and nobody judges their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass import facts
from milkglass.access.roles import Role
from milkglass.access.values import Part
from milkglass.access.watch import Watch, due
from milkglass.access.watch_rules import BY_ID, RULES, Known, Leave, Seen, Ticket, find
from milkglass.access.watch_sources import Ends, Sources
from milkglass.consent.states import ENDS_ALL, ENDS_ONE
from milkglass.errors import Conflict, Invalid, NotAllowed, NotFound
from milkglass.merkle.entry import Decided, Why
from tests.life.house import NOW, House, opened

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEAVE = Leave(account="vera", began_at=NOW - 60 * DAY, ended_at=NOW + 60 * DAY, institution="inst", recording=None)
KNOWN = Known(
    leaves={"g1": LEAVE},
    tickets={"c1": Ticket(institution="inst", closed_at=None), "c2": Ticket(institution="inst", closed_at=None)},
    passes={"vera": (NOW - 90 * DAY,)},
    subjects={f"r{n}": f"person{n}" for n in range(40)},
)
LOOK = Seen(
    act="look.allow",
    at=NOW,
    account="vera",
    roles=("viewer",),
    about="r1",
    institution="inst",
    look="look1",
    case="c1",
    grant="g1",
    rules=("vetted-view",),
)
EXPORT = replace(LOOK, act="export.done", look="export1")
MANY = [replace(LOOK, look=f"l{n}", about=f"r{n}", at=NOW + n * timedelta(minutes=1)) for n in range(21)]
AGAIN = [replace(LOOK, look=f"l{n}", case=f"c{1 + n % 2}", at=NOW + n * HOUR) for n in range(6)]
# Each rule with what must be found, and beside it what is nearly the same and right.
PLANTED: dict[str, tuple[list[Seen], Known]] = {
    "r1": ([replace(LOOK, grant=None)], KNOWN),
    "r2": ([LOOK], replace(KNOWN, consent_ended_at={"r1": NOW})),
    "r3": ([LOOK], replace(KNOWN, passes={"vera": (NOW - 365 * DAY,)})),
    "r4": ([LOOK], replace(KNOWN, tickets={"c1": Ticket(institution="inst", closed_at=NOW - 8 * DAY)})),
    "r5": (MANY, KNOWN),
    "r6": ([replace(EXPORT, at=NOW.replace(hour=23))], KNOWN),
    "r8": ([], replace(KNOWN, overdue={"g9": ("vera", NOW - DAY)})),
    "r9": (AGAIN, KNOWN),
    "r10": ([replace(LOOK, roles=("auditor",))], KNOWN),
    "r11": ([], replace(KNOWN, broken_at=17)),
    "r12": ([replace(LOOK, act="pseudonym.resolve", case=None)], KNOWN),
}
CLEAN: dict[str, tuple[list[Seen], Known]] = {
    "r1": ([LOOK, replace(LOOK, act="look.segment")], KNOWN),
    "r2": ([LOOK], replace(KNOWN, consent_ended_at={"r1": NOW + HOUR})),
    "r3": ([LOOK], replace(KNOWN, passes={}, trained_until={"vera": NOW + DAY})),
    "r4": ([LOOK], replace(KNOWN, tickets={"c1": Ticket(institution="inst", closed_at=NOW - 7 * DAY)})),
    "r5": (MANY[:20], KNOWN),
    "r6": ([EXPORT], KNOWN),
    "r8": ([], KNOWN),
    "r9": ([replace(one, case="c1") for one in AGAIN], KNOWN),
    "r10": ([LOOK], KNOWN),
    "r11": ([], KNOWN),
    "r12": ([replace(LOOK, act="pseudonym.resolve")], KNOWN),
}
WRONG_LEAVES = {
    "another's": replace(LEAVE, account="vito"),
    "not yet given": replace(LEAVE, began_at=NOW + HOUR),
    "over": replace(LEAVE, ended_at=NOW),
    "another institution's": replace(LEAVE, institution="other"),
    "another recording's": replace(LEAVE, recording="r2"),
    "only asked for": replace(LEAVE, began_at=None),
}


def test_every_rule_that_can_run_finds_its_planted_signal_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    runs = [rule.id for rule in RULES if not rule.waits_for]
    assert runs == list(PLANTED)
    for rule, (seen, known) in PLANTED.items():
        found = find(seen, known, NOW + DAY)
        assert [one.rule for one in found] == [rule], rule
        assert found[0].severity == BY_ID[rule].severity - (rule == "r5")  # 21 persons: a level worse
        right, beside = CLEAN[rule]
        assert find(right, beside, NOW + DAY) == [], rule
    with capsys.disabled():
        print(f"\naccess incidents: {len(runs)} planted, {len(runs)} found; not yet: r7 (clips)")


def test_all_planted_at_once_are_found_and_a_look_counts_once_a_rule() -> None:
    seen = [replace(LOOK, grant=None), replace(LOOK, act="look.segment", grant=None, at=NOW + HOUR)]
    assert [one.rule for one in find(seen, KNOWN, NOW)] == ["r1"]


@pytest.mark.parametrize("wrong", WRONG_LEAVES)
def test_leave_that_is_no_leave_is_a_bypass(wrong: str) -> None:
    assert [one.rule for one in find([LOOK], replace(KNOWN, leaves={"g1": WRONG_LEAVES[wrong]}), NOW)] == ["r1"]


def test_a_clean_month_of_a_busy_viewer_gives_none() -> None:
    month = [
        replace(LOOK, look=f"l{day}-{n}", about=f"r{(7 * day + n) % 40}", at=NOW - day * DAY + n * timedelta(minutes=9))
        for day in range(30)
        for n in range(12)
    ]
    # Of one case: the same person again is no sign there.
    assert find(month, KNOWN, NOW + DAY) == []
    assert (
        find(
            [replace(one, grant=None) for one in month], replace(KNOWN, demo=frozenset(f"r{n}" for n in range(40))), NOW
        )
        == []
    )


def test_young_children_make_it_a_level_worse_and_never_better_than_the_worst() -> None:
    young = replace(KNOWN, under_13=frozenset({"inst"}), overdue={})
    found = find([replace(LOOK, case=None)], young, NOW)
    assert [(one.rule, one.severity, one.raised_by) for one in found] == [("r4", 1, "children under 13")]
    assert find([replace(LOOK, grant=None)], young, NOW)[0].severity == 1


def test_a_break_glass_needs_no_case() -> None:
    glass = replace(KNOWN, leaves={"g1": replace(LEAVE, recording="r1")})
    assert find([replace(LOOK, case=None, rules=("breakglass-view",))], glass, NOW) == []


@pytest.mark.parametrize("part", Part)
def test_a_look_outside_its_vetting_is_found_but_not_one_from_before_there_was_any(part: Part) -> None:
    stands = (NOW - DAY, NOW + DAY)
    vetted = {("vera", one): (stands,) for one in Part}
    known = replace(KNOWN, vetted=vetted, vetted_since=NOW - DAY)
    assert find([LOOK], known, NOW) == []
    for wrong in ((), ((NOW + HOUR, NOW + DAY),), ((NOW - DAY, NOW),)):
        changed = replace(known, vetted=vetted | {("vera", part): wrong})
        assert [one.rule for one in find([LOOK], changed, NOW)] == ["r3"]
        assert find([LOOK], replace(changed, vetted_since=NOW + HOUR), NOW) == []


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def watch(house: House) -> Watch:
    access = house.access
    sources = Sources(
        engine=house.engine,
        cases=access.cases,
        grants=access.grants,
        under_13=list,
        ends=Ends(all=frozenset(ENDS_ALL), one=frozenset(ENDS_ONE)),
    )
    return Watch(engine=house.engine, writer=house.writer, sources=sources)


def bypass(house: House, recording: str) -> None:
    """What somebody who went around the door and was honest to the log would leave."""
    ruling = facts.Ruling(decision=Decided.ALLOW, why=Why(rules=("vetted-view",)))
    by = facts.By(at=NOW + HOUR, actor=house.viewer.actor)
    house.writer.commit([], facts.look(by, facts.Act.LOOK_ALLOW, recording, ruling, {"look": "0" * 26}))


def test_a_right_look_is_no_incident_and_a_bypass_is_found_once_and_logged(house: House) -> None:
    recording, case, room = house.recorded(), house.case(), watch(house)
    look = house.replay.look(house.viewer, recording, "support_case", case.id, NOW)
    house.replay.segment(look, 0, NOW)
    assert room.sweep(NOW + HOUR) == 0
    bypass(house, recording)
    assert room.sweep(NOW + 2 * HOUR) == 2
    assert room.sweep(NOW + 3 * HOUR) == 0
    assert [(one.rule, one.severity) for one in room.incidents()] == [("r1", 1), ("r4", 2)]
    assert house.acts()[-2:] == ["access.incident"] * 2


def test_a_look_after_the_consent_was_taken_back_is_found(house: House) -> None:
    recording, room = house.recorded(), watch(house)
    bypass(house, recording)
    house.tickets.withdraw(house.visit(NOW + 2 * HOUR), None, NOW + 2 * HOUR, erase=False)
    room.sweep(NOW + 2 * HOUR)
    assert "r2" not in [one.rule for one in room.incidents()]  # it still stood then
    later = facts.By(at=NOW + 3 * HOUR, actor=house.viewer.actor)
    ruling = facts.Ruling(decision=Decided.ALLOW, why=Why(rules=("vetted-view",)))
    house.writer.commit([], facts.look(later, facts.Act.LOOK_ALLOW, recording, ruling, {"look": "1" * 26}))
    room.sweep(NOW + 4 * HOUR)
    assert [one.rule for one in room.incidents()].count("r2") == 1


def test_a_judgement_keeps_its_history_counts_and_is_nobodys_own(house: House) -> None:
    recording, room = house.recorded(), watch(house)
    otto = house.account("otto", Role.AUDITOR)
    bypass(house, recording)
    room.sweep(NOW + 2 * HOUR)
    worst = room.incidents()[0]
    assert worst.due_at == NOW + 26 * HOUR
    assert (worst.is_overdue(NOW + 25 * HOUR), worst.is_overdue(NOW + 26 * HOUR)) == (False, True)
    with pytest.raises(NotAllowed) as own:
        room.judge(worst.id, house.viewer, "benign", 4, NOW)
    assert own.value.code == "judge-third-person"
    for outcome, severity in (("fine", 1), ("benign", 0), ("benign", 5)):
        with pytest.raises(Invalid):
            room.judge(worst.id, otto, outcome, severity, NOW)
    with pytest.raises(NotFound):
        room.judge("0" * 26, otto, "benign", 4, NOW)
    room.judge(worst.id, otto, "confirmed", 1, NOW + 3 * HOUR)
    room.judge(worst.id, otto, "false_positive", 4, NOW + 4 * HOUR)
    judged = next(one for one in room.incidents() if one.id == worst.id)
    assert [(one.outcome, one.severity) for one in judged.judgements] == [("confirmed", 1), ("false_positive", 4)]
    assert room.by_month() == {"2026-03": [0, 1, 0, 0]}
    rates = {one.rule: (one.found, one.closed, one.false) for one in room.rates()}
    assert rates == {"r1": (1, 1, 1), "r4": (1, 0, 0)}
    assert house.acts()[-1] == "access.judge"


def test_a_week_is_signed_off_once_by_who_is_not_in_it(house: House) -> None:
    recording, case, room = house.recorded(), house.case(), watch(house)
    house.replay.look(house.viewer, recording, "support_case", case.id, NOW)
    monday, after = NOW.date() - timedelta(days=NOW.weekday()), NOW + 7 * DAY
    owner, otto = house.account("olga", Role.OWNER), house.account("otto", Role.AUDITOR)
    for insider in (house.viewer, owner):  # she looked, the owner gave the leave
        with pytest.raises(NotAllowed) as refused:
            room.sign_off(monday, insider, after)
        assert refused.value.code == "log-review"
    for wrong in (monday + DAY, monday + 7 * DAY):
        with pytest.raises(Invalid):
            room.sign_off(wrong, otto, after)
    room.sign_off(monday, otto, after)
    with pytest.raises(Conflict):
        room.sign_off(monday, otto, after)
    week = room.weeks(after, 1)[0]
    assert (week.monday, week.account, week.at) == (monday, otto.id, after)
    assert week.entries > 0
    assert house.acts()[-1] == "log.review"
    assert room.looks_by_day(NOW + DAY) == {house.viewer.id: [0] * 12 + [1, 0]}


def test_clocks_skip_the_weekend_for_what_can_wait() -> None:
    assert due(2, NOW) == NOW + DAY
    friday = NOW + 2 * DAY
    assert friday.weekday() == 4
    assert due(3, friday) == friday + 5 * DAY
