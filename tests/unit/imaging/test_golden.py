"""Pinned answers of rasterize and normalize, on ink and pictures that this project drew.

Training and application share one normalizer; these arrays notice when a new release of OpenCV, Pillow or our own
code moves it. They are renewed with ``--update-golden``, which also means a new NORMALIZATION_ID and new weights.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.files import read_page_image
from hccr_desktop.imaging.normalize import NORMALIZATION_ID, normalize
from hccr_desktop.imaging.rasterize import ink_to_model_image

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
ARRAYS = GOLDEN / "model_images.npz"
MAX_DIFFERENCE = 1
"""Grey levels."""

INKS = json.loads((GOLDEN / "ink.json").read_text(encoding="utf-8"))
PICTURES = sorted(path.name for path in GOLDEN.iterdir() if path.suffix in {".png", ".jpg", ".webp", ".tif"})


def model_image(name: str) -> np.ndarray:
    return (
        ink_to_model_image(Ink.from_coordinates(INKS[name]))
        if name in INKS
        else normalize(read_page_image(GOLDEN / name))
    )


@pytest.mark.parametrize("name", [*INKS, *PICTURES])
def test_model_images_are_the_pinned_ones(name, request):
    image = model_image(name)
    pinned = dict(np.load(ARRAYS)) if ARRAYS.exists() else {}
    if request.config.getoption("--update-golden"):
        pinned[name] = np.rint(image).astype(np.uint8)
        np.savez_compressed(ARRAYS, **pinned)

    assert np.abs(image - pinned[name]).max() <= MAX_DIFFERENCE


def test_every_pinned_array_has_its_input():
    assert set(np.load(ARRAYS).files) == {*INKS, *PICTURES}


def test_the_arrays_belong_to_this_normalization():
    assert (GOLDEN / "NORMALIZATION_ID").read_text().strip() == NORMALIZATION_ID
