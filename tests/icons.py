"""`python -m tests.icons`: writes webapp/static/icons.woff2, those of NiceGUI's icons that our pages show.

The whole font is half of what a page of NiceGUI weighs; the icons are Google's Material Icons (Apache License 2.0).
"""

import ast
import re
from io import BytesIO
from pathlib import Path

import nicegui
from fontTools import subset
from fontTools.ttLib import TTFont

from tests.webapp.server import REPOSITORY

ICONS = REPOSITORY / "webapp" / "static" / "icons.woff2"
_STATIC = Path(nicegui.__file__).parent / "static"


def main() -> None:
    """Write the font."""
    ICONS.write_bytes(font_of(needed()))


def whole_font() -> Path:
    """Find NiceGUI's font of the icons, by its style sheet."""
    faces = (_STATIC / "fonts.css").read_text(encoding="utf-8").split("@font-face")
    ours = next(face for face in faces if re.search(r"font-family:\s*['\"]Material Icons['\"]", face))
    found = re.search(r"url\(['\"]?(?:\./)?([^)'\"]+\.woff2)", ours)
    assert found is not None
    return _STATIC / found[1]


def names_in(font: Path) -> set[str]:
    """List the icons of a font: the words that it draws as one sign."""
    return {name for name, _ in _ligatures(TTFont(font))}


def needed() -> set[str]:
    """List the icons that our pages and Quasar's own elements name; a word that only looks like one does no harm."""
    words = set()
    for file in (REPOSITORY / "webapp").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        words |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    quasar = (_STATIC / "quasar.umd.prod.js").read_text(encoding="utf-8")
    start = quasar.index('"material-icons"')
    words |= set(re.findall(r'"([a-z_0-9]+)"', quasar[start : quasar.index("}}", start)]))
    return words & names_in(whole_font())


def font_of(names: set[str]) -> bytes:
    """Cut out of the whole font what draws these icons."""
    options = subset.Options(flavor="woff2", layout_features=["rlig", "liga"], hinting=False, desubroutinize=True)
    font = subset.load_font(whole_font(), options)
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            _keep(getattr(table, "ExtSubTable", table), names, _letters(font))
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted({letter for name in names for letter in name})))
    subsetter.subset(font)
    written = BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()


def _ligatures(font: TTFont) -> list[tuple[str, str]]:
    letters = _letters(font)
    return [
        ("".join(letters.get(part, "?") for part in (first, *ligature.Component)), ligature.LigGlyph)
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(getattr(table, "ExtSubTable", table), "ligatures", {}).items()
        for ligature in ligatures
    ]


def _keep(table: object, names: set[str], letters: dict[str, str]) -> None:
    """Forget the ligatures of all other icons, so that nothing asks for their signs."""
    kept = {
        first: [one for one in ligatures if "".join(letters.get(p, "?") for p in (first, *one.Component)) in names]
        for first, ligatures in getattr(table, "ligatures", {}).items()
    }
    table.ligatures = {first: ligatures for first, ligatures in kept.items() if ligatures}  # type: ignore[attr-defined]


def _letters(font: TTFont) -> dict[str, str]:
    return {glyph: chr(code) for code, glyph in font.getBestCmap().items() if code < 0x80}


if __name__ == "__main__":
    main()
