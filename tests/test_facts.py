"""Facts: one row of the catalogue an act; the entry's schema and the documents are made from the rows."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from deploy.documents import generated

from milkglass.acts import CATALOGUE, KINDS, RESOURCES, Act
from milkglass.errors import Invalid
from milkglass.facts import By, Ruling, consent, look
from milkglass.merkle.catalogue import Field, Form, Kind, check, schema
from milkglass.merkle.entry import Fact, Plain, Resource, canonical
from milkglass.merkle.verify import misfits
from tests.merkle.room import NOW, fact

EXAMPLES: dict[Form, Plain] = {
    Form.ID: "0" * 26,
    Form.WORD: "ttl",
    Form.WORDS: ["replay", "heatmap"],
    Form.COUNT: 3,
    Form.FLAG: True,
    Form.MOMENT: 1_772_618_400_000,
    Form.DIGEST: "ab" * 32,
    Form.NAME: "see.example/audit/2026",
}
WRONG: dict[Form, list[Plain]] = {
    Form.ID: ["Jane Doe", "jane@riverbend.example", "x" * 65, 7],
    Form.WORD: ["Jane", "two words", 1],
    Form.WORDS: ["replay", ["Jane Doe"]],
    Form.COUNT: [-1, True, "3"],
    Form.FLAG: [1, "yes"],
    Form.MOMENT: [-1, "2026-01-01"],
    Form.DIGEST: ["ab", "AB" * 32],
    Form.NAME: ["Jane Doe", "jane@riverbend.example", 1],
}
SCHEMA = schema(KINDS)
FITS = jsonschema.Draft202012Validator(SCHEMA)


def example(kind: Kind) -> Fact:
    obj = {field.name: EXAMPLES[field.form] for field in kind.fields}
    return replace(fact(), act=kind.act, resource=Resource(kind=kind.resource, id="0" * 26), obj=obj)


def entry(said: Fact) -> dict[str, object]:
    read: dict[str, object] = json.loads(canonical(said, institution_number=0, seq_wall=0))
    return read


def test_every_act_has_one_row_and_every_resource_says_what_erases_it() -> None:
    assert [kind.act for kind in KINDS] == [act.value for act in Act]
    assert {kind.resource for kind in KINDS} == set(RESOURCES)


@pytest.mark.parametrize("act", Act)
def test_an_entry_of_each_act_fits_the_generated_schema_and_no_other(act: Act) -> None:
    kind = CATALOGUE[act]
    said = entry(example(kind))
    FITS.validate(said)
    assert list(misfits(said, SCHEMA, "entry")) == []
    spoiled: list[dict[str, object]] = [
        said | {"more": 1},
        said | {"act": "look.around"},
        said | {"obj": {"words": "Jane"}},
        said | {"res": {"t": "page", "id": "0"}},
        said | {"actor": {"t": "person", "id": "0"}},
        said | {"why": {"case": "ZD-4711"}},
    ]
    for one in spoiled:
        assert list(misfits(one, SCHEMA, "entry"))
        with pytest.raises(jsonschema.ValidationError):
            FITS.validate(one)


@pytest.mark.parametrize("act", Act)
def test_a_field_that_its_row_does_not_describe_is_refused(act: Act) -> None:
    kind = CATALOGUE[act]
    said = example(kind)
    check(kind, said)
    for wrong in (replace(said, obj={**said.obj, "words": 1}), replace(said, resource=Resource(kind="page", id="0"))):
        with pytest.raises(Invalid):
            check(kind, wrong)
    for field in kind.fields:
        left = {name: value for name, value in said.obj.items() if name != field.name}
        if field.is_always:
            with pytest.raises(Invalid):
                check(kind, replace(said, obj=left))
        else:
            check(kind, replace(said, obj=left))


@pytest.mark.parametrize("form", Form)
def test_a_value_of_another_form_is_refused(form: Form) -> None:
    kind = Kind("test.act", "server", "A test.", (Field("said", form, "anything"),))
    said = replace(fact(), act=kind.act, obj={"said": EXAMPLES[form]})
    check(kind, said)
    for value in WRONG[form]:
        with pytest.raises(Invalid):
            check(kind, replace(said, obj={"said": value}))
        assert list(misfits(entry(replace(said, obj={"said": value})), schema([kind]), "entry"))


def test_facts_become_entries() -> None:
    by = By(at=NOW, institution="0" * 26)
    for said in (
        look(by, Act.LOOK_ALLOW, "r" * 26, Ruling(), {"look": "l" * 26}),
        consent(by, Act.CONSENT_RECORD, "c", {"purposes": ["replay"], "actor": "student"}),
    ):
        assert canonical(said, institution_number=0, seq_wall=0)
    with pytest.raises(Invalid):
        look(by, Act.LOOK_ALLOW, "r" * 26, Ruling(), {"look": "l" * 26, "email": "jane@riverbend.example"})


def test_the_generated_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_what_is_generated_stands_as_it_would_be_written() -> None:
    stale = [str(file) for file, text in generated().items() if file.read_text("utf-8") != text]
    assert stale == [], "run `make documents`"
    assert Path("spec/evidence-entry.schema.json").name in {file.name for file in generated()}
