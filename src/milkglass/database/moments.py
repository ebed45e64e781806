"""Moments and ids: how a time stands in a table, and how a new id is drawn."""

import secrets
from datetime import UTC, datetime, timedelta

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LETTERS = 26


def to_ms(at: datetime) -> int:
    """Return whole milliseconds since the epoch; `at` must be aware."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """Return the aware UTC moment of `to_ms`."""
    return _EPOCH + timedelta(milliseconds=ms)


def spell(value: int, letters: int = _LETTERS) -> str:
    """Spell a number in lower-case Crockford base 32, padded to `letters`."""
    return "".join(CROCKFORD[(value >> (5 * place)) & 31] for place in reversed(range(letters)))


def unspell(letters: str) -> int:
    """Return the number that `spell` wrote, in letters of either case."""
    value = 0
    for letter in letters.lower():
        value = value << 5 | CROCKFORD.index(letter)
    return value


def random_id() -> str:
    """Draw an id of 16 random bytes, 26 lower-case letters."""
    return spell(secrets.randbits(128))


def ulid(now: datetime, after: str | None = None) -> str:
    """Draw a ULID: 48 bits of milliseconds, 80 random bits, 26 upper-case letters that sort by time.

    Of the millisecond of `after`, an earlier ULID, it sorts behind that one.
    """
    value = (to_ms(now) << 80) | secrets.randbits(80)
    next_one = 0 if after is None else unspell(after) + 1
    return spell(max(value, next_one) if next_one >> 80 == value >> 80 else value).upper()
