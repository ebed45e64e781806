"""Memory: consents read lately, since every batch asks for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from milkglass.consent.values import Checked, Who
from milkglass.wire.values import ConsentId, Purpose

_MOST_KNOWN = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A consent as the rows tell it, but for the moment and the institution's yes."""

    who: Who
    purposes: frozenset[Purpose]
    notice: str
    actor: str
    agreed_at: int
    expires_at: int
    is_over: bool


@dataclass(slots=True)
class Memory:
    """Consents read lately, since every batch asks. One process writes them, and forgets a person's at each change."""

    generation: int = 0
    checked: Checked | None = None
    _changing: int = 0  # changes under way; nothing is kept meanwhile
    _known: dict[ConsentId, Held] = field(default_factory=dict)
    _of: dict[Who, set[ConsentId]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, consent_id: ConsentId) -> Held | None:
        """Return what is remembered of a consent; None makes the caller read the rows."""
        return self._known.get(consent_id)

    def keep(self, generation: int, consent_id: ConsentId, held: Held) -> None:
        """Keep what was read, unless something changed since the reading began."""
        with self._lock:
            if generation != self.generation or self._changing:
                return
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
                self._of.clear()
            self._known[consent_id] = held
            self._of.setdefault(held.who, set()).add(consent_id)

    @contextmanager
    def change(self, who: Who) -> Iterator[None]:
        """Forget a person for the length of a change, so that it counts from its own commit on and not a bit later.

        Also if it fails: it may be durable all the same.
        """
        self._forget(who, 1)
        try:
            yield
        finally:
            self._forget(who, -1)

    def _forget(self, who: Who, changes: int) -> None:
        with self._lock:
            self.generation += 1
            self._changing += changes
            for consent_id in self._of.pop(who, ()):
                del self._known[consent_id]
