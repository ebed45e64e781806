"""Journeys that a selector tells apart: in the browser by what it shows, on the server by the strictest of them."""

import json
from datetime import date

import pytest

from milkglass.errors import Invalid
from milkglass.policy.capture import capture_rules
from milkglass.policy.changes import differences
from milkglass.policy.clauses import Live, sections
from milkglass.policy.compile import CompiledPolicy, compile_policy
from milkglass.policy.document import PolicyDocument
from milkglass.policy.editing import JourneyForm, with_journey
from milkglass.policy.lint import examine
from milkglass.policy.load import load
from milkglass.policy.store import stricter
from milkglass.wire.values import Level, Purpose
from tests.life.house import NOW
from tests.policy.test_compile import RIVERBEND, WORDS
from tests.policy.test_load import GOOD

CHAT = "  - {name: chat, routes: [/demo/chat/:room], level: labelled, student_interaction: true, risk: high}\n"
REST = "student_interaction: true, risk: low"
ONE = f'{{name: chat, routes: [{{route: /app, selector: "[data-view=chat]"}}], level: labelled, {REST}}}'
TWO = f'{{name: grades, routes: [{{route: /app, selector: ".grades"}}, /g], level: wireframe, {REST}}}'
HOME = f"{{name: home, routes: [/app], level: clicks, {REST}}}"
ALONE = f"{{name: alone, routes: [/alone], level: labelled, {REST}}}"


def written(*journeys: str) -> str:
    assert CHAT in GOOD
    return GOOD.replace(CHAT, "".join(f"  - {one}\n" for one in journeys))


def policy(*journeys: str) -> PolicyDocument:
    return load(written(*journeys))


def compiled(*journeys: str) -> CompiledPolicy:
    return compile_policy(policy(*journeys), WORDS, "00112233445566aa")


def levels(found: CompiledPolicy) -> dict[str, Level]:
    return {name: found.level(name, RIVERBEND) for name in found.journeys if name != "settings"}


def test_journeys_of_one_route_are_kept_at_the_strictest_of_them_and_others_are_not_touched() -> None:
    found = compiled(ONE, TWO, ALONE)
    assert levels(found) == {"chat": Level.WIREFRAME, "grades": Level.WIREFRAME, "alone": Level.LABELLED}
    assert levels(compiled(ONE, TWO, HOME, ALONE)) == {
        "chat": Level.CLICKS,
        "grades": Level.CLICKS,
        "home": Level.CLICKS,
        "alone": Level.LABELLED,
    }
    named = found.journey_of("https://x.example/app")
    assert named is not None
    assert found.level(named.journey, RIVERBEND) is Level.WIREFRAME


def test_the_browser_gets_each_selector_with_the_level_in_effect() -> None:
    rules = json.loads(capture_rules(compiled(ONE, ALONE, HOME), RIVERBEND, [Purpose.REPLAY]))
    sent = {one["name"]: one for one in rules["journeys"]}
    assert sent["chat"]["selectors"] == {"/app": "[data-view=chat]"}
    assert sent["chat"]["level"] == sent["home"]["level"] == "clicks"
    assert "selectors" not in sent["alone"]


def test_a_selector_is_part_of_the_hash_and_a_policy_without_one_keeps_its_own() -> None:
    assert compiled(ONE).hash != compiled(ONE.replace("chat]", "talk]")).hash
    assert compiled(ALONE).hash == compiled(ALONE).hash


def test_while_two_policies_hold_the_strictest_of_both_does() -> None:
    assert levels(stricter(compiled(ONE, TWO), compiled(ONE, TWO.replace("wireframe", "labelled")))) == {
        "chat": Level.WIREFRAME,
        "grades": Level.WIREFRAME,
    }


def test_a_journey_that_was_held_down_stays_so_for_what_was_masked_under_the_older_policy() -> None:
    assert levels(compiled(ONE)) == {"chat": Level.LABELLED}
    assert levels(stricter(compiled(ONE, TWO), compiled(ONE))) == {"chat": Level.WIREFRAME}


def test_lint_shows_what_meets_and_what_a_stricter_journey_holds_down() -> None:
    found = examine(written(ONE, TWO, HOME), "policy.yaml", date(2026, 3, 4))
    shown = [(one.wins, one.loses) for one in found.overlaps]
    assert shown == [
        ("/app with [data-view=chat]", "/app with .grades"),
        ("/app with [data-view=chat]", "/app"),
        ("/app with .grades", "/app"),
    ]
    assert all(one.is_shared and not one.is_by_order for one in found.overlaps)
    held = [one.what for one in found.remarks if "shares a route" in one.what]
    assert len(held) == 2
    assert "'chat' shares a route with a stricter one: all of it is kept at 'clicks'" in held[0]
    assert not [one for one in examine(written(ALONE), "p", date(2026, 3, 4)).remarks if "shares" in one.what]


def test_one_that_needs_nothing_comes_last_wherever_it_stands() -> None:
    found = examine(written(HOME, ONE), "policy.yaml", date(2026, 3, 4)).overlaps
    assert [(one.journey, one.other) for one in found] == [("chat", "home")]


def test_the_same_route_and_selector_in_two_journeys_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid, match=r"line 12: '/app' with '\[data-view=chat\]' already belongs to journey 'chat'"):
        policy(ONE, ONE.replace("name: chat", "name: other"))


def test_a_journey_that_is_held_down_no_longer_is_a_material_change() -> None:
    found = differences(policy(ONE, TWO), policy(ONE))
    raised = [one for one in found if one.where == "journey chat: level in effect"]
    assert [(one.was, one.now, one.is_material) for one in raised] == [("wireframe", "labelled", True)]
    wider = differences(policy(ONE), policy(ONE.replace('{route: /app, selector: "[data-view=chat]"}', "/app")))
    assert [(one.now, one.is_material) for one in wider if one.is_material] == [("/app", True)]


def test_the_living_page_says_on_what_a_journey_hangs() -> None:
    said = [clause.says for clause in sections(policy(ONE, TWO), Live(now=NOW))[0].clauses]
    assert any("chat (only while a page shows [data-view=chat])" in one and "grey bar" in one for one in said)


def test_a_form_writes_a_selector_as_an_entry() -> None:
    form = JourneyForm(
        name="view",
        routes=[("/app", "[data-view=x]"), ("/b", "")],
        level="clicks",
        has_students=True,
        risk="low",
        owner="",
    )
    read = load(with_journey(GOOD, form, None)).journeys[-1]
    assert (read.routes, dict(read.selectors)) == (("/app", "/b"), {"/app": "[data-view=x]"})
