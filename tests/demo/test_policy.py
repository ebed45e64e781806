"""Chalkboard's policy and vocabulary load as a customer's do, and keep nothing of the routes that name people."""

import pytest

from milkglass.demo.files import POLICY_FILE
from milkglass.policy.compile import CompiledPolicy, compile_policy, words_of
from milkglass.policy.load import load
from milkglass.vocabulary.files import load_entries
from milkglass.wire.values import InstitutionId, Level

HERE = POLICY_FILE.parent
SCHOOLS = [InstitutionId("riverbend-high"), InstitutionId("lakeside-college")]


def policy() -> CompiledPolicy:
    document = load((HERE / "chalkboard.yaml").read_text(), "chalkboard.yaml")
    return compile_policy(document, words_of(1, {}, {}, {}), "00112233445566aa")


def level(address: str, school: InstitutionId) -> Level:
    route = policy().journey_of(address)
    return policy().level(route.journey, school) if route else Level.OFF


@pytest.mark.parametrize("school", SCHOOLS)
@pytest.mark.parametrize("address", ["/demo/students", "/demo/students/RB-20417", "/demo/sign-in", "/demo/api/visit"])
def test_nothing_is_kept_of_class_list_sign_in_and_what_no_journey_names(address: str, school: InstitutionId) -> None:
    assert level(address, school) is Level.OFF


@pytest.mark.parametrize("school", SCHOOLS)
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/demo/welcome", Level.LABELLED),
        ("/demo/chat/web-project", Level.LABELLED),
        ("/demo/snippets/13", Level.LABELLED),
        ("/demo/feedback", Level.LABELLED),
        ("/demo/broken", Level.LABELLED),
        ("/demo/files/15", Level.WIREFRAME),
    ],
)
def test_the_other_routes_keep_what_their_journey_says(address: str, kept: Level, school: InstitutionId) -> None:
    assert level(address, school) is kept


def test_the_class_list_is_excluded_by_route_and_by_selector() -> None:
    assert policy().is_excluded("/demo/students/:id")
    document = load((HERE / "chalkboard.yaml").read_text(), "chalkboard.yaml")
    assert "[data-private]" in document.exclusions.selectors


def test_the_vocabulary_loads_with_reviewer_and_date() -> None:
    entries = load_entries((HERE / "chalkboard.vocabulary.yaml").read_text(), "chalkboard.vocabulary.yaml")
    assert len(entries) > 300
