"""Sizes in a real browser: what the recorder keeps of a page's boxes, and what it does not tell."""

from collections.abc import Iterator
from math import ceil

import pytest
from playwright.sync_api import Browser, Page

from milkglass.replay.rendering import rendered
from tests.browser.sdk_server import Desk, Json, rest, told
from tests.browser.test_sdk_page import INCREMENTAL, META, SNAPSHOT, desk, launched, opened
from tests.browser.test_sdk_sheets import replaying

__all__ = ["desk"]
pytestmark = pytest.mark.browser
ELEMENT, RESIZE = 2, 4


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with the scroll bars that a person's browser shows."""
    with launched("--hide-scrollbars") as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1281, "height": 803})
    yield context.new_page()
    context.close()


def resizes(desk: Desk) -> list[Json]:
    """What was told of the viewport while recording."""
    incremental = [one["data"] for one in desk.events() if one["type"] == INCREMENTAL]
    return [one for one in incremental if one["source"] == RESIZE]


def test_the_viewport_is_told_without_the_roots_scroll_bar_and_again_when_it_goes(page: Page, desk: Desk) -> None:
    opened(page, desk, "<p id=tall style='height:2000px'></p>")
    assert desk.wait(lambda: bool(desk.batches))
    width = page.evaluate("document.documentElement.clientWidth")
    assert width < 1281
    meta = next(one["data"] for one in desk.events() if one["type"] == META)
    assert (meta["width"], meta["height"]) == (width, 803)
    page.evaluate("tall.remove()")
    rest(page, 300)
    page.set_viewport_size({"width": 1000, "height": 700})
    told(page, desk)
    assert [(one["width"], one["height"]) for one in resizes(desk)] == [(1281, 803), (1000, 700)]


def nodes(event: Json) -> list[Json]:
    """All elements of a snapshot or of what a mutation adds."""
    data = event["data"]
    found, open_ = [], [data["node"]] if "node" in data else [one["node"] for one in data.get("adds", [])]
    while open_:
        node = open_.pop()
        found += [node] if node["type"] == ELEMENT else []
        open_ += node.get("childNodes", [])
    return found


def sizes(desk: Desk, tag: str) -> list[tuple[str | None, str | None]]:
    """Width and height of each element of a tag in the first snapshot, in no order."""
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    kept = [one["attributes"] for one in nodes(snapshot) if one["tagName"] == tag]
    return sorted(((one.get("rr_width"), one.get("rr_height")) for one in kept), key=str)


def recorded(page: Page, desk: Desk, body: str) -> None:
    """Open a page whose texts have lines of 20 px, and wait for its snapshot."""
    opened(page, desk, f"<style>body{{font:10px/20px Arial}}</style>{body}")
    assert desk.wait(lambda: bool(desk.batches))


def later(desk: Desk, name: str) -> list[str]:
    """What attribute mutations said of an attribute, in their order."""
    changes = [one["data"] for one in desk.events() if one["type"] == INCREMENTAL and one["data"]["source"] == 0]
    said = [change["attributes"] for data in changes for change in data["attributes"]]
    return [str(one[name]) for one in said if name in one]


def test_a_text_block_keeps_its_height_and_a_name_keeps_no_width(page: Page, desk: Desk) -> None:
    recorded(
        page,
        desk,
        """<p style="padding:3px">Jane <b>Doe</b></p><span style="display:inline-block">Omar Haddad</span>
        <em>Mia</em><ul style="float:left"><li>Lena Berg</li></ul>""",
    )
    assert sizes(desk, "p") == [(None, "20px")]
    assert sizes(desk, "span") == [(None, "20px")]
    assert sizes(desk, "li") == [(None, "20px")]
    assert sizes(desk, "b") == sizes(desk, "em") == sizes(desk, "ul") == [(None, None)]


def test_a_block_of_one_line_says_so_until_it_has_two(page: Page, desk: Desk) -> None:
    recorded(
        page,
        desk,
        """<table><tr><td>jane.doe@school.example</td><td>Jane<br>Doe</td></tr></table>
        <p id=one>Omar <b>Haddad</b></p><div>Lena<p>Berg</p></div><li style="overflow:hidden">Mia Jones</li>""",
    )
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    lines = [(one["tagName"], one["attributes"].get("rr_lines")) for one in nodes(snapshot)]
    assert sorted(one for one, said in lines if said) == ["p", "p", "td"]
    page.evaluate("one.append(document.createElement('br'), 'of 12 Long Street')")
    told(page, desk)
    assert later(desk, "rr_lines") == ["None"]


