"""The policy document: what may be recorded, as one reviewed YAML file says it.

Everything that is not named here is not recorded. Where things live (ports, directories) is said in `settings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milkglass.wire.values import ApplicationId, InstitutionId, Level, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A named part of the product: the routes that belong to it and how much of them is kept."""

    name: str
    routes: tuple[str, ...]
    level: Level
    has_students: bool
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn:
    """An institution that said yes: to which purposes, up to which level."""

    id: InstitutionId
    name: str
    type: str
    purposes: frozenset[Purpose]
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What is left out at the source: the inside of an element, the text of a route."""

    selectors: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """One application's policy as its owner wrote it.

    `vocabulary` is the file of reviewed strings, relative to the policy. `people_floor` is how many different people a
    heatmap cell needs.
    """

    application: ApplicationId
    name: str
    origins: tuple[str, ...]
    vocabulary: str
    retention_days: int
    people_floor: int
    viewers_max: int
    query_keys: frozenset[str]
    institutions: tuple[OptIn, ...]
    journeys: tuple[Journey, ...]
    exclusions: Exclusions = field(default_factory=Exclusions)
    contacts: tuple[tuple[str, str], ...] = ()
