"""Signing: HMAC-SHA256 over text parts, in the two shapes that tickets have.

One algorithm, fixed in code: nothing that comes in can name another.

Source: RFC 2104; RFC 4648 section 5, without padding.
"""

import hmac
from base64 import urlsafe_b64encode
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Iterable
from hashlib import sha256


def packed(raw: bytes) -> str:
    """Spell bytes in URL-safe base 64 without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unpacked(text: str) -> bytes | None:
    """Read what `packed` wrote; None for anything else, also for a second spelling of the same bytes."""
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    try:
        raw = a2b_base64(padded.encode("ascii"), strict_mode=True)
    except (NotBase64, UnicodeEncodeError):
        return None
    return raw if packed(raw) == text else None


def signature(key: bytes, said: str) -> str:
    """Sign a text."""
    return packed(hmac.digest(key, said.encode("ascii"), sha256))


def is_signed(keys: Iterable[bytes], said: str, signed: str) -> bool:
    """Tell whether one of the keys signed this text; takes the same time wherever it differs."""
    raw = unpacked(signed)
    if raw is None or not said.isascii():
        return False
    # Every key is tried, so that the time does not tell which one it was.
    tries = [hmac.compare_digest(hmac.digest(key, said.encode("ascii"), sha256), raw) for key in keys]
    return any(tries)
