"""Any event at all: a strategy made from the string-class table, with a planted word at every place of a string.

Each path of `spec/classes.json` becomes a place, each class a way to fill it; then the shape itself is bent. A path
that is added to the table is drawn by the next run without a line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from milkglass.enforcement.table import classes
from tests.enforcement.test_properties import planted

if TYPE_CHECKING:
    from milkglass.wire.values import Json

TABLE = classes()
Tree = dict[str, "Tree | str"]
Kind = tuple[str, str]
KINDS: list[Kind] = [("events", tag) for tag in TABLE.events if tag != "*"]
KINDS += [("incremental", tag) for tag in TABLE.incremental]
_NUMBERS = st.sampled_from([0, 1, 3, 417.7, -5, 2**31, 2**53, 1e300, 0.5])
_IDS = st.integers(-1, 60)
_TAGS = st.sampled_from(sorted(TABLE.known_tags) + ["STYLE", "TEXTAREA", "my-card"] * 8)
_NAMES = st.sampled_from(sorted(TABLE.attributes))
_ADDRESSES = ("/chat", "/courses/7?u=§#§", "https://app.example/chat?§=§", "/§/§", "§")
_CSS = (
    ".§{color:red}", "#§ > p::after{content:'§'}", "@media (min-width:1px){.§{--§:§}}", "color:§;--§:1", "url(#§)", "§",
    "@keyframes §{to{top:0}}", "[data-§='§'] b{top:0}", "/*§*/a{top:0}", "@import '§';", "red", "{§}",
    ".a{.§ &{top:0}}",
)  # fmt: skip
DEEPEST = 3
_SHAPES: tuple[Json, ...] = (None, True, 7, -1.5, [], {}, [[]], {"a": 1})


class Planting:
    """Draws one event around one word."""

    def __init__(self, draw: st.DrawFn, word: str) -> None:
        self._draw = draw
        self.word = word
        self._next = 0

    def said(self) -> str:
        """The word, dressed in some way."""
        wrapping = self._draw(_WRAPPINGS)
        return wrapping.replace("§", self.word)

    def one(self, of: tuple[str, ...]) -> str:
        """One of some forms, with the word in it."""
        return self._draw(st.sampled_from(of)).replace("§", self.word)

    def event(self, kind: Kind) -> Json:
        """An event of a type, or a change of a source."""
        section, tag = kind
        if section == "events":
            return {**self.filled(tree({**TABLE.events["*"], **TABLE.events[tag]})), "type": int(tag)}
        data = self.filled(tree(TABLE.incremental[tag]))
        return {**self.filled(tree(TABLE.events["*"])), "type": 3, "data": {**data, "source": int(tag)}}

    def interaction(self) -> Json:
        """A row of any kind."""
        return {
            **self.filled(tree(TABLE.interaction)),
            "kind": self.known("interactionKind"),
            "viewport": self.known("viewport"),
        }

    def filled(self, below: Tree, depth: int = 0) -> dict[str, Json]:
        """An object with every place of a tree; a place now and then left out."""
        made: dict[str, Json] = {}
        for name, inner in below.items():
            if name == "*":
                made[self.said()] = self.said()
            elif self._draw(st.integers(0, 39)) < 39:
                made[name] = self.place(inner, depth)
        return made

    def place(self, inner: Tree | str, depth: int) -> Json:
        """What stands at a place: by its class, or a list or an object of places."""
        if isinstance(inner, str):
            return self.leaf(inner, depth)
        if "[]" in inner:
            return [self.place(inner["[]"], depth) for _ in range(self._draw(st.integers(1, 2)))]
        return self.filled(inner, depth)

    def leaf(self, called: str, depth: int) -> Json:
        """A value for a class; one in thirty is a word where none belongs."""
        if self._draw(st.integers(0, 29)) == 29:
            return self.said()
        match called.split(" "):
            case ["NODE"]:
                return self.node(depth)
            case ["ATTRIBUTES"]:
                return self.attributes()
            case ["CSS" | "PAINT"]:
                return self.one(_CSS)
            case ["URL" | "HREF"]:
                return self.one(_ADDRESSES)
            case ["ENUM", name] if name in TABLE.values:
                return self.known(name)
            case ["ID"]:
                return self._draw(_IDS)
            case ["TEXT" | "TOKEN" | "VALUE" | "DROP" | "TAG" | "ELEMENT" | "LABEL" | "ENUM", *_]:
                return self.said()
            case ["EMPTY"]:
                return {self.word: self.said()} if self._draw(st.booleans()) else {}
            case ["FLAG" | "FALSE"]:
                return self._draw(st.booleans())
            case _:
                return self._draw(_NUMBERS)

    def known(self, name: str) -> int | str:
        """A known value of an ENUM."""
        return self._draw(st.sampled_from(sorted(TABLE.values[name], key=str)))

    def node(self, depth: int = 0) -> dict[str, Json]:
        """A node of any type with every place that its type has, and children down to a depth."""
        kind = self._draw(
            st.sampled_from(["2", "2", "2", "3", "3", "0", "1", "4", "5"] if depth < DEEPEST else ["3", "5"])
        )
        made: dict[str, Json] = self.filled(tree({**TABLE.node["*"], **_without_children(TABLE.node[kind])}), depth)
        made |= {"type": int(kind), "id": self._number()}
        if kind in ("0", "2"):
            made["childNodes"] = [self.node(depth + 1) for _ in range(self._draw(st.integers(0, 2)))]
        if kind == "2":
            made |= {"tagName": self._draw(_TAGS) if self._draw(st.booleans()) else self.said()}
            made |= {"attributes": self.attributes()}
        if kind in ("3", "4", "5"):
            made["textContent"] = self.said()
        return made

    def attributes(self) -> dict[str, Json]:
        """Some attributes: known ones, and names that are the word itself."""
        names = [self._draw(_NAMES) for _ in range(self._draw(st.integers(0, 3)))]
        names += [self.one(("data-§", "§", "aria-§", "on§", "x:§", "style"))]
        return {name: self.value(name) for name in names}

    def value(self, name: str) -> Json:
        """What an attribute says: a text mostly, sheets and style objects where they belong."""
        match TABLE.attributes.get(name):
            case "CSS" if self._draw(st.booleans()):
                important: list[Json] = [self.said(), "important"]
                styled: list[Json] = [False, self.said(), important]
                return {self.one(("color", "--§", "§", "background")): self._draw(st.sampled_from(styled))}
            case "CSS" | "PAINT":
                return self.one(_CSS)
            case "URL" | "HREF":
                return self.one(_ADDRESSES)
            case _:
                plain: list[Json] = [self.said(), self.said(), True, None, 3]
                return self._draw(st.sampled_from(plain))

    def bent(self, value: Json) -> Json:
        """The same with its shape bent at one place: something else there, a key more or less, a list around it."""
        if isinstance(value, dict) and value and self._draw(st.integers(0, 2)) > 0:
            key = self._draw(st.sampled_from(sorted(value)))
            match self._draw(st.integers(0, 4)):
                case 0:
                    return {name: one for name, one in value.items() if name != key}
                case 1:
                    return {**value, self.word: self.said()}
                case _:
                    return {**value, key: self.bent(value[key])}
        if isinstance(value, list) and value and self._draw(st.booleans()):
            return [self.bent(value[0]), *value[1:]]
        shapes: list[Json] = [*_SHAPES, [value], self.said(), {"a": self.said()}]
        return self._draw(st.sampled_from(shapes))

    def _number(self) -> int:
        self._next += 1
        return self._next


_WRAPPINGS = st.sampled_from(
    [
        "§", "§", "§ §", "⟦§⟧", "⟦t§⟧", "k0123456789§", "▇▇▇▇ §", "Save changes §", " §\n", "#§", "v§", "x-§", "user-§",
        "https://§.example/?u=§", "javascript:§", "data:§", "M 1 §", "translate(§)", "1§", "button>§", "main.§",
        "url(§)", "12px §", "rgb(§)", "a{top:0}§", "color:§", "\\§", "§:1", "(§)", "§%", "▇§",
    ]
).map(lambda text: text.replace("⟦", TABLE.text.reference_open).replace("⟧", TABLE.text.reference_close))  # fmt: skip


def tree(paths: dict[str, str]) -> Tree:
    """Turn `a.b[].c: CLASS` into nested places, an item of a list under `[]`."""
    root: Tree = {}
    for path, called in paths.items():
        at = root
        *above, last = path.replace("[]", ".[]").split(".")
        for step in above:
            below = at.get(step)
            if not isinstance(below, dict):
                at[step] = below = {}
            at = below
        if not isinstance(at.get(last), dict):
            at[last] = called
    return root


def _without_children(paths: dict[str, str]) -> dict[str, str]:
    return {path: called for path, called in paths.items() if path not in ("childNodes[]", "attributes")}


@st.composite
def events(draw: st.DrawFn, kind: Kind) -> tuple[str, list[Json]]:
    """A word, and an event of a kind with it everywhere, another beside it; a third of them bent."""
    planting = Planting(draw, draw(planted))
    kinds = [kind, *draw(st.lists(st.sampled_from(KINDS), max_size=1))]
    found = [planting.event(one) for one in kinds]
    return planting.word, [planting.bent(one) if draw(st.integers(0, 2)) == 2 else one for one in found]


@st.composite
def interactions(draw: st.DrawFn) -> tuple[str, list[Json]]:
    """A word, and one or two rows with it everywhere."""
    planting = Planting(draw, draw(planted))
    found = [planting.interaction() for _ in range(draw(st.integers(1, 2)))]
    return planting.word, [planting.bent(one) if draw(st.integers(0, 2)) == 2 else one for one in found]


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Json]:
    """A word, and a page's whole tree with it everywhere, its shape in order."""
    planting = Planting(draw, draw(planted))
    below = [planting.node(1) for _ in range(draw(st.integers(1, 3)))]
    return planting.word, {"type": 0, "id": 0, "childNodes": list(below)}
