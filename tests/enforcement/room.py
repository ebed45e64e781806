"""A policy, words and a ticket to enforce under, and what the vectors need."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.examples import example_policy, example_words
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.policy.compile import CompiledPolicy, Words, compile_policy
from milkglass.policy.document import Exclusions, Journey, OptIn, PolicyDocument
from milkglass.wire.decode import decode
from milkglass.wire.unpacking import Limits
from milkglass.wire.values import (
    ApplicationId,
    ConsentId,
    InstitutionId,
    Json,
    Level,
    Purpose,
    RecordingId,
    Refusal,
    TicketFields,
    VisitId,
)

SPEC = Path(__file__).parents[2] / "spec"
OPEN, CLOSE = "\U0010fffc", "\U0010fffd"
KEY = b"k" * 32
INSTITUTION = InstitutionId("riverbend-high")
BOTH = (Purpose.REPLAY, Purpose.HEATMAP)


class Case(NamedTuple):
    name: str
    given: Json
    server: Json
    level: str


class Room(NamedTuple):
    policy: CompiledPolicy
    words: Words


def marked(text: str) -> str:
    return text.replace("⟦", OPEN).replace("⟧", CLOSE)


def room(excluded: tuple[str, ...] = (), institution: Level = Level.LABELLED) -> Room:
    read = example_policy()
    words = example_words(read)
    more = (
        Journey(name="quiet", routes=("/quiet",), level=Level.CLICKS, has_students=False, risk="low"),
        Journey(name="closed", routes=("/closed",), level=Level.OFF, has_students=False, risk="low"),
    )
    journeys = tuple(
        Journey(name=j.name, routes=j.routes, level=Level.of(j.level), has_students=True, risk="low")
        for j in read.journeys
    )
    document = PolicyDocument(
        application=ApplicationId(read.application),
        name="Chalkboard",
        origins=("https://app.example",),
        vocabulary="none",
        retention_days=30,
        people_floor=10,
        viewers_max=6,
        query_keys=read.query_keys,
        institutions=(
            OptIn(id=INSTITUTION, name="Riverbend", type="k12", purposes=frozenset(BOTH), level=institution),
        ),
        journeys=journeys + more,
        exclusions=Exclusions(routes=excluded),
    )
    return Room(compile_policy(document, words, read.key), words)


def standing(words: Words, purposes: tuple[Purpose, ...] = BOTH, key: bytes = KEY, now_ms: int = 600_000) -> Standing:
    ticket = TicketFields(
        application=ApplicationId("chalkboard"),
        institution=INSTITUTION,
        recording=RecordingId("0" * 26),
        visit=VisitId("1" * 26),
        consent=ConsentId("2" * 26),
        purposes=purposes,
        began=0,
        iat=0,
        exp=900,
        crowd=7,
    )
    return Standing(ticket=ticket, now_ms=now_ms, recording_key=key, words=words)


def body(events: Json = None, interactions: Json = None, journey: str = "chat") -> bytes:
    return msgspec.json.encode(
        {
            "number": 4,
            "policy": "0" * 64,
            "vocabulary": 3,
            "journey": journey,
            "reset": True,
            "events": events or [],
            "interactions": interactions or [],
        }
    )


def kept(sent: bytes, where: Room | None = None, under: Standing | None = None) -> RedactedBatch:
    where = where or room()
    batch = decode(sent, Limits(wire_bytes=6 << 20))
    found = enforce(batch, where.policy, under or standing(where.words))
    assert isinstance(found, RedactedBatch), found
    return found


def refused(sent: bytes, where: Room | None = None, under: Standing | None = None) -> Refusal:
    where = where or room()
    found = enforce(decode(sent), where.policy, under or standing(where.words))
    assert isinstance(found, Refusal)
    return found


_TOKEN = re.compile(r"(--k|k|v|d-|x-)([0-9a-f]{10})(?![0-9a-f])")


def renamed(value: Json) -> Json:
    """Number the tokens in walking order; equal hash, equal number."""
    seen: dict[str, int] = {}

    def said(text: str) -> str:
        return _TOKEN.sub(lambda m: f"{m[1]}#{seen.setdefault(m[2], len(seen) + 1)}", text)

    def walk(one: Json) -> Json:
        match one:
            case str():
                return said(one)
            case list():
                return [walk(item) for item in one]
            case dict():
                return {said(key): walk(item) for key, item in one.items()}
            case _:
                return one

    return walk(value)


def vectors() -> list[tuple[str, Case]]:
    found: list[tuple[str, Case]] = []
    for file in sorted((SPEC / "vectors").glob("*.json")):
        if file.stem not in {"policy", "rendering"}:
            read = json.loads(marked(file.read_text("utf-8")))
            found += [(file.stem, Case(c["name"], c["in"], c["server"], c["level"])) for c in read["cases"]]
    return found
