"""Cleaned CSS that was seen before: by the hash of its text, bounded by size, shared by all recordings.

A Cut holds the page's words in its places, so it lives in memory only and leaves it when newer sheets come.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from threading import Lock

from milkglass.enforcement.css import Css
from milkglass.enforcement.table import classes, css_rules
from milkglass.enforcement.writing import Cut

LONG = 8_000  # characters; parsing more holds every other batch up
_MOST_CHARACTERS = 16_000_000
_IN_ANY_PROCESS = frozenset({"sheet", "rule"})


class Cuts:
    """Css with a memory. Any number of threads may use it.

    `asked` and `found` count what was looked for.
    `elsewhere` cleans a long sheet or rule that was not seen before, by its kind and text; None cleans it here.
    """

    def __init__(self, css: Css, most: int = _MOST_CHARACTERS) -> None:
        self.css = css
        self.elsewhere: Callable[[str, str], Cut] | None = None
        self._most = most
        self._held: OrderedDict[bytes, tuple[int, Cut]] = OrderedDict()
        self._size = 0
        self._lock = Lock()
        self.asked = self.found = 0

    def cut(self, clean: Callable[[str], Cut], text: str) -> Cut:
        """Clean a text with one of Css's methods, or find it cleaned."""
        return self._find(clean.__name__, text, lambda: clean(text))

    def value(self, name: str, text: str) -> Cut:
        """Clean a property's value, or find it cleaned."""
        return self._find("value", f"{len(name)} {name}{text}", lambda: self.css.value_of(name, text))

    def _find(self, kind: str, text: str, clean: Callable[[], Cut]) -> Cut:
        key = blake2b(text.encode("utf-8", "replace"), digest_size=16, person=kind.encode()[:16]).digest()
        with self._lock:
            self.asked += 1
            held = self._held.get(key)
            if held is not None:
                self.found += 1
                self._held.move_to_end(key)
                return held[1]
        elsewhere = self.elsewhere
        try:
            is_long = len(text) > LONG and kind in _IN_ANY_PROCESS
            cut = elsewhere(kind, text) if elsewhere is not None and is_long else clean()
        except RecursionError:  # brackets in brackets without end
            cut = Cut(gone=1)
        with self._lock:
            self._hold(key, len(text) + 100, cut)
        return cut

    def _hold(self, key: bytes, size: int, cut: Cut) -> None:
        if key in self._held or size > self._most:
            return
        self._held[key] = (size, cut)
        self._size += size
        while self._size > self._most:
            self._size -= self._held.popitem(last=False)[1][0]


@cache
def cuts() -> Cuts:
    """The memory of this process."""
    return Cuts(Css(classes(), css_rules()))
