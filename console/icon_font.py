"""Draw the font of icons and print it as the `icon_font` of spec/faces.json.

One glyph, a box an em wide, for every private-use character: what stands for an icon whose font was not kept. Needs
fontTools, which nothing else here needs:

    pip install fonttools brotli && python console/icon_font.py
"""

import base64
import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

EM = 1024
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0xF2000))


def square(pen: TTGlyphPen, near: int, far: int) -> None:
    """Draw a square from `near` to `far`, a little below the base line as icons stand."""
    pen.moveTo((near, near - 100))
    for point in ((near, far - 100), (far, far - 100), (far, near - 100)):
        pen.lineTo(point)
    pen.closePath()


def box() -> object:
    """Draw a frame: the inner square runs the other way round."""
    pen = TTGlyphPen(None)
    square(pen, 128, 896)
    square(pen, 816, 208)
    return pen.glyph()


def build() -> bytes:
    """Return the font as WOFF2."""
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "icon"])
    builder.setupCharacterMap({PRIVATE[0].start: "icon"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "icon": box()})
    builder.setupHorizontalMetrics({".notdef": (EM, 0), "icon": (EM, 128)})
    builder.setupHorizontalHeader(ascent=820, descent=-204)
    builder.setupNameTable({})
    builder.setupOS2(sTypoAscender=820, sTypoDescender=-204, usWinAscent=820, usWinDescent=204)
    builder.setupPost(keepGlyphNames=False)
    # Format 13 gives a whole range one glyph.
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.language, table.format = 3, 10, 0, 13
    table.cmap = {code: "icon" for span in PRIVATE for code in span}
    builder.font["cmap"].tables = [table]
    plain = io.BytesIO()
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.save(plain)
    plain.seek(0)
    font = TTFont(plain, recalcTimestamp=False)
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


if __name__ == "__main__":
    print(f"data:font/woff2;base64,{base64.b64encode(build()).decode()}")
