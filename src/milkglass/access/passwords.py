"""Passwords: argon2id, two at a time. A hash takes 64 MiB and a quarter of a second: few wait, the rest is refused.

Source: RFC 9106 (argon2id, the low-memory choice).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from milkglass.access.pace import TooMany
from milkglass.errors import Invalid

SHORTEST = 12
LONGEST = 256
_AT_ONCE = 2
# Each that waits holds a thread of the server: beyond these a flood is turned away at once.
_MOST_WAITING = 8
_SLOT_WAIT_S = 5.0
# RFC 9106, second recommended choice: 64 MiB, three passes.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# A hash of the right shape and cost that no password opens.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bWlsa2dsYXNzbWlsa2dsYQ$" + "A" * 43


@dataclass(frozen=True, slots=True)
class Passwords:
    """The pool."""

    _slots: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE + _MOST_WAITING))

    def hash(self, password: str) -> str:
        """Hash a password. Raises Invalid for one that is too short or too long, TooMany."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise Invalid(f"a password has {SHORTEST} to {LONGEST} letters")
        with self._slot():
            return _HASHER.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        """Say whether it is the password. Raises TooMany."""
        if len(password) > LONGEST:
            return False
        with self._slot():
            try:
                return _HASHER.verify(hashed, password)
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise TooMany("too many logins at once; wait a minute")
        try:
            if not self._slots.acquire(timeout=_SLOT_WAIT_S):
                raise TooMany("too many logins at once; wait a minute")
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._places.release()
