"""Problems: errors as HTTP tells them, mapped once for pages and for the recorder.

Source: RFC 9457 (problem details). What came in is never repeated in an answer.
"""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from milkglass.access.pace import TooMany
from milkglass.errors import Conflict, Invalid, MilkglassError, NotAllowed, NotFound, TooLarge, Unavailable
from milkglass.wire.values import Next

# The most special kind first: the first that fits gives the status.
_STATUSES: tuple[tuple[type[MilkglassError], int], ...] = (
    (TooLarge, 413),
    (TooMany, 429),
    (Invalid, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
)
# Two refusals of one kind that a recorder tells apart by their status.
_CODES: Mapping[str, int] = {"disk_full": 507, "too_many_at_once": 429, "too_many_recordings": 429}
_TITLES: Mapping[int, str] = {
    400: "Not of the form it must have",
    401: "Not known",
    403: "Not allowed",
    404: "Not found",
    405: "Not done this way",
    408: "Too slow",
    409: "Somebody was first",
    412: "The rules changed",
    413: "Too large",
    429: "Too often",
    503: "Not possible right now",
    507: "The disk is full",
}


def status_of(error: MilkglassError) -> int:
    """Return the HTTP status of an error; 500 for a kind that nobody listed."""
    if error.code in _CODES:
        return _CODES[error.code]
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def title_of(status: int) -> str:
    """Return a status in words."""
    return _TITLES.get(status, "Something broke")


def problem(status: int, code: str, detail: str, following: Next | None = None) -> Response:
    """Return an error for a program: `code` is stable, `detail` says what to do, `following` orders the recorder."""
    body = {"type": "about:blank", "title": title_of(status), "status": status, "code": code, "detail": detail}
    if following is not None:
        body["next"] = following.value
    answer = Response(msgspec.json.encode(body), status, media_type="application/problem+json")
    if status in (429, 503, 507):
        answer.headers["Retry-After"] = "5"
    return answer
