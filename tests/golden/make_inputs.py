"""Draws the pictures of this folder. Run once; the files are committed, since encoders change between releases."""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).resolve().parent
INKS = {
    # Drawn by hand for this file, in units of a 100-wide square, y down.
    "ink yong": [
        [[46, 8], [50, 11], [55, 17]],
        [[30, 30], [41, 29.5], [52, 28], [53, 50], [53, 86], [47, 83], [41, 78]],
        [[12, 47], [24, 46.5], [36, 46], [30, 60], [10, 79]],
        [[84, 29], [72, 38], [60, 46]],
        [[55, 40], [60, 54], [66, 66], [78, 76], [94, 83]],
    ],
    "ink one": [[[5, 52], [30, 49], [62, 50], [96, 47]]],
    "ink dot and line": [[[50, 10]], [[50, 30], [50.5, 60], [49, 95]]],
    "ink tap": [[[3, 3]]],
    "ink joined": [[[10, 20], [80, 18], [30, 50], [85, 48], [15, 90], [60, 70], [90, 92]]],
}


def page(size: tuple[int, int], paper: int, ink: int, strokes: list, width: int) -> Image.Image:
    picture = Image.new("L", size, paper)
    draw = ImageDraw.Draw(picture)
    scale = min(size) / 130
    for stroke in strokes:
        draw.line([((x + 15) * scale, (y + 15) * scale) for x, y in stroke], fill=ink, width=width, joint="curve")
    return picture


def main() -> None:
    """Write ink.json and the pictures."""
    (HERE / "ink.json").write_text(json.dumps(INKS, indent=1), encoding="utf-8")
    yong, joined = INKS["ink yong"], INKS["ink joined"]
    page((300, 260), 255, 0, yong, 9).filter(ImageFilter.GaussianBlur(1)).save(HERE / "white.png")
    page((420, 420), 214, 70, joined, 7).filter(ImageFilter.GaussianBlur(2)).save(HERE / "grey.jpg", quality=80)
    page((200, 200), 20, 235, yong, 6).save(HERE / "dark.png")
    page((64, 64), 255, 30, joined, 3).save(HERE / "small.png")
    layer = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    layer.putalpha(Image.fromarray(255 - np.asarray(page((240, 240), 255, 0, yong, 8))))
    layer.save(HERE / "transparent.png")
    exif = Image.Exif()
    exif[0x0112] = 8
    page((260, 200), 250, 10, joined, 6).transpose(Image.Transpose.ROTATE_270).save(HERE / "turned.jpg", exif=exif)
    deep = np.asarray(page((220, 220), 240, 15, yong, 7), np.uint16) * 257
    Image.fromarray(deep).save(HERE / "sixteen-bit.png")


if __name__ == "__main__":
    main()
