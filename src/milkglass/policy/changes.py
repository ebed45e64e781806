"""Changes: what differs between two policies, which of it is material, and their texts word by word.

A change is material if something that was not kept may be kept, longer, or be seen by more. It then needs the approval
of legal and the institutions' notice.

Source: docs/policy.md, "Who approves".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from milkglass.policy.routes import kept_levels, matcher
from milkglass.wire.values import Level, Purpose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from milkglass.policy.document import Journey, OptIn, PolicyDocument

_POLICYS = 1_000  # more days than any retention
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs: where, what it was and is, and whether it is material."""

    where: str
    was: str
    now: str
    is_material: bool


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of text and what became of it."""

    kind: Kind
    text: str


def differences(old: PolicyDocument | None, new: PolicyDocument) -> list[Difference]:
    """List what differs, the material first. All of a first policy is material."""
    if old is None:
        return [Difference(where="policy", was="", now="the first policy", is_material=True)]
    found = [*_whole(old, new), *_journeys(old, new), *_institutions(old, new), *_people(old, new)]
    return sorted(found, key=lambda one: not one.is_material)


def word_diff(old: str, new: str) -> list[Piece]:
    """Compare two texts word by word; white space belongs to neither word and stays.

    >>> [(piece.kind.value, piece.text) for piece in word_diff("keep 30 days", "keep 14 days")]
    [('same', 'keep '), ('removed', '30'), ('added', '14'), ('same', ' days')]
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for step, begin, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            pieces.append(Piece(kind=Kind.SAME, text="".join(before[begin:end])))
            continue
        for kind, words in ((Kind.REMOVED, before[begin:end]), (Kind.ADDED, after[first:last])):
            if words:
                pieces.append(Piece(kind=kind, text="".join(words)))
    return pieces


