"""Fitting: what of a JSON value a type takes; the rest is counted by path, never by what it was."""

from collections import Counter
from collections.abc import Mapping

from msgspec import UNSET, UnsetType, inspect

from milkglass.wire.changes import AdoptedStyleSheet, Mutation
from milkglass.wire.nodes import Cdata, Comment, Document, DocumentType, Element, Text
from milkglass.wire.values import Json

# The JSON kinds of msgspec's leaf types. bool is an int in Python and not in JSON, hence `type(value)`.
_LEAVES: Mapping[type[inspect.Type], frozenset[type]] = {
    inspect.IntType: frozenset({int}),
    inspect.FloatType: frozenset({int, float}),
    inspect.StrType: frozenset({str}),
    inspect.BoolType: frozenset({bool}),
    inspect.NoneType: frozenset({type(None)}),
}
_FILLED = frozenset({Document, DocumentType, Element, Text, Cdata, Comment, Mutation, AdoptedStyleSheet})
_EMPTY: Mapping[type[inspect.Type], Json] = {inspect.ListType: [], inspect.DictType: {}, inspect.StrType: ""}


def fit(value: Json, form: inspect.Type, path: str, dropped: Counter[str]) -> Json | UnsetType:
    """Return what of `value` fits `form`, else UNSET. What falls is counted by path, never by what it was."""
    chosen = _choose(value, form)
    match chosen, value:
        case inspect.StructType(), dict():
            return _fit_struct(value, chosen, path, dropped)
        case inspect.ListType(), list():
            fitted = [fit(item, chosen.item_type, path + "[]", dropped) for item in value]
            return [item for item in fitted if item is not UNSET]
        case inspect.DictType(), dict():
            pairs = {key: fit(item, chosen.value_type, path + ".*", dropped) for key, item in value.items()}
            return {key: item for key, item in pairs.items() if item is not UNSET}
        case None, _:
            dropped[path] += 1
            return UNSET
        case _:
            return value


def _fit_struct(value: dict[str, Json], form: inspect.StructType, path: str, dropped: Counter[str]) -> Json | UnsetType:
    known = {one.encode_name: one for one in form.fields}
    if form.tag_field is not None and form.tag_field not in known:
        path = f"{path}:{form.tag}"
    fitted: dict[str, Json] = {}
    for key, item in value.items():
        if key == form.tag_field:
            fitted[key] = item
        elif key in known:
            kept = fit(item, known[key].type, f"{path}.{key}", dropped)
            if kept is not UNSET:
                fitted[key] = kept
        else:
            dropped[path + ".?"] += 1  # an unknown key is the page's, and may say anything
    if form.cls in _FILLED:
        # A node keeps its place in the tree whatever it lacks; only without an id there is no node. Lists may lack.
        fitted = {one.encode_name: _EMPTY[type(one.type)] for one in form.fields if type(one.type) in _EMPTY} | fitted
    if any(one.required and name not in fitted for name, one in known.items()):
        dropped[path] += 1
        return UNSET
    return fitted


def _choose(value: Json, form: inspect.Type) -> inspect.Type | None:
    """Find the member of a union that this value is, by its tag or by its JSON kind."""
    for one in form.types if isinstance(form, inspect.UnionType) else (form,):
        match one:
            case inspect.StructType():
                if isinstance(value, dict) and (one.tag_field is None or _has_tag(value.get(one.tag_field), one.tag)):
                    return one
            case inspect.ListType():
                if isinstance(value, list):
                    return one
            case inspect.DictType():
                if isinstance(value, dict):
                    return one
            case inspect.IntType(ge=int(least), le=int(most)):
                if type(value) is int and least <= value <= most:
                    return one
            case _:
                if type(value) in _LEAVES.get(type(one), ()):
                    return one
    return None


def _has_tag(said: Json, tag: str | int | None) -> bool:
    return type(said) is int and said == tag
