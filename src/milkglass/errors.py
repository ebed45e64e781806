"""Errors: five kinds, mapped once by the web and once by the command line.

A message says what, where and what to do. It never holds text from a page, a query of an address or anything that a
person typed.
"""


class MilkglassError(Exception):
    """What every error of ours is; `code` is stable and documented, the message is for a person."""

    code = "internal"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class Invalid(MilkglassError):
    """What came in is not of the form it must have."""

    code = "invalid"


class NotAllowed(MilkglassError):
    """The caller may not do this; the message names the rule and what would have to change."""

    code = "not_allowed"


class NotFound(MilkglassError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"


class Conflict(MilkglassError):
    """A precondition no longer holds: somebody else changed it first."""

    code = "conflict"


class Unavailable(MilkglassError):
    """A store, the log or the disk cannot take it now; the caller keeps what it has and tries again."""

    code = "unavailable"


class TooLarge(Invalid):
    """What came in is over a limit of size, number or depth."""

    code = "too_large"