def _whole(old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
    yield from _number("retention_days", old.retention_days, new.retention_days, more_is_material=True)
    if (old.heatmap_days, new.heatmap_days) != (None, None):
        yield from _number("retention.heatmaps", _heatmaps(old), _heatmaps(new), more_is_material=True)
    yield from _number("viewers_max", old.viewers_max, new.viewers_max, more_is_material=True)
    yield from _number("people_floor", old.people_floor, new.people_floor, more_is_material=False)
    yield from _number("approval.quorum", old.quorum, new.quorum, more_is_material=False)
    yield from _number("consent.lasts_days", old.consent.lasts_days, new.consent.lasts_days, more_is_material=True)
    yield from _level("application.level", old.level, new.level)
    yield from _set("application.origins", old.origins, new.origins, material=_ADDED)
    yield from _set("query_keys", old.query_keys, new.query_keys, material=_ADDED)
    yield from _set("consent.purposes", old.consent.purposes, new.consent.purposes, material=_ADDED)
    for key, was, now in (
        ("selectors", old.exclusions.selectors, new.exclusions.selectors),
        ("routes", old.exclusions.routes, new.exclusions.routes),
    ):
        yield from _set(f"exclusions.{key}", was, now, material=_REMOVED)


def _heatmaps(document: PolicyDocument) -> int:
    return document.retention_days if document.heatmap_days is None else document.heatmap_days


def _journeys(old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
    before, after = ({one.name: one for one in document.journeys} for document in (old, new))
    were, are = kept_levels(old.journeys), kept_levels(new.journeys)
    for name in dict.fromkeys((*before, *after)):
        was, now, where = before.get(name), after.get(name), f"journey {name}"
        if was is None and now is not None:
            yield Difference(where=where, was="", now=now.level.word, is_material=now.level is not Level.OFF)
        elif now is None and was is not None:
            yield Difference(where=where, was=was.level.word, now="", is_material=False)
        elif was is not None and now is not None:
            yield from _journey(where, was, now)
            if (were[name], are[name]) != (was.level, now.level):
                # Another journey of its route holds it down, or does so no longer.
                yield from _level(f"{where}: level in effect", were[name], are[name])


def _journey(where: str, was: Journey, now: Journey) -> Iterator[Difference]:
    yield from _level(f"{where}: level", was.level, now.level)
    yield from _set(f"{where}: routes", _matchers(was), _matchers(now), material=_ADDED if now.level else frozenset())
    yield from _said(f"{where}: risk", was.risk, now.risk)
    yield from _said(f"{where}: owner", was.owner, now.owner)
    yield from _said(f"{where}: student interaction", _yes(was.has_students), _yes(now.has_students))


def _matchers(journey: Journey) -> tuple[str, ...]:
    return tuple(matcher(journey, route) for route in journey.routes)


def _institutions(old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
    before, after = ({one.id: one for one in document.institutions} for document in (old, new))
    for name in dict.fromkeys((*before, *after)):
        was, now, where = before.get(name), after.get(name), f"institution {name}"
        if was is None and now is not None:
            yield Difference(where=where, was="", now=_opted(now), is_material=bool(now.purposes))
        elif now is None and was is not None:
            yield Difference(where=where, was=_opted(was), now="", is_material=False)
        elif was is not None and now is not None:
            yield from _set(f"{where}: opted in", was.purposes, now.purposes, material=_ADDED)
            yield from _level(f"{where}: level", was.level, now.level)
            yield from _institution(where, was, now)


def _institution(where: str, was: OptIn, now: OptIn) -> Iterator[Difference]:
    for purpose in Purpose:
        # Without a number of its own it is kept as long as the policy says, which is the most.
        before, after = (one.retention.get(purpose, _POLICYS) for one in (was, now))
        if before != after:
            said = [str(days) if days < _POLICYS else "as the policy" for days in (before, after)]
            more = after > before
            yield Difference(where=f"{where}: {purpose} days", was=said[0], now=said[1], is_material=more)
    yield from _said(f"{where}: name", was.name, now.name)
    yield from _said(f"{where}: type", was.type, now.type)
    yield from _said(f"{where}: address", was.address, now.address)
    yield from _said(f"{where}: states", ", ".join(was.states), ", ".join(now.states))
    yield from _said(f"{where}: under 13", _yes(was.has_under_13), _yes(now.has_under_13))
    if was.authority != now.authority:
        yield Difference(where=f"{where}: authority", was=_ground(was), now=_ground(now), is_material=True)


def _ground(one: OptIn) -> str:
    if one.authority is None:
        return ""
    until = f" until {one.authority.until}" if one.authority.until else ""
    return f"{one.authority.basis}, {one.authority.contract}{until}"


def _people(old: PolicyDocument, new: PolicyDocument) -> Iterator[Difference]:
    before, after = dict(old.contacts), dict(new.contacts)
    for name in dict.fromkeys((*before, *after)):
        yield from _said(f"contact {name}", before.get(name, ""), after.get(name, ""))
    yield from _said("access", old.access, new.access)
    yield from _said("application.name", old.name, new.name)
    yield from _said("vocabulary", old.vocabulary, new.vocabulary)
    yield from _said("public_page", _yes(old.is_page_public), _yes(new.is_page_public))
    if old.review != new.review:
        was, now = (f"next on {one.review.next}" if one.review else "" for one in (old, new))
        yield Difference(where="review", was=was, now=now, is_material=False)
    notices = [{(one.version, one.language, one.hash) for one in document.consent.notices} for document in (old, new)]
    if notices[0] != notices[1]:
        was, now = (", ".join(sorted(f"{one[0]} {one[1]}" for one in side)) for side in notices)
        # Whoever agreed under a version that is gone is asked again, so that nothing is kept under words not seen.
        yield Difference(where="consent.notices", was=was, now=now, is_material=bool(notices[1] - notices[0]))


_ADDED, _REMOVED = frozenset({Kind.ADDED}), frozenset({Kind.REMOVED})


def _set(where: str, was: Collection[str], now: Collection[str], *, material: Collection[Kind]) -> Iterator[Difference]:
    added, removed = [one for one in now if one not in was], [one for one in was if one not in now]
    for one in added:
        yield Difference(where=where, was="", now=str(one), is_material=Kind.ADDED in material)
    for one in removed:
        yield Difference(where=where, was=str(one), now="", is_material=Kind.REMOVED in material)


def _number(where: str, was: int, now: int, *, more_is_material: bool) -> Iterator[Difference]:
    if was != now:
        yield Difference(where=where, was=str(was), now=str(now), is_material=(now > was) is more_is_material)


def _level(where: str, was: Level, now: Level) -> Iterator[Difference]:
    if was != now:
        yield Difference(where=where, was=was.word, now=now.word, is_material=now > was)


def _said(where: str, was: str, now: str) -> Iterator[Difference]:
    if was != now:
        yield Difference(where=where, was=was, now=now, is_material=False)


def _opted(one: OptIn) -> str:
    return f"{_purposes(one.purposes)} at most {one.level.word}"


def _purposes(purposes: Iterable[Purpose]) -> str:
    return " and ".join(sorted(purposes)) or "nothing"


def _yes(claim: bool) -> str:  # noqa: FBT001 - the claim itself is put into words
    return "yes" if claim else "no"
