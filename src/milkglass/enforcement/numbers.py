"""NUMBER and its kinds: finite, clamped, on a grid. What is beyond 2^53 is no number of ours and is left out (None).

Source: spec/classes.json; spec/README.md.
"""

import re
from math import floor

from milkglass.wire.nodes import Number

_BEYOND = 2**53
_FAR = 1_000_000
_ATTRIBUTE = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(px|%|em|rem|vw|vh)?")
# Possessive, so that a long string that is no path after all is refused in one pass.
_NUMBER = r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,2}+)?+"
_LIST = re.compile(rf"[ ,]*+(?:{_NUMBER}(?:px|%|em|rem)?+[ ,]*+)*+")
_PATH = re.compile(rf"(?:[MmLlHhVvCcSsQqTtAa][ ,]*+(?:{_NUMBER}[ ,]*+)++|[Zz][ ,]*+(?![Zz]))*+")
_TRANSFORM = re.compile(
    r"(?:(?:matrix|translate|translateX|translateY|scale|scaleX|scaleY|rotate|skewX|skewY)"
    rf"\([ ,]*+(?:{_NUMBER}(?:deg|rad|turn|px|%)?+[ ,]*+)++\)[ ,]*+)*+"
)
_FORMS = {"d": _PATH, "transform": _TRANSFORM, "gradienttransform": _TRANSFORM, "patterntransform": _TRANSFORM}
_SPACES = re.compile(r"[\t\n\f\r ]+")
_LONG_DECIMALS = re.compile(r"(\.[0-9]{4})[0-9]+")
_LONG_DIGITS = re.compile(r"(?<![0-9.])[0-9]{7}")


def _within(number: Number, step: int, least: int, most: int) -> int | None:
    if not -_BEYOND < number < _BEYOND:
        return None
    return min(max(floor(number) // step * step, least), most)


def grid(number: Number) -> int | None:
    """A coordinate on the 4 px grid."""
    return _within(number, 4, -_FAR, _FAR)


def size(number: Number) -> int | None:
    """A viewport's length in whole px, not negative: a coarser one would lay the page out anew."""
    return _within(number, 1, 0, 100_000)


def offset(number: Number) -> int | None:
    """Signed ms beside an event, 50 ms steps, within a minute."""
    return _within(number, 50, -60_000, 60_000)


def duration(number: Number) -> int | None:
    """Ms in 50 ms steps, at most ten minutes."""
    return _within(number, 50, 0, 600_000)


def milli(number: Number) -> int | None:
    """Thousandths of an em, at most ten em."""
    return _within(number, 1, 0, 10_000)


def index(number: int) -> int | None:
    """A place in a list."""
    return number if 0 <= number <= _FAR else None


def node_id(number: int) -> int | None:
    """A node's id; -1 stands for none."""
    return number if -1 <= number < 2**31 else None


def two_decimals(number: Number) -> Number | None:
    """A measure with two decimals."""
    if not -_BEYOND < number < _BEYOND:
        return None
    return floor(min(max(number, -_FAR), _FAR) * 100 + 0.5) / 100


def fraction(number: Number) -> float | None:
    """0 … 1 in steps of 1/256."""
    if not -_BEYOND < number < _BEYOND:
        return None
    return floor(min(max(number, 0), 1) * 256) / 256


def shortest(number: float) -> str:
    """Spell a number of at most four decimals, for which `repr` has no exponent, without needless zeros."""
    return repr(int(number)) if number == int(number) else repr(number)


def attribute(said: str | float) -> Number | str | None:
    """A NUMBER attribute: a number, or digits with a unit; None for anything else."""
    if not isinstance(said, str):
        return None if isinstance(said, bool) else two_decimals(said)
    found = _ATTRIBUTE.fullmatch(said)
    number = two_decimals(float(found[1])) if found else None
    return None if found is None or number is None else shortest(number) + (found[2] or "")


def geometry(name: str, said: str) -> str | None:
    """A path, a transform or a list of numbers, by the attribute's name in lower case.

    None for anything else, or for a number of more than six digits.
    """
    plain = _SPACES.sub(" ", said).strip(" ")
    if _FORMS.get(name, _LIST).fullmatch(plain) is None or _LONG_DIGITS.search(plain):
        return None
    return _LONG_DECIMALS.sub(r"\1", plain)
