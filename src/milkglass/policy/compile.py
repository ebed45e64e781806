"""Compile a policy document with its vocabulary into what enforcement asks: which journey, which level, which template.

Pure: the same document and words give the same hash on every machine.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import rfc8785

from milkglass.policy.opting import BUILT_IN_INSTITUTION
from milkglass.policy.routes import kept_levels, left_out, unmapped, wild
from milkglass.wire.values import Level, PolicyHash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from milkglass.policy.document import Journey, OptIn, PolicyDocument
    from milkglass.policy.packing import Find
    from milkglass.wire.values import ApplicationId, InstitutionId, Purpose

OFF_THE_MAP = "/…"
NO_JOURNEY = ""  # of a route that is only there to be left out
LONGEST_ADDRESS = 4096
MOST_REMEMBERED = 10_000  # bounded: a page may make up addresses for ever


@dataclass(frozen=True, slots=True)
class Route:
    """A route template with the journey that owns it and that journey's level."""

    template: str
    journey: str
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One version of the vocabulary, and which numbers exist.

    Normalised strings to numbers, the spellings of all languages; sheets by what a browser finds them by; assets by
    the hash of their path with its query.
    """

    version: int
    text: Mapping[str, int]
    names: Mapping[str, int]
    sheets: Mapping[Find, int]
    assets: Mapping[int, int]
    text_numbers: frozenset[int]
    name_numbers: frozenset[int]
    element_numbers: frozenset[int]  # names that a custom element may have: a tag must never become another one
    sheet_numbers: frozenset[int]
    asset_numbers: frozenset[int]


NONE: Mapping[int, int] = MappingProxyType({})
# Source: HTML, "valid custom element name", its ASCII part, without the names that SVG and MathML took first.
CUSTOM_ELEMENT = re.compile(
    "(?!(?:annotation-xml|color-profile|font-face(?:-[a-z]+)?|missing-glyph)$)[a-z][a-z0-9._]*-[a-z0-9._-]*"
)


def words_of(
    version: int,
    text: Mapping[str, int],
    names: Mapping[str, int],
    sheets: Mapping[Find, int],
    assets: Mapping[int, int] = NONE,
) -> Words:
    """Make Words whose number sets agree with the maps."""
    return Words(
        version=version,
        text=MappingProxyType(dict(text)),
        names=MappingProxyType(dict(names)),
        sheets=MappingProxyType(dict(sheets)),
        assets=MappingProxyType(dict(assets)),
        text_numbers=frozenset(text.values()),
        name_numbers=frozenset(names.values()),
        element_numbers=frozenset(number for name, number in names.items() if CUSTOM_ELEMENT.fullmatch(name)),
        sheet_numbers=frozenset(sheets.values()),
        asset_numbers=frozenset(assets.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompiledPolicy:
    """A policy as the server runs it.

    `hash` is the SHA-256 of the document, hex; `key` the application's public token key, 16 hex.
    """

    hash: PolicyHash
    document: PolicyDocument
    key: str
    vocabulary: Words
    by_length: Mapping[tuple[bool, int], tuple[tuple[tuple[str, ...], Route], ...]]
    templates: frozenset[str]
    journeys: Mapping[str, Level]
    institutions: Mapping[InstitutionId, Level]
    excluded: frozenset[str]
    _seen: dict[str, Route | None] = field(default_factory=dict)

    @property
    def application(self) -> ApplicationId:
        """The application that this policy is for."""
        return self.document.application

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins whose pages may send."""
        return self.document.origins

    @property
    def retention_days(self) -> int:
        """Days after which a recording is purged."""
        return self.document.retention_days

    def kept_days(self, institution: InstitutionId, purposes: Iterable[Purpose]) -> int:
        """Return for how many days a recording of an institution is kept: the fewest that policy and it allow."""
        named = (one.days(purposes, self.retention_days) for one in self.document.institutions if one.id == institution)
        return min(next(named, self.retention_days), self.retention_days)

    def heatmap_days(self, institution: InstitutionId, purposes: Iterable[Purpose]) -> int:
        """Return for how many days heatmap rows are kept: no longer than their recording."""
        kept = self.kept_days(institution, purposes)
        return kept if self.document.heatmap_days is None else min(kept, self.document.heatmap_days)

    @property
    def people_floor(self) -> int:
        """Different people that a heatmap cell needs to be shown."""
        return self.document.people_floor

    @property
    def viewers_max(self) -> int:
        """How many accounts may hold the role viewer."""
        return self.document.viewers_max

    @property
    def query_keys(self) -> frozenset[str]:
        """Query keys whose number or entry may stay in an address."""
        return self.document.query_keys

    def journey_of(self, address: str) -> Route | None:
        """Find the route of an address or path; None off the map.

        A mapped hash route wins over its page, but for one that is left out: anybody may write a fragment behind it.
        """
        try:
            return self._seen[address]
        except KeyError:  # asked for once: another thread may forget them all between two looks
            route = self._find(address)
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[address] = route
        return route

    def template(self, address: str) -> str:
        """Return the route template of an address, `/…` off the map. A template comes back as it is."""
        route = self.journey_of(address)
        return route.template if route else OFF_THE_MAP

    def is_template(self, route: str) -> bool:
        """Tell whether a string is one of this policy's templates, or the one for everything off the map."""
        return route == OFF_THE_MAP or route in self.templates

    def level(self, journey: str, institution: InstitutionId) -> Level:
        """Return the lowest level of application, institution and journey; OFF for what is unknown."""
        return min(
            self.document.level,
            self.journeys.get(journey, Level.OFF),
            self.institutions.get(institution, Level.OFF),
        )

    def is_excluded(self, template: str) -> bool:
        """Tell whether nothing inside this route may be kept but its shape."""
        return template in self.excluded

    def _find(self, address: str) -> Route | None:
        if len(address) > LONGEST_ADDRESS:
            return None
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        page = self._match(parts.path, is_hash=False)
        fragment = parts.fragment.removeprefix("!")
        if not fragment.startswith("/") or (page and page.template in self.excluded):
            return page
        return self._match(fragment.split("?", 1)[0], is_hash=True) or page

    def _match(self, path: str, *, is_hash: bool) -> Route | None:
        segments = tuple(path.split("/")[1:]) if path.startswith("/") else ("\0",)
        if len(segments) > 1 and segments[-1] == "":
            segments = segments[:-1]
        for template, route in self.by_length.get((is_hash, len(segments)), ()):
            if all(part == said or (part[:1] == ":" and said) for part, said in zip(template, segments, strict=True)):
                return route
        return None


