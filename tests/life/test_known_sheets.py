"""A known sheet from its approval to the export: on the way and in the store a number, in a player the sheet itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from milkglass import facts
from milkglass.policy.compile import compile_policy
from milkglass.vocabulary.entries import CandidateFilter, Entry, Proposal, Verdict
from milkglass.vocabulary.sheets import SheetSeen
from milkglass.wire.values import RecordingId
from tests.life.house import CHALKBOARD, NOW, House, opened

LATER = NOW + timedelta(minutes=5)
PLACEHOLDER = "<rect width='100%25' height='100%25'"  # a grey box of the picture's size
LOGO = b"GIF89a-logo-of-the-product"
SHEET = '.row::after{content:"\\e90a";background:url(/logo.gif)}'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as house:
        yield house


def approve(house: House) -> None:
    by = facts.By(at=NOW, actor=facts.COMMAND_LINE)
    for one in house.vocabulary.candidates(CHALKBOARD, CandidateFilter()):
        house.vocabulary.decide(CHALKBOARD, [one.id], Verdict.APPROVE, by)


def published(house: House) -> tuple[str, str]:
    """Approve a sheet and its image; return their references without marks."""
    room = house.vocabulary
    logo = room.keep_asset(LOGO).sha256
    listed = {"https://app.example/logo.gif": logo}
    sheet = room.keep_sheet(SheetSeen(text=SHEET, base="https://app.example/", assets=listed))
    known = Proposal(
        kind="s", said="", source="learn", where="/", group="app.css", sha256=sheet, address="/app.css", rules=1
    )
    image = replace(known, kind="a", sha256=logo, address="/logo.gif", rules=None)
    room.propose(CHALKBOARD, [known, image], NOW)
    approve(house)
    version = room.publish(CHALKBOARD, [entry("Save changes")], NOW)
    words = room.words(CHALKBOARD, version)
    assert words
    policy = house.policies[CHALKBOARD]
    house.policies[CHALKBOARD] = compile_policy(policy.document, words, policy.key)
    return f"s{next(iter(words.sheet_numbers))}", f"a{next(iter(words.asset_numbers))}"


def entry(said: str) -> Entry:
    return Entry(kind="t", said=said, source="", reviewer="tests", reviewed="2026-01-01")


def recorded(house: House, sheet: str, image: str) -> RecordingId:
    fields = house.exchange().fields
    link = {"_cssText": f"\U0010fffc{sheet}\U0010fffd"}
    nodes = [
        {"type": 2, "id": 2, "tagName": "link", "attributes": link, "childNodes": []},
        {"type": 2, "id": 3, "tagName": "img", "attributes": {"rr_asset": image[1:]}, "childNodes": []},
    ]
    tree = {"type": 0, "id": 1, "childNodes": nodes}
    meta = {"type": 4, "timestamp": 10, "data": {"href": "/chat/1", "width": 800, "height": 600}}
    house.record(
        fields,
        [meta, {"type": 2, "timestamp": 20, "data": {"node": tree, "initialOffset": {"top": 0, "left": 0}}}],
    )
    house.vault.roll(NOW)
    return fields.recording


def exported(house: House, recording: RecordingId) -> list[dict[str, object]]:
    demo = replace(house.replay, demo_application=CHALKBOARD)
    tree: list[dict[str, object]] = json.loads(b"".join(demo.export_demo(house.viewer, recording, LATER)))[1]["data"][
        "node"
    ]["childNodes"]
    return [node["attributes"] for node in tree]  # type: ignore[misc]  # a dict by its form


def test_an_export_is_whole_and_the_store_holds_numbers_only(house: House) -> None:
    sheet, image = published(house)
    recording = recorded(house, sheet, image)
    stored = b"".join(batch.events for batch in house.vault.whole(recording))
    assert b"row" not in stored
    assert b"data:" not in stored
    link, picture = exported(house, recording)
    assert str(link["_cssText"]).startswith('.row::after{content:"\ue90a";background:url("data:image/gif;base64,')
    assert str(picture["src"]).startswith("data:image/gif;base64,")


def test_a_number_that_is_no_sheet_of_the_vocabulary_is_not_stored(house: House) -> None:
    published(house)
    link, picture = exported(house, recorded(house, "s999", "a999"))
    assert link == {"_cssText": ""}
    assert PLACEHOLDER in str(picture["src"])


def test_a_withdrawn_sheet_and_image_are_gone_from_old_recordings(house: House) -> None:
    recording = recorded(house, *published(house))
    ids = [one.id for one in house.vocabulary.candidates(CHALKBOARD, CandidateFilter(state=None))]
    house.vocabulary.decide(CHALKBOARD, ids, Verdict.REFUSE, facts.By(at=NOW, actor=facts.COMMAND_LINE))
    house.vocabulary.publish(CHALKBOARD, [], NOW)
    link, picture = exported(house, recording)
    assert link == {"_cssText": ""}
    assert PLACEHOLDER in str(picture["src"])
    assert house.vocabulary.kept.names("") == []
