"""The grade of a text: everything that a person or a parent is asked to read stays at eight years of school or less."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import milkglass.demo
from milkglass.consent.words import WORDS
from milkglass.policy.clauses import Live, sections
from milkglass.policy.document import PolicyDocument
from milkglass.policy.grade import HIGHEST, grade
from milkglass.policy.lint import examine
from milkglass.policy.load import load
from milkglass.policy.starters import STARTERS, starter

TODAY = date(2026, 11, 28)
LEGALESE = (
    "Notwithstanding the foregoing, the institution's authorized representatives may retrospectively examine "
    "pseudonymized behavioral telemetry for the purpose of diagnosing operational irregularities."
)
LEGALESE_ES = (
    "Sin perjuicio de lo anteriormente establecido, los representantes autorizados de la institución podrán examinar "
    "retrospectivamente la telemetría seudonimizada con la finalidad de diagnosticar irregularidades operativas."
)


def policies() -> list[PolicyDocument]:
    chalkboard = (Path(milkglass.demo.__file__).parent / "chalkboard.yaml").read_text()
    return [load(chalkboard, "chalkboard.yaml"), *(load(starter(name).policy, name) for name in STARTERS)]


def grade_of(text: str, language: str) -> float:
    asked = grade(text, language)
    assert asked is not None
    return asked


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_the_dialog_can_be_read_after_eight_years(language: str) -> None:
    said = ". ".join(words.rstrip(".") for words in WORDS[language].values())
    assert grade_of(said, language) <= HIGHEST
    assert all(grade_of(words, language) <= HIGHEST for words in WORDS[language].values() if words.count(" ") > 4)


def test_each_notice_that_we_ship_can_be_read_after_eight_years() -> None:
    notices = [notice for policy in policies() for notice in policy.consent.notices]
    assert len(notices) == 8
    assert all(grade_of(notice.text, notice.language) <= HIGHEST for notice in notices)


def test_the_living_page_can_be_read_after_eight_years() -> None:
    for policy in policies():
        told = sections(policy, Live(now=datetime(2026, 11, 28, tzinfo=UTC)))
        says = [clause.says.rstrip(".") for section in told for clause in section.clauses]
        assert grade_of(". ".join(says), "en") <= HIGHEST


def test_a_notice_in_legal_language_is_remarked_with_its_line() -> None:
    pack = starter("chat").policy
    start, end = pack.index("May we record"), pack.index("- version: chat-app-1", pack.index("May we record"))
    found = examine(pack[:start] + LEGALESE + "\n    " + pack[end:], "policy.yaml", TODAY)
    remark = next(one for one in found.remarks if "years of school" in one.what)
    assert "chat-app-1' (en-US)" in remark.what
    assert "text:" in pack.splitlines()[remark.line - 1]


@pytest.mark.parametrize(("text", "language"), [(LEGALESE, "en-US"), (LEGALESE_ES, "es-US")])
def test_legal_language_is_above_it(text: str, language: str) -> None:
    assert grade_of(text, language) > HIGHEST


@pytest.mark.parametrize(
    ("text", "language", "known"),
    [
        # Counted by hand: words in sentences, then syllables in words.
        ("The cat sat on the mat.", "en", 0.39 * 6 + 11.8 - 15.59),
        ("We keep it here. You can stop any time.", "en", 0.39 * 9 / 2 + 11.8 * 10 / 9 - 15.59),
        ("Usted puede decir que no en cualquier día.", "es", -0.205 * 100 / 8 + 0.049 * 100 * 13 / 8 - 3.407),
    ],
)
def test_grades_counted_by_hand(text: str, language: str, known: float) -> None:
    assert grade_of(text, language) == pytest.approx(known)


def test_a_language_without_a_measure_and_a_text_without_words_have_no_grade() -> None:
    assert grade("Wir zeichnen auf.", "de") is None
    assert grade("… 30", "en") is None


@given(st.text(), st.sampled_from(["en", "es-US"]))
def test_any_text_can_be_graded(text: str, language: str) -> None:
    asked = grade(text, language)
    assert asked is None or asked == asked  # noqa: PLR0124 - a number, not NaN
