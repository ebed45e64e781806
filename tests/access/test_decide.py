"""Decisions: the matrix, a second reading of the table, and no attribute whose absence allows."""

import random
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milkglass.access.conditions import CONDITIONS
from milkglass.access.decide import decide, table_hash, table_text
from milkglass.access.roles import Role, conflict
from milkglass.access.rules import RULES
from milkglass.access.values import Act, Facts, Reason, Request

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TWELVE_HOURS = timedelta(hours=12)
SECOND = timedelta(seconds=1)
VIEWER = Facts(
    account="vera",
    is_active=True,
    roles=frozenset({Role.VIEWER}),
    training_until=NOW + DAY,
    confidential_until=NOW + DAY,
    confirmed_until=NOW + DAY,
    proved_at=NOW,
    has_factor=True,
    recording="r1",
    institution="riverbend-high",
    purge_after=NOW + DAY,
    has_consent=True,
    is_sealed=False,
    is_demo=False,
    case_institution="riverbend-high",
    is_case_open=True,
    leave_account="vera",
    leave_by="olga",
    leave_until=NOW + DAY,
    leave_institution="riverbend-high",
    leave_recording="r0",
    requested_by="vera",
    confirmed_by="otto",
)
# No case and no leave for the institution: this recording alone, by break-glass.
GLASS = replace(VIEWER, case_institution=None, is_case_open=None, leave_institution=None, leave_recording="r1")
OWNER = replace(VIEWER, account="olga", roles=frozenset({Role.OWNER}))
AUDITOR = replace(VIEWER, account="otto", roles=frozenset({Role.AUDITOR}))
LEGAL = replace(VIEWER, account="lea", roles=frozenset({Role.LEGAL}))
ENGINEER = replace(VIEWER, account="erik", roles=frozenset({Role.ENGINEER}))
LOOK = Request(act=Act.LOOK, reason="support_case")
EXPORT = Request(act=Act.EXPORT, reason="support_case")
CONFIRM = Request(act=Act.EXPORT_CONFIRM)
GIVE = Request(act=Act.GRANT_APPROVE)
WHO = Request(act=Act.RESOLVE, reason="rights_request")
AGREE = Request(act=Act.RESOLVE_CONFIRM)
CHANGE = Request(act=Act.SIGN_IN_CHANGE)
VET = Request(act=Act.VET)