IN_A_SLOT = """<x-chip><template shadowrootmode=open><style>:host{display:block}%s</style>
  <em><slot></slot></em></template>%s</x-chip>"""


def test_a_name_that_is_put_into_a_slot_keeps_no_width(page: Page, desk: Desk) -> None:
    style = "em,slot{display:inline-block}"
    inside = ("<u>Jane Doe</u>", "Jane Doe", "<u>Save changes</u>", "Save changes")
    recorded(page, desk, "".join(IN_A_SLOT % (style, one) for one in inside))
    assert [width is None for width, _ in sizes(desk, "slot")] == [False, False, True, True]


def test_lines_in_a_slot_are_counted_where_they_are_put(page: Page, desk: Desk) -> None:
    inside = ("Omar <b>Haddad</b>", "<u>Omar<br>Haddad</u>", "Omar<br>Haddad", "<p>Omar</p>")
    recorded(page, desk, "".join(IN_A_SLOT % ("em{display:block}", one) for one in inside))
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    lines = [one["attributes"].get("rr_lines") for one in nodes(snapshot) if one["tagName"] == "em"]
    assert sorted(lines, key=str) == ["1", None, None, None]


PUPILS = [
    f"{first} {last}" for first in ("Ana", "Omar", "Mia", "Lena", "Jane") for last in ("Doe", "Berg", "Haddad", "Li")
]


def listed(names: list[str], head: str = "Save changes", more: str = "") -> str:
    """A list of people under a heading, and of what else stands in its rows."""
    rows = "".join(f"<tr><td>{name}<td>{more}<td>A" for name in names)
    heads = f"<th>{head}<th>Save changes<th>Save changes"
    return f"<table><thead><tr>{heads}</thead><tbody id=rows>{rows}</tbody></table>"


STRETCHED = "<style>th{padding:0}td{padding:8px}</style>" + listed(["Jane Maria van Haddad"] * 3, head="<div>%s</div>")
NOTE = "She often needs help with reading and likes to work with others in the quiet afternoons at school"
QUIET = "She likes reading with others in the quiet afternoons"
ROOMLESS = "<style>th{white-space:nowrap;padding:0}</style><div style='width:250px'>%s</div>"
LONG = listed([name.replace(" ", " Maria van ") for name in PUPILS])


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        (LONG, True),  # as wide as the longest of twenty
        (listed([name.replace(" ", " Maria van ") for name in PUPILS[1:]]), False),
        (listed([f"Jane Maria van Haddad {day}" for day in range(30)]), False),  # thirty rows of one
        (LONG.replace("<th>Save changes</thead", "<th></thead"), False),  # fields and values of one
        (listed([f"{number:012}" for number in range(20)]), True),  # as wide as the longest of twenty numbers
        (listed([f"{number:012}" for number in range(19)]), False),
        (listed(["Li"] * 3), True),  # as wide as its heading
        (listed(["Li"] * 3, more="Jane Maria van Haddad"), False),  # the other column takes its room
        (listed(PUPILS, head="Ms Featherstonehaugh"), False),  # as wide as a name at its head
        (listed([NOTE, "Quiet afternoons"]), True),  # no word of a short one is wider than each of a long one
        (listed([NOTE, "Quiet Featherstonehaugh"]), False),
        (ROOMLESS % listed([NOTE, QUIET]), True),  # both in lines: the long one wants more
        (ROOMLESS % listed([f"<div style='%s'>{NOTE}</div>" % "width:90px", QUIET]), False),
        (ROOMLESS % listed([f"<div style='%s'>{NOTE}</div>" % "display:grid;grid:auto/90px", QUIET]), False),
        (ROOMLESS % listed([f"<div style='%s'>{NOTE}</div>" % "contain:inline-size", QUIET]), False),
        (listed(["Featherstonehaugh"] * 3), False),  # its one word is wider than each of the heading's
        (STRETCHED % "Save changes", False),  # the heading's box is as wide as the name makes it
        (STRETCHED % "<span style='display:flex;justify-content:space-between'>Save <i>changes</i></span>", False),
        (STRETCHED % "<b style='position:absolute'>Save changes Save changes Save changes</b>", False),
        (listed(["Jane Maria van Haddad"] * 3, head="<div style='padding:0 99px'>Save changes</div>"), True),
        (listed(["Li"] * 3, head="<form><input type=hidden name=parentElement>Save changes</form>"), True),
        (listed(["<b style='display:block;min-width:300px'>Li</b>"] * 3), False),
        (listed(["<b style='display:flex'>Li<i style='width:300px'></i></b>"] * 3), False),
        (f"<div style='display:inline-block'>Jane Doe{listed(PUPILS)}</div>", False),
    ],
)
def test_a_column_tells_its_width_where_many_names_or_none_decide_it(
    page: Page, desk: Desk, body: str, *, is_told: bool
) -> None:
    recorded(page, desk, body)
    assert [width is not None for width, _ in sizes(desk, "th")] == 3 * [is_told]
    assert {width for width, _ in sizes(desk, "td")} <= {None}


