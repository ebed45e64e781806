"""The cases of spec/vectors/, which the recorder runs too."""

import msgspec
import pytest

from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch
from milkglass.wire.decode import decode
from milkglass.wire.values import Json
from tests.enforcement.room import Case, body, renamed, room, standing, vectors

JOURNEYS = {"labelled": "chat", "wireframe": "sign-in", "clicks": "quiet"}


@pytest.mark.parametrize(("file", "case"), [pytest.param(f, c, id=f"{f}: {c.name}") for f, c in vectors()])
def test_what_is_stored_is_what_the_vector_says(file: str, case: Case) -> None:
    where = room()
    journey = JOURNEYS[case.level]
    is_event = file != "interactions"
    sent = body([case.given], None, journey) if is_event else body(None, [case.given], journey)
    found = enforce(decode(sent), where.policy, standing(where.words))
    stored: list[Json] = []
    if isinstance(found, RedactedBatch):
        stored = msgspec.json.decode(found.events if is_event else msgspec.json.encode(found.interactions))
    assert [renamed(one) for one in stored] == ([] if case.server is None else [case.server])


def test_there_are_at_least_150_cases() -> None:
    assert len(vectors()) >= 150
