"""The policy document: what may be recorded, as one reviewed YAML file says it.

Everything that is not named here is not recorded. Where things live (ports, directories) is said in `settings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from milkglass.wire.values import Level, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from milkglass.wire.values import ApplicationId, InstitutionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A named part of the product: the routes that belong to it and how much of them is kept.

    `owner` is who answers for it in engineering, empty where the policy names nobody. `selectors` holds, by route, what
    a page must show to be of this journey; a route that it does not name needs nothing.
    """

    name: str
    routes: tuple[str, ...]
    level: Level
    has_students: bool
    risk: str
    owner: str = ""
    selectors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """On what ground an institution's data is kept: the basis, the contract's own name, and the last day of it."""

    basis: str
    contract: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptIn:
    """An institution, and what it said yes to: which purposes, up to which level, for how long.

    `retention` holds the days by purpose where the institution allows fewer than the policy. `states` are the states
    of the union whose law it is under. `address` is the postal one, which a receipt of consent names.
    """

    id: InstitutionId
    name: str
    type: str
    purposes: frozenset[Purpose]
    level: Level
    retention: Mapping[Purpose, int] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    has_under_13: bool = False
    authority: Authority | None = None
    address: str = ""

    def granted(self, today: date) -> frozenset[Purpose]:
        """Return what it said yes to, nothing once its contract is over."""
        is_over = self.authority is not None and self.authority.until is not None and today > self.authority.until
        return frozenset() if is_over else self.purposes

    def days(self, purposes: Iterable[Purpose], most: int) -> int:
        """Return for how many days a recording made for these purposes is kept: the fewest of all that are said."""
        return min((self.retention[purpose] for purpose in purposes if purpose in self.retention), default=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What is left out at the source: the inside of an element, the text of a route.

    `owners` names who answers for a rule in engineering, by the rule as it is written.
    """

    selectors: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a person reads before they agree, in one language. A changed text needs a new version."""

    version: str
    language: str
    text: str

    @property
    def hash(self) -> str:
        """SHA-256 of the text as UTF-8, hex: what a receipt names."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentTerms:
    """What people are asked for. Where `notices` is empty the customer keeps the notices and names them."""

    purposes: frozenset[Purpose] = frozenset(Purpose)
    lasts_days: int = 180
    notices: tuple[Notice, ...] = ()

    def takes(self, notice: str) -> bool:
        """Say whether a consent under this notice version stands: one that the policy dropped does not."""
        return not self.notices or any(known.version == notice for known in self.notices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """When somebody last read the whole policy, and when somebody must again."""

    reviewed: date
    next: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """One application's policy as its owner wrote it.

    `vocabulary` is the file of reviewed strings, relative to the policy. `people_floor` is how many different people a
    heatmap cell needs. `level` is the most that is kept in the whole application. `quorum` is how many people besides
    the one who proposed a change must approve it; 0 asks nobody. `retention_days` is how long a recording is kept, and
    `heatmap_days` how long its heatmap rows are, where those are fewer. `access` says in the owner's words who looks
    and when.
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
    level: Level = Level.LABELLED
    consent: ConsentTerms = field(default_factory=ConsentTerms)
    access: str = ""
    review: Review | None = None
    quorum: int = 0
    is_page_public: bool = False
    heatmap_days: int | None = None
