"""Pinned answers of rasterize and normalize, on ink and pictures that this project drew.

Training and application share one normalizer; these arrays notice when a new release of OpenCV, Pillow or our own
code moves it. They are renewed with ``--update-golden``, which also means a new NORMALIZATION_ID and new weights.
"""

import re

import numpy as np
import pytest

from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from tests.conftest import REPOSITORY
from tools import golden
from tools.golden import ARRAYS, GOLDEN, INKS, PICTURES, model_image

MAX_DIFFERENCE = 1
"""Grey levels."""


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


def test_arrays_that_come_out_the_same_pass(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["golden.py"])
    with np.load(ARRAYS) as arrays:
        pinned = {name: arrays[name].astype(np.float32) for name in arrays.files}
    monkeypatch.setattr(golden, "model_image", pinned.__getitem__)
    assert golden.main() == 0
    assert f"{len(pinned)} golden arrays" in capsys.readouterr().out


@pytest.mark.parametrize(("allowed", "status"), [("0", 1), ("1", 0)])
def test_one_pixel_one_grey_level_off_fails_unless_it_is_allowed(allowed, status, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["golden.py", "--grey-levels", allowed])
    with np.load(ARRAYS) as arrays:
        pinned = {name: arrays[name].astype(np.float32) for name in arrays.files}
    pinned["grey.jpg"][40, 40] += -1 if pinned["grey.jpg"][40, 40] else 1
    monkeypatch.setattr(golden, "model_image", pinned.__getitem__)
    assert golden.main() == status
    assert ("grey.jpg: a pixel is 1 grey levels off" in capsys.readouterr().err) == bool(status)


def test_make_build_compares_with_the_opencv_that_goes_into_the_bundle():
    recipe = re.search(r"^build:.*\n((?:\t.*\n)+)", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    steps = ("tools/small_opencv.py", ".venv-bundle/bin/python tools/golden.py", "PyInstaller", "tools/check_bundle.py")
    places = [recipe[1].index(step) for step in steps]
    assert places == sorted(places)
