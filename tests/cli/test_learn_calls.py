"""What `milkglass vocabulary learn` asks of the owning process: scope, proposals, sheets, approval, coverage."""

from base64 import b64encode
from pathlib import Path

import pytest

from milkglass.app.app import Milkglass
from milkglass.cli.calls import answer
from milkglass.errors import Invalid
from milkglass.vocabulary.entries import CandidateFilter, State
from tests.web.house import Lived, lived, right_now

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
PLACE = {"where": "/app.css", "group": "/app.css", "marks": []}


def call(house: Milkglass, name: str, **arguments: object) -> dict[str, object]:
    return answer(house, f"vocabulary.{name}", arguments, lambda _line: None)


def text(said: str, *marks: str) -> dict[str, object]:
    return {"kind": "t", "said": said, "source": "learn", "where": "/app", "group": "/app", "marks": list(marks)}


def test_the_scope_tells_routes_and_exclusions_and_refuses_another_application(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        told = call(one.house, "scope", application="chalkboard", journey="chat")
        assert told["exclusions"] == {
            "selectors": [".student-list", ".person-card", "[data-private]"],
            "routes": ["/demo/students", "/demo/students/:id"],
        }
        with pytest.raises(Invalid, match="keeps the application chalkboard, not other"):
            call(one.house, "scope", application="other", journey=None)
        with pytest.raises(Invalid, match="there is no journey of this name; the policy names sign-in"):
            call(one.house, "scope", application=None, journey="nowhere")


def test_what_nothing_warns_of_is_published_and_what_is_marked_waits(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        call(one.house, "propose", proposals=[text("Archive room"), text("Jane Doe", "row"), text("jane@uni.example")])
        told = call(one.house, "approve_clean")
        assert (told["approved"], told["left_for_review"]) == (1, 2)
        words = standing(one)
        assert "Archive room" in words
        assert "Jane Doe" not in words
        waiting = one.house.vocabulary.candidates(one.house.application, CandidateFilter(state=State.OPEN))
        assert {row.said: row.warnings for row in waiting} == {
            "Jane Doe": ("data-row",),
            "jane@uni.example": ("email",),
        }


def test_a_mark_of_a_later_walk_stays_when_the_roster_changes(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        call(one.house, "propose", proposals=[text("Omar Haddad")])
        call(one.house, "propose", proposals=[text("Omar Haddad", "cell")])
        room = one.house.vocabulary
        room.set_roster(one.house.application, ["Omar Haddad"], right_now())
        [row] = room.candidates(one.house.application, CandidateFilter())
        assert row.warnings == ("roster", "data-cell")


def test_a_sheet_brings_its_names_and_its_listed_pictures(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        asset = call(one.house, "asset", content=b64encode(PNG).decode(), address="/i.png", **PLACE)
        assert call(one.house, "asset", content=b64encode(b"no").decode(), address="/x", **PLACE)["unfit"] == 1
        sheet = {
            "text": ".archive-row{background:url(i.png)}",
            "base": "http://h/app.css",
            "imports": {},
            "assets": {"http://h/i.png": asset["sha256"]},
            "rules": 1,
            "hash": None,
            "address": "/app.css",
        }
        assert call(one.house, "sheet", **sheet, **PLACE)["new"] == 1
        call(one.house, "approve_clean")
        policy = one.house.policies.current(one.house.application)
        assert policy is not None
        assert "archive-row" in policy.vocabulary.names
        assert len(policy.vocabulary.sheets) == 1


def test_coverage_is_counted_and_told_again_by_stats(tmp_path: Path) -> None:
    with lived(tmp_path) as one:
        spots = [[["Send"], ["button"], 0, 0, 1, 0.1], [["Jane Doe"], ["nobody-knows"], 0, 0.2, 1, 0.1]]
        told = call(one.house, "covered", routes={"/demo/chat/:room": spots})
        assert told["covered"] == 0.5
        assert call(one.house, "stats")["coverage"] == told["coverage"]


def standing(one: Lived) -> set[str]:
    policy = one.house.policies.current(one.house.application)
    assert policy is not None
    return set(policy.vocabulary.text)
