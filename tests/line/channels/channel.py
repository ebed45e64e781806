"""A channel: one place of a page that can hold a name, and the script that puts one there.

In a script `V` is the channel's canary, `D` its canary of digits, `box` an element of its own in the page's body. `html(text)` fills
the box, `make(tag)` puts an element into it, `later(act)` acts after the recorder has seen what was there before.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

PRELUDE = """
const html = (text) => { box.innerHTML = text; return box.firstElementChild; };
const make = (tag) => { const one = document.createElement(tag); box.append(one); return one; };
const later = (act) => setTimeout(act, 300);
const root = (mode = 'open') => make('div').attachShadow({ mode });
const style = (text) => { const one = make('style'); one.textContent = text; return one; };
const typed = (field) => { for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true })); };
"""


class Channel(NamedTuple):
    """`case` is the leak case that it shows (docs/leaks.md lists them), 0 for what belongs to none."""

    case: int
    name: str
    js: str

    @property
    def canary(self) -> str:
        """The planted name: letters only, as names are, and no word of any page."""
        digest = hashlib.sha256(self.name.encode()).digest()
        return "Q" + "".join("bcdfghjklmnpqrstvwxz"[byte % 20] for byte in digest[:11])

    @property
    def digits(self) -> str:
        """The planted number, for places that take no letters: eleven digits, as of a pupil's number."""
        return str(10**10 + int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:8], "big") % (9 * 10**10))

    @property
    def planted(self) -> str:
        """What to search for."""
        return self.digits if re.search(r"\bD\b", self.js) else self.canary

    @property
    def script(self) -> str:
        """The script, closed in itself; a plant that a browser refuses is told by name, not hidden."""
        return (
            f"try {{ const V = {self.canary!r}, D = {self.digits!r}; const box = document.createElement('div');"
            f" document.body.append(box); {PRELUDE} (() => {{ {self.js} }})() }}"
            f" catch (e) {{ failed.push({self.name!r} + ': ' + e.message) }}"
        )


def script(channels: tuple[Channel, ...]) -> str:
    """Return one script that plants all and answers with what the browser refused."""
    parts = "\n".join(one.script for one in channels)
    return f"(() => {{ const failed = []; {parts}\nreturn failed }})()"
