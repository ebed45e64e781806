"""Calls of the vocabulary's review: what `import`, `review`, `diff` and `roster` do in the owning process."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from milkglass import facts
from milkglass.vocabulary.entries import CandidateFilter, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.app.app import Milkglass

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]


def _review(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    by = facts.By(at=datetime.now(UTC), actor=facts.COMMAND_LINE)
    room, application = house.vocabulary, house.application
    told: dict[str, object] = {}
    for key, verdict, word in (("refuse", Verdict.REFUSE, "refused"), ("approve", Verdict.APPROVE, "approved")):
        if arguments[key]:
            done = room.decide(application, arguments[key], verdict, by)
            told |= {word: done.done, **({"left_for_a_person": list(done.left)} if done.left else {})}
    if arguments["clean"]:
        done = room.approve_group(application, arguments["group"], by)
        told |= {"approved": done.done, "left_for_a_person": list(done.left)}
    if told:
        return {**told, "next": "milkglass vocabulary publish"}
    listed = room.candidates(application, CandidateFilter(group=arguments["group"], most=int(arguments["limit"])))
    rows = [
        {
            "id": one.id,
            "kind": one.kind,
            "said": one.address or one.said if one.kind in ("s", "a") else one.said,
            "language": one.language or None,
            "warnings": list(one.warnings),
            "seen": list(one.wheres[:3]),
            "group": one.group,
        }
        for one in listed
    ]
    groups = room.groups(application)
    waiting, warned = sum(one.open for one in groups), sum(one.warned for one in groups)
    return {"candidates": rows, "waiting": waiting, "warned": warned}


def _diff(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    newest = house.vocabulary.version(house.application)
    newer = newest if arguments["newer"] is None else int(arguments["newer"])
    older = max(0, newer - 1) if arguments["older"] is None else int(arguments["older"])
    changes = house.vocabulary.diff(house.application, older, newer)
    rows = [
        {"change": one.change, "entry": f"{one.kind}{one.number}", "said": one.said or "(destroyed)"} for one in changes
    ]
    waiting = house.vocabulary.stats(house.application).waiting
    return {"older": older, "newer": newer, "changes": rows, "approved_and_not_published": waiting}


def _roster(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    count = house.vocabulary.set_roster(house.application, arguments["names"], datetime.now(UTC))
    warned = sum(one.warned for one in house.vocabulary.groups(house.application))
    return {"names": count, "candidates_warned": warned}


REVIEW_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "vocabulary.review": _review,
    "vocabulary.diff": _diff,
    "vocabulary.roster": _roster,
}
