"""Reading and matching, layout by layout, and every way in which a file can be wrong."""

import io
import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError
from hccr_desktop.model_import.keras_file import read_keras_file
from hccr_desktop.model_import.keras_network import to_network_weights
from hccr_desktop.model_import.network_weights import NetworkWeights
from tests.unit.model_import.keras_layouts import (
    KerasNetwork,
    description_of,
    keras2_name,
    random_network,
    write_keras2,
    write_keras3_archive,
    write_weights_h5,
)


def assert_holds(weights: NetworkWeights, network: KerasNetwork) -> None:
    """Every array in its place, axes turned; the random values make each array unmistakable."""
    for entry, kernel, gamma, beta, mean, variance in zip(
        weights.convolutions,
        network.kernels,
        network.gammas,
        network.betas,
        network.means,
        network.variances,
        strict=True,
    ):
        np.testing.assert_array_equal(entry.kernel, np.transpose(kernel, (3, 2, 0, 1)))
        np.testing.assert_array_equal(entry.gamma, gamma)
        np.testing.assert_array_equal(entry.beta, beta)
        np.testing.assert_array_equal(entry.mean, mean)
        np.testing.assert_array_equal(entry.variance, variance)
    np.testing.assert_array_equal(weights.gwap, np.transpose(network.gwap, (2, 0, 1)))
    np.testing.assert_array_equal(weights.dense_weight, network.dense.T)
    np.testing.assert_array_equal(weights.dense_bias, network.bias)


KERAS2_VARIANTS = {
    "whole model with optimizer": {"has_optimizer": True},
    "weights at the root": {"at_root": True},
    "str attributes": {"text": str},
    "fixed-length bytes everywhere": {"text": lambda text: np.bytes_(text.encode())},
    "scope prefix": {"namer": lambda layer, weight: f"melnyk/{layer}/{weight}:0"},
    "scope suffix": {"namer": lambda layer, weight: f"{layer}_1/{weight}_2:0"},
    "no device number": {"namer": lambda layer, weight: f"{layer}/{weight}"},
    "weight named after its layer": {"namer": lambda layer, weight: f"{layer}/{layer}_{weight}:0"},
    "not listed": {"is_listed": False, "has_optimizer": True},
    "not listed, at the root": {"is_listed": False, "at_root": True},
    "numbered from 15": {"first": 15, "is_listed": False},
    "numbered as by Keras 3": {"first": None, "is_listed": False},
}


@pytest.mark.parametrize("variant", KERAS2_VARIANTS)
def test_every_variant_of_the_keras_2_layout_is_read(network, folder, variant):
    path = write_keras2(folder / "Melnyk-Net.hdf5", network, **KERAS2_VARIANTS[variant])

    assert_holds(to_network_weights(read_keras_file(path)), network)


def test_the_published_file_in_all_its_parts_is_read_and_its_layout_named(network, folder):
    description = description_of(network, epsilon=2e-3)
    path = write_keras2(folder / "Melnyk-Net.hdf5", network, description=description, has_optimizer=True)

    file = read_keras_file(path)
    weights = to_network_weights(file)

    assert file.layout == "Keras 2.1.6, weights under model_weights"
    assert {entry.epsilon for entry in weights.convolutions} == {2e-3}
    assert weights.size == 6_523_819
    assert_holds(weights, network)


def test_weights_h5_of_keras_3_is_read_without_its_optimizer_and_seeds(network, folder):
    path = folder / "net.weights.h5"
    write_weights_h5(path, network, has_optimizer=True)

    file = read_keras_file(path)

    assert file.description is None
    assert_holds(to_network_weights(file), network)


def test_keras_archive_is_read(network, folder):
    path = write_keras3_archive(folder / "net.keras", network, description_of(network))

    file = read_keras_file(path)

    assert file.layout == "Keras 3.15.1, .keras archive"
    assert file.description == description_of(network)
    assert_holds(to_network_weights(file), network)


def test_content_decides_and_not_the_name(network, folder):
    archive = write_keras3_archive(folder / "net.keras", network, description_of(network))

    assert_holds(to_network_weights(read_keras_file(archive.rename(folder / "网络.hdf5"))), network)


