"""What a policy file may say, and what its mistakes are answered with."""

from datetime import date

import pytest

from milkglass.errors import Invalid
from milkglass.policy.load import load, selector_problem
from milkglass.wire.values import Level, Purpose

NOTICE = "{version: n-1, language: en-US, text: May we}"
GOOD = """\
milkglass: 1
application: {id: chalkboard, name: Chalkboard, origins: ["http://localhost:8484"]}
vocabulary: chalkboard.vocabulary.yaml
retention_days: 30
people_floor: 10
viewers_max: 6
query_keys: [tab]
institutions:
  - {id: riverbend-high, name: Riverbend High, type: k12, opted_in: [replay, heatmap], level: labelled}
journeys:
  - {name: chat, routes: [/demo/chat/:room], level: labelled, student_interaction: true, risk: high}
  - {name: settings, routes: ["#/settings/:page"], level: clicks, student_interaction: false, risk: low}
exclusions:
  selectors: [".student-list", "#card > [data-x='1']"]
  routes: [/demo/students]
contacts: {owner: Compliance owner}
"""


def test_a_whole_policy_is_read() -> None:
    policy = load(GOOD)
    assert policy.application == "chalkboard"
    assert policy.institutions[0].purposes == {Purpose.REPLAY, Purpose.HEATMAP}
    assert [journey.level for journey in policy.journeys] == [Level.LABELLED, Level.CLICKS]
    assert policy.exclusions.routes == ("/demo/students",)


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("retention_days: 30", "retention_days: never", "policy.yaml line 4: 'retention_days' must be a whole number"),
        ("retention_days: 30", "retention_days: 366", "line 4: 'retention_days' must be a whole number from 1 to 365"),
        (
            "retention_days: 30",
            "retention: {recordings: 30}",
            "line 4: 'retention' does not say how long heatmaps are kept",
        ),
        (
            "retention_days: 30",
            "retention: {recordings: 30, heatmaps: 60}",
            "line 4: heatmap rows are kept no longer than their recording, 30 days here",
        ),
        (
            "retention_days: 30",
            "retention: {recordings: 30, heatmap: 7}",
            "unknown key 'heatmap'; did you mean 'heatmaps'?",
        ),
        (
            "retention_days: 30",
            "retention_days: 30\nretention: {recordings: 30, heatmaps: 7}",
            "take 'retention_days' out",
        ),
        ("retention_days: 30\n", "", "'retention_days' must be a whole number from 1 to 365"),
        ("type: k12,", "type: university,", "line 9: 'type' must be one of k12, postsecondary, other"),
        ("type: k12,", "type: k21,", "did you mean 'k12'?"),
        ("type: k12,", "type: k12, states: [ny],", "'ny' is no state; write its two letters, as NY"),
        ("type: k12,", "type: k12, authority: {basis: other, contract: x, until: soon},", "'until' must be a day"),
        ("people_floor: 10", "people_floor: 2", "line 5: 'people_floor' must be a whole number from 5"),
        ("query_keys: [tab]", "query_key: [tab]", "line 7: unknown key 'query_key'; did you mean 'query_keys'?"),
        ("level: clicks", "level: everything", "line 12: 'level' must be one of off, clicks, wireframe, labelled"),
        ("/demo/chat/:room", "demo/chat", "line 11: route 'demo/chat' must be path segments"),
        ('".student-list"', '"#name["', "selector '#name[' is not CSS; close the bracket"),
        ('".student-list"', '".a { }"', "write one selector without braces"),
        ('".student-list"', '".a >"', "selector '.a >' is not CSS"),
        ("opted_in: [replay, heatmap]", "opted_in: [video]", "line 9: purpose 'video' is unknown"),
        ("id: riverbend-high", "id: demo-account", "institution 'demo-account' is named twice or is built in"),
        ("name: settings", "name: chat", "journey 'chat' is named twice"),
        ("[/demo/chat/:room]", "[]", "journey 'chat' names no route"),
        (
            '"#/settings/:page"',
            "/demo/chat/:room",
            "already belongs to journey 'chat'; keep it in one, or tell the two",
        ),
        (
            "[/demo/chat/:room]",
            "[/demo/chat/:room,\n    {route: /app, selector: '[data-view='}]",
            "line 12: selector '[data-view=' is not CSS; close the bracket",
        ),
        ("[/demo/chat/:room]", "[{route: /app, selector: 'a{}'}]", "line 11: selector 'a{}' is not CSS; write one"),
        ("[/demo/chat/:room]", "[{route: /app, select: '.a'}]", "unknown key 'select'; did you mean 'selector'?"),
        ("[/demo/chat/:room]", "[{route: /app}]", "'selector' must be text"),
        (
            "[/demo/chat/:room]",
            "[/app, {route: /app/, selector: .a}]",
            "'/app' stands twice; name its selectors in one",
        ),
        ("[/demo/chat/:room]", "[7]", "a route is a text, or an entry with route and selector"),
        ("[/demo/chat/:room]", "/demo/chat/:room", "'routes' must be a list of routes"),
        ("student_interaction: true", "student_interaction: maybe", "must be true or false"),
        ("milkglass: 1", "milkglass: 1\nmilkglass: 1", "not YAML"),
        ("application: {", "application: [", "not YAML"),
        ("http://localhost:8484", "localhost", "must be scheme and host"),
        ("contacts: {owner: Compliance owner}", "contacts: nobody", "'contacts' must hold keys and values"),
        ("level: clicks", "level: click", "did you mean 'clicks'?"),
        ("/demo/chat/:room", "/chat/(a+)+", "route '/chat/(a+)+' is a regular expression; write path segments"),
        ("[/demo/students]", "[/:any/chat/x]", "'/:any/chat/x' leaves out some addresses of the journey's route"),
        ("[/demo/students]", "[{route: /x}]", "'owner' must be text"),
        ("[/demo/students]", "[{path: /x}]", "unknown key 'path'"),
        ("[/demo/students]", "[7]", "a rule of 'routes' is a text, or an entry with route and owner"),
        ("{owner: Compliance owner}", "{oner: Someone}", "unknown key 'oner'; did you mean 'owner'?"),
        ("contacts:", "review: {reviewed: 2026-01-02, next: 2026-01-01}\ncontacts:", "'next' must come after"),
        ("contacts:", "review: {reviewed: soon, next: 2026-01-01}\ncontacts:", "must be a day, as 2026-11-27"),
        ("contacts:", "approval: {quorum: 9}\ncontacts:", "'quorum' must be a whole number from 0 to 5"),
        ("contacts:", "consent: {lasts_days: 365}\ncontacts:", "'lasts_days' must be a whole number from 1 to 180"),
        ("contacts:", "consent: {purposes: [ads]}\ncontacts:", "purpose 'ads' is unknown"),
        ("contacts:", f"consent: {{notices: [{NOTICE}, {NOTICE}]}}\ncontacts:", "stands twice in en-US"),
        ("opted_in: [replay, heatmap]", "opted_in: {replay: {level: full}}", "'level' must be one of off"),
        ("opted_in: [replay, heatmap]", "opted_in: {heatmap: {level: clicks}}", "unknown key 'level'"),
        ("opted_in: [replay, heatmap]", "opted_in: {replay: {retention_days: 0}}", "a whole number from 1 to 365"),
        ("opted_in: [replay, heatmap]", "opted_in: {ads: {}}", "unknown key 'ads'"),
        ("type: k12,", "type: k12, states: [California],", "'California' is no state; write its two letters"),
        ("type: k12,", "type: k12, under_13: perhaps,", "'under_13' must be true or false"),
        ("type: k12,", "type: k12, authority: {basis: hope, contract: x},", "'basis' must be one of school_official"),
        ("type: k12,", "type: k12, authority: {basis: other},", "'contract' must be text"),
        ("query_keys: [tab]", "query_keys: tab", "'query_keys' must be a list of texts"),
        ("name: Riverbend High", "name: 7", "'name' must be text"),
        (GOOD.partition("journeys:")[2].partition("exclusions:")[0], " 7\n", "'journeys' must be a list of entries"),
        (GOOD, "- 1\n", "line 1: must hold keys and values"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(good: str, bad: str, says: str) -> None:
    assert good in GOOD
    with pytest.raises(Invalid) as refused:
        load(GOOD.replace(good, bad, 1))
    assert says in str(refused.value)


def test_an_institution_allows_each_purpose_apart_until_its_contract_ends() -> None:
    apart = "opted_in: {replay: {level: wireframe, retention_days: 14}, heatmap: {retention_days: 7}}"
    ground = "authority: {basis: school_official, contract: C-1, until: 2026-12-31}, states: [NY]"
    one = load(GOOD.replace("opted_in: [replay, heatmap]", f"{apart}, {ground}")).institutions[0]
    assert (one.level, one.states) == (Level.WIREFRAME, ("NY",))
    assert [one.days(said, 30) for said in ([Purpose.REPLAY], [Purpose.HEATMAP], list(Purpose), [])] == [14, 7, 7, 30]
    assert one.granted(date(2026, 12, 31)) == {Purpose.REPLAY, Purpose.HEATMAP}
    assert one.granted(date(2027, 1, 1)) == frozenset()


def test_a_file_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="split it"):
        load("#" * 2_000_001)


def test_a_policy_without_exclusions_and_contacts_excludes_nothing() -> None:
    policy = load(GOOD.partition("exclusions:")[0])
    assert policy.exclusions.selectors == ()
    assert policy.contacts == ()


def test_real_selectors_pass() -> None:
    for selector in (".a", "#b .c > d:not(.e)", "[data-q]", "li:nth-child(2n+1)", "a, b"):
        assert selector_problem(selector) is None
