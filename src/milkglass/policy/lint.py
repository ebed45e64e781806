"""Lint: what a policy that can be loaded still leaves open, each with its line and what to do.

A remark stops nothing: the policy does what it says. It says that something which an auditor will ask for is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milkglass.policy.grade import HIGHEST, grade
from milkglass.policy.load import load
from milkglass.policy.opting import EDUCATION
from milkglass.policy.reading import Node, read
from milkglass.policy.routes import covers, kept_levels, overlaps
from milkglass.wire.values import Level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from milkglass.policy.document import PolicyDocument
    from milkglass.policy.routes import Overlap

NEEDED_CONTACTS = ("owner", "deputy", "legal", "engineering", "client_success")
SAFE_FLOOR = 10  # guidance on disclosure avoidance: 3 is the least, 5 or 10 are safer


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that is open; `line` counts from 1."""

    line: int
    what: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A policy that loads, what is open in it, and where its routes meet."""

    document: PolicyDocument
    remarks: tuple[Remark, ...]
    overlaps: tuple[Overlap, ...]


def examine(text: str, file: str, today: date) -> Examined:
    """Load a policy and say what it leaves open. Raises Invalid, with the line, where it cannot be loaded."""
    document = load(text, file)
    top = read(text, file)
    found = (
        *_institutions(document, top, today),
        *_journeys(document, top),
        *_exclusions(document, top),
        *_people(document, top, today),
        *_notices(top),
    )
    return Examined(
        document=document,
        remarks=tuple(sorted(found, key=lambda remark: remark.line)),
        overlaps=tuple(overlaps(document.journeys)),
    )


def _journeys(document: PolicyDocument, top: Node) -> Iterator[Remark]:
    for journey, node in zip(document.journeys, top.nodes("journeys"), strict=True):
        if not journey.owner:
            yield _remark(node, "name", f"journey '{journey.name}' has no owner", "name who answers in engineering")
        if journey.risk == "high" and journey.has_students and journey.level is Level.LABELLED:
            what = f"journey '{journey.name}' is of high risk, is used by students, and keeps labels"
            yield _remark(node, "level", what, "set its level to wireframe or clicks, or say why its risk is lower")
        for route in journey.routes:
            wide = next((one for one in document.exclusions.routes if covers(one, route)), None)
            if wide is not None and journey.level is not Level.OFF:
                what = f"'{route}' is left out by the exclusion '{wide}', so that nothing of it is kept"
                yield _remark(node, "routes", what, 'set the journey\'s level to "off", or take the exclusion away')
    kept = kept_levels(document.journeys)
    for journey, node in zip(document.journeys, top.nodes("journeys"), strict=True):
        held = kept[journey.name]
        if held < journey.level:
            what = f"journey '{journey.name}' shares a route with a stricter one: all of it is kept at '{held.word}'"
            remedy = "the server sees no selector: give both one level, or leave an element out by `exclusions`"
            yield _remark(node, "level", what, remedy)
    for overlap in overlaps(document.journeys):
        if overlap.is_by_order:
            node = next(one for one in top.nodes("journeys") if one.tree["name"] == overlap.other)
            what = f"'{overlap.loses}' and '{overlap.wins}' of journey '{overlap.journey}' take the same addresses"
            yield _remark(node, "routes", what, "only their order decides: give one of them one more literal segment")


def _institutions(document: PolicyDocument, top: Node, today: date) -> Iterator[Remark]:
    for one, node in zip(document.institutions, top.nodes("institutions"), strict=True):
        if one.purposes and one.type in EDUCATION and one.authority is None:
            what = f"institution '{one.id}' is recorded, and the policy does not say on what ground"
            yield _remark(node, "authority", what, "add `authority` with basis and contract")
        if one.purposes and one.type == "k12" and one.has_under_13:
            what = f"children under 13 use '{one.id}', and it is recorded"
            yield _remark(node, "under_13", what, "take its purposes out unless counsel agreed")
        if one.purposes and one.purposes != one.granted(today):
            yield _remark(
                node, "authority", f"the contract of '{one.id}' is over", "renew it, or take its purposes out"
            )


def _exclusions(document: PolicyDocument, top: Node) -> Iterator[Remark]:
    if "exclusions" not in top.tree:
        yield Remark(
            line=1, what="the policy leaves nothing out", remedy="name what must never be kept in `exclusions`"
        )
        return
    node = top.node("exclusions")
    for key, said in (("selectors", document.exclusions.selectors), ("routes", document.exclusions.routes)):
        for place, rule in enumerate(said):
            if rule not in document.exclusions.owners:
                line = int(node.tree[key].lc.item(place)[0]) + 1
                remedy = "write it as an entry with an owner, who answers in engineering"
                yield Remark(line=line, what=f"the exclusion '{rule}' has no owner", remedy=remedy)


def _people(document: PolicyDocument, top: Node, today: date) -> Iterator[Remark]:
    missing = [name for name in NEEDED_CONTACTS if name not in dict(document.contacts)]
    if missing:
        yield _remark(top, "contacts", f"no contact for {', '.join(missing)}", "name a person for each in `contacts`")
    people = dict(document.contacts)
    for name in ("deputy", "legal"):
        if "owner" in people and people.get(name) == people["owner"]:
            what = (
                f"owner and {name} are the same: whoever writes the policy stands in for nobody, and approves nothing"
            )
            yield _remark(top, "contacts", what, f"name another person as {name}")
    if document.review is None:
        yield _remark(top, "review", "the policy has no review dates", "add `review` with `reviewed` and `next`")
    elif document.review.next < today:
        yield _remark(top, "review", f"its review was due on {document.review.next}", "read it whole; write both dates")
    if document.quorum == 0:
        what = "no second person approves a change"
        yield _remark(top, "approval", what, "set `approval.quorum` to 1 or more")
    if not document.consent.notices:
        what = "the policy holds no notice, so that any notice which a visit token names counts"
        yield _remark(top, "consent", what, "add `consent.notices`, or see that the customer keeps each version")
    if not document.access:
        yield _remark(top, "access", "the policy does not say who looks, and when", "add `access` in plain words")
    if document.people_floor < SAFE_FLOOR:
        what = f"heatmaps show cells from {document.people_floor} people on"
        yield _remark(top, "people_floor", what, f"{SAFE_FLOOR} is safer for a small class")


def _notices(top: Node) -> Iterator[Remark]:
    terms = top.node("consent") if "consent" in top.tree else None
    for node in terms.nodes("notices") if terms is not None and "notices" in terms.tree else ():
        asked = grade(node.said("text"), node.said("language"))
        if asked is not None and asked > HIGHEST:
            what = f"the notice '{node.said('version')}' ({node.said('language')}) asks for {asked:.0f} years of school"
            yield _remark(node, "text", what, f"write shorter sentences and words, so that {HIGHEST} years are enough")


def _remark(node: Node, key: str, what: str, remedy: str) -> Remark:
    return Remark(line=node.line(key), what=what, remedy=remedy)
