"""Compares what rasterize and normalize make of the inputs in tests/golden with the arrays pinned there.

The tests ask it with the OpenCV of ``.venv``; ``make build`` runs it with the one that the bundle gets, which was built
from other options and has to give the same pictures: the network was trained on those.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.files import read_page_image
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import ink_to_model_image

GOLDEN: Final = Path(__file__).resolve().parent.parent / "tests" / "golden"
ARRAYS: Final = GOLDEN / "model_images.npz"
INKS: Final = json.loads((GOLDEN / "ink.json").read_text("utf-8"))
PICTURES: Final = sorted(path.name for path in GOLDEN.iterdir() if path.suffix in {".png", ".jpg", ".webp", ".tif"})


def model_image(name: str) -> np.ndarray:
    """What the network would be given.

    Args:
        name: of an ink or of a picture file in tests/golden.

    Returns:
        (96, 96) float32 in [0, 255], 255 is full ink.
    """
    if name in INKS:
        return ink_to_model_image(Ink.from_coordinates(INKS[name]))
    return normalize(read_page_image(GOLDEN / name))


def differences() -> dict[str, float]:
    """For each input the largest distance of a pixel from the pinned array, in grey levels."""
    with np.load(ARRAYS) as pinned:
        return {name: float(np.abs(model_image(name) - pinned[name]).max()) for name in [*INKS, *PICTURES]}


def main() -> int:
    """Print what differs; 1 where it is more than allowed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grey-levels", type=int, default=0, help="how far a pixel may be off; %(default)s")
    limit = parser.parse_args().grey_levels
    found = differences()
    wrong = {name: difference for name, difference in found.items() if difference > limit}
    for name, difference in wrong.items():
        print(f"{name}: a pixel is {difference:.3g} grey levels off; {limit} are allowed.", file=sys.stderr)
    if not wrong:
        print(f"The {len(found)} golden arrays come out at most {max(found.values()):.3g} grey levels off")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
