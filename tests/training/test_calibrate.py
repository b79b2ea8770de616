"""Temperatures are found where they are known, and written where they belong."""

import numpy as np
import onnx
import pytest

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.inference.model_card import Accuracy
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_training.calibrate import between_hands, calibrate, fit_temperature, surprise, write_card_into_model
from hccr_training.card import read_card, write_accuracy, write_numbers
from hccr_training.evaluate import to_accuracy
from hccr_training.export import build_model, export
from hccr_training.network import MelnykNet


def draw(temperature: float, count: int = 4000, classes: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Logits and classes drawn from their own softmax at a temperature, so that this temperature is the right one."""
    random = np.random.default_rng(7)
    logits = random.normal(0, 3, (count, classes)).astype(np.float32)
    cumulated = softmax(logits / np.float32(temperature)).cumsum(axis=1)
    truth = (random.random((count, 1)) > cumulated).sum(axis=1).clip(0, classes - 1)
    return logits, truth.astype(np.int64)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_is_recovered(temperature):
    logits, truth = draw(temperature)

    assert fit_temperature(logits, truth) == pytest.approx(temperature, rel=0.05)


def test_calibration_removes_overconfidence_and_accepts_99_percent():
    logits, truth = draw(2.5)

    fitted = calibrate(logits, truth, fit_temperature(logits, truth))

    assert fitted.ece_before > 0.2
    assert fitted.ece_after < 0.02
    confidences = softmax(logits / np.float32(fitted.temperature)).max(axis=1)
    assert np.mean(confidences >= fitted.sure_confidence) == pytest.approx(0.99, abs=0.002)


def test_one_temperature_lies_halfway_between_the_hands_that_are_known():
    assert between_hands([0.5, 2.0]) == 1.0
    assert between_hands([0.629, 0.826]) == 0.721
    assert between_hands([0.7]) == 0.7


@pytest.mark.model
def test_both_kinds_of_source_get_the_temperature_between_them(tmp_path, card_path, monkeypatch, capsys):
    import shutil

    from hccr_training import calibrate as module
    from tests.training.test_pack_gpu import ROOT

    model = tmp_path / "m.onnx"
    shutil.copy(ROOT / "models/melnyk_net.onnx", model)
    drawn = {"ink.jsonl": draw(2.0, 1500), "page.npz": draw(0.5, 1500)}
    for name in drawn:
        (tmp_path / name).write_bytes(b"")
    monkeypatch.setattr(module, "load_labelled", lambda path: path)
    monkeypatch.setattr(module, "validation_logits", lambda _, path: drawn[path.name])
    sets = ["--ink", str(tmp_path / "ink.jsonl"), "--page", str(tmp_path / "page.npz")]

    assert module.main([str(model), "--card", str(card_path), *sets]) == 0

    card = read_card(card_path)
    assert card.temperature_ink == card.temperature_page == pytest.approx(1.0, rel=0.05)
    assert (card.sure_confidence_ink, card.sure_confidence_page) != (0.5, 0.5)
    assert "own temperature" in capsys.readouterr().out
    nothing = ["--ink", str(tmp_path / "no"), "--page", str(tmp_path / "no")]
    assert module.main([str(model), "--card", str(card_path), *nothing]) == 2
    assert read_card(card_path) == card


def test_surprise_of_one_certain_sample_is_hand_checked():
    logits = np.array([[np.log(3.0), 0.0, -np.inf]], np.float32)

    assert surprise(logits, np.array([0]), 1.0) == pytest.approx(-np.log(0.75), rel=1e-6)
    assert surprise(logits, np.array([0]), 0.5) == pytest.approx(-np.log(0.9), rel=1e-6)
    assert surprise(logits, np.array([2]), 1.0) == pytest.approx(-np.log(0.25), rel=1e-6)


def test_numbers_replace_their_lines_and_leave_the_rest(card_path):
    write_numbers(card_path, {"temperature_ink": 0.8, "sure_confidence_page": 0.25})

    card = read_card(card_path)
    assert (card.temperature_ink, card.temperature_page, card.sure_confidence_page) == (0.8, 1.0, 0.25)
    assert card_path.read_text(encoding="utf-8").startswith("# kept\n")
    with pytest.raises(ModelFileError, match="has no speed"):
        write_numbers(card_path, {"speed": 1.0})


def test_accuracy_is_replaced_not_added(card_path):
    for top1 in (50.0, 60.0):
        write_accuracy(card_path, [Accuracy("test/some", 10, top1, 99.0, "hccr evaluate some.npz")])

    assert read_card(card_path).accuracy == (Accuracy("test/some", 10, 60.0, 99.0, "hccr evaluate some.npz"),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("speed = 1", "unknown entry: speed"),
        ("temperature_ink = [", "cannot be read"),
        ("[[accuracy]]\ntop1 = 1.0", "is damaged"),
    ],
)
def test_wrong_card_is_refused_with_a_sentence(line, message, card_path):
    card_path.write_text(card_path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")

    with pytest.raises(ModelFileError, match=message):
        read_card(card_path)


def test_card_without_a_temperature_is_refused(card_path):
    text = card_path.read_text(encoding="utf-8").replace("temperature_ink = 1.0\n", "")
    card_path.write_text(text, encoding="utf-8")

    with pytest.raises(ModelFileError, match="has no temperature_ink"):
        read_card(card_path)


def test_new_card_reaches_the_model_and_leaves_its_weights(random_network, card_path, tmp_path):
    path = tmp_path / "network.onnx"
    export(random_network, read_card(card_path), path)
    before = onnx.load(path).graph.SerializeToString(deterministic=True)
    write_numbers(card_path, {"temperature_page": 0.6})

    write_card_into_model(path, card_path)

    assert onnx.load(path).graph.SerializeToString(deterministic=True) == before
    assert Recognizer.open(path).card == read_card(card_path)


def test_card_is_not_written_into_a_model_of_other_classes(card_path, tmp_path):
    path = tmp_path / "small.onnx"
    model = build_model(MelnykNet().eval(), read_card(card_path))
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 10
    onnx.save(model, path)

    with pytest.raises(ModelMismatchError, match="10 classes"):
        write_card_into_model(path, card_path)


def test_accuracy_entry_names_the_set_and_its_command(tmp_path):
    from pathlib import Path

    from hccr_desktop.inference.evaluation import Evaluation

    figures = Evaluation("x", 7, 50.0, 90.0, 95.0, 1.0, 9.0, "m", "CPU")

    entry = to_accuracy(figures, Path("../shared/data/test/scans_writer_C046.npz"))

    assert entry.data_set == "test/scans_writer_C046"
    assert entry.command == "hccr evaluate ../shared/data/test/scans_writer_C046.npz"
