"""What the `key` and `consent` commands do in the process that owns the data directory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from milkglass import facts
from milkglass.access.keys import BackendKey, Environment, KeyId, NewKey
from milkglass.consent.listing import Asked
from milkglass.errors import Invalid
from milkglass.institutions import Reach
from milkglass.wire.values import ConsentId, InstitutionId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from milkglass.app.app import Milkglass

    Arguments = Mapping[str, Any]
    Say = Callable[[str], None]


def _create(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    if arguments["environment"] not in list(Environment):
        raise Invalid("--env is live or test")
    institution = arguments["institution"]
    if institution is not None:
        house.scope(Reach.INSTITUTION.value, institution)  # raises Invalid for one that the policy does not name
    new = NewKey(
        name=str(arguments["name"]),
        application=house.application,
        institution=None if institution is None else InstitutionId(institution),
        lasts=timedelta(days=int(arguments["days"])),
        environment=Environment(arguments["environment"]),
    )
    made, said = house.backend_keys.create(new, facts.COMMAND_LINE, datetime.now(UTC))
    return {**_told(made), "key": said, "note": "this is shown once and kept nowhere"}


def _rotate(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    made, said = house.backend_keys.rotate(KeyId(arguments["key"]), facts.COMMAND_LINE, datetime.now(UTC))
    return {**_told(made), "key": said, "note": "the old key works for one more day"}


def _list(house: Milkglass, _arguments: Arguments, _say: Say) -> dict[str, object]:
    return {"keys": [_told(one) for one in house.backend_keys.list()]}


def _revoke(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    house.backend_keys.revoke(KeyId(arguments["key"]), facts.COMMAND_LINE, datetime.now(UTC))
    return {"revoked": arguments["key"]}


def _told(key: BackendKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "institution": key.institution or "all",
        "scopes": sorted(key.scopes),
        "until": _day(key.revoked_at or key.expires_at),
        "state": "revoked" if key.revoked_at else "good" if key.is_good(datetime.now(UTC)) else "over",
        "last_used": _day(key.used_at),
    }


def _show(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    asked = Asked(person=str(arguments["person"]), institution=str(arguments["institution"]))
    lines = house.ledger.list(asked)
    told: dict[str, object] = {
        "events": [
            {
                "at": line.event.at.isoformat(timespec="seconds"),
                "person": line.who.alias,
                "institution": line.who.institution,
                "event": line.event.kind.value,
                "purposes": sorted(line.event.purposes),
                "why": line.event.why or None,
                "by": line.event.by,
                "consent": line.event.consent,
            }
            for line in lines
        ]
    }
    people = {line.who for line in lines}
    if len(people) == 1:
        told |= house.ledger.told(people.pop(), datetime.now(UTC))
    return told


def _withdraw(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    who, erase = house.ledger.person(str(arguments["person"])), bool(arguments["erase"])
    if arguments["dry_run"]:
        return {"would_withdraw": who.alias, "institution": who.institution, "erase": erase}
    house.consents.withdraw(who, datetime.now(UTC), erase=erase, by=facts.COMMAND_LINE)
    if erase:
        house.retention.run(datetime.now(UTC))
    return {"withdrawn": who.alias, **house.ledger.told(who, datetime.now(UTC))}


def _invalidate(house: Milkglass, arguments: Arguments, _say: Say) -> dict[str, object]:
    made = house.consents.invalidate(ConsentId(arguments["consent"]), datetime.now(UTC), facts.COMMAND_LINE)
    return {"invalidated": arguments["consent"], "incident_candidates": list(made)}


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="minutes")


CONSENT_CALLS: Mapping[str, Callable[[Milkglass, Arguments, Say], dict[str, object]]] = {
    "key.create": _create,
    "key.rotate": _rotate,
    "key.list": _list,
    "key.revoke": _revoke,
    "consent.show": _show,
    "consent.withdraw": _withdraw,
    "consent.invalidate": _invalidate,
}
