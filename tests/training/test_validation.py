"""Validation reads what the app would read, and a sheet shows it."""

import numpy as np
import pytest

from hccr_desktop.errors import SampleSetError
from hccr_training.contact_sheet import tile
from hccr_training.validation import load_validation_set, validate


@pytest.fixture
def ink_path(tmp_path):
    path = tmp_path / "ink.jsonl"
    lines = [
        f'{{"char": "{character}", "strokes": [[[0, 0], [9, {at}]], [[3, 9]]]}}'
        for at, character in enumerate("啊阿鲍亍座")
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_set_is_prepared_as_the_app_does_and_unknown_characters_are_left_out(ink_path):
    validation_set = load_validation_set("ink", ink_path)

    assert validation_set.images.shape == (4, 96, 96)
    assert validation_set.images.dtype == np.uint8
    assert validation_set.classes[[0, 1, 3]].tolist() == [0, 1, 3754]
    assert len(load_validation_set("ink", ink_path, limit=2).classes) == 2


@pytest.mark.parametrize("size", [48, 96])
def test_ranks_are_counted_in_percent(ink_path, size, random_network):
    validation_set = load_validation_set("ink", ink_path)
    random_network.dense.weight.data.zero_()
    random_network.dense.bias.data.zero_()
    random_network.dense.bias.data[[0, 1, 3754]] = random_network.dense.bias.new_tensor([3, 2, 1])

    figures = validate(random_network, validation_set, size)

    assert figures.top1 == 25.0  # 啊 first, 阿 second, 座 third, 鲍 somewhere
    assert figures.top5 == 75.0


def test_missing_set_is_named(tmp_path):
    with pytest.raises(SampleSetError, match=r"none\.jsonl does not exist"):
        load_validation_set("ink", tmp_path / "none.jsonl")


def test_sheet_shows_dark_ink_on_white_in_rows():
    images = [np.full((2, 2), value, np.uint8) for value in (0, 100, 255)]

    sheet = tile(images, columns=2)

    assert sheet.shape == (4, 4)
    assert sheet[0, 0] == 255
    assert sheet[0, 2] == 155
    assert sheet[2, 0] == 0
    assert sheet[2, 2] == 255
