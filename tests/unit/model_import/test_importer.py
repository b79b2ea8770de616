import hashlib
from pathlib import Path

import h5py
import numpy as np
import pytest

from hccr_desktop import paths
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import BATCH_NORM_EPSILON
from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError
from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.onnx_file import read_initializer
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.model_import import importer
from hccr_desktop.model_import.importer import import_weights
from hccr_desktop.model_import.label_order import read_label_order
from tests.unit.model_import.keras_layouts import (
    WIDTHS,
    KerasNetwork,
    description_of,
    random_network,
    reference_logits,
    write_keras2,
    write_weights_h5,
)

MAX_LOGIT_DIFFERENCE = 0.02
"""Storage as float16, against a layer-by-layer computation in double precision. Measured on these two images, whose
logits have a deviation of 4.2: 0.0093."""

MAX_DIFFERENCE_IN_FULL_PRECISION = 1e-4
"""The same with float32 storage. Measured: 8e-6."""


def published_order() -> list[int]:
    """For each class in code order, its output in the published network."""
    order = read_label_order(paths.published_label_order())
    return [order.index(character) for character in gb2312_level1()]


def as_published(model: Path) -> KerasNetwork:
    """The shipped model as Keras weights in the published order: batch norm that only adds, the folded bias."""

    def read(name: str) -> np.ndarray:
        return read_initializer(model, name)

    place = np.argsort(published_order())
    ones = tuple(np.ones(width, np.float32) for width in WIDTHS)
    return KerasNetwork(
        kernels=tuple(read(f"conv{number}.weight").transpose(2, 3, 1, 0) for number in range(1, 15)),
        gammas=ones,
        betas=tuple(read(f"conv{number}.bias") for number in range(1, 15)),
        means=tuple(0 * one for one in ones),
        variances=tuple(one - np.float32(BATCH_NORM_EPSILON) for one in ones),
        gwap=read("gwap.weight")[0].transpose(1, 2, 0),
        dense=read("dense.weight").T[:, place],
        bias=read("dense.bias")[place],
    )


@pytest.fixture
def keras_file(network, folder):
    return write_keras2(folder / "Melnyk-Net.hdf5", network, description=description_of(network), has_optimizer=True)


