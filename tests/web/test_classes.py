"""Class pages: examples are run as the page is drawn, and the table can be searched."""

import html
import re

import pytest

from milkglass.enforcement.examples import examples
from milkglass.enforcement.paths import GROUPS, class_of, group_of, rows
from milkglass.enforcement.table import classes
from milkglass.web.classes import WORDS
from tests.enforcement.room import vectors
from tests.web.house import Lived


def said(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_every_path_belongs_to_a_class_that_has_a_page() -> None:
    assert {row.group for row in rows(classes())} == set(GROUPS) == set(WORDS)


def test_a_counted_path_is_named_by_its_class() -> None:
    found = {path: class_of(path) for path in ("node.3.textContent", "node.3.textContent.css", "attributes.title")}
    assert found == {"node.3.textContent": "TEXT", "node.3.textContent.css": "CSS", "attributes.title": "TEXT"}
    assert class_of("attributes.data-*") == class_of("attributes.?") == "TOKEN"
    assert class_of("interactions") == class_of("attributes.jane-doe") == ""
    assert group_of("ENUM pointerType") == "ENUM"


@pytest.mark.parametrize("group", GROUPS)
def test_a_class_page_shows_each_case_of_its_vectors(school: Lived, group: str) -> None:
    page = said(school.signed_in("Demo auditor").get(f"/console/masking/{group.lower()}").text)
    names = [case.name for file, case in vectors() if file == group.lower()]
    assert names
    assert [name for name in names if name not in page] == []


@pytest.mark.parametrize("group", GROUPS)
def test_what_an_example_says_is_what_its_vector_says(group: str) -> None:
    expected = {case.name: case.server is not None for file, case in vectors() if file == group.lower()}
    assert {one.name: one.is_kept for one in examples(group)} == expected


def test_an_example_pairs_what_came_with_what_is_stored() -> None:
    (first, *_) = examples("TEXT")
    assert [(part.path, part.given, part.stored) for part in first.parts] == [
        ("data.texts[0].value", "Save changes", "⟦t7⟧")
    ]


def test_the_table_can_be_searched(school: Lived) -> None:
    client = school.signed_in("Demo viewer")
    page = said(client.get("/console/masking/paths?q=attribute title").text)
    assert "attributes.title" in page
    assert "interaction.kind" not in page
    assert "No path has these words" in client.get("/console/masking/paths?q=nowhere").text


def test_a_class_that_is_none_is_not_found(school: Lived) -> None:
    answer = school.signed_in("Owner").get("/console/masking/jane")
    assert answer.status_code == 404
    assert "text, token" in answer.text