def test_a_column_tells_its_width_no_more_when_rows_go(page: Page, desk: Desk) -> None:
    recorded(page, desk, LONG)
    page.evaluate("rows.firstChild.remove()")
    told(page, desk)
    assert later(desk, "rr_width") == 3 * ["None"]


def test_columns_hold_their_widths_where_the_table_has_no_room(browser: Browser, page: Page, desk: Desk) -> None:
    in_lines = "<style>td{white-space:nowrap}</style>"
    recorded(page, desk, f"{in_lines}<div style='width:120px;overflow:auto'>{LONG}</div>")
    widths = "(top) => [...top.querySelectorAll('th')].map((head) => head.getBoundingClientRect().width)"
    live = page.evaluate(f"({widths})(document)")
    assert sum(live) > 150
    with replaying(browser, list(rendered(desk.events(), {}, 0))) as player:
        replayed = player.evaluate(f"({widths})(replayer.iframe.contentDocument)")
    assert replayed == pytest.approx(live, abs=0.1)


@pytest.mark.parametrize(
    "beside", ["", "<b style='flex:0 0 120px'>Omar Li</b>", "<b>Omar Li</b>", "<b style='flex:0 1 auto'>Omar Li</b>"]
)
def test_a_list_that_gets_the_rest_of_a_row_tells_its_columns_unless_a_name_is_beside_it(
    page: Page, desk: Desk, beside: str
) -> None:
    row = f"<i style='flex:0 0 90px'></i>{beside}<s style='flex:1;min-width:0'>{LONG}</s>"
    recorded(page, desk, f"<div style='display:flex;width:900px'>{row}</div>")
    assert [width is None for width, _ in sizes(desk, "th")] == 3 * [bool(beside) and "120px" not in beside]


@pytest.mark.parametrize(
    ("share", "is_told"),
    [
        ("flex:0 0 auto;width:80%", True),
        ("flex:0 0 80%;max-width:80%", True),
        ("flex:0 0 10%", False),  # it may be as wide as its longest word
        ("flex:0 1 auto;width:80%", False),
        ("flex:1 0 auto;width:50%", False),
    ],
)
def test_a_list_in_a_grid_of_shares_tells_its_columns(page: Page, desk: Desk, share: str, *, is_told: bool) -> None:
    row = f"<b style='flex:0 0 auto;width:20%'>Omar Li</b><s style='{share}'>{LONG}</s>"
    recorded(page, desk, f"<div style='display:flex;flex-wrap:wrap;width:900px'>{row}</div>")
    assert [width is not None for width, _ in sizes(desk, "th")] == 3 * [is_told]