def test_imported_model_answers_as_the_layers_say_in_code_order(network, keras_file, folder, monkeypatch):
    images = np.random.default_rng(5).uniform(0, 255, (2, 96, 96)).astype(np.float32)
    expected = reference_logits(network, images)[:, published_order()]

    import_weights(keras_file, folder / "official.onnx")
    answered = Recognizer.open(folder / "official.onnx").run(images)

    assert float(expected.std()) > 1  # the comparison is of something
    assert float(np.abs(answered.logits - expected).max()) < MAX_LOGIT_DIFFERENCE
    np.testing.assert_allclose(softmax(answered.logits).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(answered.evidence_features.sum((2, 3)), answered.embedding, rtol=1e-3, atol=1e-3)

    monkeypatch.setattr(importer.onnx_builder, "is_half_enough", lambda values: False)
    import_weights(keras_file, folder / "full.onnx")
    full = Recognizer.open(folder / "full.onnx").logits(images)
    assert float(np.abs(full - expected).max()) < MAX_DIFFERENCE_IN_FULL_PRECISION


def test_epsilon_of_the_description_counts(network, folder):
    images = np.random.default_rng(5).uniform(0, 255, (1, 96, 96)).astype(np.float32)
    expected = reference_logits(network, images, epsilon=0.1)[:, published_order()]
    path = write_keras2(folder / "net.h5", network, description=description_of(network, epsilon=0.1))

    import_weights(path, folder / "net.onnx")

    answered = Recognizer.open(folder / "net.onnx").logits(images)
    assert float(np.abs(answered - expected).max()) < MAX_LOGIT_DIFFERENCE
    assert float(np.abs(answered - reference_logits(network, images)[:, published_order()]).max()) > 0.1


def test_the_report_tells_what_was_read(keras_file, folder):
    output = folder / "new folder" / "official.onnx"

    report = import_weights(keras_file, output)

    assert report.output == output
    assert report.size_bytes == output.stat().st_size
    assert 13_000_000 < report.size_bytes < 14_000_000
    assert report.layout == "Keras 2.1.6, weights under model_weights"
    assert report.is_described
    assert report.parameters == 6_523_819
    assert report.sample_character == "鲍"
    assert len(report.sample.candidates) == 1
    assert [path.name for path in output.parent.iterdir()] == ["official.onnx"]


def test_the_card_names_the_file_and_keeps_the_contract(keras_file, folder):
    digest = hashlib.sha256(keras_file.read_bytes()).hexdigest()

    card = import_weights(keras_file, folder / "official.onnx").card

    assert Recognizer.open(folder / "official.onnx").card == card
    assert card.model_id == "Melnyk-Net (imported)"
    assert card.version == digest[:12]
    assert card.characters == gb2312_level1()
    assert card.normalization == NORMALIZATION_ID
    assert card.temperature_ink == card.temperature_page == 1
    assert "Melnyk-Net.hdf5" in card.provenance
    assert digest in card.provenance
    assert card.accuracy == ()


def test_weights_alone_are_imported_and_said_to_be_undescribed(network, folder):
    write_weights_h5(folder / "net.weights.h5", network)

    assert not import_weights(folder / "net.weights.h5", folder / "net.onnx").is_described


def test_a_label_list_of_the_users_own_is_followed(network, keras_file, folder):
    labels = folder / "labels.txt"
    labels.write_text("\n".join(gb2312_level1()), "utf-8")

    import_weights(keras_file, folder / "net.onnx", labels=labels)

    np.testing.assert_allclose(read_initializer(folder / "net.onnx", "dense.bias"), network.bias)


@pytest.mark.model
def test_the_shipped_weights_survive_the_way_through_a_keras_file(model_path, folder):
    path = write_keras2(folder / "Melnyk-Net.hdf5", as_published(model_path))
    shipped = Recognizer.open(model_path)
    image = load_sample_set(paths.sample_ink()).samples[0].to_model_image()

    report = import_weights(path, folder / "official.onnx")

    assert report.sample.best.character == report.sample_character == "鲍"
    imported = Recognizer.open(folder / "official.onnx")
    expected = shipped.logits([image])
    assert float(np.abs(imported.logits([image]) - expected).max()) < 1e-3 * float(np.abs(expected).max())


# --- what is refused


def test_another_number_of_classes_is_refused(folder):
    path = write_keras2(folder / "few.hdf5", random_network(classes=3740))

    with pytest.raises(ModelMismatchError, match=r"^few\.hdf5 has 3,740 classes, not the 3,755 of GB2312 level 1\.$"):
        import_weights(path, folder / "few.onnx")


def test_a_failed_import_leaves_the_old_model_and_no_other_file(keras_file, folder):
    output = folder / "models" / "official.onnx"
    output.parent.mkdir()
    output.write_bytes(b"the old one")
    with h5py.File(keras_file, "r+") as file:
        del file["model_weights/conv2d_9"]

    with pytest.raises(ModelFileError, match="conv2d_9"):
        import_weights(keras_file, output)

    assert output.read_bytes() == b"the old one"
    assert list(output.parent.iterdir()) == [output]


def test_weights_that_overflow_are_refused_and_no_file_is_left(network, folder):
    gwap = np.full_like(network.gwap, 1e38)
    path = write_keras2(folder / "big.h5", KerasNetwork(**(vars(network) | {"gwap": gwap})))

    with pytest.raises(ModelFileError, match=r"^big\.h5 holds weights whose answers are no probabilities\.$"):
        import_weights(path, folder / "big.onnx")

    assert list(folder.iterdir()) == [path]


def test_the_keras_file_itself_is_never_overwritten(keras_file):
    before = keras_file.stat().st_size

    with pytest.raises(HccrError, match="is the Keras file itself"):
        import_weights(keras_file, keras_file)

    assert keras_file.stat().st_size == before


@pytest.mark.parametrize(("output", "message"), [(".", "is a folder"), ("Melnyk-Net.hdf5/x.onnx", "cannot be written")])
def test_an_output_that_cannot_be_written_is_named(keras_file, folder, output, message):
    with pytest.raises(HccrError, match=message):
        import_weights(keras_file, folder / output)


def test_a_model_that_does_not_open_is_not_kept(keras_file, folder, monkeypatch):
    monkeypatch.setattr(importer.onnx_builder, "serialized", lambda model: b"no model")

    with pytest.raises(ModelFileError):
        import_weights(keras_file, folder / "official.onnx")

    assert list(folder.iterdir()) == [keras_file]
