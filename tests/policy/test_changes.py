"""What a change does: which rules differ, whether more may be kept or seen, and which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.policy.changes import Kind, differences, word_diff
from milkglass.policy.load import load
from tests.policy.test_load import GOOD

OLD = load(GOOD)
JOURNEY = "- {name: new, routes: [/new], level: clicks, student_interaction: true, risk: low}"
SCHOOL = "- {id: new-school, name: N, type: k12, opted_in: [replay], level: clicks}"


def test_heatmap_rows_that_are_kept_longer_are_material_and_fewer_days_are_not() -> None:
    apart = GOOD.replace("retention_days: 30", "retention: {recordings: 30, heatmaps: 7}")
    longer = differences(load(apart), load(apart.replace("heatmaps: 7", "heatmaps: 14")))
    assert [(one.where, one.was, one.now, one.is_material) for one in longer] == [
        ("retention.heatmaps", "7", "14", True)
    ]
    assert [one.is_material for one in differences(load(GOOD), load(apart))] == [False]
    assert [one.is_material for one in differences(load(apart), load(GOOD))] == [True]


@pytest.mark.parametrize(
    ("good", "bad", "where"),
    [
        ("retention_days: 30", "retention_days: 60", "retention_days"),
        ("viewers_max: 6", "viewers_max: 7", "viewers_max"),
        ("people_floor: 10", "people_floor: 5", "people_floor"),
        ("level: clicks", "level: wireframe", "journey settings: level"),
        ("[/demo/chat/:room]", "[/demo/chat/:room, /demo/more]", "journey chat: routes"),
        ("query_keys: [tab]", "query_keys: [tab, id]", "query_keys"),
        ('".student-list", ', "", "exclusions.selectors"),
        ("[/demo/students]", "[]", "exclusions.routes"),
        ('"http://localhost:8484"', '"http://localhost:8484", "https://x.example"', "application.origins"),
        ("journeys:\n", f"journeys:\n  {JOURNEY}\n", "journey new"),
        ("institutions:\n", f"institutions:\n  {SCHOOL}\n", "institution new-school"),
    ],
)
def test_more_kept_or_seen_is_material_and_the_way_back_is_not(good: str, bad: str, where: str) -> None:
    new = load(GOOD.replace(good, bad, 1))
    assert [(one.where, one.is_material) for one in differences(OLD, new)] == [(where, True)]
    assert [(one.where, one.is_material) for one in differences(new, OLD)] == [(where, False)]


def test_another_contact_is_a_change_and_not_material() -> None:
    new = load(GOOD.replace("Compliance owner", "Somebody else"))
    assert [(one.where, one.now, one.is_material) for one in differences(OLD, new)] == [
        ("contact owner", "Somebody else", False)
    ]


def test_asking_fewer_people_is_material() -> None:
    asks = load(GOOD + "approval: {quorum: 2}\n")
    assert [one.is_material for one in differences(asks, OLD)] == [True]
    assert [one.is_material for one in differences(OLD, asks)] == [False]


def test_all_of_a_first_policy_is_material() -> None:
    assert [one.is_material for one in differences(None, OLD)] == [True]
    assert differences(OLD, OLD) == []


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_the_pieces_of_a_word_diff_make_both_texts(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not Kind.REMOVED) == new


def test_an_institution_that_keeps_longer_is_material() -> None:
    shorter = load(GOOD.replace("opted_in: [replay, heatmap]", "opted_in: {replay: {retention_days: 7}, heatmap: {}}"))
    assert [(one.where, one.now, one.is_material) for one in differences(shorter, OLD)] == [
        ("institution riverbend-high: replay days", "as the policy", True)
    ]
    assert [one.is_material for one in differences(OLD, shorter)] == [False]
