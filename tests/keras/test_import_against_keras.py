"""Keras writes a file and runs the network; the imported model must answer what Keras answers.

`pytest tests/keras --log-cli-level=INFO` tells the differences.
"""

import logging
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from hccr_desktop import paths
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.model_import import onnx_builder
from hccr_desktop.model_import.importer import import_weights
from hccr_desktop.model_import.label_order import read_label_order
from tests.keras.melnyk_in_keras import functional, network_layers, probabilities, set_weights
from tests.unit.model_import.keras_layouts import EPSILON, description_of, random_network, write_keras2

# WORKAROUND(keras 3.15.1): its variables convert to numpy in the way that numpy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

logger = logging.getLogger(__name__)

MAX_LOGIT_DIFFERENCE = 0.02
"""Storage as float16, as in every model file. Measured: at most 0.013, where the logits have a deviation of 4.9."""

MAX_DIFFERENCE_IN_FULL_PRECISION = 2e-4
"""With float32 storage what is left is the order of sums. Measured: 2e-5."""

FORMATS = ["h5", "weights.h5", "keras"]


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """(3, 96, 96): two of noise, one drawn character."""
    noise = np.random.default_rng(5).uniform(0, 255, (2, 96, 96)).astype(np.float32)
    return np.concatenate([noise, load_sample_set(paths.sample_ink()).samples[0].to_model_image()[None]])


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """Random values everywhere, and an optimizer whose momentum has the shapes of the weights."""
    network = functional(network_layers())
    set_weights(network.layers, random_network())
    network.compile(keras.optimizers.SGD(0.1, momentum=0.9), "categorical_crossentropy")
    network.optimizer.build(network.trainable_variables)
    return network


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for path in tmp_path.iterdir():
        path.unlink()


def save(model: keras.Model, path: Path) -> Path:
    model.save_weights(path) if path.name.endswith(".weights.h5") else model.save(path)
    return path


def in_code_order(answers: np.ndarray) -> np.ndarray:
    order = read_label_order(paths.published_label_order())
    return answers[:, [order.index(character) for character in gb2312_level1()]]


def assert_answers_as(expected: np.ndarray, source: Path, images: np.ndarray, tolerance: float) -> None:
    """Import a file and compare logits, less their mean: Keras tells probabilities, and a softmax hides that."""
    import_weights(source, source.with_suffix(".onnx"))
    logits = Recognizer.open(source.with_suffix(".onnx")).logits(images)
    wanted = np.log(in_code_order(expected))
    wanted -= wanted.mean(axis=1, keepdims=True)
    answered = logits - logits.mean(axis=1, keepdims=True)
    difference = float(np.abs(answered - wanted).max())
    logger.info("%s: largest difference %.1e, deviation of the logits %.1f", source.name, difference, wanted.std())
    assert float(wanted.std()) > 1  # the comparison is of something
    assert difference < tolerance
    np.testing.assert_array_equal(answered.argmax(axis=1), wanted.argmax(axis=1))
    np.testing.assert_allclose(softmax(logits), in_code_order(expected), atol=tolerance)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_of_keras_3_answers_as_keras_does(model, images, folder, suffix):
    source = save(model, folder / f"net.{suffix}")

    assert_answers_as(probabilities(model, images), source, images, MAX_LOGIT_DIFFERENCE)


def test_without_rounding_nothing_but_the_order_of_sums_differs(model, images, folder, monkeypatch):
    monkeypatch.setattr(onnx_builder, "is_half_enough", lambda values: False)
    source = save(model, folder / "net.keras")

    assert_answers_as(probabilities(model, images), source, images, MAX_DIFFERENCE_IN_FULL_PRECISION)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_sequential_with_another_epsilon_answers_as_keras_does(images, folder, suffix):
    """Numbered on from the first network of this process, and weights alone do not tell epsilon: Keras' default."""
    epsilon = EPSILON if suffix == "weights.h5" else 0.05
    sequential = keras.Sequential(network_layers(epsilon=epsilon))
    set_weights(sequential.layers, random_network(seed=2))

    source = save(sequential, folder / f"net.{suffix}")

    assert_answers_as(probabilities(sequential, images), source, images, MAX_LOGIT_DIFFERENCE)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_model_around_the_network_answers_as_keras_does(model, images, folder, suffix):
    outer = keras.Sequential([keras.Input((96, 96, 1)), model])

    source = save(outer, folder / f"net.{suffix}")

    assert_answers_as(probabilities(model, images), source, images, MAX_LOGIT_DIFFERENCE)


@pytest.mark.parametrize("is_described", [True, False])
def test_keras_reads_our_keras_2_files_as_we_do(images, folder, is_described):
    """Our stand-ins for the published file are sound: Keras' own reader takes them and answers what we do."""
    network = random_network(seed=3)
    source = folder / "Melnyk-Net.hdf5"
    write_keras2(
        source,
        network,
        at_root=not is_described,
        description=description_of(network) if is_described else None,
        has_optimizer=is_described,
    )
    reader = functional(network_layers())

    # Keras tells its formats apart by the name's end.
    reader.load_weights(source.rename(folder / "Melnyk-Net.h5"))

    assert_answers_as(probabilities(reader, images), folder / "Melnyk-Net.h5", images, MAX_LOGIT_DIFFERENCE)
