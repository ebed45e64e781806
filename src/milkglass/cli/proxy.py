"""Proxy: what a reverse proxy between browsers and this server changes that it must not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10.0
LARGE_BYTES = 1_047_000  # just below the limit of a batch


def differences(url: str) -> Iterator[str]:
    """Ask for the public address of a server; yield what differs from what it must be, with the remedy.

    Only the operator's own address is asked, with a body of blanks.
    """
    try:
        with urlopen(f"{url}/healthz", timeout=SECONDS) as answer:  # noqa: S310 - settings allow http and https alone
            final, body = answer.geturl(), answer.read(1_000)
    except HTTPError as error:
        yield f"{url} answers {error.code}; pass requests on to this server (docs/recipes.md)"
        return
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        yield f"{url} does not answer ({type(reason).__name__}); start the server, or mend name, certificate or proxy"
        return
    try:
        told = json.loads(body)
    except ValueError:
        told = {}
    if told.get("status") != "alive":
        yield f"another server answers at {url}; pass requests on to this one"
        return
    public, came = urlsplit(url), urlsplit(final)
    if (public.scheme, public.netloc) != (came.scheme, came.netloc):
        yield f"{url} leads to {came.scheme}://{came.netloc}; set `public_url` to that"
    if not told.get("is_public_host"):
        yield f"Host does not arrive as {public.netloc}; pass it on (nginx: proxy_set_header Host $http_host)"
    status = _posted(url)
    if status != 401:  # noqa: PLR2004 - what a body without a ticket is answered
        yield f"a body of 1 MB is answered {status or 'not at all'}; let 2 MB through (nginx: client_max_body_size 2m)"


def _posted(url: str) -> int:
    asked = Request(f"{url}/v1/batches", data=b" " * LARGE_BYTES, headers={"Content-Type": "text/plain"})  # noqa: S310
    try:
        with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0
