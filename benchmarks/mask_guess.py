"""What a mask tells of a name: how often it alone picks the right one in a class of 30.

A roster of 5,000 names is invented from syllables of many languages; no real person is in it. A class is 30 of them. An
onlooker who has the class list sees one element of a recording and all that was told of it, sizes too, and picks the
name whose own element would look most alike (of several, one at random). Real elements in Chromium say how a name would
look: table cells, list rows, buttons, chips in a flex row, floats, in several fonts. Beside the mask stand what rivals
keep: the lengths of words, and the length. Chance is one in 30.
"""

from __future__ import annotations

import json
import random
from collections import Counter
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
    found: list[Hashable] = []
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        items = "".join(f"<section>{SETTINGS[setting] % name}</section>" for name in some)
        style = f"body{{font:{font}}}button,input{{font:inherit}}.icon{{width:8px;height:8px;display:inline-block}}"
        with serving(Desk(rules=rules())) as desk:
            desk.pages["/demo/chat"] = (
                f"<!doctype html><meta charset=utf-8><style>{style}</style><script src=/boot.js defer></script>{items}"
            )
            desk.pages["/boot.js"] = FILES["/milkglass.js"].read_text() + START % visit(["replay"])
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.goto(desk.address + "/demo/chat")
            page.evaluate("window.started")
            desk.wait(lambda desk=desk: bool(desk.batches), 60)  # type: ignore[misc]  # bound at once
            context.close()
            snapshot = next(one for one in desk.events() if one["type"] == 2)  # noqa: PLR2004 - a full snapshot
        sections = [one for one in parts(snapshot["data"]["node"]) if one.get("tagName") == "section"]
        found += [told(one) for one in sections]
    return found


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
        browser.close()
    return rows


if __name__ == "__main__":
    for row in run():
        print(f"{row.name} | {row.value} {row.unit} | {row.beside} | {row.goal}")
