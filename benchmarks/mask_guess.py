"""What a mask tells of a name: how often it alone picks the right one in a class of 30.

A roster of 5,000 names is invented from syllables of many languages; no real person is in it. A class is 30 of them. An
onlooker who has the class list sees one element of a recording and all that was told of it, sizes too, and picks the
name whose own element would look most alike (of several, one at random). Real elements in Chromium say how a name would
look: table cells, list rows, buttons, chips in a flex row, floats, in several fonts. In a list of many the width of the
column is told, which is that of the longest name in it: there the onlooker weighs who can be the longest, knowing how
wide each name of the class is in that font. Beside the mask stand what rivals keep: the lengths of words, and the
length. Chance is one in 30.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from math import perm
from statistics import mean
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from tests.browser.sdk_server import FILES, Desk, Json, rules, serving, visit

from benchmarks.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from playwright.sync_api import Browser

START = "\nwindow.started = milkglass.start({ endpoint: location.origin, visit: async () => %r });"
CLASS = 30
CLASSES = 2_000
NAMES = 5_000
AT_ONCE = 1_000  # names on one page
SEED = 4
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
FONTS = ("16px Arial", "14px 'DejaVu Sans'", "13px 'DejaVu Sans Mono'", "15px 'Liberation Serif'")
# First parts, middle parts and last parts of given names, then of family names, by no real register.
ROOTS = (
    ("an be cla da el fre gre hei jo ka", "li mi na ra si ta", "na ne ra ke la", "berg bau holz stein", "er mann"),
    ("al ben car die esp fer gui ine jor", "a e i o", "na nio sa ro do", "gar mar nav ort ra", "cia tez arro ega"),
    ("a bo da i ka ma ni o sla ta ve zo", "ri li mi to", "na ka ja mir sha", "kova nov petro soko", "lski va enko"),
    ("a cha da ha ji ki mi nao ryo sa to", "ki mi no ri ta", "ko ka to ra", "ki mu ta wa ya", "moto mura naka da"),
    (
        "a fa ha i ja ka lay ma na o ra sa",
        "di li mi ri",
        "a am d f n r",
        "al-Ha al-Ma al-Sa Kha Na",
        "ddad sri lil jjar",
    ),
    ("a chi e i ke ngo o tu u", "ma lu ke chi fe", "ka ma chi do wa", "ade oko nwa mba ze", "bayo ro nkwo lele"),
    ("ai fan hao jia lei ming wei xiao yan", "", "", "chen li wang zhang liu", ""),
    ("a de ga ka la ma ni pra ra sa su vi", "ni ri sh ti", "ka ta a n th", "cha gu na pa sha", "nd pta rayanan"),
    ("kim min ji seo ha yun", "", "woo ho ah eun jun", "kim lee park choi jung", ""),
    ("ai fio ga li nia ro si", "o ", "na ra n gan ad", "mac o' fitz", "carthy brien donnell gerald"),
)
SETTINGS = {
    "a table cell": "<table><tr><td>%s</td><td>x</td></tr></table>",
    "a list row": "<div style='display:flex;gap:8px;width:500px'><img width=20 height=20><span style='flex:1'>%s</span>"
    "<input style='flex:1;min-width:0'></div>",
    "a button": "<button>%s</button>",
    "a chip": "<div style='display:flex'><b style='display:inline-flex'><i>%s</i><i class=icon></i></b></div>",
    "a float": "<div style='float:left'><p>%s</p><canvas style='width:100%%;height:9px'></canvas></div><br clear=all>",
    "a narrow column": "<div style='width:70px'>%s</div>",
    "a slot": "<x-chip><template shadowrootmode=open><style>slot{display:inline-block}</style><slot></slot></template>"
    "<u>%s</u></x-chip>",
    "an excluded chip": "<span class=left-out style='display:inline-block'>%s</span>",
}


LISTED = 20  # the fewest names of whose column the recorder tells the width: sdk/src/columns.ts
LISTS = 200
COLUMNS = f"<table><thead><tr>{3 * '<th>Save changes</th>'}</tr></thead><tbody>%s</tbody></table>"
WIDTHS = """([font, names]) => {
  const context = document.createElement("canvas").getContext("2d");
  context.font = font;
  return names.map((name) => context.measureText(name).width);
}"""
CLOSE_PX = 0.1  # what is told is rounded up to a hundredth


def roster(count: int, seed: int) -> list[str]:
    """Invent different names."""
    chosen = random.Random(seed)  # noqa: S311 - a roster, no secret
    found: dict[str, None] = {}
    while len(found) < count:
        first, middle, last, family, ending = (part.split() or [""] for part in chosen.choice(ROOTS))
        middles = "".join(chosen.choice(middle) for _ in range(chosen.choice((0, 1, 1, 2))))
        given = chosen.choice(first) + middles + chosen.choice(last)
        surname = chosen.choice(family) + chosen.choice(ending)
        extra = f" {chosen.choice(family).title()}" if chosen.random() < 0.1 else ""  # noqa: PLR2004 - some have two
        found[f"{given.title()}{extra} {surname[:1].upper()}{surname[1:]}"] = None
    return list(found)


def picked(seen: Sequence[Hashable], seed: int) -> float:
    """How often the right name of a class is picked, in per cent, when `seen[i]` is all that is told of name i."""
    chosen = random.Random(seed)  # noqa: S311 - classes, no secret
    right = 0.0
    for _ in range(CLASSES):
        members = [seen[i] for i in chosen.sample(range(len(seen)), CLASS)]
        alike = Counter(members)
        # Of each look one member is picked at random: over all members, as often right as there are looks.
        right += len(alike) / CLASS
    return 100 * right / CLASSES


def parts(node: Json) -> list[Json]:
    """A node and all below it."""
    return [node, *(each for child in node.get("childNodes", []) for each in parts(child))]


def told(element: Json) -> Hashable:
    """All that a recording says of an element and what is in it, node ids apart."""
    kept = [
        (one.get("tagName"), one.get("textContent"), tuple(sorted((one.get("attributes") or {}).items())))
        for one in parts(element)
    ]
    return json.dumps(kept)


def looks(browser: Browser, names: Sequence[str], font: str, setting: str) -> list[Hashable]:
    """Record pages that show the names in a setting; return what was told of each, in their order."""
    items = [SETTINGS[setting] % name for name in names]
    return [told(one) for one in recorded(browser, items, font, AT_ONCE)]


def recorded(browser: Browser, items: Sequence[str], font: str, at_once: int) -> list[Json]:
    """Record pages with some items each; return the element around each item, in their order."""
    found: list[Json] = []
    for start in range(0, len(items), at_once):
        some = "".join(f"<section>{item}</section>" for item in items[start : start + at_once])
        style = f"body{{font:{font}}}button,input{{font:inherit}}.icon{{width:8px;height:8px;display:inline-block}}"
        with serving(Desk(rules=rules())) as desk:
            desk.pages["/demo/chat"] = (
                f"<!doctype html><meta charset=utf-8><style>{style}</style><script src=/boot.js defer></script>{some}"
            )
            desk.pages["/boot.js"] = FILES["/milkglass.js"].read_text() + START % visit(["replay"])
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.goto(desk.address + "/demo/chat")
            page.evaluate("window.started")
            desk.wait(lambda desk=desk: bool(desk.batches), 60)  # type: ignore[misc]  # bound at once
            context.close()
            snapshot = next(one for one in desk.events() if one["type"] == 2)  # noqa: PLR2004 - a full snapshot
        found += [one for one in parts(snapshot["data"]["node"]) if one.get("tagName") == "section"]
    return found


def picked_in_columns(browser: Browser, names: Sequence[str], font: str, listed: int) -> tuple[float, float]:
    """How often the right name is picked in lists of some of a class, and how often the longest, in per cent."""
    chosen = random.Random(SEED)  # noqa: S311 - classes, no secret
    page = browser.new_page()
    widths = page.evaluate(WIDTHS, [font, list(names)])
    page.close()
    plain = looks(browser, names, font, "a table cell")
    classes = [chosen.sample(range(len(names)), CLASS) for _ in range(LISTS)]
    lists = [chosen.sample(members, listed) for members in classes]
    bodies = ["".join(f"<tr><td>{names[i]}</td><td>A</td><td>B</td></tr>" for i in rows) for rows in lists]
    shares: list[float] = []
    longest: list[float] = []
    for element, members, rows in zip(
        recorded(browser, [COLUMNS % body for body in bodies], font, AT_ONCE // listed), classes, lists, strict=True
    ):
        head = next(one for one in parts(element) if one.get("tagName") == "th")
        width = (head.get("attributes") or {}).get("rr_width")
        likely = Counter(plain[i] for i in members)
        if width is None:
            shares += [1 / likely[plain[i]] for i in rows]
            continue
        column = float(width.removesuffix("px"))
        top = plain[max(rows, key=lambda i: widths[i])]
        alike = [i for i in members if plain[i] == top and widths[i] <= column + CLOSE_PX]
        ends = sum(widths[i] >= column - CLOSE_PX for i in alike)
        weighed = _likeliest(len(alike), ends, sum(plain[i] == top for i in rows))
        shares += [weighed if plain[i] == top else 1 / likely[plain[i]] for i in rows]
        longest.append(weighed)
    return 100 * mean(shares), 100 * mean(longest) if longest else 0.0


def _likeliest(alike: int, ends: int, rows: int) -> float:
    """How likely the best guess is for one of some rows that look alike.

    `alike` names of the class can stand in these rows, of which `ends` are as wide as the column: one of those must.
    """
    whole = perm(alike, rows) - perm(alike - ends, rows)
    if ends == 0 or whole <= 0:  # the column is wider than its names
        return 1 / max(alike, 1)
    an_end = perm(alike - 1, rows - 1) / whole
    other = (perm(alike - 1, rows - 1) - perm(alike - ends - 1, rows - 1)) / whole if alike > ends else 0.0
    return max(an_end, other)


RIVALS: dict[str, Callable[[str], Hashable]] = {
    "the lengths of words": lambda name: tuple(len(word) for word in name.split()),
    "the length": len,
}


def run() -> list[Row]:
    """Measure the mask in each setting and font, and what rivals keep."""
    names = roster(NAMES, SEED)
    beside = f"chance {100 / CLASS:.1f}"
    rows = [
        Row(f"mask: {what} kept, as rivals do", f"{picked([how(name) for name in names], SEED):.1f}", "%", beside)
        for what, how in RIVALS.items()
    ]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for number, setting in enumerate(SETTINGS):
            font = FONTS[number % len(FONTS)]
            share = picked(looks(browser, names, font, setting), SEED)
            rows.append(Row(f"mask: a name in {setting}, {font}", f"{share:.1f}", "%", beside, "≤ 10"))
        for font in FONTS:
            share, longest = picked_in_columns(browser, names, font, LISTED)
            end = f"{beside}; the longest name in it {longest:.0f}"
            rows.append(Row(f"mask: a name in a column of {LISTED}, {font}", f"{share:.1f}", "%", end, "≤ 10"))
        browser.close()
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} {row.unit} | {row.beside} | {row.goal}")