def test_a_readable_label_keeps_its_width_too(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<button style='box-sizing:border-box;width:auto'>Save changes</button><button>Jane</button>")
    width = page.evaluate("getComputedStyle(document.querySelector('button')).width")
    widths = {one[0] for one in sizes_of_buttons(desk)}
    # Rounded up: in a box that is a hundredth too narrow for its words, the line breaks.
    assert widths == {None, f"{ceil(float(width[:-2]) * 100 - 0.001) / 100:g}px"}


def sizes_of_buttons(desk: Desk) -> list[tuple[str | None, str | None]]:
    """As `sizes`, where a width may be missing."""
    snapshot = next(one for one in desk.events() if one["type"] == SNAPSHOT)
    return [
        (one["attributes"].get("rr_width"), one["attributes"].get("rr_height"))
        for one in nodes(snapshot)
        if one["tagName"] == "button"
    ]


def test_no_width_is_told_that_a_name_beside_it_decides(page: Page, desk: Desk) -> None:
    recorded(
        page,
        desk,
        """<div style="display:flex;width:400px"><span>Jane Doe</span><input style="flex:1;min-width:0"></div>
        <table><tr><td>Jane Doe</td></tr><tr><td><input style="width:100%;box-sizing:border-box"></td></tr></table>
        <div style="float:left">Jane Doe<canvas style="width:100%;height:8px"></canvas></div>
        <select><option>Jane Doe</option></select>""",
    )
    assert {width for width, _ in sizes(desk, "input")} == {None}
    assert sizes(desk, "canvas") == [(None, None)]
    assert [width for width, _ in sizes(desk, "select")] == [None]


def test_what_is_drawn_keeps_the_box_of_its_own_box_sizing(page: Page, desk: Desk) -> None:
    recorded(
        page,
        desk,
        """<img width=40 height=30 style="padding:5px;transform:scale(2)"><canvas width=77 height=33></canvas>
        <video style="box-sizing:border-box;width:90px;height:50px;padding:4px"></video>
        <svg width=16 height=16></svg>""",
    )
    assert sizes(desk, "img") == [("40px", "30px")]
    assert sizes(desk, "canvas") == [("77px", "33px")]
    assert sizes(desk, "video") == [("90px", "50px")]
    assert sizes(desk, "svg") == [("16px", "16px")]


def test_what_comes_or_changes_later_is_measured_after_the_frame(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<p id=one style='width:100px'>Jane</p><div id=two></div>")
    page.evaluate("one.textContent = 'Jane Doe was here and went away again, as one does'")
    page.evaluate("two.innerHTML = '<h3>Omar</h3><canvas width=31 height=9></canvas>'")
    height = page.evaluate("getComputedStyle(one).height")
    told(page, desk)
    assert sorted(later(desk, "rr_height")) == sorted([height, "20px", "9px"])
    assert later(desk, "rr_width") == ["31px"]


def test_a_box_that_grows_around_the_same_text_is_told(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<button id=one style='line-height:20px;padding:1px;border:0'>Jane</button>")
    page.evaluate("one.style.padding = '9px'")
    told(page, desk)
    assert later(desk, "rr_height") == ["22px", "38px"]


def test_a_height_is_taken_back_where_a_block_comes_behind_the_lines(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<ul><li id=row><span>Jane Doe</span></li></ul>")
    page.evaluate("row.append(Object.assign(document.createElement('p'), { textContent: 'Omar Haddad' }))")
    told(page, desk)
    changes = [one for event in desk.events() for one in event["data"].get("attributes", ())]
    assert {"rr_height": None, "rr_lines": None} in [one["attributes"] for one in changes]


def test_a_style_of_the_page_does_not_lose_the_kept_size(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<p id=one>Jane</p>")
    page.evaluate("one.setAttribute('style', 'color: red')")
    told(page, desk)
    assert later(desk, "rr_height") == ["20px"]


def test_lines_that_stand_upright_keep_their_breadth_and_not_their_length(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<p style='writing-mode:vertical-rl;float:left'>Jane Doe</p>")
    assert sizes(desk, "p") == [("20px", None)]


def test_another_script_does_not_make_lines_higher(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<section style='line-height:normal'><h1>Ann</h1><h2>Ann</h2><h1>王小明 สมชาย</h1></section>")
    assert len(set(sizes(desk, "h1"))) == 1


def test_an_excluded_box_tells_no_more_of_its_width_than_a_mask(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<span class=left-out style='display:inline-block'>Jane Doe, of 12 Long Street in Town</span>")
    assert sizes(desk, "span") == [("128px", "20px")]


def test_names_that_break_in_a_narrow_column_do_not_tell_their_lines(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<div style='width:40px'><p>Jane Doe-Haddad</p></div><h1>Jane Doe-Haddad</h1>")
    assert sizes(desk, "p") == [(None, None)]
    assert len(sizes(desk, "h1")) == 1
    assert None not in {height for _, height in sizes(desk, "h1")}


def test_a_picture_that_is_missing_tells_nothing_of_its_words(page: Page, desk: Desk) -> None:
    recorded(page, desk, "<img src=/none alt='Jane Doe'><img src=/none alt=Jane>")
    told(page, desk)
    assert sizes(desk, "img") == [(None, None), (None, None)]
