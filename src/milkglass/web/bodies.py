"""Bodies: reading what is sent within limits of size, time and pace.

Source: OWASP on slow HTTP attacks; docs/architecture.md section 3.
"""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from milkglass.errors import Invalid, TooLarge, Unavailable

MOST_BYTES = 1024 * 1024
MOST_SECONDS = 10.0
FREE_SECONDS = 2.0
LEAST_BYTES_A_SECOND = 1024
MOST_FORM_BYTES = 16 * 1024
_MOST_FIELDS = 40


class TooSlow(Unavailable):
    """The body came slower than it may: the sender tries again."""

    code = "too_slow"


async def read_body(request: Request, most: int = MOST_BYTES) -> bytes:
    """Read a whole body. Raises TooLarge, TooSlow, Invalid if the sender went away."""
    said = request.headers.get("content-length", "0")
    if said.isdecimal() and int(said) > most:
        raise TooLarge(f"a body has at most {most} bytes")
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await _paced(request, most)
    except TimeoutError:
        raise TooSlow(f"a body comes within {MOST_SECONDS:.0f} seconds") from None
    except ClientDisconnect:
        raise Invalid("the sender went away") from None


async def _paced(request: Request, most: int) -> bytes:
    clock = asyncio.get_running_loop().time
    began, body = clock(), bytearray()
    stream = aiter(request.stream())
    while True:
        # A body that keeps the pace has this long until the next piece must be there.
        allowed = FREE_SECONDS + len(body) / LEAST_BYTES_A_SECOND - (clock() - began)
        try:
            piece = await asyncio.wait_for(anext(stream), max(allowed, 0.0))
        except StopAsyncIteration:
            return bytes(body)
        body += piece
        if len(body) > most:
            raise TooLarge(f"a body has at most {most} bytes")


async def read_form(request: Request, most: int = MOST_FORM_BYTES) -> Mapping[str, str]:
    """Read a form as browsers send it; of two fields of one name the last counts. Raises Invalid, TooLarge, TooSlow."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    body = await read_body(request, most)
    if kind != "application/x-www-form-urlencoded":
        if body:
            raise Invalid("this address takes a form")
        return {}
    try:
        return dict(
            parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, strict_parsing=bool(body)
            )
        )
    except ValueError:
        raise Invalid("the form is not of the shape that browsers send") from None
