"""Fonts as a bank of bitmaps: every face drawn once, then mapped into memory by every run.

Run ``python -m hccr_training.sources.fonts FOLDER... -o training/.work/fonts``; training/fetch.sh does.
"""

import argparse
import logging
import re
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_training.sources.banks import BitmapBank

logger = logging.getLogger(__name__)

SIDE_PX: Final = 128
"""One bit a pixel at 128 px holds more of a stroke's edge than eight bits at 64, in half the space."""

_DRAWN_PX: Final = 180
_MARGIN_PX: Final = 4

FACE_WEIGHTS: Final[Mapping[str, float]] = {
    "liu-jian-mao-cao": 0.6,  # grass script: many characters are no longer told apart
    "SmileySans-Oblique": 0.3,  # the printed faces teach the shape, not the hand
    "MaokenAssortedSans1.30": 0.5,
    "wqy-microhei": 0.3,
    "mochiy-pop-one": 0.4,
    "zcool-qingke-huangyou": 0.4,
    "zcool-xiaowei": 0.5,
}
"""How often a face is drawn against the others; 1 where it is not named. Judged by eye on a contact sheet."""

_LEFT_OUT: Final = re.compile(r"庞门正道轻松体|^字体$|dyh|Mono-|KleeOne-Regular|Sousyo|setofont-ex")
"""Faces that fill their counters; second copies of Smiley Sans, LXGW WenKai and Klee One; grass script, which few can
read."""

_FONT_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".woff2"})


def find_faces(folders: Iterable[Path]) -> dict[str, list[Path]]:
    """Font files by face; a face from npm is cut into many woff2 slices.

    Returns:
        Face name to its files, sorted. Of a family's weights the regular one is taken where the name says it.
    """
    faces: dict[str, list[Path]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _FONT_SUFFIXES and (name := _face_name(path)):
                faces.setdefault(name, []).append(path)
    return dict(sorted(faces.items()))


def _face_name(path: Path) -> str:
    """The face a file belongs to; empty where it is to be left out."""
    if path.suffix == ".woff2" and path.parent.name == "files":  # @fontsource: NAME/files/NAME-SLICE-400-normal.woff2
        family = next(part for part in reversed(path.parts[:-2]) if part != "package")
        name = family.removeprefix("fontsource-") if "-400-normal" in path.stem else ""
    elif path.suffix == ".woff2":  # @chinese-fonts: dist/NAME/hash.woff2
        name = path.parent.name
    else:
        name = path.stem
    return "" if _LEFT_OUT.search(name) or _LEFT_OUT.search(str(path.parent)) else name


def draw_face(paths: Iterable[Path]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Draw all characters a face has.

    Returns:
        (glyphs,) int32 classes, rising, and (glyphs, 2048) uint8 packed bits of 128 x 128 px, the aspect ratio kept.
    """
    drawn: dict[int, npt.NDArray[np.uint8]] = {}
    for path in paths:
        try:
            # fontTools leaves a file of its own open when it fails
            with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
                covered = set(font.getBestCmap() or ())
            face = ImageFont.truetype(path, _DRAWN_PX)
        except (OSError, TTLibError, KeyError) as error:
            logger.warning("%s cannot be read as a font: %s", path, error)
            continue
        for number, character in enumerate(gb2312_level1()):
            if ord(character) in covered and number not in drawn:
                bitmap = _draw(face, character)
                if bitmap is not None:
                    drawn[number] = np.packbits(bitmap)
    order = sorted(drawn)
    bits = [drawn[number] for number in order]
    return np.array(order, np.int32), np.stack(bits) if bits else np.zeros((0, SIDE_PX**2 // 8), np.uint8)


def _draw(face: ImageFont.FreeTypeFont, character: str) -> npt.NDArray[np.bool_] | None:
    """(128, 128) bool, fitted; None where the face has an empty or a tiny glyph, as some have for what they lack."""
    page = Image.new("L", (2 * _DRAWN_PX, 2 * _DRAWN_PX), 0)
    ImageDraw.Draw(page).text((_DRAWN_PX // 2, _DRAWN_PX // 2), character, font=face, fill=255)
    box = page.getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) < _DRAWN_PX / 4:
        return None
    cropped = np.asarray(page)[box[1] : box[3], box[0] : box[2]]
    height, width = cropped.shape
    scale = (SIDE_PX - 2 * _MARGIN_PX) / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    fitted = cv2.resize(cropped, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    square = np.zeros((SIDE_PX, SIDE_PX), bool)
    top, left = (SIDE_PX - size[1]) // 2, (SIDE_PX - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = fitted > 127
    return square


def load_fonts(folder: Path) -> list[tuple[float, BitmapBank]]:
    """The bank, with each face's weight.

    Raises:
        SampleSetError: the folder holds no bank, or a damaged one.
    """
    names = [path.name.removesuffix(".bits.npy") for path in sorted(folder.glob("*.bits.npy"))]
    banks = [(FACE_WEIGHTS.get(name, 1.0), load_face(folder, name)) for name in names]
    if not banks:
        raise SampleSetError(f"{folder} holds no fonts; training/fetch.sh fetches and draws them.")
    return banks


def load_face(folder: Path, name: str) -> BitmapBank:
    """One face of the bank.

    Raises:
        SampleSetError: the folder does not have it, or it is damaged.
    """
    path = folder / f"{name}.bits.npy"
    try:
        bits = np.load(path, mmap_mode="r")
        classes = np.load(path.with_name(f"{name}.classes.npy"))
    except FileNotFoundError as error:
        raise SampleSetError(f"{path} does not exist; training/fetch.sh makes it.", detail=str(error)) from error
    except (OSError, ValueError, EOFError) as error:
        raise SampleSetError(f"{path} is damaged; training/fetch.sh makes it anew.", detail=str(error)) from error
    if bits.shape != (len(classes), SIDE_PX**2 // 8):
        raise SampleSetError(f"{path} does not fit its classes; training/fetch.sh makes it anew.")
    return BitmapBank(classes.astype(np.int32), bits, side=SIDE_PX, is_stretched=False)


def _build(task: tuple[str, list[Path], Path]) -> str:
    name, paths, folder = task
    classes, bits = draw_face(paths)
    if len(classes):
        np.save(folder / f"{name}.bits.npy", bits)
        np.save(folder / f"{name}.classes.npy", classes)
    return f"{name}: {len(classes)} characters"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.sources.fonts", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="searched for .ttf, .otf, .ttc and .woff2")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the bank")
    options = parser.parse_args(arguments)
    options.output.mkdir(parents=True, exist_ok=True)
    faces = find_faces(options.folders)
    if not faces:
        print(f"No font in {', '.join(map(str, options.folders))}.", file=sys.stderr)
        return 2
    with ProcessPoolExecutor() as pool:
        for line in pool.map(_build, [(name, paths, options.output) for name, paths in faces.items()]):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
