"""Catalogue: how an act of the log is described, and what follows from the description.

An act's row names its resource and every field of its `obj`. From the rows come the check that each entry passes, the
entry's JSON schema and the table of docs/log.md, so that the three cannot differ.

Source: JSON Schema 2020-12; the evidence-entry schema, version 1.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from milkglass.errors import Invalid
from milkglass.merkle.entry import MAX_INTEGER, Decided, Fact, Plain

Shape: TypeAlias = "Mapping[str, Shape] | list[Shape] | str | int | bool"
_ULID = "^[0-9A-HJKMNP-TV-Z]{26}$"
_MOST_WORDS = 64


class Form(StrEnum):
    """What a field's value is."""

    ID = "id"  # random and opaque
    WORD = "word"  # one of a few words that the code knows
    WORDS = "words"  # a sorted list of such
    COUNT = "count"
    FLAG = "flag"  # true or false
    MOMENT = "moment"  # ms since the epoch
    DIGEST = "digest"  # SHA-256, hex
    NAME = "name"  # of a log, with the deployment's host, or its public key


_SHAPES: Mapping[Form, Mapping[str, Shape]] = {
    Form.ID: {"type": "string", "pattern": "^[0-9A-Za-z:._-]{1,64}$"},
    Form.WORD: {"type": "string", "pattern": "^[0-9a-z:._-]{1,60}$"},
    Form.WORDS: {
        "type": "array",
        "maxItems": _MOST_WORDS,
        "items": {"type": "string", "pattern": "^[0-9a-z:._-]{1,60}$"},
    },
    Form.COUNT: {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
    Form.FLAG: {"type": "boolean"},
    Form.MOMENT: {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER},
    Form.DIGEST: {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    Form.NAME: {"type": "string", "pattern": "^[0-9A-Za-z.:/+=_-]{1,400}$"},
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an act's `obj`.

    `unit` is what is counted, or of which words a word is one; `erased_by` says what cuts a value that leads to a
    person from that person, empty for one that leads to nobody.
    """

    name: str
    form: Form
    unit: str
    erased_by: str = ""
    is_always: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """An act's row: what it is done to, what it says, and its fields."""

    act: str
    resource: str
    says: str
    fields: tuple[Field, ...] = ()


def check(kind: Kind, fact: Fact) -> None:
    """Raise Invalid unless the fact is what its act's row describes."""
    known = {field.name: field for field in kind.fields}
    if fact.resource.kind != kind.resource:
        raise Invalid(f"entry {fact.act} is about a {kind.resource}; name one")
    for name, value in fact.obj.items():
        if name not in known:
            raise Invalid(f"entry {fact.act} has no field {name}; describe it in the catalogue first")
        if not _fits(known[name].form, value):
            raise Invalid(f"entry {fact.act}: {name} is no {known[name].form.value}; log no words of a person")
    for field in kind.fields:
        if field.is_always and field.name not in fact.obj:
            raise Invalid(f"entry {fact.act} lacks {field.name}")


def schema(kinds: Iterable[Kind]) -> dict[str, Shape]:
    """Return the JSON schema of an entry whose act is one of these."""
    rows = list(kinds)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Milkglass evidence log entry, version 1: RFC 8785 JSON, at most 65535 bytes",
        "type": "object",
        "additionalProperties": False,
        "required": [*_ENTRY],
        "properties": {
            **_ENTRY,
            "act": {"enum": [kind.act for kind in rows]},
            "obj": {"type": "object"},
        },
        "allOf": [_case(kind) for kind in rows],
    }


def page(kinds: Iterable[Kind], resources: Mapping[str, str]) -> str:
    """Return the table of docs/log.md; `resources` says what erases the way from a resource's id to a person."""
    lines = ["| act | says | about | fields of `obj` |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{kind.act}` | {kind.says} | {kind.resource} | {'<br>'.join(map(_told, kind.fields))} |" for kind in kinds
    ]
    lines += ["", "| about | what its id leads to, and what erases that way |", "| --- | --- |"]
    lines += [f"| {name} | {erased} |" for name, erased in resources.items()]
    return "\n".join(lines) + "\n"


def _told(field: Field) -> str:
    optional = "" if field.is_always else ", where it applies"
    erased = f"; erased by {field.erased_by}" if field.erased_by else ""
    return f"`{field.name}` {field.form.value}: {field.unit}{optional}{erased}"


def _fits(form: Form, value: Plain) -> bool:
    match form:
        case Form.FLAG:
            return isinstance(value, bool)
        case Form.COUNT | Form.MOMENT:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case Form.WORDS:
            return isinstance(value, list | tuple) and all(_fits(Form.WORD, word) for word in value)
        case Form.ID | Form.WORD | Form.DIGEST | Form.NAME:
            return isinstance(value, str) and re.fullmatch(str(_SHAPES[form]["pattern"])[1:-1], value) is not None


def _case(kind: Kind) -> Shape:
    obj: dict[str, Shape] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _SHAPES[field.form] for field in kind.fields},
        "required": [field.name for field in kind.fields if field.is_always],
    }
    needed: list[Shape] = ["obj"] if any(field.is_always for field in kind.fields) else []
    about: dict[str, Shape] = {"properties": {"t": {"const": kind.resource}}}
    return {
        "if": {"properties": {"act": {"const": kind.act}}},
        "then": {"required": needed, "properties": {"obj": obj, "res": about}},
    }


def _text(longest: int) -> dict[str, Shape]:
    return {"type": "string", "maxLength": longest}


def _object(required: list[Shape], properties: Mapping[str, Shape]) -> dict[str, Shape]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


_NUMBER: Mapping[str, Shape] = {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}
_ENTRY: Mapping[str, Shape] = {
    "v": {"const": 1},
    "id": {"type": "string", "pattern": _ULID},
    "ts": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},
    "seq_wall": _NUMBER,
    "act": {},
    "actor": _object(
        ["t", "id"],
        {
            "t": {"enum": ["account", "key", "system", "idp", "cli"]},
            "id": _text(64),
            "roles": {"type": "array", "maxItems": 8, "items": _text(40)},
        },
    ),
    "res": _object(["t", "id"], {"t": _text(24), "id": _text(64), "n": _NUMBER}),
    "decision": {"enum": [decided.value for decided in Decided]},
    "why": _object(
        [],
        {
            "grant": _text(64),
            "rules": {"type": "array", "maxItems": 16, "items": _text(64)},
            "reason": {"enum": ["support_case", "incident", "rights_request", "audit", "legal", "maintenance"]},
            "case": {"type": "string", "pattern": _ULID},
        },
    ),
    "policy": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
    "institution": _text(64),
    "institution_number": _NUMBER,
}
