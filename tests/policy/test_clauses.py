"""The policy in sentences: nothing is called proven that was not seen, and what runs is told beside what stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from milkglass.policy.clauses import Clause, Live, Proof, sections
from milkglass.policy.document import PolicyDocument
from milkglass.policy.load import load
from milkglass.policy.running import LATELY, MOST_KNOWN, Named, Running
from milkglass.policy.starters import starter
from milkglass.wire.values import ApplicationId
from tests.policy.test_load import GOOD

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
CHALKBOARD = ApplicationId("chalkboard")
SEEN = Live(now=NOW, kept_at=NOW, purged=3, purged_at=NOW, log_holds=True, log_at=NOW)


def clauses(live: Live, document: PolicyDocument | None = None) -> list[Clause]:
    drawn = sections(document or load(GOOD), live)
    return [clause for section in drawn for clause in section.clauses]


def test_nothing_is_proven_of_a_system_that_nothing_was_seen_of() -> None:
    assert {clause.proof for clause in clauses(Live(now=NOW))} == {Proof.UNKNOWN, Proof.NONE}


def test_every_proof_has_its_control_its_link_and_its_moment() -> None:
    for clause in clauses(SEEN):
        assert (clause.proof is Proof.NONE) == (not clause.control)
        assert bool(clause.control) == bool(clause.href)
        assert clause.checked_at is not None or clause.proof is not Proof.PROVEN


def test_an_exclusion_is_proven_only_once_it_matched() -> None:
    live = replace(SEEN, matched={".student-list": NOW, "/demo/students": None})
    said = {clause.says: clause.proof for clause in clauses(live)}
    assert said["Nothing inside the element .student-list."] is Proof.PROVEN
    assert said["Nothing inside the page /demo/students."] is Proof.UNKNOWN


def test_what_is_past_its_day_or_a_log_that_does_not_hold_fails() -> None:
    assert [one.says for one in clauses(replace(SEEN, overdue=1)) if one.proof is Proof.FAILED] == [
        "Recordings and heatmap rows are destroyed 30 days after they began."
    ]
    assert any(one.proof is Proof.FAILED for one in clauses(replace(SEEN, log_holds=False)))


def test_the_sentences_follow_the_document() -> None:
    said = " ".join(clause.says for clause in clauses(SEEN, load(starter("chat").policy)))
    assert "members: nothing is recorded." in said
    assert "Example College: nothing, until it says yes." in said
    assert "Notice chat-app-1 (es-US)" in said
    assert "Deputy: Support deputy" in said


def test_a_recorder_with_an_older_policy_is_drift_until_it_is_forgotten() -> None:
    running = Running()
    running.see(Named(CHALKBOARD, "new", "1.0"), NOW)
    assert not running.drift(CHALKBOARD, "new", "new", NOW).is_drifting
    running.see(Named(CHALKBOARD, "old", "0.9"), NOW)
    running.see(Named(CHALKBOARD, "old", "0.9"), NOW)
    running.see(Named(ApplicationId("other"), "old", "0.9"), NOW)
    drift = running.drift(CHALKBOARD, "new", "new", NOW)
    assert drift.is_drifting
    assert {(one.policy, one.release, one.batches, one.is_current) for one in drift.field} == {
        ("new", "1.0", 1, True),
        ("old", "0.9", 2, False),
    }
    assert running.drift(CHALKBOARD, "new", "new", NOW + LATELY + timedelta(seconds=1)).field == ()


def test_a_server_that_runs_another_policy_is_drift() -> None:
    assert Running().drift(CHALKBOARD, "new", "old", NOW).is_drifting


def test_a_sender_cannot_fill_the_memory_with_made_up_policies() -> None:
    running = Running()
    for number in range(MOST_KNOWN + 50):
        running.see(Named(CHALKBOARD, str(number), ""), NOW)
    assert len(running.drift(CHALKBOARD, "new", "new", NOW).field) == MOST_KNOWN
    later = NOW + LATELY + timedelta(seconds=1)
    running.see(Named(CHALKBOARD, "new", ""), later)
    assert [one.policy for one in running.drift(CHALKBOARD, "new", "new", later).field] == ["new"]
