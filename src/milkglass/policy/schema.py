"""The JSON Schema of a policy file, for editors: it completes keys and marks mistakes while somebody writes.

It says the same as `load` as far as a schema can; what two keys mean for each other only `load` and `lint` can say.
"""

from __future__ import annotations

from typing import TypeAlias

from milkglass.policy.load import ORIGIN, RISKS
from milkglass.policy.opting import BASES, STATE, TYPES
from milkglass.policy.routes import ROUTE
from milkglass.policy.terms import (
    CONTACTS,
    DATA_CLASSES,
    LANGUAGE,
    LEVELS,
    LONGEST_CONSENT_DAYS,
    LONGEST_DAYS,
    MOST_APPROVALS,
    NOTICE,
    PURPOSES,
    SLUG,
)

ANY = ".+"
_CONTACT = {"address": "The postal address, which a receipt of consent names"}
Schema: TypeAlias = "dict[str, Schema | str | int | bool | list[str] | list[Schema]]"


def schema() -> Schema:
    """Return the schema, JSON Schema 2020-12."""
    route = _text(ROUTE.pattern, "Segments and :names, as /courses/:id; a hash route starts with #/")
    level: Schema = {"enum": list(LEVELS), "description": "How much is kept; the lowest wins"}
    institution = _map(
        {
            "id": _text(SLUG, "As the visit token names it"),
            "name": _text(ANY, "As people know it"),
            "type": {"enum": list(TYPES)},
            "opted_in": _opted(level),
            "level": level,
            "states": _list(_text(STATE, "Two letters"), "The states whose law it is under"),
            "address": _text(ANY, "Its postal address, which a receipt of consent names"),
            "under_13": {"type": "boolean", "description": "Whether children under 13 use it"},
            "authority": _authority(),
        },
        ["id", "name", "type", "level"],
    )
    journey = _map(
        {
            "name": _text(SLUG, "The journey's name"),
            "routes": {**_list({"anyOf": [route, _matcher(route)]}, "The routes that belong to it"), "minItems": 1},
            "level": level,
            "student_interaction": {"type": "boolean", "description": "Whether students use it"},
            "risk": {"enum": list(RISKS)},
            "owner": _text(ANY, "Who answers for it in engineering"),
        },
        ["name", "routes", "level", "student_interaction", "risk"],
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Milkglass policy",
        **_map(
            {
                "milkglass": {"const": 1, "description": "The version of this format"},
                "application": _application(level),
                "vocabulary": _text(r"[A-Za-z0-9._-]+\.ya?ml", "The file of reviewed strings beside the policy"),
                "retention_days": _number(1, LONGEST_DAYS, "Days until a recording and its heatmap rows are destroyed"),
                "retention": _map(
                    {name: _number(1, LONGEST_DAYS, f"Days until {name} are destroyed") for name in DATA_CLASSES},
                    list(DATA_CLASSES),
                ),
                "people_floor": _number(5, 1000, "Different people that a heatmap cell needs"),
                "viewers_max": _number(1, 100, "How many accounts may be viewers"),
                "query_keys": _list(_text(ANY, "A key"), "Keys of an address whose number or word may stay"),
                "institutions": _list(institution, "Who said yes to what"),
                "journeys": _list(journey, "What may be recorded; all else is not"),
                "exclusions": _exclusions(route),
                "contacts": _map({name: _text(ANY, _CONTACT.get(name, f"Who is {name}")) for name in CONTACTS}, []),
                "consent": _consent(),
                "access": _text(ANY, "Who looks and when, in plain words"),
                "review": _map({"reviewed": _day(), "next": _day()}, ["reviewed", "next"]),
                "approval": _map({"quorum": _number(0, MOST_APPROVALS, "Who must approve beside the author")}, []),
                "public_page": {"type": "boolean", "description": "Whether anybody may read /policy"},
            },
            [
                "milkglass",
                "application",
                "vocabulary",
                "people_floor",
                "viewers_max",
                "institutions",
                "journeys",
            ],
        ),
        "oneOf": [_needs("retention_days"), _needs("retention")],
    }


def _matcher(route: Schema) -> Schema:
    return _map({"route": route, "selector": _text(ANY, "What a page must show, as CSS")}, ["route", "selector"])


def _application(level: Schema) -> Schema:
    origins = _list(_text(ORIGIN.pattern, "Scheme and host"), "The pages that may send")
    parts: dict[str, Schema] = {
        "id": _text(SLUG, "As the visit token names it"),
        "name": _text(ANY, "As people know it"),
        "origins": origins,
        "level": level,
    }
    return _map(parts, ["id", "name"])


def _opted(level: Schema) -> Schema:
    days = _number(1, LONGEST_DAYS, "Days, where it allows fewer than the policy")
    apart = {
        "replay": _map({"level": level, "retention_days": days}, []),
        "heatmap": _map({"retention_days": days}, []),
    }
    purposes = _list({"enum": list(PURPOSES)}, "Purposes")
    return {"anyOf": [purposes, _map(apart, [])], "description": "What it said yes to; nothing is recorded before"}


def _authority() -> Schema:
    parts: dict[str, Schema] = {
        "basis": {"enum": list(BASES)},
        "contract": _text(ANY, "The contract's own name"),
        "until": _day(),
    }
    return _map(parts, ["basis", "contract"])


def _exclusions(route: Schema) -> Schema:
    selector = _text(ANY, "A CSS selector")
    parts = {}
    for key, name, form in (("selectors", "selector", selector), ("routes", "route", route)):
        owned = _map({name: form, "owner": _text(ANY, "Who answers for it in engineering")}, [name, "owner"])
        parts[key] = _list({"anyOf": [form, owned]}, "Left out in the browser")
    return _map(parts, [])


def _consent() -> Schema:
    notice = _map(
        {
            "version": _text(NOTICE, "A new text needs a new version"),
            "language": _text(LANGUAGE, "As en-US"),
            "text": _text(ANY, "What a person reads before they agree"),
        },
        ["version", "language", "text"],
    )
    parts = {
        "purposes": _list({"enum": list(PURPOSES)}, "What people are asked for"),
        "lasts_days": _number(1, LONGEST_CONSENT_DAYS, "After which a person is asked again"),
        "notices": _list(notice, "Consent under any other notice does not stand"),
    }
    return _map(parts, [])


def _needs(name: str) -> Schema:
    return {"required": [name]}


def _map(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties), "required": required}


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _text(pattern: str, description: str) -> Schema:
    form: Schema = {"minLength": 1} if pattern == ANY else {"pattern": f"^(?:{pattern})$"}
    return {"type": "string", **form, "description": description}


def _number(least: int, most: int, description: str) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def _day() -> Schema:
    return {"type": "string", "format": "date", "description": "A day, as 2026-11-27"}