ALLOWED = {
    "a viewer with reason and open case": (LOOK, VIEWER, "vetted-view"),
    "a viewer after an incident": (Request(act=Act.LOOK, reason="incident"), VIEWER, "vetted-view"),
    "break-glass by a second person": (Request(act=Act.LOOK), GLASS, "breakglass-view"),
    "an invented person of the demo, without leave": (
        LOOK,
        replace(VIEWER, is_demo=True, leave_by=None),
        "vetted-view",
    ),
    "a second person gives leave": (GIVE, replace(VIEWER, requested_by="vito"), "grant-approve"),
    "legal gives leave": (GIVE, LEGAL, "grant-approve"),
    "anybody trains": (Request(act=Act.TRAIN), replace(AUDITOR, training_until=None), "own-training"),
    "anybody signs the agreement": (Request(act=Act.AGREE), replace(VIEWER, confidential_until=None), "own-training"),
    "the owner confirms a viewer": (VET, OWNER, "manager-confirm"),
    "legal confirms a viewer": (VET, LEGAL, "manager-confirm"),
    "a proof of just under 12 hours": (LOOK, replace(VIEWER, proved_at=NOW - TWELVE_HOURS + SECOND), "vetted-view"),
    "an invented person, after a link": (
        LOOK,
        replace(VIEWER, is_demo=True, proved_at=None, has_factor=False),
        "vetted-view",
    ),
    "the first passkey, after a link": (CHANGE, replace(AUDITOR, proved_at=None, has_factor=False), "own-sign-in"),
    "another passkey, just proved": (CHANGE, OWNER, "own-sign-in"),
    "a confirmed export": (EXPORT, VIEWER, "vetted-view"),
    "an export of the demo alone": (
        Request(act=Act.EXPORT),
        replace(VIEWER, is_demo=True, requested_by=None, confirmed_by=None, is_case_open=None),
        "demo-export",
    ),
    "a second person confirms": (CONFIRM, AUDITOR, "second-person"),
    "the owner's policy": (Request(act=Act.POLICY), OWNER, "owner-policy"),
    "the owner's log": (Request(act=Act.LOG), OWNER, "owner-log"),
    "an auditor's log": (Request(act=Act.LOG), AUDITOR, "auditor-log"),
    "an auditor tries a page": (Request(act=Act.TEST), AUDITOR, "auditor-log"),
    "legal approves a policy": (Request(act=Act.POLICY_APPROVE), LEGAL, "legal-policy"),
    "an engineer stops recording": (Request(act=Act.STOP), ENGINEER, "engineer-policy"),
    "a viewer reads what was masked": (Request(act=Act.MASKING), VIEWER, "viewer-work"),
    "a viewer asks who it is": (
        Request(act=Act.RESOLVE_ASK, reason="rights_request"),
        replace(VIEWER, confirmed_by=None),
        "pseudonym-resolve",
    ),
    "a second person agrees to tell a pseudonym": (AGREE, LEGAL, "pseudonym-confirm"),
    "a pseudonym, agreed to": (WHO, VIEWER, "pseudonym-resolve"),
    "a viewer finds a code": (Request(act=Act.CODE), VIEWER, "viewer-work"),
}
REFUSED = {
    "no leave": (LOOK, replace(VIEWER, leave_by=None), "vetted-view"),
    "leave that one gave oneself": (LOOK, replace(VIEWER, leave_by="vera"), "vetted-view"),
    "another's leave": (LOOK, replace(VIEWER, leave_account="vito"), "vetted-view"),
    "leave that is over": (LOOK, replace(VIEWER, leave_until=NOW), "vetted-view"),
    "leave for another institution": (LOOK, replace(VIEWER, leave_institution="lakeside"), "vetted-view"),
    "a break-glass that one confirmed oneself": (LOOK, replace(GLASS, leave_by="vera"), "vetted-view"),
    "a break-glass of another recording": (LOOK, replace(GLASS, leave_recording="r2"), "vetted-view"),
    "another's break-glass": (LOOK, replace(GLASS, leave_account="vito"), "vetted-view"),
    "a break-glass that is over": (LOOK, replace(GLASS, leave_until=NOW), "vetted-view"),
    "a break-glass of a sealed recording": (LOOK, replace(GLASS, is_sealed=True), "vetted-view"),
    "a break-glass after training": (LOOK, replace(GLASS, training_until=NOW), "forbid-untrained"),
    "a break-glass of the owner": (LOOK, replace(GLASS, roles=frozenset({Role.OWNER})), "forbid-owner-view"),
    "a break-glass export": (EXPORT, GLASS, "vetted-view"),
    "giving oneself leave": (GIVE, VIEWER, "grant-approve"),
    "an auditor gives leave": (GIVE, AUDITOR, "grant-approve"),
    "no signature": (LOOK, replace(VIEWER, confidential_until=None), "forbid-unvetted"),
    "a signature that is over": (LOOK, replace(VIEWER, confidential_until=NOW), "forbid-unvetted"),
    "no manager's confirmation": (LOOK, replace(VIEWER, confirmed_until=None), "forbid-unvetted"),
    "a confirmation that is over": (LOOK, replace(VIEWER, confirmed_until=NOW), "forbid-unvetted"),
    "a break-glass of somebody unvetted": (LOOK, replace(GLASS, confirmed_until=None), "forbid-unvetted"),
    "an invented person, unvetted": (LOOK, replace(VIEWER, is_demo=True, confirmed_until=None), "forbid-unvetted"),
    "a code for the unvetted": (Request(act=Act.CODE), replace(VIEWER, confirmed_until=NOW), "forbid-unvetted"),
    "a viewer confirms a viewer": (VET, replace(VIEWER, requested_by="vito"), "manager-confirm"),
    "an auditor confirms a viewer": (VET, AUDITOR, "manager-confirm"),
    "the owner confirms themselves": (VET, replace(OWNER, requested_by="olga"), "manager-confirm"),
    "asking for leave untrained": (
        Request(act=Act.GRANT_ASK),
        replace(VIEWER, training_until=NOW),
        "forbid-untrained",
    ),
    "a 30-hour-old proof": (LOOK, replace(VIEWER, proved_at=NOW - timedelta(hours=30)), "forbid-stale-mfa"),
    "a proof of 12 hours": (LOOK, replace(VIEWER, proved_at=NOW - TWELVE_HOURS), "forbid-stale-mfa"),
    "a proof that is still to come": (LOOK, replace(VIEWER, proved_at=NOW + SECOND), "forbid-stale-mfa"),
    "a look after a link": (LOOK, replace(VIEWER, proved_at=None), "forbid-stale-mfa"),
    "a break-glass after a link": (LOOK, replace(GLASS, proved_at=None), "forbid-stale-mfa"),
    "an export after a link": (EXPORT, replace(VIEWER, proved_at=None), "forbid-stale-mfa"),
    "another passkey, after a link": (CHANGE, replace(VIEWER, proved_at=None), "forbid-stale-change"),
    "another passkey, proved long ago": (
        CHANGE,
        replace(VIEWER, proved_at=NOW - timedelta(minutes=15)),
        "forbid-stale-change",
    ),
    "a passkey of a leaver": (CHANGE, replace(VIEWER, is_active=False), "forbid-inactive"),
    "no reason": (Request(act=Act.LOOK), VIEWER, "vetted-view"),
    "free text as reason": (Request(act=Act.LOOK, reason="just curious"), VIEWER, "vetted-view"),
    "no case": (LOOK, replace(VIEWER, case_institution=None, is_case_open=None), "vetted-view"),
    "a closed case": (LOOK, replace(VIEWER, is_case_open=False), "vetted-view"),
    "another institution's case": (LOOK, replace(VIEWER, case_institution="lakeside"), "vetted-view"),
    "expired training": (LOOK, replace(VIEWER, training_until=NOW), "forbid-untrained"),
    "no training": (LOOK, replace(VIEWER, training_until=None), "forbid-untrained"),
    "a leaver": (LOOK, replace(VIEWER, is_active=False), "forbid-inactive"),
    "past retention": (LOOK, replace(VIEWER, purge_after=NOW), "forbid-past-retention"),
    "consent taken back": (LOOK, replace(VIEWER, has_consent=False), "forbid-without-consent"),
    "a sealed recording": (LOOK, replace(VIEWER, is_sealed=True), "vetted-view"),
    "the owner looks": (LOOK, OWNER, "forbid-owner-view"),
    "owner and viewer in one": (
        LOOK,
        replace(VIEWER, roles=frozenset({Role.OWNER, Role.VIEWER})),
        "forbid-owner-view",
    ),
    "an auditor looks": (LOOK, AUDITOR, "vetted-view"),
    "a viewer manages the policy": (Request(act=Act.POLICY), VIEWER, "owner-policy"),
    "legal writes the policy": (Request(act=Act.POLICY), LEGAL, "owner-policy"),
    "an engineer looks": (LOOK, ENGINEER, "vetted-view"),
    "a viewer lets recording begin again": (Request(act=Act.RESUME), VIEWER, "owner-policy"),
    "a viewer reads who agreed": (Request(act=Act.CONSENT), VIEWER, "owner-policy"),
    "a viewer tries a page": (Request(act=Act.TEST), VIEWER, "owner-policy"),
    "a viewer reads the log": (Request(act=Act.LOG), VIEWER, "owner-log"),
    "an unconfirmed export": (EXPORT, replace(VIEWER, confirmed_by=None), "four-eyes"),
    "a self-confirmed export": (EXPORT, replace(VIEWER, confirmed_by="vera"), "four-eyes"),
    "another's export": (EXPORT, replace(VIEWER, requested_by="vito"), "four-eyes"),
    "confirming one's own": (CONFIRM, VIEWER, "second-person"),
    "a pseudonym without a second person": (WHO, replace(VIEWER, confirmed_by=None), "four-eyes-person"),
    "a pseudonym that one agreed to oneself": (WHO, replace(VIEWER, confirmed_by="vera"), "four-eyes-person"),
    "another's question": (WHO, replace(VIEWER, requested_by="vito"), "four-eyes-person"),
    "a pseudonym of the demo without a second person": (
        WHO,
        replace(VIEWER, is_demo=True, confirmed_by=None),
        "four-eyes-person",
    ),
    "a pseudonym after a link": (WHO, replace(VIEWER, proved_at=None), "forbid-stale-mfa"),
    "a pseudonym without a case": (WHO, replace(VIEWER, case_institution=None, is_case_open=None), "pseudonym-resolve"),
    "a pseudonym for a closed case": (WHO, replace(VIEWER, is_case_open=False), "pseudonym-resolve"),
    "a pseudonym of another institution": (WHO, replace(VIEWER, case_institution="lakeside"), "pseudonym-resolve"),
    "a pseudonym without a reason": (Request(act=Act.RESOLVE), VIEWER, "pseudonym-resolve"),
    "a pseudonym for the untrained": (WHO, replace(VIEWER, training_until=None), "forbid-untrained"),
    "a pseudonym for the owner": (WHO, replace(OWNER, requested_by="olga"), "pseudonym-resolve"),
    "agreeing to one's own question": (AGREE, VIEWER, "pseudonym-confirm"),
    "an auditor agrees to tell a pseudonym": (AGREE, AUDITOR, "pseudonym-confirm"),
    "the owner exports the demo": (EXPORT, replace(OWNER, is_demo=True), "forbid-owner-view"),
    "a sealed demo": (EXPORT, replace(VIEWER, is_demo=True, is_sealed=True), "vetted-view"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed(name: str) -> None:
    request, facts, rule = ALLOWED[name]
    decision = decide(request, facts, NOW)
    assert (decision.allowed, decision.rule) == (True, rule)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_names_its_rule_and_what_would_have_to_change(name: str) -> None:
    request, facts, rule = REFUSED[name]
    decision = decide(request, facts, NOW)
    assert (decision.allowed, decision.rule) == (False, rule)
    assert decision.reason
    assert decision.remedy


@pytest.mark.parametrize("name", ALLOWED)
def test_taking_any_attribute_away_never_turns_a_refusal_into_yes(name: str) -> None:
    request, facts, _ = ALLOWED[name]
    for _, wrong, _ in REFUSED.values():
        for field in fields(Facts):
            without = replace(wrong, **{field.name: None})
            assert decide(request, without, NOW).allowed <= decide(request, wrong, NOW).allowed
    needed = [
        field.name for field in fields(Facts) if not decide(request, replace(facts, **{field.name: None}), NOW).allowed
    ]
    assert "is_active" in needed
    assert "roles" in needed
    assert not decide(request, Facts(), NOW).allowed


def test_whoever_is_not_vetted_is_told_which_part_is_missing_and_no_other() -> None:
    unsigned = decide(LOOK, replace(VIEWER, confidential_until=None), NOW).remedy
    unconfirmed = decide(LOOK, replace(VIEWER, confirmed_until=None), NOW).remedy
    neither = decide(LOOK, replace(VIEWER, confidential_until=NOW, confirmed_until=NOW), NOW).remedy
    assert ("signature" in unsigned, "manager" in unsigned) == (True, False)
    assert ("signature" in unconfirmed, "manager" in unconfirmed) == (False, True)
    assert ("signature" in neither, "manager" in neither) == (True, True)


def test_a_look_needs_every_attribute_that_concerns_it() -> None:
    beside = {"has_factor", "is_demo", "requested_by", "confirmed_by", "recording", "leave_recording"}
    for field in fields(Facts):
        allowed = decide(LOOK, replace(VIEWER, **{field.name: None}), NOW).allowed
        assert allowed == (field.name in beside), field.name


def second_reading(request: Request, facts: Facts, now: datetime) -> bool:
    """The table read again, by hand, for looks and exports and all else."""
    roles = facts.roles or frozenset()
    if facts.is_active is not True:
        return False
    sees = request.act in (Act.LOOK, Act.EXPORT_REQUEST, Act.EXPORT)
    is_trained = facts.training_until is not None and now < facts.training_until
    is_vetted = is_trained and all(
        until is not None and until > now for until in (facts.confidential_until, facts.confirmed_until)
    )
    if request.act in (Act.CODE, Act.GRANT_ASK):
        return is_vetted and Role.VIEWER in roles
    if request.act in (Act.RESOLVE_ASK, Act.RESOLVE):
        is_agreed = None not in (facts.account, facts.confirmed_by) and (
            facts.requested_by == facts.account and facts.confirmed_by != facts.account
        )
        proved_today = facts.is_demo is True or proved_within(facts, now, TWELVE_HOURS)
        is_case_good = facts.is_case_open is True and facts.institution is not None
        return (
            is_vetted
            and Role.VIEWER in roles
            and request.reason in {"support_case", "incident", "rights_request"}
            and is_case_good
            and facts.case_institution == facts.institution
            and (request.act is Act.RESOLVE_ASK or (is_agreed and proved_today))
        )
    if sees:
        if facts.roles is None or Role.OWNER in roles or not is_vetted:
            return False
        if request.act is not Act.EXPORT_REQUEST and not (facts.is_demo or proved_within(facts, now, TWELVE_HOURS)):
            return False
        if facts.purge_after is None or now >= facts.purge_after or facts.has_consent is not True:
            return False
        demo = facts.is_demo is True
        if request.act is Act.EXPORT and not demo:
            if facts.account is None or facts.account != facts.requested_by:
                return False
            if facts.confirmed_by in (None, facts.requested_by):
                return False
        if Role.VIEWER not in roles or facts.is_sealed is not False:
            return False
        cased = (
            request.reason in {"support_case", "incident", "rights_request"}
            and facts.is_case_open is True
            and facts.institution is not None
            and facts.institution == facts.case_institution
            and (demo or (has_leave(facts, now) and facts.leave_institution == facts.institution))
        )
        glass = request.act is Act.LOOK and has_leave(facts, now) and facts.recording is not None
        return cased or (glass and facts.leave_recording == facts.recording) or (request.act is Act.EXPORT and demo)
    may_change = facts.has_factor is False or proved_within(facts, now, timedelta(minutes=15))
    return beside_recordings(request.act, facts, roles) and (request.act is not Act.SIGN_IN_CHANGE or may_change)


def proved_within(facts: Facts, now: datetime, span: timedelta) -> bool:
    """A passkey or a code, neither longer ago than that nor still to come."""
    return facts.proved_at is not None and timedelta(0) <= now - facts.proved_at < span


def has_leave(facts: Facts, now: datetime) -> bool:
    """Leave of one's own that another person gave and that is not over."""
    is_own = facts.account is not None and facts.leave_account == facts.account
    is_given = facts.leave_by not in (None, facts.account)
    return is_own and is_given and facts.leave_until is not None and facts.leave_until > now


def beside_recordings(act: Act, facts: Facts, roles: frozenset[Role]) -> bool:
    """The acts that show no recording."""
    is_other = None not in (facts.account, facts.requested_by) and facts.account != facts.requested_by
    if act is Act.EXPORT_CONFIRM:
        return bool(roles) and is_other
    if act in (Act.GRANT_APPROVE, Act.REVIEW, Act.RESOLVE_CONFIRM):
        return is_other and bool(roles & {Role.VIEWER, Role.OWNER, Role.LEGAL})
    if act is Act.GRANT_LIST:
        return bool(roles & {Role.VIEWER, Role.OWNER, Role.LEGAL, Role.AUDITOR})
    if act is Act.VET:
        return is_other and bool(roles & {Role.OWNER, Role.LEGAL})
    if act in (Act.TRAIN, Act.AGREE, Act.SIGN_IN, Act.SIGN_IN_CHANGE):
        return bool(roles)
    by_role = {
        Role.OWNER: set(Act) - {Act.LOOK, Act.EXPORT, Act.EXPORT_REQUEST, Act.EXPORT_CONFIRM, Act.CODE, Act.SEAL},
        Role.VIEWER: {Act.LIST, Act.CASE, Act.SEAL, Act.HEATMAP, Act.MASKING, Act.POLICY_READ, Act.STOP},
        Role.AUDITOR: {Act.LOG, Act.LIST, Act.MASKING, Act.TEST, Act.POLICY_READ, Act.CONSENT},
        Role.LEGAL: {Act.POLICY_READ, Act.POLICY_APPROVE, Act.STOP, Act.CONSENT, Act.LIST},
        Role.ENGINEER: {Act.POLICY_READ, Act.POLICY_APPROVE, Act.STOP, Act.LIST, Act.MASKING, Act.TEST},
    }
    return any(act in by_role[role] for role in roles)


moments = st.sampled_from([None, NOW - DAY, NOW, NOW + DAY])
truths = st.sampled_from([None, True, True, True, False])
names = st.sampled_from([None, "a", "b"])
roles = st.none() | st.frozensets(st.sampled_from(list(Role)))
any_facts = st.builds(
    Facts,
    account=names,
    is_active=truths,
    roles=roles,
    training_until=moments,
    confidential_until=moments,
    confirmed_until=moments,
    proved_at=st.sampled_from([None, NOW - DAY, NOW - timedelta(hours=1), NOW, NOW + DAY]),
    has_factor=truths,
    recording=names,
    institution=names,
    purge_after=moments,
    has_consent=truths,
    is_sealed=st.sampled_from([None, False, False, True]),
    is_demo=st.sampled_from([None, False, True]),
    case_institution=names,
    is_case_open=truths,
    leave_account=names,
    leave_by=names,
    leave_until=moments,
    leave_institution=names,
    leave_recording=names,
    requested_by=names,
    confirmed_by=names,
)
any_request = st.builds(
    Request, act=st.sampled_from(list(Act)), reason=st.sampled_from([None, "support_case", "incident", "other"])
)


def drawn(dice: random.Random) -> tuple[Request, Facts]:
    """A request near to what is allowed: each attribute is the good one, mostly."""
    good = dice.choice([VIEWER, VIEWER, VIEWER, GLASS, OWNER, AUDITOR, LEGAL, ENGINEER])
    others: dict[str, list[object]] = {
        "moment": [None, NOW - DAY, NOW, NOW + DAY],
        "truth": [None, True, False],
        "name": [None, "vera", "olga", "otto", "riverbend-high", "lakeside", "r1", "r2"],
    }
    changed: dict[str, object] = {}
    for field in fields(Facts):
        if dice.random() < 0.12:
            value = getattr(good, field.name)
            kind = "truth" if isinstance(value, bool) else "moment" if isinstance(value, datetime) else "name"
            changed[field.name] = dice.choice(others[kind])
    if "roles" in changed:
        changed["roles"] = dice.choice([None, frozenset(dice.sample(list(Role), dice.randint(0, 2)))])
    act = dice.choice([*Act, *[Act.LOOK] * 8, *[Act.EXPORT] * 4, *[Act.RESOLVE] * 4])
    reason = dice.choice([None, "support_case", "support_case", "incident", "rights_request", "other"])
    return Request(act=act, reason=reason), replace(good, **changed)  # type: ignore[arg-type]


@pytest.mark.long
def test_a_second_reading_of_the_table_agrees_on_100_000_requests(capsys: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(20260304)  # noqa: S311 - a seed makes each failure come again
    allowed = 0
    for _ in range(100_000):
        request, facts = drawn(dice)
        decision = decide(request, facts, NOW)
        assert decision.allowed == second_reading(request, facts, NOW), (request, facts, decision)
        allowed += decision.allowed
    with capsys.disabled():
        print(f"\nG13: 100,000 generated requests, {allowed:,} allowed, 0 decided otherwise by the second reading")
    assert 10_000 < allowed < 90_000


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(request=any_request, facts=any_facts)
@example(request=LOOK, facts=VIEWER)
def test_a_second_reading_of_the_table_agrees(request: Request, facts: Facts) -> None:
    assert decide(request, facts, NOW).allowed == second_reading(request, facts, NOW)


@settings(max_examples=500, deadline=None)
@given(request=any_request, facts=any_facts, field=st.sampled_from([field.name for field in fields(Facts)]))
def test_knowing_less_never_allows_more(request: Request, facts: Facts, field: str) -> None:
    if decide(request, replace(facts, **{field: None}), NOW).allowed:
        assert decide(request, facts, NOW).allowed


def test_the_table_names_only_conditions_that_exist_and_its_hash_follows_it() -> None:
    assert {name for rule in RULES for name in rule.conditions} == set(CONDITIONS)
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert table_hash(RULES[1:]) != table_hash()
    weaker = replace(RULES[5], conditions=RULES[5].conditions[1:])
    assert table_hash((*RULES[:5], weaker, *RULES[6:])) != table_hash()
    assert b"vetted-view" in table_text()
    assert set(Act) == {act for rule in RULES if rule.effect.value == "permit" for act in rule.acts}


def test_no_person_holds_two_roles() -> None:
    assert all(conflict(pair) == frozenset(pair) for pair in combinations(Role, 2))
    assert all(conflict([role]) is None for role in Role)
    assert len(Reason) == 3


def test_the_docs_hold_every_rule_with_its_conditions() -> None:
    page = (Path(__file__).parents[2] / "docs" / "access.md").read_text("utf-8")
    for rule in RULES:
        assert f"| `{rule.id}` |" in page
        assert f"| {'; '.join(rule.conditions)} | {rule.reason} |" in page