def test_a_network_inside_another_model_is_read(network, folder):
    """Keras stores all arrays of a model within a model as one layer, running statistics last."""
    path = folder / "nested.h5"
    with h5py.File(write_keras2(folder / "flat.h5", network), "r") as flat, h5py.File(path, "w") as file:
        group = file.create_group("model_weights/model_1")
        file["model_weights"].attrs["layer_names"] = [b"input_2", b"model_1"]
        file["model_weights"].create_group("input_2").attrs["weight_names"] = np.zeros(0)
        names = []
        for layer in flat["model_weights"].attrs["layer_names"]:
            for weight in flat["model_weights"][layer].attrs["weight_names"]:
                group.create_dataset(weight, data=flat["model_weights"][layer][weight][()])
                names.append(weight)
        group.attrs["weight_names"] = sorted(names, key=lambda name: b"moving_" in name)

    assert_holds(to_network_weights(read_keras_file(path)), network)


def test_a_list_of_names_cut_into_chunks_is_joined(network, folder):
    path = write_keras2(folder / "net.h5", network)
    with h5py.File(path, "r+") as file:
        attributes = file["model_weights"].attrs
        names = list(attributes["layer_names"])
        del attributes["layer_names"]
        attributes["layer_names0"], attributes["layer_names1"] = names[:20], names[20:]

    assert_holds(to_network_weights(read_keras_file(path)), network)


def test_order_of_the_list_wins_over_the_numbers(network, folder):
    """Convolutions 3 and 5 have one shape; the attributes say which comes first."""
    path = write_keras2(folder / "net.h5", network)
    swap = {b"conv2d_3": b"conv2d_5", b"conv2d_5": b"conv2d_3"}
    with h5py.File(path, "r+") as file:
        attributes = file["model_weights"].attrs
        attributes["layer_names"] = [swap.get(name, name) for name in attributes["layer_names"]]

    weights = to_network_weights(read_keras_file(path))

    np.testing.assert_array_equal(weights.convolutions[2].kernel, np.transpose(network.kernels[4], (3, 2, 0, 1)))


def test_double_and_half_precision_are_read(network, folder):
    path = write_keras2(folder / "net.h5", network)
    with h5py.File(path, "r+") as file:
        for place, dtype in (("conv2d_2/conv2d_2/kernel:0", "f8"), ("dense_1/dense_1/bias:0", "f2")):
            values = file["model_weights"][place][()]
            del file["model_weights"][place]
            file["model_weights"].create_dataset(place, data=values, dtype=dtype)

    weights = to_network_weights(read_keras_file(path))

    np.testing.assert_array_equal(weights.convolutions[1].kernel, np.transpose(network.kernels[1], (3, 2, 0, 1)))
    np.testing.assert_allclose(weights.dense_bias, network.bias, atol=1e-3)


# --- what is refused


def refusal(path: Path, kind: type[HccrError] = ModelFileError) -> str:
    with pytest.raises(kind) as caught:
        to_network_weights(read_keras_file(path))
    assert caught.value.message.endswith(".")
    assert path.name in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("share", [1e-7, 1e-6, 1e-4, 0.01, 0.3, 0.7, 0.99, 0.999999])
@pytest.mark.parametrize("layout", ["hdf5", "keras"])
def test_a_file_cut_off_anywhere_is_refused(network, folder, share, layout):
    if layout == "hdf5":
        path = write_keras2(folder / "whole", network, description=description_of(network))
    else:
        path = write_keras3_archive(folder / "whole", network, description_of(network))
    content = path.read_bytes()
    cut = folder / f"cut.{layout}"
    cut.write_bytes(content[: max(1, int(len(content) * share))])

    assert refusal(cut) in {
        f"cut.{layout} is cut off or damaged.",
        f"cut.{layout} is not a Keras file (.hdf5, .h5, .weights.h5 or .keras).",
    }


