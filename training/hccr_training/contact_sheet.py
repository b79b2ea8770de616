"""What the network is fed, as one picture to look at.

Run ``python -m hccr_training.contact_sheet training/runs/NAME/run.toml -o sheet.png``: four rows of each kind.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import CLASSES
from hccr_desktop.errors import HccrError
from hccr_training.config import read_run
from hccr_training.dataset import load_banks
from hccr_training.synthesis.generator import KINDS, SampleGenerator

COLUMNS = 24


def tile(images: Sequence[npt.NDArray[np.generic]], columns: int = COLUMNS) -> npt.NDArray[np.uint8]:
    """Images side by side, dark ink on white.

    Args:
        images: of one size, values 0..255, ink bright on 0.
        columns: images in a row; the last row is filled with paper.
    """
    height, width = images[0].shape
    rows = -(-len(images) // columns)
    sheet = np.full((rows * height, columns * width), 255, np.uint8)
    for number, image in enumerate(images):
        top, left = number // columns * height, number % columns * width
        sheet[top : top + height, left : left + width] = 255 - image.astype(np.uint8)
    return sheet


def write_sheet(images: Sequence[npt.NDArray[np.generic]], path: Path) -> None:
    """Write images as a PNG, whatever the path's characters."""
    path.write_bytes(cv2.imencode(".png", tile(images))[1].tobytes())


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.contact_sheet", description=__doc__)
    parser.add_argument("run", type=Path, help="configuration of a run")
    parser.add_argument("-o", "--output", type=Path, required=True, help="PNG to write")
    parser.add_argument("--rows", type=int, default=4, help="rows of each kind")
    options = parser.parse_args(arguments)
    try:
        run = read_run(options.run)
        generator = SampleGenerator(load_banks(run.data), run.mix, seed=run.seed)
        random = np.random.default_rng(run.seed)
        images = [
            generator.draw(int(random.integers(CLASSES)), kind, random)
            for kind in KINDS
            for _ in range(options.rows * COLUMNS)
        ]
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    write_sheet(images, options.output)
    print(f"{options.output}: {options.rows} rows each of {', '.join(KINDS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
