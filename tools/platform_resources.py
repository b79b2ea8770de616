"""Writes what Windows and macOS show of a program besides its window: icons and version, into a folder.

``build.spec`` calls it. The icons are drawn from the SVG at build time, so that there is one picture to change.
"""

import os
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.build_deb import ICON, NAME, version

TITLE: Final = "HCCR Desktop"
PUBLISHER: Final = "The HCCR Desktop developers"
DESCRIPTION: Final = "Offline handwriting pad for Chinese"

ICO_SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows asks for in lists, task bar and desktop at 100 % to 200 %."""

ICNS_SIZES: Final[dict[str, int]] = {
    # Apple's names of those kinds that may hold a PNG, and the pixels of each; ic11 to ic14 are for double density.
    "ic11": 32,
    "ic12": 64,
    "ic07": 128,
    "ic13": 256,
    "ic08": 256,
    "ic14": 512,
    "ic09": 512,
    "ic10": 1024,
}


def png(size_px: int) -> bytes:
    """The icon as a PNG of so many pixels in width and height."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    application = QGuiApplication.instance() or QGuiApplication([])
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QIcon(str(ICON)).pixmap(QSize(size_px, size_px), 1.0).save(buffer, "PNG"):
        raise SystemExit(f"{ICON.name} cannot be drawn at {size_px} pixels")
    del application
    return bytes(content.data())


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """A Windows icon.

    Args:
        pictures: for each size in pixels, at most 256, a PNG.
    """
    offset = 6 + 16 * len(pictures)
    entries = []
    for size, picture in pictures.items():
        # A byte cannot say 256; 0 stands for it. Then no palette, one plane, 32 bits.
        entries.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset))
        offset += len(picture)
    return b"".join([struct.pack("<HHH", 0, 1, len(pictures)), *entries, *pictures.values()])


def icns(pictures: Mapping[str, bytes]) -> bytes:
    """An icon for macOS.

    Args:
        pictures: for each of Apple's kinds a PNG.
    """
    parts = b"".join(
        kind.encode("ascii") + struct.pack(">I", 8 + len(picture)) + picture for kind, picture in pictures.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def version_numbers(text: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows wants of a version such as ``1.2.3``."""
    numbers = [int(part) for part in text.split(".") if part.isdigit()][:4]
    return (*numbers, *[0] * (4 - len(numbers)))  # type: ignore[return-value]


def version_resource(program: str) -> str:
    """What Windows shows under Properties > Details, in the form that PyInstaller reads.

    Args:
        program: file name without ``.exe``.
    """
    text = version()
    strings = {
        "CompanyName": PUBLISHER,
        "FileDescription": TITLE if program == NAME else f"{TITLE}: {program} on the command line",
        "FileVersion": text,
        "InternalName": program,
        "LegalCopyright": f"{PUBLISHER}, MIT licence",
        "OriginalFilename": f"{program}.exe",
        "ProductName": f"{TITLE}: {DESCRIPTION}",
        "ProductVersion": text,
    }
    lines = ",\n        ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    numbers = version_numbers(text)
    return f"""\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1, subtype=0),
  kids=[
    StringFileInfo([
      StringTable('040904B0', [
        {lines}
      ])
    ]),
    VarFileInfo([VarStruct('Translation', [0x409, 1200])])
  ]
)
"""


def write(folder: Path) -> None:
    """Write ``hccr-desktop.ico``, ``hccr-desktop.icns``, and a version resource for each program."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.ico").write_bytes(ico({size: png(size) for size in ICO_SIZES}))
    (folder / f"{NAME}.icns").write_bytes(icns({kind: png(size) for kind, size in ICNS_SIZES.items()}))
    for program in (NAME, "hccr"):
        (folder / f"{program}-version.txt").write_text(version_resource(program), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