def test_overwritten_structures_are_refused_or_read_but_never_a_fault(folder):
    """HDF5 has no check sums in its old format; what it lets pass must still be a network or a sentence."""
    path = folder / "net.hdf5"
    small = random_network(classes=5)
    content = write_keras2(path, small, description=description_of(small)).read_bytes()
    structures = [match.start() for match in re.finditer(rb"TREE|HEAP|SNOD", content)]
    rng = np.random.default_rng(3)
    refusals = []
    for _ in range(30):
        damaged = bytearray(content)
        at = int(rng.choice(structures) + rng.integers(0, 64))
        damaged[at : at + 8] = rng.bytes(8)
        path.write_bytes(damaged)
        try:
            assert to_network_weights(read_keras_file(path)).classes == 5
        except HccrError as error:
            refusals.append(error.message)
    assert len(refusals) > 10
    assert all(message.startswith("net.hdf5 ") for message in refusals)


def test_missing_empty_folder_and_foreign_files_are_named(folder):
    assert "does not exist" in refusal(folder / "none.hdf5")
    (folder / "folder.hdf5").mkdir()
    assert "is a folder" in refusal(folder / "folder.hdf5")
    (folder / "empty.hdf5").touch()
    assert refusal(folder / "empty.hdf5") == "empty.hdf5 is empty."
    (folder / "page.hdf5").write_text("<!DOCTYPE html><title>Not Found</title>")
    assert refusal(folder / "page.hdf5").startswith("page.hdf5 is not a Keras file")
    with zipfile.ZipFile(folder / "other.keras", "w") as archive:
        archive.writestr("readme.txt", "no weights")
    assert refusal(folder / "other.keras") == "other.keras is a zip archive, but not a .keras file with weights."


def test_an_archive_whose_weights_are_damaged_is_refused(network, folder):
    weights = io.BytesIO()
    write_weights_h5(weights, network)
    with zipfile.ZipFile(folder / "net.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", weights.getvalue()[:100_000])

    assert refusal(folder / "net.keras") == "net.keras is cut off or damaged."


def test_a_description_that_is_no_json_is_damage(network, folder):
    path = write_keras2(folder / "net.h5", network)
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = b'{"class_name": '

    assert refusal(path) == "net.h5 is cut off or damaged."


def test_a_file_without_weights_is_refused(folder):
    with h5py.File(folder / "bare.h5", "w") as file:
        file.attrs["keras_version"] = b"2.1.6"

    assert refusal(folder / "bare.h5") == "bare.h5 holds no weights of a Keras network."


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("conv2d_7", "net.h5 is incomplete: it lists the layer conv2d_7 but does not hold it."),
        ("dense_1/dense_1/bias:0", "net.h5 is incomplete: it lists the array dense_1/bias:0 but does not hold it."),
    ],
)
def test_what_is_listed_and_missing_is_named(network, folder, place, message):
    path = write_keras2(folder / "net.h5", network)
    with h5py.File(path, "r+") as file:
        del file["model_weights"][place]

    assert refusal(path) == message


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("conv2d_14", "net.h5 is incomplete: it holds 13 convolution kernels, Melnyk-Net has 14."),
        (
            "batch_normalization_14/batch_normalization_14/moving_variance:0",
            "net.h5 is incomplete: it holds 13 running variances (moving_variance), Melnyk-Net has 14.",
        ),
        (
            "global_weighted_average_pooling2d_1",
            "net.h5 is incomplete: it holds 0 weights of global weighted average pooling, Melnyk-Net has 1.",
        ),
        ("dense_1", "net.h5 is incomplete: it holds 0 dense kernels, Melnyk-Net has 1."),
    ],
)
def test_a_partial_file_without_a_list_is_counted(network, folder, place, message):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        del file["model_weights"][place]

    assert refusal(path) == message


def test_wrong_shapes_are_named_with_the_right_ones(network, folder):
    wider = network.with_array("kernels", 2, np.zeros((3, 3, 64, 80), np.float32))

    message = refusal(write_keras2(folder / "net.h5", wider), ModelMismatchError)

    assert message == "net.h5 holds another network: conv2d_3/kernel:0 is 3x3x64x80, where Melnyk-Net has 3x3x64x96."


