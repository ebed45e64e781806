"""Detectors: they find what looks like somebody, also in disguise, and stay silent on what a product says."""

import hashlib
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milkglass.detect.names import variants
from milkglass.detect.unfold import folded
from milkglass.detect.warnings import RULES, roster_of, warnings

PEOPLE = ["Jane Doe", "Núñez, José", "Omar El-Haddad", "Łukasz Żółć", "Mary Ann O'Neil", "李 小龙"]


def digest(said: str) -> bytes:
    return hashlib.blake2b(said.encode(), key=b"k", digest_size=16).digest()


ROSTER = roster_of(PEOPLE, digest)


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("Write to jane.doe+x@uni.example", ("email",)),
        ("jane\u200b@uni.example", ("email",)),
        ("jane＠uni.example", ("email",)),  # noqa: RUF001 - full width
        ("jane%2540uni.example", ("email",)),
        ("jane&#64;uni.example", ("email",)),
        ("jane (at) uni.example", ("email",)),
        ("Call (415) 555-2671", ("phone", "digits")),
        ("+44 20 7946 0958", ("phone", "digits")),
        ("SSN 078-05-1120", ("ssn", "digits")),
        ("Student 20417733", ("digits",)),
        ("Student 204 177 33", ("digits",)),
        ("Save changes", ()),
        ("Version 2.1.6", ()),
        ("© 2026 Example", ()),
        ("# unread", ()),
        ("user@", ()),
        ("000-12-3456", ("digits",)),
    ],
)
def test_what_looks_personal_warns_and_what_a_product_says_does_not(said: str, rules: tuple[str, ...]) -> None:
    assert warnings(said) == rules


@pytest.mark.parametrize(
    "said",
    [
        "Message Jane Doe",
        "DOE, JANE",
        "J. Doe is typing",
        "Jane D.",
        "jose nunez",
        normalize("NFD", "José Núñez"),
        "Jos\u200bé Nu\u00adñez",
        "Jаne Dоe",  # noqa: RUF001 - Cyrillic letters that look alike
        "Omar El-Haddad's grades",
        "Lukasz Zolc",
        "Mary O'Neil",
        "Mary O’Neil",  # noqa: RUF001 - a curly apostrophe
        "Haddad",
        "李 小龙",
        "Hi&nbsp;Jane&nbsp;Doe",
    ],
)
def test_somebody_on_the_roster_warns_in_any_spelling(said: str) -> None:
    assert "roster" in warnings(said, ROSTER)


@pytest.mark.parametrize("said", ["Save changes", "Doers", "Janet Dover", "J", "El", "Open a room"])
def test_words_of_the_product_are_nobody(said: str) -> None:
    assert warnings(said, ROSTER) == ()


def test_the_roster_is_digests_only() -> None:
    assert all(len(one) == 16 for one in ROSTER.digests)
    assert not any(b"jane" in one for one in ROSTER.digests)


def test_a_name_without_letters_has_no_variants() -> None:
    assert variants("12 --") == frozenset()


@given(st.text(max_size=80))
def test_any_text_can_be_judged_and_folding_is_a_fixed_point_of_its_own(said: str) -> None:
    assert set(warnings(said, ROSTER)) <= set(RULES)
    once = folded(said)
    assert "\u200b" not in once
