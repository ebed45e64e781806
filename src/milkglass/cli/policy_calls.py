"""What `milkglass policy`, `stop` and `resume` do in the process that owns the data directory."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from milkglass import facts
from milkglass.errors import Invalid, NotFound
from milkglass.policy.changes import differences, word_diff
from milkglass.policy.load import load
from milkglass.policy.versions import State, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.app.app import Milkglass
    from milkglass.institutions import Scope
    from milkglass.policy.versions import Version

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]


def _diff(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    body, older, newer = (arguments[name] for name in ("body", "older", "newer"))
    before = _version(house, older)
    after = str(body) if body is not None else _version(house, newer).body
    if body is None and newer is None:
        raise Invalid("say what to compare: a file, or --older and --newer")
    found = differences(before.document, load(after, "policy.yaml"))
    return {
        "from_version": before.number,
        "material": any(one.is_material for one in found),
        "differences": [
            {"where": one.where, "was": one.was or None, "now": one.now or None, "material": one.is_material}
            for one in found
        ],
        "text": [{"kind": piece.kind.value, "text": piece.text} for piece in word_diff(before.body, after)],
    }


def _publish(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    now, body = datetime.now(UTC), str(arguments["body"])
    by = facts.By(at=now, actor=facts.COMMAND_LINE)
    if load(body, "policy.yaml").application != house.application:
        raise Invalid(f"this file is of another application; this deployment's is {house.application}")
    stands = house.versions.effective(house.application)
    if stands is not None and stands.body == body:
        return {"version": stands.number, "state": stands.state.value}
    draft = house.versions.begin(house.application, body, by)
    version = house.versions.propose(house.application, draft.number, by)
    if version.state is State.APPROVED:
        policy = house.stand(version, by)
        return {"version": version.number, "state": State.EFFECTIVE.value, "policy": policy.hash}
    needs = missing(version, stands.document.quorum if stands else 0)
    where = f"{house.settings.url}/console/policy/versions/{version.number}"
    return {"version": version.number, "state": version.state.value, "needs": needs, "next": f"approve it at {where}"}


def _export(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    version = _version(house, arguments["version"])
    return {"version": version.number, "body": version.body}


def _pdf(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    from milkglass.web.entries import Checked
    from milkglass.web.living import write_pdf
    from milkglass.web.pages import Pages

    return {"pdf": b64encode(write_pdf(house, Pages(), Checked(), datetime.now(UTC))).decode()}


def _stop(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    house.institutions.stops.stop(_scope(house, arguments), _by())
    return _stopped(house)


def _resume(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    house.institutions.stops.resume(_scope(house, arguments), _by())
    return _stopped(house)


def _stopped(house: Milkglass) -> dict[str, object]:
    held = house.institutions.stops.list()
    rows = [{"what": one.scope.reach.value, "name": one.scope.name or None, "since": str(one.since)} for one in held]
    return {"stopped": rows, "open_pages": "stop with their next batch, within seconds while they are used"}


def _scope(house: Milkglass, arguments: Arguments) -> Scope:
    return house.scope(str(arguments["reach"]), str(arguments["institution"] or ""))


def _by() -> facts.By:
    return facts.By(at=datetime.now(UTC), actor=facts.COMMAND_LINE)


def _version(house: Milkglass, number: int | None) -> Version:
    if number is not None:
        return house.versions.get(house.application, int(number))
    stands = house.versions.effective(house.application)
    if stands is None:
        raise NotFound("no policy stands")
    return stands


POLICY_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "policy.diff": _diff,
    "policy.publish": _publish,
    "policy.export": _export,
    "policy.pdf": _pdf,
    "stop": _stop,
    "resume": _resume,
}
