"""The exported file answers what PyTorch answers, and the app opens it."""

import numpy as np
import onnx
import pytest
import torch

from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.model_import.onnx_builder import is_half_enough
from hccr_training.card import read_card
from hccr_training.checkpoint import load_weights
from hccr_training.export import MAX_BYTES, build_model, export
from hccr_training.network import MelnykNet

MAX_LOGIT_DIFFERENCE = 0.03
"""Float16 storage and folding against float32 in PyTorch. Measured with the first weights, whose logits span -51..-7:
0.005 on 200 validation scans and on 200 validation inks, 0.015 on 64 images of noise."""


@pytest.fixture
def exported(random_network, card_path, tmp_path):
    path = tmp_path / "network.onnx"
    export(random_network, read_card(card_path), path)
    return path


def difference(network: MelnykNet, recognizer: Recognizer, images: np.ndarray) -> float:
    """Largest absolute difference of any logit."""
    with torch.no_grad():
        expected = network(torch.from_numpy(images)[:, None]).numpy()
    return float(np.abs(recognizer.logits(images) - expected).max())


def test_all_outputs_agree_with_pytorch_on_random_weights_and_images(random_network, exported):
    images = np.random.default_rng(1).uniform(0, 255, (3, 96, 96)).astype(np.float32)
    with torch.no_grad():
        expected = random_network.outputs(torch.from_numpy(images)[:, None])

    answered = Recognizer.open(exported).run(images)

    assert float(expected.logits.std()) > 0.3  # the comparison is of something
    np.testing.assert_allclose(answered.logits, expected.logits, atol=MAX_LOGIT_DIFFERENCE)
    np.testing.assert_allclose(answered.embedding, expected.embedding, atol=MAX_LOGIT_DIFFERENCE)
    np.testing.assert_allclose(answered.evidence_features, expected.evidence_features, atol=MAX_LOGIT_DIFFERENCE)


@pytest.mark.data
def test_first_weights_agree_with_pytorch_on_random_and_real_images(shared_data, tmp_path, card_path):
    network = load_weights(shared_data.parent / "model" / "start.npz")
    export(network, read_card(card_path), tmp_path / "start.onnx")
    recognizer = Recognizer.open(tmp_path / "start.onnx")
    samples = load_sample_set(shared_data / "val" / "scans_1000_classes.npz").samples[:48]
    real = np.stack([normalize(sample.scan, polarity="bright_ink") for sample in samples])
    random = np.random.default_rng(2).uniform(0, 255, (16, 96, 96)).astype(np.float32)

    on_real, on_random = difference(network, recognizer, real), difference(network, recognizer, random)

    assert on_real < MAX_LOGIT_DIFFERENCE
    assert on_random < MAX_LOGIT_DIFFERENCE


def test_app_reads_the_dense_weights_back(random_network, exported):
    dense = Recognizer.open(exported).dense_weights()

    np.testing.assert_allclose(dense, random_network.dense.weight.detach().numpy(), atol=1e-3)


def test_file_is_small_and_the_same_at_every_export(random_network, exported, card_path, tmp_path):
    again = tmp_path / "again.onnx"
    size = export(random_network, read_card(card_path), again)

    assert size == again.stat().st_size <= MAX_BYTES
    assert again.read_bytes() == exported.read_bytes()


def test_pooling_is_exported_as_the_contract_says(exported):
    pools = [node for node in onnx.load(exported).graph.node if node.op_type == "AveragePool"]

    assert len(pools) == 4
    for pool in pools:
        attributes = {entry.name: onnx.helper.get_attribute_value(entry) for entry in pool.attribute}
        assert attributes["pads"] == [0, 0, 1, 1]
        assert attributes["ceil_mode"] == 0
        assert attributes["count_include_pad"] == 0


def test_card_of_another_class_count_is_refused(card_path):
    with pytest.raises(ModelMismatchError, match="10 classes, the card names 3755"):
        build_model(MelnykNet(classes=10).eval(), read_card(card_path))


@pytest.mark.parametrize(
    ("scale", "enough"), [(1.0, True), (1e6, False), (1e-7, False)], ids=["normal", "overflows", "underflows"]
)
def test_weights_outside_the_range_of_float16_stay_float32(scale, enough):
    weights = np.random.default_rng(3).normal(0, scale, (8, 4, 3, 3)).astype(np.float32)

    assert is_half_enough(weights) is enough


def test_weights_outside_the_range_of_float16_still_answer_right(random_network, card_path, tmp_path):
    with torch.no_grad():
        random_network.dense.weight *= 1e6
    onnx.save(build_model(random_network, read_card(card_path)), tmp_path / "large.onnx")
    images = np.random.default_rng(4).uniform(0, 255, (2, 96, 96)).astype(np.float32)
    with torch.no_grad():
        expected = random_network(torch.from_numpy(images)[:, None]).numpy()

    answered = Recognizer.open(tmp_path / "large.onnx").logits(images)

    np.testing.assert_allclose(answered, expected, rtol=1e-2, atol=float(np.abs(expected).max()) * 1e-2)


def test_file_over_the_limit_is_not_written(random_network, card_path, tmp_path):
    with torch.no_grad():
        random_network.dense.weight *= 1e6  # kept as float32, which takes 3 MB more

    with pytest.raises(ModelMismatchError, match="over the limit"):
        export(random_network, read_card(card_path), tmp_path / "large.onnx")

    assert not list(tmp_path.glob("large*"))


def test_card_travels_with_the_file(exported, card_path):
    assert Recognizer.open(exported).card == read_card(card_path)
