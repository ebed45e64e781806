"""TEXT: by line a reference to a reviewed entry, else a mask that tells only how wide the line was.

Source: DESIGN.md section 2; spec/README.md.
"""

import re
from typing import TYPE_CHECKING
from unicodedata import normalize

from milkglass.enforcement.table import Table, Widths
from milkglass.policy.compile import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

# What JavaScript's \s matches, so that both languages cut alike.
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE = re.compile(r"\r\n?|\n")
_SPACES = re.compile(f"[{SPACE}]+")
_EDGES = "".join(map(chr, [*range(9, 14), 0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029])) + (
    "\u202f\u205f\u3000\ufeff"
)
_UNEVEN = re.compile(f"[{SPACE.replace(' ', '')}]|  ")  # what collapsing white space would change
_DIGITS = re.compile(r"[0-9]+")
_ODD = b"\t\n\v\f\r0123456789"  # what of ASCII the vocabulary spells in another way, beside a second space
OPEN, CLOSE = "\U0010fffc", "\U0010fffd"
INDENT = "\u00a0"
_MARKED = (OPEN, "▇")  # how a reference and a mask begin
_REFERENCE = re.compile(f"{OPEN}([tns])(0|[1-9][0-9]{{0,15}}){CLOSE}")
_MASK = re.compile("▇▇▇▇( ▇▇▇▇)*( ▇{1,4})?")


def reference(said: str, kind: str) -> int | None:
    """Return the number of a reference of this kind (`t`, `n`, `s`); None if the string is anything else."""
    found = _REFERENCE.fullmatch(said) if said[:1] == OPEN else None
    return int(found[2]) if found and found[1] == kind else None


def refer(kind: str, number: int) -> str:
    """Spell a reference."""
    return f"{OPEN}{kind}{number}{CLOSE}"


def strip_marks(said: str) -> str:
    """Take the reference marks out of a string that is no reference."""
    return said.replace(OPEN, "").replace(CLOSE, "")


def normalise(said: str) -> str:
    """Spell a line as the vocabulary does: NFC, white space runs to one space, none at the ends, digit runs to `#`."""
    return _DIGITS.sub("#", _spaced(said))


def _spaced(said: str) -> str:
    if not said.isascii():
        said = normalize("NFC", strip_marks(said))
    return (_SPACES.sub(" ", said) if _UNEVEN.search(said) else said).strip(" ")


def is_mask(said: str) -> bool:
    """Tell whether a line is a mask."""
    return said[:1] == "▇" and _MASK.fullmatch(said) is not None


class Texts:
    """TEXT under one vocabulary; with None (level `wireframe`) no reference may stand."""

    __slots__ = (
        "_entries", "_group", "_lines", "_longest", "_may_refer", "_next_group", "_numbers", "_rules", "_short_width",
        "_widths", "known",
    )  # fmt: skip

    def __init__(self, table: Table, widths: Widths, words: Words | None) -> None:
        self._rules = rules = table.text
        self._longest, self._lines = table.limits.text, table.limits.lines
        self._widths = widths
        # Every mask asks for these.
        self._group = rules.mask * rules.group
        self._next_group = " " + self._group
        self._short_width = rules.short_em * 100
        self._may_refer = words is not None
        self._entries: Mapping[str, int] = words.text if words else {}
        self._numbers: frozenset[int] = words.text_numbers if words else frozenset()
        self.known: dict[str, str] = {}  # strings of this batch that were looked at already

    def redact(self, said: str) -> str:
        """Return what may be stored in place of a string."""
        known = self.known.get(said)
        if known is None:
            known = self.known[said] = self._redact(said)
        return known

    def _redact(self, said: str) -> str:
        if len(said) > self._longest:
            said = said[: self._longest]
        core = said.strip(_EDGES)
        if not core:
            # Line feeds and an indent come from our SDK, of a text that keeps its lines (a code block).
            rest = said.lstrip("\n")
            is_code = len(said) - len(rest) <= self._lines and (not rest or self._is_indent(rest))
            return said if is_code else " "
        if "\n" not in said and "\r" not in said:
            return self._core(said) if core is said else self._line(said)
        lines = _LINE.split(said)[: self._lines]
        last = lines[-1] if self._is_indent(lines[-1]) else self._line(lines[-1])
        return "\n".join([*(self._line(line) for line in lines[:-1]), last])

    def _is_indent(self, said: str) -> bool:
        """Whether it is how our SDK spells an indent: in a space of which a page has seldom two."""
        return 1 < len(said) <= self._lines and not said.strip(INDENT)

    def _line(self, line: str) -> str:
        core = line.strip(_EDGES)
        if not core:
            return ""
        if len(core) == len(line):
            return self._core(core)
        told = self._core(core)
        before = line[: len(line) - len(line.lstrip(_EDGES))]
        # Only in front of what can be read, and came so: elsewhere an indent may be what a name leaves of a column.
        if not (self._is_indent(before) and told == core and told[0] != self._rules.mask):
            before = " " if before else ""
        return before + told + (" " if line[-1] in _EDGES else "")

    def _core(self, core: str) -> str:
        rules = self._rules
        if core[0] in _MARKED:
            number = reference(core, "t")
            if number is not None and self._may_refer and number in self._numbers:
                return core
            if number is not None and not self._may_refer:
                return rules.value
            if is_mask(core):
                return core
        if core.isascii() and len(core.encode().translate(None, _ODD)) == len(core) and "  " not in core:
            plain = normal = core  # the most are: half the time goes
        else:
            plain = _spaced(core)
            if not plain:
                return rules.value
            normal = _DIGITS.sub("#", plain)
        entry = self._entries.get(normal) if self._may_refer else None
        if entry is not None:
            return refer("t", entry)
        if len(plain) <= rules.punctuation_run and rules.punctuation.issuperset(plain):
            return plain
        return self._mask(plain)

    def _mask(self, line: str) -> str:
        """Make the mask of a line by its width: short ones rounded down to 4 em, longer ones to half an em."""
        width = self._widths.of(line)
        if width < self._short_width or line.count(" ") + 1 < self._rules.short_words:
            return self._group + self._next_group * (width // 400 * 2 - 1)  # below 4 em no more than the one
        full, rest = divmod((width + 25) // 50 * 2, 9)
        return ((self._group + " ") * full + self._rules.mask * (rest // 2)).rstrip(" ")
