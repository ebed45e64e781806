"""Challenges: what a passkey signs, once. In memory and bounded; a restart loses them, and one asks again."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from milkglass.errors import NotAllowed
from milkglass.wire.values import AccountId

LASTS = timedelta(minutes=5)
_BYTES = 32
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Challenges:
    """Those that were drawn and not yet answered: whose each is (None: of whoever logs in), and until when."""

    _open: dict[bytes, tuple[AccountId | None, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def draw(self, account: AccountId | None, now: datetime) -> bytes:
        """Draw one for an account, or for whoever logs in."""
        challenge = secrets.token_bytes(_BYTES)
        with self._lock:
            for old in [one for one, (_, until) in self._open.items() if until <= now]:
                del self._open[old]
            while len(self._open) >= _MOST:
                del self._open[next(iter(self._open))]
            self._open[challenge] = (account, now + LASTS)
        return challenge

    def take(self, challenge: bytes, account: AccountId | None, now: datetime) -> None:
        """Use one up. Raises NotAllowed if it was not drawn for this account, is over, or was used."""
        with self._lock:
            whose, until = self._open.pop(challenge, (None, now))
        if until <= now or whose != account:
            raise NotAllowed("this took longer than five minutes, or was answered before; try again", code="passkey")
