"""Draw the mask font and print it as a `data:` address.

One glyph, U+2587, half an em wide and seven eighths of a line's x-height block, so that a mask of two groups of four
takes four em in every replay, whatever fonts the viewer's machine has. Needs fontTools, which nothing else here needs:

    pip install fonttools && python console/mask_font.py, and put what it prints into spec/player.json
"""

import base64
import io

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

EM = 1024
MASK = 0x2587


def block(width: int, height: int) -> object:
    """Draw a rectangle that stands on the base line, with a hair of space at each side."""
    pen = TTGlyphPen(None)
    pen.moveTo((16, 0))
    pen.lineTo((16, height))
    pen.lineTo((width - 16, height))
    pen.lineTo((width - 16, 0))
    pen.closePath()
    return pen.glyph()


def build() -> bytes:
    """Return the font as WOFF, without any table that a browser does not ask for."""
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "mask"])
    builder.setupCharacterMap({MASK: "mask"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "mask": block(EM // 2, 640)})
    builder.setupHorizontalMetrics({".notdef": (EM // 2, 0), "mask": (EM // 2, 16)})
    builder.setupHorizontalHeader(ascent=820, descent=-204)
    builder.setupNameTable({})
    builder.setupOS2(sTypoAscender=820, sTypoDescender=-204, usWinAscent=820, usWinDescent=204)
    builder.setupPost(keepGlyphNames=False)
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
    font = build()
    print(f"data:font/woff2;base64,{base64.b64encode(font).decode()}")
