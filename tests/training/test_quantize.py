import numpy as np
import onnx
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.evidence import evidence_map
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training import quantize

pytestmark = pytest.mark.timeout(900)  # rounding takes 15 s of a core, and cores may be shared


def zigzags(count):
    """Ink of our own: some strokes to and fro."""
    rng = np.random.default_rng(11)
    return [ink_to_model_image(Ink.from_coordinates(rng.uniform(0, 100, (5, 4, 2)).tolist())) for _ in range(count)]


@pytest.fixture(scope="module")
def pair(model_path, tmp_path_factory):
    target = tmp_path_factory.mktemp("int8") / "int8.onnx"
    onnx.save(quantize.quantize(onnx.load(model_path), zigzags(8)), target)
    return Recognizer.open(model_path), Recognizer.open(target), target


@pytest.mark.model
@pytest.mark.slow
def test_the_int8_model_keeps_the_contract_and_answers_much_the_same(pair):
    whole, quantized, path = pair
    images = zigzags(24)

    assert quantized.card == whole.card
    assert path.stat().st_size < 9_000_000
    one, other = whole.logits(images), quantized.logits(images)
    # Not equal, or nothing was quantized; but nearly, though eight images are few to choose numbers by.
    assert np.abs(one - other).max() > 0.01
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] > 0.97


@pytest.mark.model
@pytest.mark.slow
def test_each_convolution_but_the_first_is_in_eight_bits(pair):
    graph = onnx.load(pair[2]).graph
    makers = {name: node for node in graph.node for name in node.output}
    constants = {entry.name: entry for entry in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    levels = {name for name, node in makers.items() if node.op_type == "DequantizeLinear"}

    rounded = [node for node in convolutions if levels.issuperset(node.input)]

    assert [node.name for node in convolutions if node not in rounded] == ["conv1"]
    for node in rounded:
        weight, bias = (constants[makers[name].input[0]] for name in node.input[1:])
        assert (weight.data_type, bias.data_type) == (onnx.TensorProto.INT8, onnx.TensorProto.INT32)


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


@pytest.mark.parametrize(("speedup", "losses", "is_worth"), [(2.1, (0.2, -1.0), True), (1.9, (0.0,), False)])
def test_a_trial_is_judged_by_both_limits(speedup, losses, is_worth):
    assert quantize.Trial(speedup, losses).is_worth_shipping is is_worth
    assert not quantize.Trial(speedup, (*losses, 0.3)).is_worth_shipping


@pytest.mark.model
@pytest.mark.slow
def test_a_file_that_loses_too_much_is_not_written_unless_asked(model_path, pair, tmp_path, monkeypatch, capsys):
    lines = ['{"char":"十","strokes":[[[0,50],[100,50]],[[50,0],[50,100]]]}'] * 4
    (tmp_path / "ink.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ink, target = str(tmp_path / "ink.jsonl"), tmp_path / "int8.onnx"
    arguments = [str(model_path), "-o", str(target), "--calibration", ink, "--validation", ink]
    monkeypatch.setattr(quantize, "MIN_SPEEDUP", 1000.0)
    # Rounding takes half a minute and was done for the fixture.
    monkeypatch.setattr(quantize, "quantize", lambda _model, _images: onnx.load(pair[2]))

    assert quantize.main(arguments) == 1
    assert list(tmp_path.glob("*.onnx*")) == []
    assert "Not written" in capsys.readouterr().err
    assert quantize.main([*arguments, "--keep"]) == 0
    assert Recognizer.open(target).card == Recognizer.open(model_path).card
