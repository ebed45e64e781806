"""The way in: checked before unpacked, enforced, durable, counted; and never a word of what came in an answer."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import sleep

import msgspec
import pytest
import zstandard

from milkglass import facts
from milkglass.errors import Invalid, Unavailable
from milkglass.ingest import Caps, Ingest
from milkglass.masking.masking import Masking
from milkglass.merkle.entry import Fact
from milkglass.policy.compile import compile_policy
from milkglass.policy.store import Policies
from milkglass.tickets.tickets import BadTicket, Exchange
from milkglass.vault.disk import Disk
from milkglass.vault.journal_file import FileJournal
from milkglass.wire.values import Next, PolicyHash, Receipt, Refusal, TicketFields
from tests.life.house import CHALKBOARD, JANE, NOW, House, opened, page


@dataclass
class Door:
    house: House
    policies: Policies
    ingest: Ingest

    def body(self, number: int = 0, *texts: str, **changed: object) -> bytes:
        policy = self.policies.current(CHALKBOARD)
        assert policy
        click = {"kind": "click", "at": 100, "route": "/chat/:room", "viewport": "large", "page_x": 0.5, "page_y": 0.5}
        batch: dict[str, object] = {
            "number": number,
            "policy": policy.hash,
            "vocabulary": policy.vocabulary.version,
            "journey": "chat",
            "reset": number == 0,
            "events": page(*(texts or ("Save changes",))),
            "interactions": [click],
        }
        return json.dumps(batch | changed).encode()

    def exchange(self) -> Exchange:
        return self.house.exchange()

    def refused(self, code: str) -> int:
        """How often something was refused for a reason."""
        return sum(one.count for one in self.house.tickets.install.seen(CHALKBOARD, NOW).refused if one.code == code)

    def receive(self, exchange: Exchange, body: bytes) -> Receipt:
        return self.ingest.receive(exchange.ticket.encode(), body, NOW)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with opened(tmp_path) as house:
        policies = Policies(house.engine, house.writer)
        policies.publish(house.policies[CHALKBOARD], b"policy", NOW, published)
        ingest = Ingest(
            tickets=house.tickets,
            consents=house.consents,
            policies=policies,
            vocabulary=house.vocabulary,
            vault=house.vault,
            interactions=house.interactions,
            masking=Masking(engine=house.engine, writer=house.writer),
        )
        yield Door(house, policies, ingest)


def published(policy_hash: PolicyHash, number: int) -> Fact:
    return facts.policy_publish(facts.By(at=NOW), policy_hash, number, {"version": number, "document": "0" * 64})


def test_a_batch_is_kept_and_read_back_masked(door: Door) -> None:
    given = door.exchange()
    receipt = door.receive(given, door.body(0, "Save changes", "Jane Doe lives here"))
    assert receipt == Receipt(number=0, next=None, dropped=0)
    (batch,) = door.house.vault.whole(given.fields.recording)
    assert b"Jane" not in batch.events
    assert "▇".encode() in batch.events
    assert door.ingest.counts.batches == 1
    assert door.ingest.counts.bypassed.total() > 0
    assert door.ingest.counts.masked["TEXT"] == 1
    assert not any("Jane" in path for path in door.ingest.counts.bypassed)


def test_a_packed_batch_is_kept_and_sending_it_again_is_safe(door: Door) -> None:
    given = door.exchange()
    packed = zstandard.compress(door.body())
    assert door.receive(given, packed).number == 0
    assert door.receive(given, door.body()).refusal is None
    assert door.ingest.counts.batches == 1
    assert door.ingest.counts.repeated == 1
    assert door.receive(given, door.body(0, "Other")).refusal is Refusal.NUMBER_TAKEN


def test_a_roll_brings_rows_and_a_live_recording_goes_on(door: Door) -> None:
    given = door.exchange()
    for number in range(3):
        door.receive(given, door.body(number))
        assert door.ingest.roll(NOW) == 1
    assert [batch.number for batch in door.house.vault.whole(given.fields.recording)] == [0, 1, 2]
    purge_day = (NOW + timedelta(days=30)).date()
    assert door.house.interactions.count(given.fields.recording, purge_day) == 3


@pytest.mark.parametrize("head", [b"", b"x.y", b"\xff", b"a" * 5000])
def test_a_wrong_ticket_is_refused_before_anything_is_unpacked(door: Door, head: bytes) -> None:
    with pytest.raises(BadTicket):
        door.ingest.receive(head, b"\x28\xb5\x2f\xfd broken", NOW)


def test_what_is_no_batch_is_invalid_and_not_repeated_in_the_error(door: Door) -> None:
    for body in (b"", b"{", b"[]", b'{"number": "Jane"}', b"\x1f\x8bJane"):
        with pytest.raises(Invalid) as refused:
            door.receive(door.exchange(), body)
        assert "Jane" not in str(refused.value)
    assert door.refused("invalid") == 5


def test_an_unknown_policy_or_vocabulary_is_stale(door: Door) -> None:
    given = door.exchange()
    for wrong in ({"policy": "0" * 64}, {"vocabulary": 99}):
        receipt = door.receive(given, door.body(0, **wrong))
        assert (receipt.refusal, receipt.next) == (Refusal.STALE_POLICY, Next.RENEW)
    assert door.house.vault.whole(given.fields.recording) == []
    assert door.refused(Refusal.STALE_POLICY) == 2


def test_a_superseded_policy_is_taken_for_a_quarter_of_an_hour_and_told_to_renew(door: Door) -> None:
    given, body = door.exchange(), door.body()
    old = door.policies.current(CHALKBOARD)
    assert old
    newer = compile_policy(replace(old.document, retention_days=20), old.vocabulary, old.key)
    door.policies.publish(newer, b"newer", NOW, published)
    assert door.receive(given, body).next is Next.RENEW
    late = NOW + timedelta(minutes=14)
    assert door.ingest.receive(given.ticket.encode(), door.body(1, policy=old.hash), late).refusal is None
    fresh = door.house.exchange(NOW + timedelta(minutes=16), given.ticket).ticket
    later = NOW + timedelta(minutes=16)
    assert door.ingest.receive(fresh.encode(), door.body(2, policy=old.hash), later).refusal is Refusal.STALE_POLICY


def test_a_journey_that_is_off_keeps_nothing(door: Door) -> None:
    receipt = door.receive(door.exchange(), door.body(0, journey="nobody"))
    assert receipt.refusal is Refusal.JOURNEY_OFF


def test_after_a_withdrawal_nothing_lands(door: Door) -> None:
    given = door.exchange()
    door.receive(given, door.body(0))
    door.ingest.withdraw(door.house.visit(), given.ticket, NOW + timedelta(seconds=1), erase=False)
    receipt = door.ingest.receive(given.ticket.encode(), door.body(1), NOW + timedelta(seconds=2))
    assert (receipt.refusal, receipt.next) == (Refusal.NO_CONSENT, Next.STOP)
    assert len(door.house.vault.whole(given.fields.recording)) == 1


def test_after_an_institution_took_its_yes_back_nothing_lands(door: Door) -> None:
    given, old = door.exchange(), door.policies.current(CHALKBOARD)
    assert old
    assert door.receive(given, door.body(0)).refusal is None
    nobody = compile_policy(replace(old.document, institutions=()), old.vocabulary, old.key)
    door.policies.publish(nobody, b"nobody", NOW, published)
    door.house.policies[CHALKBOARD] = nobody
    assert door.receive(given, door.body(1, policy=old.hash)).refusal is Refusal.NO_CONSENT
    assert len(door.house.vault.whole(given.fields.recording)) == 1


class Gate(Disk):
    """A disk that is slow when a test says so."""

    def __init__(self) -> None:
        self.is_reached, self.may_go_on = Event(), Event()

    def sync(self, descriptor: int) -> None:
        self.is_reached.set()
        assert self.may_go_on.wait(60)
        super().sync(descriptor)


def test_a_batch_that_waited_cannot_land_after_a_withdrawal(door: Door, tmp_path: Path) -> None:
    given, gate = door.exchange(), Gate()
    door.house.vault.journal = FileJournal(tmp_path / "slow", gate)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(door.receive, given, door.body(0))
        assert gate.is_reached.wait(60)
        second = pool.submit(door.receive, given, door.body(1))  # enforced, and waits for its turn to be written
        sleep(0.3)
        door.ingest.withdraw(door.house.visit(), given.ticket, NOW, erase=False)
        gate.may_go_on.set()
    assert first.result().refusal is None
    assert second.result().refusal is Refusal.NO_CONSENT
    assert [batch.number for batch in door.house.vault.whole(given.fields.recording)] == [0]


def test_without_consent_to_replay_only_heatmap_rows_are_kept(door: Door) -> None:
    consent = {"purposes": ["heatmap"], "notice": "n-1", "actor": "student", "at": int(NOW.timestamp()) - 10}
    given = door.house.exchange(consent=consent)
    assert door.receive(given, door.body()).refusal is None
    (batch,) = door.house.vault.whole(given.fields.recording)
    assert (batch.events, batch.interactions) == (b"[]", b"[]")
    door.ingest.roll(NOW)
    assert door.house.interactions.count(given.fields.recording, (NOW + timedelta(days=30)).date()) == 1


def test_a_shredded_recording_takes_nothing(door: Door) -> None:
    given = door.exchange()
    door.receive(given, door.body())
    door.house.vault.shred(given.fields.recording, NOW)
    assert door.receive(given, door.body(1)).refusal is Refusal.ERASED


def test_over_the_cap_a_sender_comes_again(door: Door) -> None:
    given = door.exchange()
    door.ingest.caps = Caps(most_at_once=0)
    with pytest.raises(Unavailable) as busy:
        door.receive(given, door.body())
    assert busy.value.code == "too_many_at_once"


def test_a_person_begins_at_most_so_many_recordings_an_hour() -> None:
    caps, hour = Caps(most_recordings=2), 3_600_000

    def ticket(name: str) -> TicketFields:
        fields = {"application": "a", "institution": "i", "visit": "v", "consent": "c", "purposes": [], "began": 0}
        return msgspec.convert(fields | {"recording": name, "iat": 0, "exp": 0, "crowd": 7}, TicketFields)

    for name in ("one", "two", "one", "two"):
        caps.admit(ticket(name), 0)
    with pytest.raises(Unavailable) as capped:
        caps.admit(ticket("three"), hour - 1)
    assert capped.value.code == "too_many_recordings"
    caps.admit(ticket("three"), hour)
    caps.forget_old(3 * hour)
    caps.admit(ticket("four"), 3 * hour)


def test_the_rules_are_sent_only_to_a_page_that_does_not_hold_them(door: Door) -> None:
    given = door.exchange()
    rules = door.ingest.rules(given.fields, None)
    assert rules
    assert door.ingest.rules(given.fields, json.loads(rules)["policy"]) is None
    assert JANE.encode() not in rules
