"""The life of a policy's text: who may change what when, who approves, and a leaf for each step."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import msgspec
import pytest

from milkglass import facts
from milkglass.access.roles import Role
from milkglass.app.app import Milkglass
from milkglass.demo.files import POLICY_FILE
from milkglass.errors import Conflict, NotAllowed
from milkglass.policy.versions import State, missing
from milkglass.settings import Settings
from milkglass.wire.values import Level

ASKS = "\napproval: {quorum: 1}\n"


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(where: Path, more: str = "") -> Iterator[Milkglass]:
    """A house on a policy file of its own, which `more` is added to."""
    file = where / "policy.yaml"
    if not file.exists():
        copy(POLICY_FILE.with_name("chalkboard.vocabulary.yaml"), where)
        file.write_text(POLICY_FILE.read_text("utf-8") + more, "utf-8")
    house = Milkglass.open(Settings(data=where / "data"), file, now())
    try:
        yield house
    finally:
        house.close()


def by(house: Milkglass, name: str) -> facts.By:
    return facts.By(at=now(), actor=house.account(name).actor)


def acts(house: Milkglass) -> list[tuple[str, int | None]]:
    entries = [msgspec.json.decode(entry.spelled) for entry in house.log.entries(0, 10_000)]
    return [(one["act"], one["res"].get("n")) for one in entries if one["act"].startswith("policy.")]


def body(house: Milkglass) -> str:
    stands = house.versions.effective(house.application)
    assert stands is not None
    return stands.body


def days(house: Milkglass) -> int:
    policy = house.policies.current(house.application)
    assert policy is not None
    return policy.retention_days


def test_the_first_file_stands_at_once_and_each_step_is_a_leaf(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        stands = house.versions.effective(house.application)
        assert stands is not None
        assert (stands.number, stands.state, stands.is_material) == (1, State.EFFECTIVE, True)
        assert acts(house) == [("policy.write", 1), ("policy.propose", 1), ("policy.publish", 1)]


def test_the_same_file_again_is_no_version(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    with opened(tmp_path) as house:
        assert [version.number for version in house.versions.list(house.application)] == [1]


def test_a_changed_file_waits_where_the_standing_policy_asks_for_approvals(tmp_path: Path) -> None:
    with opened(tmp_path, ASKS):
        pass
    file = tmp_path / "policy.yaml"
    # It asks nobody any more: that is said by the one that is proposed, and does not count.
    text = file.read_text("utf-8").replace(ASKS, "").replace("retention_days: 30", "retention_days: 60")
    file.write_text(text, "utf-8")
    with opened(tmp_path) as house:
        assert days(house) == 30
        waiting = house.versions.get(house.application, 2)
        assert (waiting.state, waiting.is_material) == (State.IN_REVIEW, True)
        engineer, legal = by(house, "Demo engineer"), by(house, "Demo legal")
        after = house.versions.approve(house.application, 2, engineer, is_legal=False)
        assert after.state is State.IN_REVIEW
        assert missing(after, 1) == ["legal, since the change is material"]
        assert house.versions.approve(house.application, 2, legal, is_legal=True).state is State.APPROVED
        house.stand(house.versions.get(house.application, 2), by(house, "Owner"))
        assert days(house) == 60
        assert [one.state for one in house.versions.list(house.application)] == [State.EFFECTIVE, State.SUPERSEDED]
        steps = ["policy.write", "policy.propose", "policy.approve", "policy.approve", "policy.publish"]
        assert acts(house)[3:] == [(step, 2) for step in steps]
    with opened(tmp_path) as house:  # and after a restart
        assert days(house) == 60


def test_a_change_from_the_console_stays_over_a_restart_with_the_older_file(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        draft = house.versions.save(house.application, body(house).replace("days: 30", "days: 14"), by(house, "Owner"))
        house.stand(house.versions.propose(house.application, draft.number, by(house, "Owner")), by(house, "Owner"))
    with opened(tmp_path) as house:
        assert days(house) == 14


def test_whoever_wrote_it_does_not_approve_it_and_nobody_approves_twice(tmp_path: Path) -> None:
    with opened(tmp_path, "\napproval: {quorum: 2}\n") as house:
        owner, legal, engineer = (by(house, name) for name in ("Owner", "Demo legal", "Demo engineer"))
        text = body(house).replace("people_floor: 10", "people_floor: 12")
        number = house.versions.save(house.application, text, owner).number
        assert house.versions.propose(house.application, number, owner).state is State.IN_REVIEW
        with pytest.raises(NotAllowed, match="another person"):
            house.versions.approve(house.application, number, owner, is_legal=False)
        house.versions.approve(house.application, number, engineer, is_legal=False)
        with pytest.raises(Conflict):
            house.versions.approve(house.application, number, engineer, is_legal=False)
        assert house.versions.approve(house.application, number, legal, is_legal=True).state is State.APPROVED


def test_what_is_in_review_cannot_be_changed_and_sending_it_back_forgets_its_approvals(tmp_path: Path) -> None:
    with opened(tmp_path, ASKS) as house:
        owner, engineer = by(house, "Owner"), by(house, "Demo engineer")
        draft = house.versions.save(house.application, body(house) + "# a\n", owner)
        house.versions.propose(house.application, draft.number, owner)
        other = house.versions.save(house.application, body(house) + "# b\n", owner)
        assert other.number == draft.number + 1, "a new draft, not the text that is read"
        with pytest.raises(Conflict, match="another draft"):
            house.versions.send_back(house.application, draft.number, owner)
        house.versions.propose(house.application, other.number, owner)
        house.versions.approve(house.application, draft.number, engineer, is_legal=False)
        back = house.versions.send_back(house.application, draft.number, owner)
        assert (back.state, back.approvals) == (State.DRAFT, ())


def test_an_approval_counts_only_for_the_difference_that_was_read(tmp_path: Path) -> None:
    with opened(tmp_path, ASKS) as house:
        owner, engineer = by(house, "Owner"), by(house, "Demo engineer")
        numbers = []
        for more in ("# a\n", "# b\n"):
            draft = house.versions.begin(house.application, body(house) + more, owner)
            house.versions.propose(house.application, draft.number, owner)
            house.versions.approve(house.application, draft.number, engineer, is_legal=False)
            numbers.append(draft.number)
        house.stand(house.versions.get(house.application, numbers[0]), owner)
        with pytest.raises(Conflict, match="another version became effective"):
            house.stand(house.versions.get(house.application, numbers[1]), owner)


def test_nothing_stands_before_it_is_approved(tmp_path: Path) -> None:
    with opened(tmp_path, ASKS) as house:
        owner = by(house, "Owner")
        draft = house.versions.save(
            house.application, body(house).replace("level: wireframe", "level: labelled"), owner
        )
        size = house.log.size()
        for version in (draft, house.versions.propose(house.application, draft.number, owner)):
            with pytest.raises(Conflict):
                house.stand(version, owner)
        policy = house.policies.current(house.application)
        assert policy is not None
        assert policy.journeys["files"] is Level.WIREFRAME
        assert house.log.size() == size + 1, "only the proposal"


def test_the_roles_that_approve_are_in_the_demo(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        roles = {role for account in house.access.accounts.list() for role in account.roles}
        assert {Role.LEGAL, Role.ENGINEER} <= roles