def test_a_dense_layer_on_other_features_is_refused(network, folder):
    path = write_keras2(folder / "net.h5", KerasNetwork(**(vars(network) | {"dense": np.zeros((512, 5), np.float32)})))

    message = refusal(path, ModelMismatchError)

    assert message == "net.h5 holds another network: dense_1/kernel:0 is 512x5, where Melnyk-Net has 448xclasses."


def test_a_convolution_with_a_bias_is_another_network(network, folder):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        file["model_weights/conv2d_1/conv2d_1"].create_dataset("bias:0", data=np.zeros(64, np.float32))

    message = refusal(path, ModelMismatchError)

    assert message == "net.h5 holds another network: conv2d_1/conv2d_1/bias:0 is 64, where Melnyk-Net has 3755."


def test_a_layer_too_many_is_another_network(network, folder):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        file.create_dataset("model_weights/conv2d_15/conv2d_15/kernel:0", data=np.zeros((3, 3, 448, 448), np.float32))

    message = refusal(path, ModelMismatchError)

    assert message == "net.h5 holds another network: it has 15 convolution kernels, Melnyk-Net 14."


def test_an_array_of_no_known_role_is_another_network(network, folder):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        file.create_dataset("model_weights/p_re_lu_1/p_re_lu_1/alpha:0", data=np.zeros(64, np.float32))

    message = refusal(path, ModelMismatchError)

    assert message == "net.h5 holds p_re_lu_1/p_re_lu_1/alpha:0 of shape 64, which Melnyk-Net has not."


def test_a_scalar_in_the_place_of_a_vector_is_refused(network, folder):
    path = write_keras2(folder / "net.h5", network.with_array("gammas", 0, np.float32(1)))

    message = refusal(path, ModelMismatchError)

    assert message.endswith("batch_normalization_1/gamma:0 is a single number, where Melnyk-Net has 64.")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused_and_their_place_named(network, folder, value):
    kernel = network.kernels[5].copy()
    kernel[0, 0, 0, 0] = value

    message = refusal(write_keras2(folder / "net.h5", network.with_array("kernels", 5, kernel)))

    assert message == "net.h5 holds numbers in conv2d_6/kernel:0 that are not finite."


def test_a_double_beyond_float32_is_not_finite(network, folder):
    path = write_keras2(folder / "net.h5", network.with_array("betas", 0, np.full(64, 1e300)))

    assert refusal(path) == "net.h5 holds numbers in batch_normalization_1/beta:0 that are not finite."


def test_a_negative_variance_is_refused(network, folder):
    variance = network.variances[3].copy()
    variance[1] = -0.5

    message = refusal(write_keras2(folder / "net.h5", network.with_array("variances", 3, variance)))

    assert message == "net.h5 holds a running variance below 0."


def test_whole_numbers_are_no_weights(network, folder):
    path = write_keras2(folder / "net.h5", network.with_array("kernels", 0, np.zeros((3, 3, 1, 64), np.int32)))

    assert refusal(path) == "net.h5 holds conv2d_1/kernel:0 as int32, not as floating point numbers."


def test_an_array_that_promises_terabytes_is_not_read(network, folder):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        place = file["model_weights/conv2d_1/conv2d_1"]
        del place["kernel:0"]
        place.create_dataset("kernel:0", shape=(3, 3, 1 << 20, 1 << 20), dtype="f4", chunks=(3, 3, 64, 64))

    assert "numbers in conv2d_1/conv2d_1/kernel:0, far more than this network has." in refusal(path)


def test_links_in_circles_end(network, folder):
    path = write_keras2(folder / "net.h5", network, is_listed=False)
    with h5py.File(path, "r+") as file:
        file["model_weights/conv2d_1/again"] = h5py.SoftLink("/model_weights")
        file["model_weights/conv2d_2/again"] = file["model_weights"]

    assert_holds(to_network_weights(read_keras_file(path)), network)


def test_names_of_keras_2_are_those_of_the_published_file():
    assert keras2_name("conv2d_1", "kernel") == "conv2d_1/kernel:0"
