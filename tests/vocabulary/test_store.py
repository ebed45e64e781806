"""The vocabulary room: what is proposed waits for a person, and only what was approved gets a number."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milkglass.errors import Conflict, Invalid, NotFound
from milkglass.vocabulary.entries import State, Verdict, spelt
from tests.vocabulary.room import APPLICATION, APPROVE, BY, NOW, REFUSE, Room, entry, opened, text


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path) as one:
        yield one


def test_what_is_proposed_is_spelt_as_it_is_looked_up_and_kept_once_with_each_place(room: Room) -> None:
    done = room.propose(text("3  unread"), text("4 unread", where="/inbox"), text("\u200b" * 600), text(""))
    assert (done.new, done.known, done.unfit) == (1, 1, 2)
    (one,) = room.open()
    assert (one.said, one.wheres, one.state) == ("# unread", ("/chat/:room", "/inbox"), State.OPEN)
    assert room.propose(text("9 unread")).new == 0


def test_nothing_is_readable_before_a_person_approves_it_and_the_policy_is_published(room: Room) -> None:
    room.propose(text("Save changes"))
    assert room.publish(entry("Chat")) == 1
    assert room.text() == {"Chat": 1}
    room.approve_all()
    assert room.vocabulary.stats(APPLICATION).waiting == 1
    assert room.publish(entry("Chat")) == 2
    assert room.text() == {"Chat": 1, "Save changes": 2}
    assert room.publish(entry("Chat")) == 2, "the same again is no version"
    assert room.acts() == ["vocabulary.publish", "vocabulary.decide", "vocabulary.publish"]


def test_what_a_detector_or_the_roster_warns_of_is_never_approved_with_others(room: Room) -> None:
    room.vocabulary.set_roster(APPLICATION, ["Jane Doe", "Núñez, José"], NOW)
    room.propose(text("Save"), text("Message Jane D."), text("jose nunez"), text("mail a@uni.example"), text("Chat"))
    warned = {one.said: one.warnings for one in room.open() if one.warnings}
    assert warned == {
        "Message Jane D.": ("roster",),
        "jose nunez": ("roster",),
        "mail a@uni.example": ("email",),
    }
    done = room.vocabulary.approve_group(APPLICATION, "en.json", BY)
    assert (done.done, len(done.left)) == (2, 3)
    several = room.vocabulary.decide(APPLICATION, [one.id for one in room.open()], APPROVE, BY)
    assert (several.done, len(several.left)) == (0, 3)
    alone = room.open()[0]
    assert room.vocabulary.decide(APPLICATION, [alone.id], APPROVE, BY).done == 1, "singly, a person may"


def test_a_roster_read_in_later_warns_of_what_already_waits(room: Room) -> None:
    room.propose(text("Call Omar Haddad"))
    assert room.open()[0].warnings == ()
    room.vocabulary.set_roster(APPLICATION, ["Omar Haddad"], NOW)
    assert room.open()[0].warnings == ("roster",)
    assert b"Haddad, " not in room.bytes_on_disk()
    assert b"haddad" not in room.bytes_on_disk(), "the roster is digests"


def test_refused_and_withdrawn_words_are_gone_from_the_file_at_once_and_not_proposed_again(room: Room) -> None:
    room.propose(text("Zyxwv Refused"), text("Zyxwv Withdrawn"))
    refused, kept = sorted(room.open(), key=lambda one: one.said or "")
    assert b"Zyxwv Refused" in room.bytes_on_disk()
    room.vocabulary.decide(APPLICATION, [refused.id], REFUSE, BY)
    assert b"Zyxwv Refused" not in room.bytes_on_disk()
    assert room.propose(text("Zyxwv Refused")).new == 0
    assert b"Zyxwv Refused" not in room.bytes_on_disk()
    room.vocabulary.decide(APPLICATION, [kept.id], APPROVE, BY)
    room.publish()
    room.vocabulary.decide(APPLICATION, [kept.id], REFUSE, BY)
    room.publish()
    assert b"Zyxwv Withdrawn" not in room.bytes_on_disk()
    assert room.text() == {}


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sets(st.sampled_from(["Save", "Chat", "Rooms", "Open", "Close"])), max_size=6))
def test_a_number_is_given_once_and_never_again(
    tmp_path_factory: pytest.TempPathFactory, lists: list[set[str]]
) -> None:
    with opened(tmp_path_factory.mktemp("numbers")) as room:
        ever: dict[int, str] = {}
        before: dict[str, int] = {}
        for said in lists:
            room.publish(*(entry(one) for one in sorted(said)))
            now = room.text()
            for word, number in now.items():
                assert ever.setdefault(number, word) == word
                assert word not in before or before[word] == number, "what stands keeps its number"
                assert word in before or number not in before.values()
            before = now


def test_one_entry_holds_the_languages_and_all_spellings_lead_to_its_number(room: Room) -> None:
    room.propose(text("Save changes", language="en", key="save"), text("Share", language="en", key="share"))
    german = [text("Änderungen sichern", group="de.json", language="de", key="save")]
    room.propose(*german, text("Teilen", group="de.json", language="de", key="share"))
    room.approve_all()
    room.publish()
    words = room.text()
    assert words["Save changes"] == words["Änderungen sichern"] != words["Share"]
    number = words["Save changes"]
    assert room.vocabulary.said(APPLICATION, "de")[f"t{number}"] == "Änderungen sichern"
    assert room.vocabulary.said(APPLICATION)[f"t{number}"] == "Save changes"
    assert room.vocabulary.said(APPLICATION, "fr")[f"t{number}"] == "Save changes"
    assert room.vocabulary.languages(APPLICATION) == ("de",)
    assert len(set(words.values())) == 2


def test_a_translation_alone_is_an_entry_and_one_of_the_files_text_joins_it(room: Room) -> None:
    room.propose(text("Save", language="en", key="a"), text("Sichern", language="de", key="a"))
    german = next(one for one in room.open() if one.said == "Sichern")
    room.vocabulary.decide(APPLICATION, [german.id], APPROVE, BY)
    room.publish()
    assert room.text() == {"Sichern": 1}
    room.publish(entry("Save"))
    assert room.text() == {"Save": 2, "Sichern": 2}


def test_a_text_is_cut_into_fragments_that_wait_for_review(room: Room) -> None:
    room.propose(text("Hi, Jane Doe, you have mail"))
    (whole,) = room.open()
    with pytest.raises(Invalid):
        room.vocabulary.cut(APPLICATION, whole.id, ["you have mail", "Hi,"], BY)
    with pytest.raises(NotFound):
        room.vocabulary.cut(APPLICATION, "0" * 26, ["Hi,"], BY)
    assert room.vocabulary.cut(APPLICATION, whole.id, ["Hi,", "you have mail"], BY).new == 2
    assert sorted(str(one.said) for one in room.open()) == ["Hi,", "you have mail"]
    assert b"Jane Doe" not in room.bytes_on_disk()
    with pytest.raises(Conflict):
        room.vocabulary.cut(APPLICATION, whole.id, ["Hi,"], BY)


def test_an_approval_is_taken_back_and_a_refusal_is_not(room: Room) -> None:
    room.propose(text("Save"))
    (one,) = room.open()
    room.approve_all()
    assert room.approved() == ["Save"]
    room.vocabulary.decide(APPLICATION, [one.id], Verdict.REOPEN, BY)
    assert room.approved() == []
    room.vocabulary.decide(APPLICATION, [one.id], REFUSE, BY)
    room.vocabulary.decide(APPLICATION, [one.id], Verdict.REOPEN, BY)
    room.vocabulary.decide(APPLICATION, [one.id], APPROVE, BY)
    assert room.approved() == []


def test_the_difference_of_versions_names_what_came_and_forgets_what_went(room: Room) -> None:
    room.publish(entry("Save"))
    room.publish(entry("Chat"))
    changes = [(one.change, one.number, one.said) for one in room.vocabulary.diff(APPLICATION, 1, 2)]
    assert changes == [("withdrawn", 1, None), ("added", 2, "Chat")]
    assert room.vocabulary.diff(APPLICATION, 2, 2) == []


def test_the_policy_files_own_entries_are_not_asked_again(room: Room) -> None:
    room.publish(entry("Save"))
    assert room.propose(text("Save")).new == 0
    assert room.open() == []


def test_names_that_could_run_or_fetch_are_no_entries() -> None:
    for name in ("onclick", "onanimationend", "onoffline", "href", "src", "style", "srcdoc", "a b", "x" * 201, "\x00"):
        assert spelt("n", name) is None
    for name in (
        "row",
        "md:flex",
        "w-1/2",
        "--gap",
        "on",
        "online",
        "once",
        "onboarding",
        "p-[3px]",
        "[&>svg]:p-2",
        "content-['x']",
    ):
        assert spelt("n", name) == name
