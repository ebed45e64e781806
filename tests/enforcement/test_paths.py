"""The string-class table, the wire's types and rrweb's types name the same paths; one that is forgotten fails here.

`spec/rrweb-paths.json` is read out of rrweb's declarations by the compiler; the SDK's tests check that it is not old.
"""

import json
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec import Struct, inspect

from milkglass.enforcement.table import classes
from milkglass.wire import changes, events, nodes
from tests.enforcement.room import SPEC

Paths = dict[str, list[str]]
RRWEB: dict[str, Paths] = json.loads((SPEC / "rrweb-paths.json").read_text("utf-8"))
TABLE = {"events": classes().events, "incremental": classes().incremental, "node": classes().node}


def is_named(path: str, named: dict[str, str]) -> bool:
    """A path is named if the table has it, or a part of it that it treats as one place."""
    if path in named or named.get("*") == "DROP":
        return True
    above = re.sub(r"(\[\]|\.?[^.\[\]]+)$", "", path)
    return above not in ("", path) and is_named(above, named)


def forgotten(section: str, without: str | None = None) -> list[str]:
    table = TABLE[section]
    return [
        f"{tag}: {path}"
        for tag, paths in RRWEB[section].items()
        for path in paths
        if not is_named(path, {p: c for p, c in {**table.get("*", {}), **table.get(tag, {})}.items() if p != without})
    ]


@pytest.mark.parametrize("section", ["events", "incremental", "node"])
def test_the_table_names_every_path_of_rrwebs_types(section: str) -> None:
    assert forgotten(section) == []


@pytest.mark.parametrize("section", ["events", "incremental", "node"])
def test_a_path_that_the_table_had_not_would_be_found(section: str) -> None:
    known = {path for paths in RRWEB[section].values() for path in paths}
    named = {path for paths in TABLE[section].values() for path in paths} & known
    assert len(named) > 10
    assert [path for path in named if forgotten(section, path) == []] == []


def test_the_table_names_every_attribute_that_rrweb_itself_writes() -> None:
    names = RRWEB["attributes"]
    assert [name for name in names if name.lower() not in classes().attributes] == []


def fields(form: inspect.Type, at: str = "") -> Iterator[str]:
    """Every path below a type of the wire, as the table spells it."""
    match form:
        case inspect.UnionType():
            for one in form.types:
                yield from fields(one, at)
        case inspect.ListType():
            yield from fields(form.item_type, f"{at}[]")
        case inspect.StructType() if not at or not issubclass(form.cls, nodes.Node):
            for field in form.fields:
                yield from fields(field.type, f"{at}.{field.encode_name}".lstrip("."))
        case inspect.NoneType():
            pass
        case _:
            yield at


def shapes() -> Iterator[tuple[str, str, type[Struct]]]:
    """Every struct of the wire with the section and tag under which the table names its fields."""
    for section, union in (("events", events.Event), ("incremental", changes.IncrementalData), ("node", nodes.Node)):
        for one in get_args(union):
            if one is not events.Incremental:
                yield section, str(one.__struct_config__.tag), one


@pytest.mark.parametrize(("section", "tag", "shape"), list(shapes()), ids=lambda one: getattr(one, "__name__", one))
def test_the_wire_takes_no_path_that_the_table_does_not_keep(section: str, tag: str, shape: type[Struct]) -> None:
    table = {**TABLE[section].get("*", {}), **TABLE[section].get(tag, {})}
    kept = {path: called for path, called in table.items() if called != "DROP" or path == "textContent"}
    assert [path for path in fields(inspect.type_info(shape)) if not is_named(path, kept)] == []
