"""Examples: the cases of spec/vectors, run through enforcement when somebody looks, so that none can be out of date."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.enforcement.table import read_spec
from milkglass.policy.compile import CompiledPolicy, Words, compile_policy, words_of
from milkglass.policy.document import Journey, OptIn, PolicyDocument
from milkglass.policy.packing import Find, hash32
from milkglass.wire.decode import decode
from milkglass.wire.values import (
    ApplicationId,
    ConsentId,
    InstitutionId,
    Json,
    Level,
    Purpose,
    RecordingId,
    TicketFields,
    VisitId,
)

_INSTITUTION = InstitutionId("riverbend-high")
_BOTH = (Purpose.REPLAY, Purpose.HEATMAP)
_CLICKS = "clicks-only"
_MARKS = str.maketrans({"⟦": "\U0010fffc", "⟧": "\U0010fffd"})
_BRACKETS = str.maketrans({"\U0010fffc": "⟦", "\U0010fffd": "⟧"})


@dataclass(frozen=True, slots=True)
class Part:
    """A value of an example: where it stands, as it came, and as it is stored; None where it is not there."""

    path: str
    given: str | None
    stored: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """A case: its name, the level it is judged at, and what became of its values. `is_kept` of the whole."""

    name: str
    level: str
    is_kept: bool
    parts: tuple[Part, ...]


class _Journey(Struct):
    name: str
    routes: tuple[str, ...]
    level: str


class _Vocabulary(Struct):
    version: int
    text: dict[str, int]
    names: dict[str, int]
    sheets: dict[str, int] = {}  # address and count of rules, parted by a space
    assets: dict[str, int] = {}


class ExamplePolicy(Struct):
    """The policy that the cases are written for, as `spec/vectors/policy.json` says it."""

    application: str
    key: str
    journeys: list[_Journey]
    vocabulary: _Vocabulary
    query_keys: frozenset[str] = frozenset()


class _Case(Struct, rename={"given": "in"}):
    name: str
    given: msgspec.Raw
    level: str = "labelled"


class _File(Struct):
    cases: list[_Case]
    policy: ExamplePolicy | None = None


def example_policy() -> ExamplePolicy:
    """Read the policy that all cases share."""
    return msgspec.json.decode(read_spec("vectors/policy.json"), type=ExamplePolicy)


def example_words(said: ExamplePolicy) -> Words:
    """Make the policy's vocabulary as enforcement takes it."""
    return words_of(
        said.vocabulary.version,
        said.vocabulary.text,
        said.vocabulary.names,
        {_find(one): number for one, number in said.vocabulary.sheets.items()},
        {hash32(address): number for address, number in said.vocabulary.assets.items()},
    )


def examples(group: str) -> list[Example]:
    """Enforce the cases of a group's vector file, such as `TEXT`, and say what became of each.

    References are written ⟦t7⟧ here, as in the files.
    """
    read = msgspec.json.decode(read_spec(f"vectors/{group.lower()}.json").decode().translate(_MARKS), type=_File)
    said = read.policy or example_policy()
    policy = _compiled(said)
    return [_example(case, policy, said) for case in read.cases]


def reference_words() -> dict[str, str]:
    """The vocabulary of the examples: what a player shows in place of a reference, by its kind and number."""
    said = example_policy().vocabulary
    texts = {f"t{number}": text for text, number in said.text.items()}
    return texts | {f"n{number}": name for name, number in said.names.items()}


def _example(case: _Case, policy: CompiledPolicy, said: ExamplePolicy) -> Example:
    given: dict[str, Json] = msgspec.json.decode(case.given)
    is_click = "kind" in given
    level = Level.of(case.level)
    journey = next((one.name for one in said.journeys if Level.of(one.level) is level), _CLICKS)
    body = {
        "number": 0,
        "policy": policy.hash,
        "vocabulary": said.vocabulary.version,
        "journey": journey,
        "events": [] if is_click else [given],
        "interactions": [given] if is_click else [],
    }
    found = enforce(decode(msgspec.json.encode(body)), policy, _standing(policy))
    stored: list[Json] = []
    if isinstance(found, RedactedBatch):
        stored = msgspec.json.decode(msgspec.json.encode(found.interactions) if is_click else found.events)
    return Example(case.name, case.level, bool(stored), tuple(_parts(given, stored[0] if stored else None)))


def _parts(given: Json, stored: Json) -> Iterator[Part]:
    """Pair the values that say something: texts, and whatever changed."""
    came, kept = dict(_leaves(given, "")), dict(_leaves(stored, ""))
    for path in [*came, *(path for path in kept if path not in came)]:
        one = Part(path, _shown(came[path]) if path in came else None, _shown(kept[path]) if path in kept else None)
        if one.given != one.stored or isinstance(came.get(path), str):
            yield one


def _leaves(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    match value:
        case dict() if value:
            for key, item in value.items():
                yield from _leaves(item, f"{path}.{key}".removeprefix(".").translate(_BRACKETS))
        case list() if value:
            for place, item in enumerate(value):
                yield from _leaves(item, f"{path}[{place}]")
        case None | [] | {}:
            return
        case _:
            yield path, value


def _shown(value: Json) -> str:
    return value.translate(_BRACKETS) if isinstance(value, str) else msgspec.json.encode(value).decode()


def _compiled(said: ExamplePolicy) -> CompiledPolicy:
    journeys = [
        Journey(name=one.name, routes=one.routes, level=Level.of(one.level), has_students=True, risk="low")
        for one in [*said.journeys, _Journey(name=_CLICKS, routes=("/clicks-only",), level="clicks")]
    ]
    document = PolicyDocument(
        application=ApplicationId(said.application),
        name=said.application,
        origins=("https://app.example",),
        vocabulary="none",
        retention_days=30,
        people_floor=10,
        viewers_max=6,
        query_keys=said.query_keys,
        institutions=(
            OptIn(id=_INSTITUTION, name="Riverbend", type="k12", purposes=frozenset(_BOTH), level=Level.LABELLED),
        ),
        journeys=tuple(journeys),
    )
    return compile_policy(document, example_words(said), said.key)


def _find(said: str) -> Find:
    address, _, rules = said.rpartition(" ")
    return Find(hash32(address), int(rules))


def _standing(policy: CompiledPolicy) -> Standing:
    ticket = TicketFields(
        application=policy.application,
        institution=_INSTITUTION,
        recording=RecordingId("0" * 26),
        visit=VisitId("0" * 26),
        consent=ConsentId("0" * 26),
        purposes=_BOTH,
        began=0,
        iat=0,
        exp=900,
        crowd=0,
    )
    return Standing(ticket=ticket, now_ms=600_000, recording_key=bytes(32), words=policy.vocabulary)
