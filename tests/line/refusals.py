"""What an error looks like whole, and tokens that are written by hand."""

from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

WITNESS = "Qwitnessed"  # put into everything that is sent; no answer may hold it
PROBLEM = "application/problem+json"


def is_refused(answer: httpx.Response, status: int, code: str, following: str | None) -> None:
    """Check an error whole: status, form, code, what to do next, and that nothing of the input is in it."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    told = answer.json()
    assert (told["status"], told["code"], told.get("next")) == (status, code, following)
    assert set(told) <= {"type", "title", "status", "code", "detail", "next"}
    holds_nothing(answer)


def holds_nothing(answer: httpx.Response) -> None:
    assert WITNESS not in answer.text
    assert WITNESS not in str(answer.headers)
    assert "Traceback" not in answer.text


def part(said_: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said_).encode()).rstrip(b"=").decode()


def forged(header: object, claims: object, secret: bytes, digest: str = "sha256") -> str:
    """Write a token by hand, as somebody would who knows only part of what it takes."""
    head = f"{part(header)}.{part(claims)}"
    signed = base64.urlsafe_b64encode(hmac.digest(secret, head.encode(), digest)).rstrip(b"=").decode()
    return f"{head}.{signed}"
