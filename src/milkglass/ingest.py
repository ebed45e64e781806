"""Ingest: the way in. A batch is checked, enforced and durable before anybody hears yes; then the roll lays it down.

Every refusal is a value, counted by its reason; every string that the browser should have masked and did not is counted
by its path. Nothing that came in is ever part of an answer.

Source: docs/architecture.md sections 1 and 3; docs/storage.md.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import Lock

import msgspec

from milkglass.consent.consents import Consents
from milkglass.consent.values import Signal
from milkglass.database.moments import from_ms, to_ms
from milkglass.enforcement.enforce import enforce
from milkglass.enforcement.redacted import RedactedBatch, Standing
from milkglass.errors import Conflict, Invalid, TooLarge, Unavailable
from milkglass.install import BATCH, Install
from milkglass.institutions import Stops
from milkglass.interactions.store import InteractionStore
from milkglass.masking.masking import Masking
from milkglass.policy.capture import capture_rules
from milkglass.policy.compile import CompiledPolicy, Words
from milkglass.policy.running import Named, Running
from milkglass.policy.store import Policies
from milkglass.tickets.tickets import Exchange, Tickets
from milkglass.vault.values import Gone, Stored
from milkglass.vault.vault import Vault
from milkglass.vocabulary.store import Vocabulary
from milkglass.wire.decode import Batch, decode
from milkglass.wire.values import ApplicationId, Next, PolicyHash, Receipt, Refusal, TicketFields

LONGEST = timedelta(hours=4, minutes=1)  # a recording, and a minute for its last batch
_HOUR_MS = 3_600_000
_MOST_VERSIONS = 32


@dataclass(slots=True)
class Counts:
    """What came in since the start; counts and paths only. Read it, do not write it."""

    batches: int = 0
    repeated: int = 0
    byte_count: int = 0
    events: int = 0
    bypassed: Counter[str] = field(default_factory=Counter)  # by path: arrived plain, so the browser's mask missed it
    masked: Counter[str] = field(default_factory=Counter)  # by string class: masked here
    dropped: Counter[str] = field(default_factory=Counter)  # by path: not in the class table
    _lock: Lock = field(default_factory=Lock)

    def keep(self, batch: RedactedBatch, stored: Stored, body_bytes: int) -> None:
        """Count a kept batch."""
        with self._lock:
            if stored is Stored.DUPLICATE:
                self.repeated += 1
                return
            self.batches += 1
            self.byte_count += body_bytes
            self.events += batch.event_count
            self.bypassed.update(batch.remarks.bypassed)
            self.dropped.update(batch.remarks.dropped)
            for (string_class, _route), count in batch.remarks.masked.items():
                self.masked[string_class] += count


@dataclass(slots=True)
class Caps:
    """How much at once, and how many recordings of one person in an hour. Both answer with "later", never with "no"."""

    most_at_once: int = 64  # for each application and institution; never for an address, a district sits behind one
    most_recordings: int = 60
    _running: Counter[tuple[str, str]] = field(default_factory=Counter)
    _begun: dict[int, dict[str, int]] = field(default_factory=dict)  # by person, each recording's first moment
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def turn(self, ticket: TicketFields) -> Iterator[None]:
        """Hold one of the places. Raises Unavailable (`too_many_at_once`)."""
        place = (ticket.application, ticket.institution)
        with self._lock:
            if self._running[place] >= self.most_at_once:
                raise Unavailable("too many batches at once; send it again", code="too_many_at_once")
            self._running[place] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[place] -= 1
                if not self._running[place]:
                    del self._running[place]

    def admit(self, ticket: TicketFields, now_ms: int) -> None:
        """Count a recording's first batch. Raises Unavailable (`too_many_recordings`) over the cap of an hour."""
        with self._lock:
            begun = self._begun.setdefault(ticket.crowd, {})
            if ticket.recording in begun:
                return
            for old in [recording for recording, at in begun.items() if at <= now_ms - _HOUR_MS]:
                del begun[old]
            if len(begun) >= self.most_recordings:
                raise Unavailable("too many recordings of one person in an hour", code="too_many_recordings")
            begun[ticket.recording] = now_ms

    def forget_old(self, now_ms: int) -> None:
        """Drop the people who began nothing for an hour."""
        with self._lock:
            late = now_ms - _HOUR_MS
            for crowd in [crowd for crowd, begun in self._begun.items() if all(at <= late for at in begun.values())]:
                del self._begun[crowd]


