"""What a policy leaves open, where routes meet, and what an editor is told."""

import json
from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from milkglass.errors import Invalid, NotFound
from milkglass.policy.lint import examine
from milkglass.policy.load import TOP_KEYS, load
from milkglass.policy.routes import covers, meet
from milkglass.policy.schema import schema
from milkglass.policy.starters import STARTERS, starter
from milkglass.vocabulary.files import load_entries
from tests.policy.test_load import GOOD

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize("name", STARTERS)
def test_a_starter_pack_leaves_only_the_review_open_and_records_nobody_yet(name: str) -> None:
    pack = starter(name)
    found = examine(pack.policy, name, TODAY)
    assert [remark.what for remark in found.remarks] == ["the policy has no review dates"]
    assert not any(one.is_by_order for one in found.overlaps)
    assert found.document.vocabulary == pack.words_file
    assert load_entries(pack.words, pack.words_file) == []
    assert not any(one.purposes for one in found.document.institutions)
    assert {notice.language for notice in found.document.consent.notices} == {"en-US", "es-US"}


def test_an_unknown_pack_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="chat, code-editor, ticket-form"):
        starter("../../etc")


def test_what_is_open_has_its_line_and_remedy() -> None:
    said = {remark.what: remark.line for remark in examine(GOOD, "policy.yaml", TODAY).remarks}
    assert said["journey 'chat' has no owner"] == 11
    assert said["journey 'chat' is of high risk, is used by students, and keeps labels"] == 11
    assert said["the exclusion '.student-list' has no owner"] == 14
    assert said["no contact for deputy, legal, engineering, client_success"] == 16
    assert "no second person approves a change" in said
    assert all(remark.remedy for remark in examine(GOOD, "policy.yaml", TODAY).remarks)


def test_a_review_that_is_due_and_a_journey_that_is_left_out_are_told() -> None:
    text = GOOD.replace("/demo/students", "/demo/:page/:room") + "review: {reviewed: 2025-01-01, next: 2026-01-01}\n"
    said = [remark.what for remark in examine(text, "policy.yaml", TODAY).remarks]
    assert "its review was due on 2026-01-01" in said
    assert any("is left out by the exclusion" in what for what in said)


def test_an_owner_who_stands_in_for_themselves_or_approves_for_legal_is_told() -> None:
    text = GOOD.replace("{owner: Compliance owner}", "{owner: Ada, deputy: Ada, legal: Ada, engineering: Eve}")
    said = [remark.what for remark in examine(text, "policy.yaml", TODAY).remarks]
    assert [what.partition(" are")[0] for what in said if "the same" in what] == ["owner and deputy", "owner and legal"]
    apart = text.replace("deputy: Ada, legal: Ada", "deputy: Dan, legal: Lea")
    assert not [one.what for one in examine(apart, "policy.yaml", TODAY).remarks if "the same" in one.what]


def test_an_owned_exclusion_is_the_same_rule() -> None:
    text = GOOD.replace('".student-list"', '{selector: ".student-list", owner: Chat team}')
    assert load(text).exclusions.selectors == load(GOOD).exclusions.selectors
    assert load(text).exclusions.owners == {".student-list": "Chat team"}


def test_routes_that_meet_are_shown_with_the_one_that_wins() -> None:
    text = GOOD.replace('["#/settings/:page"]', '["#/settings/:page", /demo/chat/help, /demo/:any/room]')
    found = examine(text, "policy.yaml", TODAY)
    assert {(one.wins, one.loses, one.is_by_order) for one in found.overlaps} == {
        ("/demo/chat/help", "/demo/chat/:room", False),
        ("/demo/chat/:room", "/demo/:any/room", True),
    }
    assert any("take the same addresses" in remark.what for remark in found.remarks)


parts = st.lists(st.sampled_from(["a", "b", ":x"]), min_size=1, max_size=3).map(lambda said: "/" + "/".join(said))


@given(parts, parts)
def test_a_route_that_holds_another_meets_it_and_meeting_goes_both_ways(one: str, other: str) -> None:
    assert meet(one, other) == meet(other, one)
    assert covers(one, other) <= meet(one, other)


@pytest.mark.parametrize("text", [starter(name).policy for name in STARTERS])
def test_the_schema_takes_what_load_takes(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(YAML(typ="safe").load(text), schema())


def test_the_schema_refuses_what_load_refuses() -> None:
    text = starter("chat").policy
    for good, bad in (
        ("retention_days: 30", "retention_days: 900"),
        ("retention_days: 30", "retention: {recordings: 30}"),
        ("retention_days: 30", "retention_days: 30\nretention: {recordings: 30, heatmaps: 7}"),
        ("people_floor: 10", "people_flor: 10"),
        ("risk: low", "risk: tiny"),
        ('"/welcome"', '"welcome(.*)+"'),
        ("purposes: [replay, heatmap]", "purposes: [ads]"),
        ("type: postsecondary", "type: college"),
    ):
        wrong = text.replace(good, bad, 1)
        with pytest.raises(Invalid):
            load(wrong)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(YAML(typ="safe").load(wrong), schema())


def test_the_schema_names_every_key_that_load_takes() -> None:
    assert set(json.loads(json.dumps(schema()))["properties"]) == set(TOP_KEYS)
