import numpy as np
import onnx
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.evidence import evidence_map
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training import quantize


def zigzags(count):
    """Ink of our own: some strokes to and fro."""
    rng = np.random.default_rng(11)
    return [ink_to_model_image(Ink.from_coordinates(rng.uniform(0, 100, (5, 4, 2)).tolist())) for _ in range(count)]


@pytest.fixture(scope="module")
def pair(model_path, tmp_path_factory):
    target = tmp_path_factory.mktemp("int8") / "int8.onnx"
    onnx.save(quantize.quantize(onnx.load(model_path), zigzags(16)), target)
    return Recognizer.open(model_path), Recognizer.open(target), target


@pytest.mark.model
@pytest.mark.slow
def test_the_int8_model_keeps_the_contract_and_answers_much_the_same(pair):
    whole, quantized, path = pair
    images = zigzags(24)

    assert quantized.card == whole.card
    assert path.stat().st_size < 9_000_000
    one, other = whole.logits(images), quantized.logits(images)
    # Not equal, or nothing was quantized; but the same answers in the main.
    assert np.abs(one - other).max() > 0.01
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.95


@pytest.mark.model
@pytest.mark.slow
def test_heat_maps_of_the_int8_model_still_add_up(pair):
    _, quantized, _ = pair
    output = quantized.run(zigzags(2))
    index = quantized.card.characters.index("永")

    sums = [evidence_map(quantized, output, "永", index=number).sum() for number in (0, 1)]

    assert sums[1] - sums[0] == pytest.approx(output.logits[1, index] - output.logits[0, index], abs=0.05)


@pytest.mark.model
def test_a_file_that_is_no_model_is_refused_before_any_work(tmp_path, capsys):
    (tmp_path / "m.onnx").write_text("no model")

    assert quantize.main([str(tmp_path / "m.onnx"), "-o", str(tmp_path / "out.onnx")]) == 2
    assert "m.onnx is damaged or not an ONNX model" in capsys.readouterr().err
    assert not (tmp_path / "out.onnx").exists()
