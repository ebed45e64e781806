"""TOTP: the six digits that an authenticator app shows, and which of them may be taken. Pure.

Source: RFC 6238 with RFC 4226's truncation: HMAC-SHA-1, steps of 30 seconds, six digits, as every app does it.
"""

import hmac
import re
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

from milkglass.database.moments import to_ms

STEP_MS = 30_000
SECRET_BYTES = 20
_DIGITS = 6
# A clock may be wrong by one step either way.
_NEAR = (0, -1, 1)


def code_at(secret: bytes, step: int) -> str:
    """Return the digits of a step.

    >>> code_at(b"12345678901234567890", 1), code_at(b"12345678901234567890", 37037036)
    ('287082', '081804')
    """
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def matching_step(secret: bytes, said: str, now: datetime, used_step: int) -> int | None:
    """Return the step whose digits these are, later than the last one taken; None if there is none."""
    digits = "".join(said.split())
    if re.fullmatch(r"[0-9]{6}", digits) is None:
        return None
    present = to_ms(now) // STEP_MS
    later = (present + near for near in _NEAR if present + near > used_step)
    return next((step for step in later if hmac.compare_digest(code_at(secret, step), digits)), None)


def spelled(secret: bytes) -> str:
    """Return a secret as a person types it: base 32 in groups of four.

    >>> spelled(b"12345678901234567890")
    'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'
    """
    text = b32encode(secret).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, issuer: str, name: str) -> str:
    """Return the `otpauth` address that opens an app on the same device."""
    asked = urlencode({"secret": b32encode(secret).decode("ascii"), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?{asked}"
