"""The grammar judges every string where it lies."""

from collections.abc import Iterator

import msgspec
import pytest

from milkglass.enforcement.grammar import Grammar, is_stored_form, strings
from milkglass.wire.decode import decode
from milkglass.wire.values import Json
from tests.enforcement.room import CLOSE, OPEN, body, kept, marked, room, vectors

WHERE = room()
GRAMMAR = Grammar(policy=WHERE.policy, words=WHERE.words)


def unfit(events: bytes, interactions: bytes = b"[]") -> list[tuple[str, str]]:
    return [(path, said) for path, said in strings(events, interactions) if not is_stored_form(path, said, GRAMMAR)]


def stored() -> Iterator[tuple[str, bytes, bytes]]:
    for file, case in vectors():
        if case.server is not None and case.level == "labelled":
            is_row = file == "interactions"
            batch = kept(body(None, [case.given]) if is_row else body([case.given]))
            yield f"{file}: {case.name}", batch.events, msgspec.json.encode(batch.interactions)


@pytest.mark.parametrize(("events", "rows"), [pytest.param(e, r, id=name) for name, e, r in stored()])
def test_what_enforcement_stores_has_its_form(events: bytes, rows: bytes) -> None:
    assert unfit(events, rows) == []


@pytest.mark.parametrize("case", [pytest.param(c, id=f"{f}: {c.name}") for f, c in vectors() if f == "leak-cases"])
def test_what_a_page_says_has_no_form(case: object) -> None:
    given: Json = getattr(case, "given")  # noqa: B009 - a Case or a raw event
    assert unfit(msgspec.json.encode([given])) != []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("key", "janeDoe"),
        ("nowhere", "jane"),
        ("node.textContent", "Jane"),
        ("node.textContent", marked("⟦t999⟧")),
        ("node.textContent", marked("⟦n3⟧")),
        ("node.textContent", "k0123456789"),
        ("node.textContent", "  "),
        ("texts.value", "Jane"),
        ("event.data.value", "Jane"),
        ("attribute", "jane"),
        ("attribute", "viewbox"),
        ("attribute", "src"),
        ("attribute.src", "x"),
        ("attribute.class", "jane"),
        ("attribute.class", "v0123456789"),
        ("attribute.class", marked("⟦n999⟧")),
        ("attribute.style", "color:red;"),
        ("attribute._cssText", ".jane{}"),
        ("attribute._cssText", marked("⟦s9⟧")),
        ("attribute.media", "jane"),
        ("attribute.href", "/people/jane"),
        ("attribute.href", "#jane"),
        ("attribute.rel", "noopener jane"),
        ("attribute.x", "jane"),
        ("attribute.width", "7.125"),
        ("attribute.fill", "url(/jane)"),
        ("define.name", "x-jane"),
        ("style.name", ""),
        ("style.color", "jane"),
        ("style.color!", "jane"),
        ("interaction.label", "▇▇▇▇"),
        ("interaction.element", "div>jane"),
        ("interaction.role", "jane"),
        ("interaction.jane", "jane"),
        ("event.data.type", "jane"),
        ("event.data.payload.rr_type", "jane"),
        ("event.data.priority", "jane"),
    ],
)
def test_other_strings_have_no_form(path: str, said: str) -> None:
    assert not is_stored_form(path, said, GRAMMAR)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("attribute._cssText", marked("⟦s2⟧")),
        ("attribute.href", "#" + "k0123456789"),
        ("node.textContent", " "),
        ("node.textContent", f"▇▇▇▇ ▇▇\n {OPEN}t7{CLOSE} \n\n..."),
        ("attribute.class", ""),
    ],
)
def test_forms_that_hold(path: str, said: str) -> None:
    assert is_stored_form(path, said, GRAMMAR)


def test_decode_takes_what_was_stored() -> None:
    for _, events, _ in stored():
        assert decode(body(msgspec.json.decode(events))).dropped == {}
