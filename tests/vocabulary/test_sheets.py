"""Known sheets and listed assets: kept cleaned, joined only whole, and gone when they are withdrawn."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from milkglass.errors import Invalid, NotFound
from milkglass.policy.packing import Find, hash32
from milkglass.vocabulary.assets import clean_asset, media_of
from milkglass.vocabulary.entries import Proposal
from milkglass.vocabulary.sheets import SheetSeen, clean_sheet, names_of
from tests.vocabulary.room import APPLICATION, BY, REFUSE, Room, entry, opened

SVG = (
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script><title>Jane</title>"
    b"<foreignObject><p>Jane</p></foreignObject><image href='https://cdn.example/jane.png'/><!-- Jane -->"
    b"<use href='#shape'/><a href='javascript:alert(1)'><path d='M0 0'/></a>"
    b"<path id='shape' d='M1 1h3' style='fill:url(https://x.example/a)' fill='url(#g)'/></svg>"
)
CHUNK = b"\0\0\0\x04tEXtJane" + zlib.crc32(b"tEXtJane").to_bytes(4, "big")
PNG = b"\x89PNG\r\n\x1a\n" + CHUNK + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe1\x00\x06Jane\xff\xdb\x00\x03A\xff\xda\x00\x02picture\xff\xd9"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with opened(tmp_path) as one:
        yield one


def clean(text: str, **more: dict[str, str]) -> str:
    return clean_sheet(SheetSeen(text=text, base="https://app.example/css/app.css", **more))


def sheet(sha256: str, address: str = "/static/app.css", rules: int = 2) -> Proposal:
    return Proposal(
        kind="s", said="", source="learn", where="/chat", group=address, sha256=sha256, address=address, rules=rules
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("/* Jane */.a{color:red}", ".a{color:red}"),
        (".a{background:url(/u/jane.png) no-repeat}", ".a{background:none no-repeat}"),
        (".a{background:url('https://x.example/?u=jane')}", ".a{background:none}"),
        (".a{fill:url(#g)}", '.a{fill:url("#g")}'),
        (".a{background:image-set('a.png' 1x,'b.png' 2x)}", ".a{background:image-set(none 1x,none 2x)}"),
        (".a{width:expression(alert(1))}", ".a{width:none}"),
        (".a{behavior:url(x.htc);-moz-binding:url(x)}", ".a{gone:none;gone:none}"),
        (".a{background:url(javascript:alert(1))}", ".a{background:none}"),
        (".a{background:url(data:text/html,<b>)}", ".a{background:none}"),
        ("@font-face{font-family:I;src:url(i.eot),local(Arial)}", "@font-face{font-family:I;;src:local(Arial);;}"),
        ("@import url(none.css);.a{color:red}", "@media not all{}.a{color:red}"),
    ],
)
def test_what_could_fetch_run_or_tell_is_not_kept(text: str, kept: str) -> None:
    assert clean(text) == kept
    assert clean(kept) == kept, "what is kept comes out as it went in"


def test_an_import_becomes_one_group_in_its_place_with_layer_condition_and_media() -> None:
    imports = {
        "https://app.example/css/base.css": "@import 'deep.css';.b{color:red}",
        "https://app.example/css/deep.css": ".c{color:blue}",
    }
    text = '@import url("base.css") layer(base.reset) supports(display: grid) screen and (min-width: 10px);.a{top:0}'
    assert clean(text, imports=imports) == (
        "@media screen and (min-width: 10px){@supports (display: grid){@layer base.reset{"
        "@media all{.c{color:blue}}.b{color:red}}}}.a{top:0}"
    )
    with pytest.raises(Invalid):
        clean("@import 'app.css';", imports={"https://app.example/css/app.css": "@import 'app.css';"})


def test_only_listed_addresses_stay_and_only_as_marks() -> None:
    listed = {"https://app.example/img/logo.svg": "a" * 64, "https://app.example/css/i.woff2?v=2": "b" * 64}
    kept = clean(
        ".a{background:url(../img/logo.svg#x)}@font-face{font-family:I;src:url(i.eot),url(i.woff2?v=2)format('woff2')}",
        assets=listed,
    )
    assert f'url("milkglass:{"a" * 64}")' in kept
    assert kept.endswith(f'src:url("milkglass:{"b" * 64}")format("woff2");;}}')


def test_the_names_of_a_sheet_are_all_that_it_shares_with_a_page() -> None:
    text = (
        ".md\\:flex>#top[data-state='open ready']:is(.q,.r)::after{--gap:1px;animation:spin 1s}"
        "@keyframes spin{to{top:0}}@layer base.reset;@container side (min-width:1px){.in{color:var(--ink)}}"
        "@media print{.p{&.nested{top:0}}}[class^='col-']{top:0}[onclick]{top:0}[href='/x']{top:0}[type=text]{top:0}"
    )
    assert names_of(text) == {
        *("md:flex", "top", "data-state", "open", "ready", "q", "r", "--gap", "spin", "base", "reset", "side", "in"),
        *("--ink", "p", "nested"),
    }


def test_an_svg_is_written_anew_without_scripts_foreign_parts_and_addresses() -> None:
    kept = clean_asset(SVG).content
    for gone in (b"script", b"onload", b"Jane", b"foreign", b"https:", b"javascript", b"image"):
        assert gone not in kept
    assert b'<use href="#shape"' in kept
    assert b'fill="url(#g)"' in kept
    assert clean_asset(kept).content == kept
    assert clean_asset(b"<svg xmlns='http://www.w3.org/2000/svg'><text>Jane</text></svg>").said == ("Jane",)


@pytest.mark.parametrize(
    "content", [b"", b"<html/>", b"GIF", b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg/>", b"\0" * 2_000_000]
)
def test_bytes_of_no_known_kind_are_refused_whatever_they_are_called(content: bytes) -> None:
    with pytest.raises(Invalid):
        clean_asset(content)


def test_what_is_written_beside_a_picture_goes() -> None:
    assert b"Jane" not in clean_asset(PNG).content
    assert b"IEND" in clean_asset(PNG).content
    assert b"Jane" not in clean_asset(JPEG).content
    assert clean_asset(JPEG).content.endswith(b"\xff\xda\x00\x02picture\xff\xd9")
    assert media_of(b"RIFF\0\0\0\0WEBPVP8 ") == "image/webp"


def test_an_approved_sheet_brings_its_names_and_is_found_by_hash_and_count(room: Room) -> None:
    logo = room.vocabulary.keep_asset(SVG)
    seen = SheetSeen(
        text=".row .is-open{background:url(/logo.svg)}#x{top:0}",
        base="https://app.example/a.css",
        assets={"https://app.example/logo.svg": logo.sha256},
    )
    kept = room.vocabulary.keep_sheet(seen)
    asset = Proposal(
        kind="a", said="", source="learn", where="/", group="assets", sha256=logo.sha256, address="/logo.svg?v=1"
    )
    inline = Proposal(kind="s", said="", source="learn", where="/", group="/", sha256=kept, hash=77, rules=2)
    nowhere = Proposal(kind="s", said="", source="learn", where="/", group="/", sha256=kept, rules=2)
    assert room.propose(sheet(kept), inline, asset, nowhere).unfit == 1
    assert room.publish(entry("Save")) == 1, "nothing is known before it is approved"
    room.approve_all()
    version = room.publish(entry("Save"))
    words = room.vocabulary.words(APPLICATION, version)
    assert words
    assert set(words.names) == {"row", "is-open", "x"}
    (number,) = words.sheet_numbers
    assert words.sheets == {Find(hash32("/static/app.css"), 2): number, Find(77, 2): number}
    assert words.assets == {hash32("/logo.svg?v=1"): next(iter(words.asset_numbers))}
    joined = room.vocabulary.joined(APPLICATION, [f"s{number}", "s99", "t1"])
    assert list(joined) == [f"s{number}"]
    assert 'url("data:image/svg+xml;base64,' in joined[f"s{number}"]


def test_a_sheet_with_a_name_that_can_be_no_entry_warns_and_is_never_joined(room: Room) -> None:
    kept = room.vocabulary.keep_sheet(SheetSeen(text=f".{'a' * 300}{{top:0}}"))
    room.propose(sheet(kept))
    assert room.open()[0].warnings == ("names",)
    room.approve_all()
    room.publish()
    words = room.vocabulary.words(APPLICATION, 1)
    assert words
    assert not words.sheets


def test_a_sheet_that_names_somebody_warns(room: Room) -> None:
    room.vocabulary.set_roster(APPLICATION, ["Jane Doe"], BY.at)
    for place, text in enumerate((".student-jane-doe{top:0}", ".a::after{content:'Jane Doe'}", ".b{top:0}")):
        room.propose(sheet(room.vocabulary.keep_sheet(SheetSeen(text=text)), f"/{place}.css"))
    assert [one.warnings for one in room.open()] == [("roster",), ("roster",), ()]


def test_the_bytes_of_what_is_refused_or_withdrawn_are_gone_and_the_sheet_leaves_a_gap(room: Room) -> None:
    logo = room.vocabulary.keep_asset(PNG)
    kept = room.vocabulary.keep_sheet(
        SheetSeen(
            text=".a{background:url(/l.png)}",
            base="https://a.example/",
            assets={"https://a.example/l.png": logo.sha256},
        )
    )
    asset = Proposal(kind="a", said="", source="learn", where="/", group="x", sha256=logo.sha256, address="/l.png")
    room.propose(sheet(kept), asset)
    room.approve_all()
    room.publish()
    sheets, assets = ([one.id for one in room.all() if one.kind == kind] for kind in ("s", "a"))
    room.vocabulary.decide(APPLICATION, assets, REFUSE, BY)
    assert room.vocabulary.notes(logo.sha256), "still published: an entry names it"
    room.publish()
    with pytest.raises(NotFound):
        room.vocabulary.notes(logo.sha256)
    assert "about:invalid" in next(iter(room.vocabulary.joined(APPLICATION, ["s1", "s2", "s3"]).values()))
    room.vocabulary.decide(APPLICATION, sheets, REFUSE, BY)
    room.publish()
    with pytest.raises(NotFound):
        room.vocabulary.notes(kept)
    assert room.vocabulary.joined(APPLICATION, ["s1", "s2", "s3"]) == {}


def test_a_class_called_as_what_may_run_stays_a_token_and_the_sheet_is_joined(room: Room) -> None:
    room.propose(
        sheet(
            room.vocabulary.keep_sheet(
                SheetSeen(text=".onclick{top:0}.online{top:0}.row{top:0}.\\[\\&\\>b\\]\\:p{top:0}")
            )
        )
    )
    assert room.open()[0].warnings == ()
    room.approve_all()
    words = room.vocabulary.words(APPLICATION, room.publish())
    assert words
    assert len(words.sheets) == 1
    assert set(words.names) == {"online", "row", "[&>b]:p"}
