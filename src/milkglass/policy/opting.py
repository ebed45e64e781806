"""Institutions in a policy: which school or college said yes to what, on what ground, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ruamel.yaml.comments import CommentedMap

from milkglass.policy.document import Authority, OptIn
from milkglass.policy.terms import LEVELS, LONGEST_DAYS, PURPOSES, SLUG, purposes_of
from milkglass.wire.values import InstitutionId, Level, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milkglass.policy.reading import Node

TYPES = ("k12", "postsecondary", "other")
EDUCATION = ("k12", "postsecondary")
BASES = ("school_official", "written_consent", "other")
STATE = r"[A-Z]{2}"
# The institution under which `milkglass demo` walks: nobody may opt it in or out.
BUILT_IN_INSTITUTION = InstitutionId("demo-account")
KEYS = ("id", "name", "type", "opted_in", "level", "states", "under_13", "authority", "address")


def institutions_of(top: Node) -> Iterator[OptIn]:
    """Read `institutions`."""
    seen: set[str] = set()
    for node in top.nodes("institutions"):
        node.only(KEYS)
        slug = node.said("id", SLUG)
        if slug in seen or slug == BUILT_IN_INSTITUTION:
            node.wrong("id", f"institution '{slug}' is named twice or is built in; choose another id")
        seen.add(slug)
        level = Level.of(node.choice("level", LEVELS))
        purposes, most, retention = _opted(node)
        yield OptIn(
            id=InstitutionId(slug),
            name=node.said("name"),
            type=node.choice("type", TYPES),
            purposes=purposes,
            level=min(level, most),
            retention=retention,
            states=_states(node),
            has_under_13=node.truth("under_13") if "under_13" in node.tree else False,
            authority=_authority(node),
            address=node.said("address") if "address" in node.tree else "",
        )


def _opted(node: Node) -> tuple[frozenset[Purpose], Level, dict[Purpose, int]]:
    """Read `opted_in`: a list of purposes, or each with its level at most and its days."""
    if not isinstance(node.tree.get("opted_in"), CommentedMap):
        return purposes_of(node, "opted_in"), Level.LABELLED, {}
    said = node.node("opted_in")
    said.only(PURPOSES)
    most, retention = Level.LABELLED, {}
    for word in said.tree:
        grant, purpose = said.node(str(word)), Purpose(str(word))
        # A heatmap is made of interactions at any level: a level says something of a replay alone.
        grant.only(("level", "retention_days") if purpose is Purpose.REPLAY else ("retention_days",))
        if "level" in grant.tree:
            most = Level.of(grant.choice("level", LEVELS))
        if "retention_days" in grant.tree:
            retention[purpose] = grant.number("retention_days", least=1, most=LONGEST_DAYS)
    return frozenset(Purpose(str(word)) for word in said.tree), most, retention


def _states(node: Node) -> tuple[str, ...]:
    states = node.words("states")
    for state in states:
        if len(state) != 2 or not state.isascii() or not state.isupper():  # noqa: PLR2004 - the postal form
            node.wrong("states", f"'{state}' is no state; write its two letters, as NY")
    return states


def _authority(node: Node) -> Authority | None:
    if "authority" not in node.tree:
        return None
    inner = node.node("authority")
    inner.only(("basis", "contract", "until"))
    return Authority(
        basis=inner.choice("basis", BASES),
        contract=inner.said("contract"),
        until=inner.day("until") if "until" in inner.tree else None,
    )
