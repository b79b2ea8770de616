import json
from pathlib import Path

import pytest

from hccr_desktop.errors import ModelFileError
from hccr_desktop.inference import precision
from hccr_desktop.inference.precision import int8_path, open_model
from tests.unit.conftest import make_card


@pytest.fixture
def pair(write_model):
    """Two files of one model; which was opened shows in the model's name."""
    path = write_model(make_card(model_id="Float"), name="tiny.onnx")
    small = write_model(make_card(model_id="Small"), name="tiny_int8.onnx")
    assert small == int8_path(path)
    return path


@pytest.fixture
def measured(monkeypatch):
    """Sets what a measurement would give, and counts the measurements."""
    counts = []

    def set_speedup(float_s: float, int8_s: float) -> list[int]:
        def logits(self, images):
            counts.append(1)
            clock[0] += float_s if self.card.model_id == "Float" else int8_s

        clock = [0.0]
        monkeypatch.setattr(precision.Recognizer, "logits", logits)
        monkeypatch.setattr(precision.time, "perf_counter", lambda: clock[0])
        return counts

    return set_speedup


def opened(path: Path, **options: object) -> str:
    return open_model(path, provider="cpu", **options).card.model_id


@pytest.mark.parametrize(("int8_s", "expected"), [(0.01, "Small"), (0.03, "Float"), (0.018, "Float")])
def test_the_faster_file_is_opened(pair, measured, int8_s, expected):
    measured(0.02, int8_s)

    assert opened(pair) == expected


def test_a_wish_is_followed_without_measuring(pair, measured):
    counts = measured(0.02, 0.03)

    assert (opened(pair, precision="int8"), opened(pair, precision="float")) == ("Small", "Float")
    assert counts == []


def test_a_measurement_is_remembered_until_a_file_changes(pair, measured, tmp_path):
    memo, counts = tmp_path / "new" / "speed.json", measured(0.02, 0.01)
    assert opened(pair, memo=memo) == "Small"
    after_one = len(counts)

    assert opened(pair, memo=memo) == "Small"
    assert len(counts) == after_one
    int8_path(pair).write_bytes(int8_path(pair).read_bytes() + b"")
    import os

    os.utime(int8_path(pair), (1, 1))
    assert opened(pair, memo=memo) == "Small"
    assert len(counts) == 2 * after_one
    assert len(json.loads(memo.read_text())) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"a": null}'])
def test_a_damaged_memo_is_no_obstacle(pair, measured, tmp_path, content):
    measured(0.02, 0.01)
    memo = tmp_path / "speed.json"
    memo.write_text(content)

    assert opened(pair, memo=memo) == "Small"


def test_without_an_int8_file_nothing_is_measured(write_model, measured):
    counts = measured(0.02, 0.01)

    assert opened(write_model(make_card(model_id="Float"), name="alone.onnx")) == "Float"
    assert counts == []


def test_an_int8_file_of_other_weights_or_none_at_all_is_passed_over(pair, write_model, caplog):
    write_model(make_card(model_id="Small", version="2"), name="tiny_int8.onnx")
    assert opened(pair, precision="int8") == "Float"
    assert "another version" in caplog.text

    int8_path(pair).write_bytes(b"no model")
    assert opened(pair, precision="int8") == "Float"
    assert "tiny_int8.onnx is damaged" in caplog.text


def test_a_missing_model_is_told_as_ever(tmp_path):
    with pytest.raises(ModelFileError, match="does not exist"):
        open_model(tmp_path / "none.onnx")
