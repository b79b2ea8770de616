import errno
from pathlib import Path

import numpy as np
import onnx
import pytest

from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.inference import recognizer as recognizer_module
from hccr_desktop.inference.recognizer import Recognizer, softmax, top_indices
from tests.unit.conftest import CHARACTERS, build_model, make_card


def images(count, seed=0):
    return list(np.random.default_rng(seed).uniform(0, 255, (count, 96, 96)).astype(np.float32))


def test_candidates_are_ranked_and_their_confidences_sum_to_one(tiny_model):
    recognition = Recognizer.open(tiny_model).recognize(images(1)[0], kind="ink", count=100)

    confidences = [entry.confidence for entry in recognition.candidates]
    assert sorted(entry.character for entry in recognition.candidates) == sorted(CHARACTERS)
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=1e-5)
    assert recognition.best == recognition.candidates[0]
    assert recognition.model_id == "Tiny"
    assert recognition.elapsed_ms > 0


def test_count_limits_the_candidates_and_zero_is_refused(tiny_model):
    recognizer = Recognizer.open(tiny_model)

    assert len(recognizer.recognize(images(1)[0], kind="ink", count=3).candidates) == 3
    with pytest.raises(ValueError, match="at least one"):
        recognizer.recognize(images(1)[0], kind="ink", count=0)


def test_the_temperature_of_the_kind_is_used(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    image = images(1)[0]
    logits = recognizer.logits([image])[0]

    for kind, temperature in (("ink", 1.0), ("page", 2.0)):
        expected = softmax(logits / temperature).max()
        assert recognizer.recognize(image, kind=kind).best.confidence == pytest.approx(expected, rel=1e-5)


def test_an_answer_below_the_cards_limit_is_not_sure(write_model):
    recognizer = Recognizer.open(write_model(make_card(sure_confidence_ink=0.99, sure_confidence_page=0.01)))
    blank = np.zeros((96, 96), np.float32)

    assert not recognizer.recognize(blank, kind="ink").is_sure
    assert recognizer.recognize(blank, kind="page").is_sure


def test_a_batch_gives_what_its_images_give_alone(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    batch = images(5)

    together = recognizer.recognize_batch(batch, kind="page")
    alone = [recognizer.recognize(image, kind="page") for image in batch]

    for one, other in zip(together, alone, strict=True):
        assert [c.character for c in one.candidates] == [c.character for c in other.candidates]
        assert [c.confidence for c in one.candidates] == pytest.approx(
            [c.confidence for c in other.candidates], rel=1e-4
        )


def test_an_empty_batch_is_no_error(tiny_model):
    recognizer = Recognizer.open(tiny_model)

    assert recognizer.recognize_batch([], kind="ink") == []
    assert recognizer.run([]).logits.shape == (0, len(CHARACTERS))


def test_images_of_another_size_are_refused(tiny_model):
    with pytest.raises(ValueError, match="96x96"):
        Recognizer.open(tiny_model).logits(np.zeros((2, 64, 64), np.float32))


def test_equal_logits_are_ranked_in_class_order():
    assert top_indices(np.array([1, 3, 3, 2], np.float32), 3).tolist() == [1, 2, 3]


def test_softmax_survives_large_logits():
    assert softmax(np.array([[1000.0, 0.0]], np.float32)).tolist() == [[1.0, 0.0]]


def test_the_outputs_belong_together(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    output = recognizer.run(images(2))

    assert output.evidence_features.sum(axis=(2, 3)) == pytest.approx(output.embedding, rel=1e-3, abs=1e-3)
    without_bias = output.embedding @ recognizer.dense_weights().T
    assert np.ptp(output.logits - without_bias, axis=0).max() < 1e-2


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda path: None, ModelFileError, "does not exist"),
        (lambda path: path.mkdir(), ModelFileError, "is a folder"),
        (lambda path: path.write_bytes(b""), ModelFileError, "damaged or not an ONNX model"),
        (lambda path: path.write_text("hello"), ModelFileError, "damaged or not an ONNX model"),
        (
            lambda path: path.write_bytes(build_model(make_card()).SerializeToString()[:-500]),
            ModelFileError,
            "damaged or not an ONNX model",
        ),
        (lambda path: onnx.save(build_model(None), path), ModelMismatchError, "no model card"),
        (lambda path: onnx.save(build_model(make_card(), side=48), path), ModelMismatchError, "96x96"),
        (lambda path: onnx.save(build_model(make_card(), classes=5), path), ModelMismatchError, "logits"),
        (
            lambda path: onnx.save(build_model(make_card(normalization="other-v9")), path),
            ModelMismatchError,
            "other-v9",
        ),
        (
            lambda path: onnx.save(build_model(make_card(polarity="dark_ink")), path),
            ModelMismatchError,
            "kind of input",
        ),
    ],
    ids=["missing", "folder", "empty", "text", "cut", "no card", "size", "classes", "normalization", "polarity"],
)
def test_a_model_that_cannot_be_used_gets_one_sentence_with_its_name(tmp_path, make, error, sentence):
    path = tmp_path / "model.onnx"
    make(path)

    with pytest.raises(error, match=sentence) as caught:
        Recognizer.open(path)
    assert "model.onnx" in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_far_too_large_for_a_model_is_not_read(tiny_model, monkeypatch):
    monkeypatch.setattr(recognizer_module, "_MAX_MODEL_BYTES", tiny_model.stat().st_size - 1)
    monkeypatch.delattr(Path, "read_bytes")

    with pytest.raises(ModelFileError, match=r"^tiny\.onnx is far too large for a model of this program\.$"):
        Recognizer.open(tiny_model)


def test_a_file_that_the_disk_does_not_give_is_told(tiny_model, monkeypatch):
    def fail(_path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", fail)

    with pytest.raises(ModelFileError, match=r"^The model file .*tiny\.onnx cannot be read\.$"):
        Recognizer.open(tiny_model)


def test_dense_weights_of_a_file_that_changed_are_refused(tiny_model):
    recognizer = Recognizer.open(tiny_model)
    onnx.save(build_model(make_card(characters=recognizer.card.characters), classes=4), tiny_model)

    with pytest.raises(ModelFileError, match="has changed"):
        recognizer.dense_weights()
