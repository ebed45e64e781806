"""Protection: the headers of every page, and which requests another site may not make.

Source: docs/console.md, "What a page may load"; W3C CSP 3; Fetch Metadata.
"""

import secrets
from collections.abc import Mapping
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from milkglass.errors import NotAllowed

_SAFE = frozenset({"GET", "HEAD"})
_PAGE = (
    "default-src 'self'; script-src 'nonce-{nonce}'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# A recording is somebody else's page: nothing of it may run, and nothing may be fetched for it.
_PLAYER = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "connect-src 'self'; frame-src 'none'; child-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS: Mapping[str, str] = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), "
        "payment=(), usb=()"
    ),
}


class Csp(StrEnum):
    """Which content security policy a page has."""

    PAGE = "page"  # text and forms
    PLAYER = "player"  # shows a recording
    STAGE = "stage"  # shows a wireframe, and has forms of its own
    NONE = "none"  # no page at all: JSON, CSV


_POLICIES: Mapping[Csp, str] = {
    Csp.PAGE: _PAGE,
    Csp.PLAYER: _PLAYER,
    Csp.STAGE: _PLAYER.replace("form-action 'none'", "form-action 'self'"),
    Csp.NONE: "default-src 'none'; frame-ancestors 'none'",
}


def draw_nonce() -> str:
    """Draw the number that this answer's own scripts carry."""
    return secrets.token_urlsafe(18)


def protect(answer: Response, csp: Csp, nonce: str = "") -> Response:
    """Set the headers that every answer of the console has; a header that the answer has already stays."""
    policy = _POLICIES[csp].format(nonce=nonce)
    for name, value in {**_HEADERS, "Content-Security-Policy": policy}.items():
        answer.headers.setdefault(name, value)
    return answer


def refuse_other_sites(request: Request) -> None:
    """Raise NotAllowed for an act that another site's page sends.

    A browser without Fetch Metadata sends `Origin` with each POST; a program that sends neither has no cookie to abuse.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin = request.headers.get("origin")
        is_own = origin is None or origin.partition("://")[2] == request.headers.get("host")
    else:
        is_own = site in ("same-origin", "none")
    if not is_own:
        raise NotAllowed("this act must come from the console's own page; open it there", code="other_site")