@dataclass(slots=True, kw_only=True)
class Ingest:
    """The room. Thread-safe; it keeps nothing between batches but counts."""

    tickets: Tickets
    consents: Consents
    policies: Policies
    vocabulary: Vocabulary
    vault: Vault
    interactions: InteractionStore
    masking: Masking
    counts: Counts = field(default_factory=Counts)
    running: Running = field(default_factory=Running)
    caps: Caps = field(default_factory=Caps)
    _words: dict[tuple[PolicyHash, int], Words] = field(default_factory=dict)

    @property
    def install(self) -> Install:
        """What counts refusals."""
        return self.tickets.install

    @property
    def stops(self) -> Stops:
        """What was stopped."""
        return self.consents.institutions.stops

    def receive(self, head: bytes, body: bytes, now: datetime) -> Receipt:
        """Take one batch to durable storage. Sending it again is safe.

        Args:
            head: the recording ticket.
            body: the batch, packed or plain.
            now: when it came.
        Raises: BadTicket (401) before anything is unpacked; Invalid (400); Unavailable, whose code is `disk_full`,
            `too_many_at_once`, `too_many_recordings` or `unavailable`: the sender keeps the batch and comes again.
        """
        ticket = self.tickets.check(head, now)
        try:
            with self.caps.turn(ticket):
                self.caps.admit(ticket, to_ms(now))
                receipt = self._receive(ticket, body, now)
        except (Invalid, Unavailable) as error:
            self.install.refuse(ticket.application, error.code, now)
            raise
        if receipt.refusal:
            self.install.refuse(ticket.application, receipt.refusal, now)
        return receipt

    def exchange(
        self, visit_token: str, old_ticket: str | None, release: str, now: datetime, signal: Signal | None = None
    ) -> Exchange | Refusal:
        """Give a recording ticket for a visit token. Raises BadVisitToken (401)."""
        return self.tickets.exchange(visit_token, old_ticket, release, now, signal)

    def rules(self, ticket: TicketFields, held: str | None) -> bytes | None:
        """Return the capture rules for a ticket as JSON; None if the page holds the current ones (by hash)."""
        policy = self.policies.current(ticket.application)
        if policy is None or policy.hash == held:
            return None
        return capture_rules(policy, ticket.institution, ticket.purposes)

    def withdraw(self, visit_token: str, ticket: str | None, now: datetime, *, erase: bool) -> None:
        """Take consent back: from this commit on no batch lands. Raises BadVisitToken (401)."""
        self.tickets.withdraw(visit_token, ticket, now, erase=erase)

    def roll(self, now: datetime) -> int:
        """Lay the journal into segments and rows, and sort the days that are over; return how many batches.

        Safe at any time, also after a crash at any point of an earlier roll.
        """
        count = self.vault.roll(now)
        self.interactions.settle(now.astimezone(UTC).date())
        self.caps.forget_old(to_ms(now))
        self.masking.flush()
        self.install.flush(now)
        return count

    def _receive(self, ticket: TicketFields, body: bytes, now: datetime) -> Receipt:
        refusal = self._refused_early(ticket, now)
        if refusal:
            return Receipt(refusal=refusal, next=refusal.next)
        try:
            batch = decode(body)
        except TooLarge:
            return Receipt(refusal=Refusal.TOO_LARGE, next=Refusal.TOO_LARGE.next)
        try:
            redacted = self._enforce(batch, ticket, now)
        except Gone:  # shredded since the first look
            redacted = Refusal.ERASED
        if isinstance(redacted, Refusal):
            return Receipt(number=batch.number, refusal=redacted, next=redacted.next)
        return self._keep(redacted, batch, now, len(body))

    def _refused_early(self, ticket: TicketFields, now: datetime) -> Refusal | None:
        if self.vault.is_gone(ticket.recording):
            return Refusal.ERASED
        if self.stops.holds(ticket.application, ticket.institution):
            return Refusal.STOPPED
        if now - from_ms(ticket.began) > LONGEST:
            return Refusal.ENDED
        return None

    def _enforce(self, batch: Batch, ticket: TicketFields, now: datetime) -> RedactedBatch | Refusal:
        # A page may name anything: what is no policy's hash is counted, and never kept or shown.
        named = batch.policy if self.policies.knows(batch.policy, ticket.application) else ""
        self.running.see(Named(ticket.application, named, ticket.release), now)
        policy = self.policies.standing(batch.policy, ticket.application, now)
        words = self._words_of(batch, ticket.application, policy) if policy else None
        if policy is None or words is None:
            return Refusal.STALE_POLICY
        purposes = self.consents.standing(ticket.consent, now) & frozenset(ticket.purposes)
        if not purposes:
            return Refusal.NO_CONSENT
        standing = Standing(
            ticket=msgspec.structs.replace(ticket, purposes=tuple(sorted(purposes))),
            now_ms=to_ms(now),
            recording_key=self.vault.token_key(ticket, purge_day(ticket, policy)),
            words=words,
        )
        return enforce(batch, policy, standing)

    def _words_of(self, batch: Batch, application: ApplicationId, policy: CompiledPolicy) -> Words | None:
        """Find the vocabulary that a batch names; None if there is no such version.

        An older one is remembered under the policy that stands, so that an entry withdrawn since is in none.
        """
        if batch.vocabulary == policy.vocabulary.version:
            return policy.vocabulary
        current = self.policies.current(application)
        name = (current.hash if current else policy.hash, batch.vocabulary)
        if name not in self._words:
            found = self.vocabulary.words(application, batch.vocabulary)
            if found is None:
                return None
            if len(self._words) >= _MOST_VERSIONS:
                self._words.clear()
            self._words[name] = found
        return self._words.get(name)

    def _keep(self, redacted: RedactedBatch, batch: Batch, now: datetime, body_bytes: int) -> Receipt:
        ticket = redacted.ticket
        current = self.policies.current(ticket.application)
        day = purge_day(ticket, current) if current else now.date()
        rows_day = heatmap_day(ticket, current) if current else now.date()
        try:
            stored = self.vault.append(redacted, day, now, lambda: self._still_stands(redacted, now), rows_day)
        except Gone:
            refusal = self._refused_early(ticket, now) or Refusal.NO_CONSENT
            return Receipt(number=batch.number, refusal=refusal, next=refusal.next)
        except Conflict:
            return Receipt(number=batch.number, refusal=Refusal.NUMBER_TAKEN, next=Refusal.NUMBER_TAKEN.next)
        self.counts.keep(redacted, stored, body_bytes)
        if stored is not Stored.DUPLICATE:
            self.masking.count(redacted, now)
            self.install.take(ticket.application, BATCH, now)
            # Places are counted under the policy that the page masked by; an older one's rules may be others.
            if current is not None and batch.policy == current.hash:
                self.masking.match(current, batch.excluded, now)
        is_old = current is None or batch.policy != current.hash
        dropped = redacted.remarks.dropped.total()
        return Receipt(number=batch.number, next=Next.RENEW if is_old else None, dropped=dropped)

    def _still_stands(self, redacted: RedactedBatch, now: datetime) -> bool:
        """Ask once more at the moment of writing: all that the batch was enforced for must hold still."""
        ticket = redacted.ticket
        is_stopped = self.stops.holds(ticket.application, ticket.institution)
        return not is_stopped and self.consents.standing(ticket.consent, now) >= frozenset(ticket.purposes)


def purge_day(ticket: TicketFields, policy: CompiledPolicy) -> date:
    """Return the day on which a recording is purged: at most as long after it began as policy and institution allow."""
    return (from_ms(ticket.began) + timedelta(days=policy.kept_days(ticket.institution, ticket.purposes))).date()


def heatmap_day(ticket: TicketFields, policy: CompiledPolicy) -> date:
    """Return the day on which a recording's heatmap rows go: its purge day, or before."""
    return (from_ms(ticket.began) + timedelta(days=policy.heatmap_days(ticket.institution, ticket.purposes))).date()
