"""The font of last resort: one empty box for every character that the typesetter's own fonts do not know.

PDF/UA forbids a character without a glyph, and what people write may hold any. With this font behind the others an
emoji is seen as a box, and is still itself when the text is read aloud, searched or copied.
`python -m lamppu_bot.report.make_font` (needs fontTools) writes templates/fonts/boxes.ttf anew.
"""

from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable
from fontTools.ttLib.tables._g_l_y_f import Glyph

FONT = Path(__file__).parent / "templates" / "fonts" / "boxes.ttf"
FAMILY = "Lamppu Boxes"

_EM, _WIDTH = 1000, 700
_FIRST, _LAST = 0x20, 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
# The format of a character map in which a whole range of characters shares a glyph.
_MANY_TO_ONE = 13


def make_font() -> bytes:
    """The font's bytes, the same every time."""
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box"])
    builder.setupCharacterMap({_FIRST: "box"})
    builder.setupGlyf({".notdef": _box(), "box": _box()})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "box"), (_WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": FAMILY.replace(" ", "")})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.font["cmap"].tables = [_every_character()]
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


def _box() -> Glyph:
    """An upright rectangle as high as a capital letter."""
    pen = TTGlyphPen(None)
    for corners in (((80, 0), (80, 700), (620, 700), (620, 0)), ((130, 50), (570, 50), (570, 650), (130, 650))):
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def _every_character() -> CmapSubtable:
    table = CmapSubtable.newSubtable(_MANY_TO_ONE)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.cmap = {code: "box" for code in range(_FIRST, _LAST + 1) if code not in _SURROGATES}
    return table


if __name__ == "__main__":
    FONT.parent.mkdir(exist_ok=True)
    FONT.write_bytes(make_font())
