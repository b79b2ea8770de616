import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_files import PICTURE_SIDE_PX, ink_line, save_drawing

INK = Ink.from_coordinates([[(0.1, 0.5), (0.9, 0.5)], [(1 / 3, 0.25)]])


def test_ink_line_is_one_line_of_the_ink_format() -> None:
    line = ink_line(INK, "鲍")
    assert line.endswith("\n")
    assert "鲍" in line
    assert json.loads(line) == {"char": "鲍", "strokes": [[[0.1, 0.5], [0.9, 0.5]], [[0.33333, 0.25]]]}


def test_ink_line_without_a_character_says_null() -> None:
    assert json.loads(ink_line(INK, None))["char"] is None


def test_save_drawing_as_picture_is_black_on_white_where_the_ink_is(tmp_path: Path) -> None:
    save_drawing(INK, "鲍", tmp_path / "图.png")
    with Image.open(tmp_path / "图.png") as picture:
        assert picture.format == "PNG"
        pixels = np.asarray(picture.convert("L"))
    middle = PICTURE_SIDE_PX // 2
    assert pixels.shape == (PICTURE_SIDE_PX, PICTURE_SIDE_PX)
    assert pixels[middle, middle] < 60
    assert pixels[-1, -1] == 255


@pytest.mark.parametrize("name", ["a.jsonl", "a.png"])
def test_save_drawing_that_fails_keeps_the_old_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(HccrError, match=name):
        save_drawing(INK, "鲍", tmp_path / name)
    assert (tmp_path / name).is_dir()
