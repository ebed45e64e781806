"""Entry: one act as the evidence log keeps it, and its one canonical form.

Every id in an entry is random and opaque: no e-mail, address, selector, search text or ticket title is ever here.

Source: RFC 8785 (JCS); the evidence-entry schema, version 1.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec
import rfc8785

from milkglass.errors import Invalid

DEPLOYMENT = "-"  # the institution of acts that belong to none
NO_RULES = "sha256:" + "0" * 64  # acts that no rule table decides
MAX_ENTRY_BYTES = 65_535  # a tile stores lengths in two bytes
MAX_INTEGER = 2**53 - 1
_SORTED = msgspec.json.Encoder(order="sorted")
_ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_OPAQUE = re.compile(r"[0-9A-Za-z:._-]{1,64}")
_ACT = re.compile(r"[a-z]+(\.[a-z_]+)+")
_RULES = re.compile(r"sha256:[0-9a-f]{64}")

Plain: TypeAlias = "str | int | bool | Sequence[Plain] | Mapping[str, Plain]"


class Decided(StrEnum):
    """How the act ended."""

    ALLOW = "allow"
    DENY = "deny"
    ERROR = "error"
    NONE = "none"  # nothing had to be decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it: an account, a key, the system itself, or the command line."""

    kind: str = "system"
    id: str = "milkglass"
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What it was done to; `number` is a segment's or a version's."""

    kind: str
    id: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What the decision rested on: rule ids, a look reason, a case's random id."""

    rules: tuple[str, ...] = ()
    reason: str | None = None
    case: str | None = None
    grant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One act. `id` is a ULID made once by the caller: writing the same fact again adds nothing."""

    id: str
    at: datetime
    act: str
    resource: Resource
    actor: Actor = field(default_factory=Actor)
    institution: str = DEPLOYMENT
    decision: Decided = Decided.NONE
    why: Why = field(default_factory=Why)
    policy: str = NO_RULES
    obj: Mapping[str, Plain] = field(default_factory=dict)


def canonical(fact: Fact, *, institution_number: int, seq_wall: int) -> bytes:
    """Return the entry's bytes, which are what the leaf hashes.

    Raises: Invalid if a part is not of the schema's form or the entry is too long.
    """
    _check(fact)
    entry: dict[str, Plain] = {
        "v": 1,
        "id": fact.id,
        "ts": fact.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{fact.at.microsecond // 1000:03d}Z",
        "seq_wall": seq_wall,
        "act": fact.act,
        "actor": _actor(fact.actor),
        "institution": fact.institution,
        "institution_number": institution_number,
        "res": _resource(fact.resource),
        "decision": fact.decision.value,
        "why": _why(fact.why),
        "policy": fact.policy,
    }
    if fact.obj:
        entry["obj"] = fact.obj
    return _spelled(entry, fact.act)


def _spelled(entry: dict[str, Plain], act: str) -> bytes:
    if _has_float(entry.get("obj")):  # the other fields are typed and checked
        raise Invalid(f"entry {act} holds a float; log integers in a named unit")
    try:
        spelled = jcs(entry)
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise Invalid(f"entry {act} has no canonical form; use strings, integers up to 2^53-1 and booleans") from error
    if len(spelled) > MAX_ENTRY_BYTES:
        raise Invalid(f"entry {act} has {len(spelled)} bytes; at most {MAX_ENTRY_BYTES}")
    return spelled


def jcs(entry: Mapping[str, object]) -> bytes:
    """Spell JSON canonically (RFC 8785). Raises rfc8785.CanonicalizationError, UnicodeError, RecursionError.

    Both libraries spell strings and whole numbers alike; msgspec does it many times faster. Where they part, which is
    the order of keys beyond ASCII, fractions and large numbers, rfc8785 does the work.
    """
    return _SORTED.encode(entry) if _is_simple(entry) else rfc8785.dumps(entry)  # type: ignore[arg-type]  # it checks


def _is_simple(value: object) -> bool:
    if isinstance(value, bool) or type(value) is str or isinstance(value, StrEnum):
        return True
    if type(value) is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER
    if type(value) is dict:
        return all(type(key) is str and key.isascii() and _is_simple(inner) for key, inner in value.items())
    return type(value) is list and all(map(_is_simple, value))


def _has_float(value: object) -> bool:
    match value:
        case float():
            return True
        case Mapping():
            return any(_has_float(inner) for inner in value.values())
        case list() | tuple():
            return any(_has_float(inner) for inner in value)
        case _:
            return False


def _check(fact: Fact) -> None:
    forms = (
        ("id", _ULID, fact.id),
        ("act", _ACT, fact.act),
        ("actor", _OPAQUE, fact.actor.id),
        ("institution", _OPAQUE, fact.institution),
        ("res", _OPAQUE, fact.resource.id),
        ("policy", _RULES, fact.policy),
        ("case", _ULID, fact.why.case or fact.id),
    )
    for name, form, value in forms:
        if form.fullmatch(value) is None:
            raise Invalid(f"entry field {name} is not of its form; log a random id, never what a person wrote")
    if fact.at.utcoffset() is None or fact.at.utcoffset():
        raise Invalid("entry field ts is not in UTC; pass an aware UTC moment")


def _actor(actor: Actor) -> dict[str, Plain]:
    roles: dict[str, Plain] = {"roles": list(actor.roles)} if actor.roles else {}
    return {"t": actor.kind, "id": actor.id, **roles}


def _resource(resource: Resource) -> dict[str, Plain]:
    number: dict[str, Plain] = {} if resource.number is None else {"n": resource.number}
    return {"t": resource.kind, "id": resource.id, **number}


def _why(why: Why) -> dict[str, Plain]:
    said: dict[str, Plain] = {"rules": list(why.rules)} if why.rules else {}
    optional = (("reason", why.reason), ("case", why.case), ("grant", why.grant))
    return said | {name: value for name, value in optional if value is not None}
