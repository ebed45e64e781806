"""CSS put together at random of its own pieces, most of it wrong: it comes to what bytes at random seldom come to."""

from collections.abc import Iterator
from random import Random

from tests.enforcement.room import CLOSE, OPEN

_WORDS = """
    a div jane Jane --x --jane Arial arial segoe ui black Black serif sans-serif system-ui bold 12px 12PX 1.5 .5
    5. -1 +1 1e3 1e-2 10% #fff #Jane #abcdef url(#x) url(x.png) attr(title) var(--x) var(--y,red) calc( rgb(
    image-set( path(x) selector( min( format("woff2") counter(jane) é 田 "" "\\e001" "★" "Jane" U+26 u+0-7f and
    or not screen only from to 50% start span auto none initial red currentColor grid-template infinity - -- -a
    -1a @media @layer @supports @import @keyframes @font-face @property @container @page @scope @charset
    @starting-style @jane <!-- --> || | * > + ~ ^= $= & &:hover :root ::before :not( :is( :has( :nth-child(
    ::slotted( :host( :lang(en) :jane .b .c #d [title] [title="Jane"] [class~=a] svg|a *|b input \0 � ▇▇ ⟦t1⟧
    ⟦n1⟧ k0123456789 --k0123456789 x-0123456789 10px/1.2 2px 1fr repeat( minmax( [full-start] color width
    content font font-family grid-area grid-template-areas animation cursor mask mask-image background
    -webkit-mask aspect-ratio unicode-range src syntax inherits initial-value "<length>" "*" transition margin
    --f /**/ ; ; : : ( ) ( ) [ ] , , , / . = < % $ @
""".split()  # noqa: SIM905 - a list of quoted words says no more
_BLANKS = ('"Segoe UI"', "'Arial'", 'url("a b")', 'path("M 1 2")', "\\6a ane", ":nth-child(2n+1 of ", "[data-x=y i]")
_WORDS += [*_BLANKS, "[a b]", '"a b" "c d"', ". .", "/* x */", " ", " ", " ", "\n", "\t"]
_WORDS = [word.replace("⟦", OPEN).replace("⟧", CLOSE) for word in _WORDS]
# What the two sides read each in their own way where it is wrong: what stands open at the end, blocks in declarations.
_WILD = ("'a", "url(", "\\", "/*", "*/", "{", "}", "!", "! important", "! !important")
_NAMES = """
    color width content font font-family --x --f grid-template-areas animation cursor mask mask-image background
    margin src transition -webkit-mask-image jane grid fill container
""".split()  # noqa: SIM905 - a list of quoted words says no more
_GROUPS = """
    @media @supports @layer @container @keyframes @font-face @property @scope @page @starting-style @import
    @jane
""".split()  # noqa: SIM905 - a list of quoted words says no more
KINDS = 6  # a sheet, a rule, declarations, a media query, a paint, a property's name: the order of `checks._KINDS`


class Pieces:
    """Texts of one seed; a tame one has nothing in it that the browser's side and the server's repair differently."""

    def __init__(self, seed: int, *, is_tame: bool) -> None:
        self._dice = Random(seed)  # noqa: S311 - texts, no secrets
        self._words = _WORDS if is_tame else [*_WORDS, *_WILD]

    def texts(self, count: int) -> Iterator[tuple[int, str]]:
        """Give texts with what each is taken for."""
        for _ in range(count):
            kind = self._dice.randrange(KINDS)
            yield kind, self._text(kind)

    def _text(self, kind: int) -> str:
        match kind:
            case 0:
                return "".join(self._rule(0) for _ in range(self._dice.randint(1, 3)))
            case 1:
                return self._rule(0)
            case 2:
                return self._declarations() if self._dice.random() < 0.8 else self._value(15)
            case 3 | 4:
                return self._value(8)
            case _:
                return self._dice.choice([*self._words, *_NAMES]) + self._dice.choice(["", "", "a", " "])

    def _value(self, most: int) -> str:
        parts = (
            self._dice.choice(self._words) + self._dice.choice(["", " ", " ", "", "/**/", ","])
            for _ in range(self._dice.randint(1, most))
        )
        return "".join(parts)

    def _declarations(self) -> str:
        parts = (
            self._dice.choice(_NAMES)
            + self._dice.choice([":", ": ", " :", ":/**/"])
            + self._value(6)
            + self._dice.choice(["", "!important", " ! important"])
            for _ in range(self._dice.randint(1, 4))
        )
        return ";".join(parts)

    def _rule(self, depth: int) -> str:
        chance = self._dice.random()
        if chance < 0.5:
            nested = self._rule(depth + 1) if depth < 3 and self._dice.random() < 0.2 else ""
            return f"{self._value(5)}{{{self._declarations()}{nested}}}"
        if chance < 0.8:
            is_group = depth < 3 and self._dice.random() < 0.7
            inside = self._rule(depth + 1) if is_group else self._declarations()
            return f"{self._dice.choice(_GROUPS)} {self._value(4)}{{{inside}}}"
        return self._value(12)