def compile_policy(document: PolicyDocument, words: Words, key: str) -> CompiledPolicy:
    """Compile one document. `key` is 16 hex; the hash covers the document and the vocabulary's version."""
    by_length: dict[tuple[bool, int], list[tuple[tuple[str, ...], Route]]] = {}
    # What is left out comes first: where it is as specific as a journey's route, it wins.
    for route in (*(Route(said, NO_JOURNEY, Level.OFF) for said in unmapped(document)), *_mapped(document)):
        is_hash = route.template.startswith("#")
        segments = tuple(route.template.lstrip("#").split("/")[1:])
        by_length.setdefault((is_hash, len(segments)), []).append((segments, route))
    for routes in by_length.values():
        # The most specific first: more literal segments win, then the order of the file.
        routes.sort(key=lambda pair: wild(pair[1].template))
    return CompiledPolicy(
        hash=policy_hash(document, words.version),
        document=document,
        key=key,
        vocabulary=words,
        by_length={length: tuple(routes) for length, routes in by_length.items()},
        templates=frozenset(route.template for routes in by_length.values() for _, route in routes),
        journeys=kept_levels(document.journeys),
        institutions={opt.id: opt.level for opt in document.institutions} | {BUILT_IN_INSTITUTION: Level.WIREFRAME},
        excluded=frozenset(left_out(document)),
    )


def _mapped(document: PolicyDocument) -> Iterator[Route]:
    # Where journeys share a route the first stands for all of them: their level in effect is no higher than any's.
    levels = kept_levels(document.journeys)
    for journey in document.journeys:
        for template in journey.routes:
            yield Route(template, journey.name, levels[journey.name])


def policy_hash(document: PolicyDocument, vocabulary_version: int) -> PolicyHash:
    """SHA-256, hex, over the canonical JSON (RFC 8785) of what decides about recording."""
    body: dict[str, Any] = {
        "application": document.application,
        "origins": list(document.origins),
        "retention_days": document.retention_days,
        "people_floor": document.people_floor,
        "query_keys": sorted(document.query_keys),
        "institutions": [
            {"id": opt.id, "purposes": sorted(opt.purposes), "level": opt.level.word, **_days(opt)}
            for opt in document.institutions
        ],
        "journeys": [
            {"name": journey.name, "routes": list(journey.routes), "level": journey.level.word, **_selectors(journey)}
            for journey in document.journeys
        ],
        "selectors": list(document.exclusions.selectors),
        "routes": list(document.exclusions.routes),
        "vocabulary": vocabulary_version,
    }
    if document.heatmap_days is not None:
        body["heatmap_days"] = document.heatmap_days
    if document.level < Level.LABELLED:
        body["level"] = document.level.word
    return PolicyHash(hashlib.sha256(rfc8785.dumps(body)).hexdigest())


def _selectors(journey: Journey) -> dict[str, dict[str, str]]:
    return {"selectors": dict(journey.selectors)} if journey.selectors else {}


def _days(opt: OptIn) -> dict[str, dict[str, int]]:
    return {"retention": dict(sorted(opt.retention.items()))} if opt.retention else {}
