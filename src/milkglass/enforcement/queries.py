"""Queries: what of an address's query may stay: of a key that the policy names a number or an entry; all else goes."""

import re
from collections.abc import Callable, Collection
from urllib.parse import unquote_plus

_MOST_PAIRS = 100
_MOST_KEPT = 8
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")


def query_of(address: str, template: str) -> str:
    """Cut the query out of an address: a hash route has its own, behind its path."""
    before, _, fragment = address.partition("#")
    return (fragment if template.startswith("#") else before).partition("?")[2]


def kept_query(query: str, keys: Collection[str], entry: Callable[[str], str | None]) -> str:
    """Return what stays, with its question mark; empty if nothing does. `entry` gives a text's reference, or None."""
    kept: dict[str, str] = {}
    for pair in query.split("&")[:_MOST_PAIRS]:
        key, _, value = pair.partition("=")
        if key not in keys or key in kept or len(kept) == _MOST_KEPT:
            continue
        said = value if _NUMBER.fullmatch(value) else _entry(value, entry)
        if said is not None:
            kept[key] = said
    return "?" + "&".join(f"{key}={said}" for key, said in kept.items()) if kept else ""


def _entry(value: str, entry: Callable[[str], str | None]) -> str | None:
    if _BROKEN.search(value):
        return None
    try:
        return entry(unquote_plus(value, errors="strict"))
    except UnicodeError:
        return None
