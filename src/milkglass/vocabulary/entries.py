"""Entries and candidates: what a person reviewed, and what waits for a person.

An entry's number is given once and stands for it in every recording. A text is spelt as it is looked up: NFC, one
space, `#` for digits. A sheet or an asset is named by the SHA-256 of its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from milkglass.enforcement.text import normalise

if TYPE_CHECKING:
    from datetime import datetime

TEXT, NAME, SHEET, ASSET = "t", "n", "s", "a"
LONGEST_TEXT = 500
# A class, id, attribute, custom property or word of an attribute's value. Utility classes hold `[&>svg]:p-2` and
# quotes: rendering escapes a name for where it stands.
NAME_FORM = re.compile("[^\\s\0-\x1f\x7f▇\U0010fffc\U0010fffd]{1,200}")
# The names that could run or fetch something are never entries. A class such as `online` is no handler, and rendering
# lets no reference become the name of one.
NEVER = re.compile(
    r"href|src|style|srcdoc|on(?:abort|activate|after|animation|auxclick|before|begin|blur|cancel|canplay|change|click|close"
    r"|command|composition|content|context|copy|cuechange|cut|data|dblclick|device|drag|drop|duration|emptied|end|enter|error"
    r"|exit|finish|focus|form|freeze|fullscreen|gamepad|gesture|gotpointer|hashchange|input|invalid|key|language|load"
    r"|lostpointer|message|mouse|move|offline|online|orientation|page|paint|paste|pause|play|pointer|popstate|progress"
    r"|ratechange|readystate|rejection|repeat|reset|resize|resume|scroll|search|security|seek|select|show|slot|stalled"
    r"|storage|submit|suspend|time|toggle|touch|transition|unhandled|unload|visibility|volume|wait|webkit|wheel|zoom)[a-z]*",
    re.IGNORECASE,
)
MARKED = "data-"  # how a warning of the walk begins
_DIGEST = re.compile(r"[0-9a-f]{64}")


class State(StrEnum):
    """Where a candidate stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What a person decides. REFUSE destroys the words at once; REOPEN takes an approval back."""

    APPROVE = "approve"
    REFUSE = "refuse"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One reviewed string.

    `said` is as it is looked up; `kind` is t (text), n (name), s (sheet) or a (asset); `reviewed` an ISO date.
    `sayings` are (language, text) of the same entry elsewhere; `finds` are (hash, rules) by which a browser finds it.
    """

    kind: str
    said: str
    source: str
    reviewer: str
    reviewed: str
    sayings: frozenset[tuple[str, str]] = frozenset()
    finds: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What was seen in the product and may become an entry.

    Args:
        kind: t a text line, n a name, s a sheet, a an asset.
        said: the text or name; empty for a sheet or an asset.
        source: `learn` or `import`.
        where: a route template, or a file with a line or key.
        group: the static file (sheet, translation file, bundle, page) that a reviewer can approve at once.
        sha256: of a sheet's or an asset's bytes as `keep_sheet` or `keep_asset` returned it.
        address: path with query by which a `<link>` or an `img` names it.
        hash: hash32 of a `<style>`'s text, for a sheet that has no address.
        rules: top-level rules of a sheet as the browser counts them.
        language: BCP 47, of a translation; empty if not known.
        key: the translation's key: texts of one key in two languages are one entry.
        marks: why it may be a person's, as the walk saw it; each becomes a warning of the form `data-…`.
    """

    kind: str
    said: str
    source: str
    where: str
    group: str
    sha256: str | None = None
    address: str | None = None
    hash: int | None = None
    rules: int | None = None
    language: str = ""
    key: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """How many proposals are new, were known already, and could never be an entry."""

    new: int = 0
    known: int = 0
    unfit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposal in review. `said` is None once refused; `warnings` are rule ids of detectors and `data-` marks."""

    id: str
    kind: str
    said: str | None
    language: str
    joins: str | None
    group: str
    address: str | None
    rules: int | None
    warnings: tuple[str, ...]
    state: State
    wheres: tuple[str, ...]
    sources: tuple[str, ...]
    proposed_at: datetime
    decided_by: str | None

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing warns, so that it may be approved with others."""
        return not self.warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """Which candidates to list; what is None does not narrow."""

    state: State | None = State.OPEN
    kind: str | None = None
    group: str | None = None
    has_warning: bool | None = None
    id: str | None = None
    most: int = 500
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """How many candidates were decided, and the ids that were left because a detector or the roster warns of them."""

    done: int
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A static file in review."""

    name: str
    open: int
    warned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a difference between versions; a withdrawn entry has no words any more."""

    kind: str
    number: int
    said: str | None
    change: str  # added, withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The room in numbers. `entries` by kind; `candidates` by state; `waiting` are approved and not yet published."""

    version: int
    entries: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    candidates: dict[str, int] = field(default_factory=dict)
    warned: int = 0
    waiting: int = 0


def spelt(kind: str, said: str) -> str | None:
    """Spell a string as an entry of its kind; None for what could not be one.

    >>> spelt("t", "3  unread"), spelt("n", "onclick"), spelt("n", "md:flex")
    ('# unread', None, 'md:flex')
    """
    if kind == TEXT:
        whole = normalise(said)
        return whole if 0 < len(whole) <= LONGEST_TEXT and "▇" not in whole else None
    if kind == NAME:
        return said if NAME_FORM.fullmatch(said) and not NEVER.fullmatch(said) else None
    return said if _DIGEST.fullmatch(said) else None
