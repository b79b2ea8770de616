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


def test_the_scale_clips_a_long_tail_where_that_costs_least():
    values = np.random.default_rng(2).exponential(1, 200_000).astype(np.float32)

    def error(scale: float) -> float:
        return float(np.mean((np.minimum(np.rint(values / scale), 255) * scale - values) ** 2))

    best = quantize.best_scale(values)

    assert best < 0.95 * values.max() / 255
    assert error(best) < min(error(values.max() / 255), error(0.8 * best), error(1.2 * best))


def test_a_tensor_that_is_all_zero_has_a_scale():
    assert quantize.best_scale(np.zeros(10, np.float32)) == 1.0


@pytest.mark.parametrize(("speedup", "losses", "is_worth"), [(2.1, (0.2, -1.0), True), (1.9, (0.0,), False)])
def test_a_trial_is_judged_by_both_limits(speedup, losses, is_worth):
    assert quantize.Trial(speedup, losses).is_worth_shipping is is_worth
    assert not quantize.Trial(speedup, (*losses, 0.3)).is_worth_shipping


@pytest.mark.model
@pytest.mark.slow
def test_a_file_that_loses_too_much_is_not_written_unless_asked(model_path, tmp_path, monkeypatch, capsys):
    lines = ['{"char":"十","strokes":[[[0,50],[100,50]],[[50,0],[50,100]]]}'] * 4
    (tmp_path / "ink.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ink, target = str(tmp_path / "ink.jsonl"), tmp_path / "int8.onnx"
    arguments = [str(model_path), "-o", str(target), "--calibration", ink, "--validation", ink]
    monkeypatch.setattr(quantize, "MIN_SPEEDUP", 1000.0)

    assert quantize.main(arguments) == 1
    assert list(tmp_path.glob("*.onnx*")) == []
    assert "Not written" in capsys.readouterr().err
    assert quantize.main([*arguments, "--keep"]) == 0
    assert Recognizer.open(target).card == Recognizer.open(model_path).card
