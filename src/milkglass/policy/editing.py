"""Editing: a journey or the exclusions changed in a policy's text, with its comments and order kept.

What comes out is a text like any other: whoever saves it has `load` judge it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from milkglass.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ ")


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyForm:
    """A journey as somebody filled it in; nothing of it is checked yet. `routes` come with a selector or with none."""

    name: str
    routes: Sequence[tuple[str, str]]
    level: str
    has_students: bool
    risk: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """An exclusion as somebody filled it in; `owner` may be empty."""

    said: str
    owner: str


def with_journey(text: str, form: JourneyForm, was: str | None) -> str:
    """Return the policy with a journey changed, or added at the end where `was` is None.

    Raises: NotFound if the journey `was` is not there; Conflict if another has the new name.
    """
    yaml, top = _read(text)
    journeys = top["journeys"]
    names = [str(one.get("name")) for one in journeys]
    if form.name in names and form.name != was:
        raise Conflict(f"there is a journey of the name '{form.name}' already; choose another")
    if was is None:
        journeys.append(CommentedMap())
        place = len(journeys) - 1
    else:
        place = _place(names, was)
    entry = journeys[place]
    entry["name"] = _said(form.name)
    entry["routes"] = _flow(form.routes)
    entry["level"] = _said(form.level)
    entry["student_interaction"] = form.has_students
    entry["risk"] = _said(form.risk)
    if form.owner:
        entry["owner"] = _said(form.owner)
    else:
        entry.pop("owner", None)
    return _written(yaml, top)


def without_journey(text: str, name: str) -> str:
    """Return the policy without a journey: its pages are recorded no more. Raises NotFound."""
    yaml, top = _read(text)
    del top["journeys"][_place([str(one.get("name")) for one in top["journeys"]], name)]
    return _written(yaml, top)


def with_application(text: str, name: str, origins: Sequence[str]) -> str:
    """Return the policy with its product's name and the origins whose pages may send; the id stays."""
    yaml, top = _read(text)
    top["application"]["name"] = _said(name)
    listed = CommentedSeq([DoubleQuotedScalarString(origin) for origin in origins])
    listed.fa.set_flow_style()
    top["application"]["origins"] = listed
    return _written(yaml, top)


def with_starter(text: str, pack: str) -> str:
    """Return the policy with a pack's journeys and exclusions; product, institutions and people stay."""
    yaml, top = _read(text)
    _, given = _read(pack)
    for key in ("journeys", "exclusions"):
        top[key] = given[key]
    return _written(yaml, top)


def with_retention(text: str, days: int) -> str:
    """Return the policy with other days until a recording is purged."""
    yaml, top = _read(text)
    top["retention_days"] = days
    return _written(yaml, top)


def with_exclusions(text: str, selectors: Sequence[RuleForm], routes: Sequence[RuleForm]) -> str:
    """Return the policy with its exclusions replaced."""
    yaml, top = _read(text)
    if "exclusions" not in top:
        top["exclusions"] = CommentedMap()
    for key, name, rules in (("selectors", "selector", selectors), ("routes", "route", routes)):
        top["exclusions"][key] = CommentedSeq([_rule(name, rule) for rule in rules])
    return _written(yaml, top)


def _rule(name: str, rule: RuleForm) -> object:
    if not rule.owner:
        return _said(rule.said)
    entry = CommentedMap({name: _said(rule.said), "owner": _said(rule.owner)})
    entry.fa.set_flow_style()
    return entry


def _place(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise NotFound("there is no journey of this name")
    return names.index(name)


def _flow(routes: Sequence[tuple[str, str]]) -> CommentedSeq:
    sequence = CommentedSeq([_matcher(route, selector) for route, selector in routes])
    sequence.fa.set_flow_style()
    return sequence


def _matcher(route: str, selector: str) -> object:
    return CommentedMap({"route": _said(route), "selector": _said(selector)}) if selector else _said(route)


def _said(value: str) -> str:
    # Quoted unless it can be nothing but text: other readers take a bare `off` for false, and `:` means something.
    is_plain = value and value not in ("on", "off", "yes", "no", "true", "false", "null") and set(value) <= _PLAIN
    return value if is_plain and value == value.strip() else DoubleQuotedScalarString(value)


def _read(text: str) -> tuple[YAML, CommentedMap]:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml, yaml.load(text)


def _written(yaml: YAML, top: CommentedMap) -> str:
    stream = StringIO()
    yaml.dump(top, stream)
    return stream.getvalue()
