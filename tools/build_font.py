"""Makes ``resources/fonts/HCCRSans-Regular.otf``: the part of Noto Sans CJK SC that this program shows.

Run on Debian or Ubuntu, by hand, when the window's texts gain a character the font lacks (a test tells):

    .venv/bin/python tools/build_font.py

The source is Debian's package ``fonts-noto-cjk``, fetched with ``apt-get download`` and never installed. Its
licence, the SIL Open Font License 1.1, is kept beside the result. It reserves no font name, but Noto is a trademark,
so the subset is called "HCCR Sans": no one shall take it for the original.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.lexicon.lexicon import Lexicon
from hccr_desktop.paths import fonts_dir

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = "fonts-noto-cjk"
COLLECTION = "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
FACE = "Noto Sans CJK SC"
FAMILY = "HCCR Sans"
FILE_NAME = "HCCRSans-Regular.otf"
MAX_BYTES = 3_000_000
UNDRAWN = frozenset("⁄☰☱☲☳☵☷䷟䷨\U0002bd95")
"""What the lexicon's meanings hold and Noto Sans CJK lacks: trigrams, a fraction bar, one rare fish."""

# Windows name ids of the OpenType specification.
FAMILY_ID, STYLE_ID, UNIQUE_ID, FULL_NAME_ID, POSTSCRIPT_ID = 1, 2, 3, 4, 6
KEPT_NAME_IDS = (0, 5, 13, 14)  # copyright, version, licence and its address: what the licence asks for


def wanted_characters() -> set[str]:
    """Every character that the window may have to draw."""
    characters = set(gb2312_level1())
    characters |= {chr(code) for code in range(0x20, 0x7F)}
    characters |= {chr(code) for code in range(0xA0, 0x100)}
    characters |= set("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹḿĀÁǍÀĒÉĚÈĪÍǏÌŌÓǑÒŪÚǓÙǕǗǙǛÜ\u0300\u0301\u0304\u030c\u0308")
    characters |= set("–—―‘’“”•…‰′″‹›←↑→↓≈≠≤≥√□■△▲▼○●◎☆★█▏▎▍▌▋▊▉")
    # Rows 1, 3 and 8 of GB2312: punctuation and symbols, full-width ASCII, pinyin and bopomofo.
    for row in (1, 3, 8):
        characters |= set(_gb2312_row(row))
    return characters | texts_of_the_window() | texts_of_the_lexicon()


def texts_of_the_window() -> set[str]:
    """Characters beyond ASCII in the window's sources and translations."""
    files = [
        *(REPOSITORY / "hccr_desktop").rglob("*.py"),
        *(REPOSITORY / "resources" / "translations").glob("*.ts"),
    ]
    return {character for file in files for character in file.read_text("utf-8") if ord(character) > 0x7F}


def texts_of_the_lexicon() -> set[str]:
    """Characters of readings, meanings, radicals and traditional forms, many of them outside the 3,755."""
    lexicon = Lexicon.open()
    entries = [entry for entry in map(lexicon.entry, gb2312_level1()) if entry is not None]
    return {
        character
        for entry in entries
        for text in (*entry.readings, entry.long_gloss, *entry.traditional, entry.radical.character)
        for character in text
        if character.isprintable()
    }


def _gb2312_row(row: int) -> Iterable[str]:
    for cell in range(1, 95):
        try:
            yield bytes((0xA0 + row, 0xA0 + cell)).decode("gb2312")
        except UnicodeDecodeError:
            continue


def fetch_face(folder: Path) -> TTFont:
    """Download Debian's package into a folder and open the face of it that has the forms of mainland China."""
    subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, check=True)
    package = next(folder.glob("*.deb"))
    print(f"source: {package.name}, sha256 {hashlib.sha256(package.read_bytes()).hexdigest()}")
    subprocess.run(["dpkg-deb", "-x", package.name, "."], cwd=folder, check=True)
    for font in TTCollection(folder / COLLECTION, lazy=True).fonts:
        if font["name"].getDebugName(FAMILY_ID) == FACE:
            return font
    raise SystemExit(f"{COLLECTION} has no face named {FACE}")


def make_subset(font: TTFont, characters: set[str]) -> None:
    """Cut a font down to some characters, without hinting, in place."""
    options = subset.Options()
    options.hinting = False  # Qt draws the candidates large; hints are a fifth of the file
    options.layout_features = ["ccmp", "kern", "mark", "mkmk"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "VORG", "vhea", "vmtx", "BASE", "STAT"]  # nothing here is set vertically
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Give a font the family name of this project and keep its copyright and licence, in place."""
    name = font["name"]
    kept = {name_id: name.getDebugName(name_id) for name_id in KEPT_NAME_IDS}
    postscript = FAMILY.replace(" ", "") + "-Regular"
    texts = kept | {
        FAMILY_ID: FAMILY,
        STYLE_ID: "Regular",
        UNIQUE_ID: f"{postscript};{kept[5]}",
        FULL_NAME_ID: FAMILY,
        POSTSCRIPT_ID: postscript,
    }
    name.names = []
    for name_id, text in texts.items():
        if text:
            name.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = FAMILY, FAMILY


def main() -> None:
    """Build the font and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=fonts_dir() / FILE_NAME)
    output = parser.parse_args().output
    with tempfile.TemporaryDirectory() as folder:
        font = fetch_face(Path(folder))
        characters = wanted_characters()
        missing = sorted(characters - {chr(code) for code in font.getBestCmap()})
        make_subset(font, characters)
        rename(font)
        font.recalcTimestamp = False  # the same source gives the same file
        font.save(output)
    print(f"{output.name}: {output.stat().st_size:,} bytes, {len(characters) - len(missing):,} characters")
    if missing:
        print("not in the source:", " ".join(f"U+{ord(character):04X}" for character in missing))
    if output.stat().st_size > MAX_BYTES:
        sys.exit(f"the font is larger than {MAX_BYTES:,} bytes")


if __name__ == "__main__":
    main()
