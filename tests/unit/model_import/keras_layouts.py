"""Random networks with the axes of Keras, and files of them in every layout that is read."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import BLOCKS, CLASSES, FEATURES, MAP_SIZE
from hccr_desktop.model_import.network_weights import ConvolutionWeights, NetworkWeights

WIDTHS = tuple(width for block in BLOCKS for width in block)
EPSILON = 1e-3

Values = npt.NDArray[np.float32]
Namer = Callable[[str, str], str]
"""(layer, weight) to the name of the array in the file."""


@dataclass(frozen=True)
class KerasNetwork:
    """Kernels (3, 3, in, out), vectors (out,), W (6, 6, 448), dense (448, classes): as Keras holds them."""

    kernels: tuple[Values, ...]
    gammas: tuple[Values, ...]
    betas: tuple[Values, ...]
    means: tuple[Values, ...]
    variances: tuple[Values, ...]
    gwap: Values
    dense: Values
    bias: Values

    def with_array(self, field: str, index: int, values: Values) -> "KerasNetwork":
        arrays = list(getattr(self, field))
        arrays[index] = values
        return replace(self, **{field: tuple(arrays)})


def random_network(*, classes: int = CLASSES, seed: int = 1) -> KerasNetwork:
    """Every value random, running statistics included, so that no layer is an identity; for inputs in 0..255."""
    rng = np.random.default_rng(seed)

    def vectors(low: float, high: float) -> tuple[Values, ...]:
        return tuple(rng.uniform(low, high, width).astype(np.float32) for width in WIDTHS)

    kernels = []
    for channels, width in zip((1, *WIDTHS[:-1]), WIDTHS, strict=True):
        deviation = (2 / (9 * channels)) ** 0.5 / (100 if channels == 1 else 1)
        kernels.append(rng.normal(0, deviation, (3, 3, channels, width)).astype(np.float32))
    return KerasNetwork(
        kernels=tuple(kernels),
        gammas=vectors(0.5, 1.5),
        betas=vectors(-0.3, 0.3),
        means=vectors(-0.3, 0.3),
        variances=vectors(0.5, 1.5),
        gwap=rng.normal(1 / 36, 0.02, (MAP_SIZE, MAP_SIZE, FEATURES)).astype(np.float32),
        dense=rng.normal(0, 0.1, (FEATURES, classes)).astype(np.float32),
        bias=rng.normal(0, 0.3, classes).astype(np.float32),
    )


def zero_weights(**changes: Any) -> NetworkWeights:
    """Zeros in the shapes of this program, any of them replaced."""
    inputs = (1, *WIDTHS[:-1])
    zeros = {width: np.zeros(width, np.float32) for width in WIDTHS}
    convolutions = tuple(
        ConvolutionWeights(np.zeros((width, channels, 3, 3), np.float32), *[zeros[width]] * 4)
        for channels, width in zip(inputs, WIDTHS, strict=True)
    )
    values = {
        "convolutions": convolutions,
        "gwap": np.zeros((448, 6, 6), np.float32),
        "dense_weight": np.zeros((3755, 448), np.float32),
        "dense_bias": np.zeros(3755, np.float32),
    }
    return NetworkWeights(**(values | changes))


def layers_of(network: KerasNetwork, *, first: int | None = 1) -> list[tuple[str, dict[str, Values]]]:
    """Layer names as Keras numbers them, and each layer's arrays.

    Args:
        network: the network.
        first: number of the first layer of a class; None leaves it out there, as Keras 3 does.
    """

    def name(kind: str, index: int) -> str:
        if first is None:
            return kind if index == 0 else f"{kind}_{index}"
        return f"{kind}_{first + index}"

    layers: list[tuple[str, dict[str, Values]]] = [(name("input", 0), {})]
    number = 0
    for index, block in enumerate(BLOCKS):
        for _ in block:
            layers.append((name("conv2d", number), {"kernel": network.kernels[number]}))
            norm = {
                "gamma": network.gammas[number],
                "beta": network.betas[number],
                "moving_mean": network.means[number],
                "moving_variance": network.variances[number],
            }
            layers.append((name("batch_normalization", number), norm))
            layers.append((name("activation", number), {}))
            number += 1
        if index < len(BLOCKS) - 1:
            layers.append((name("average_pooling2d", index), {}))
    layers.append((name("global_weighted_average_pooling2d", 0), {"W": network.gwap}))
    layers.append((name("dropout", 0), {}))
    layers.append((name("dense", 0), {"kernel": network.dense, "bias": network.bias}))
    return layers


def description_of(network: KerasNetwork, *, epsilon: float = EPSILON) -> dict[str, Any]:
    """What Keras 2.1.6 writes of the model, less what no reader of weights looks at."""
    layers = []
    for name, _ in layers_of(network):
        kind = name.rpartition("_")[0]
        layers.append(
            {"name": name, "class_name": _CLASS_NAMES[kind], "config": {"name": name} | _settings(kind, epsilon)}
        )
    return {"class_name": "Model", "config": {"name": "model_1", "layers": layers}}


_CLASS_NAMES = {
    "input": "InputLayer",
    "conv2d": "Conv2D",
    "batch_normalization": "BatchNormalization",
    "activation": "Activation",
    "average_pooling2d": "AveragePooling2D",
    "global_weighted_average_pooling2d": "GlobalWeightedAveragePooling2D",
    "dropout": "Dropout",
    "dense": "Dense",
}


def _settings(kind: str, epsilon: float) -> dict[str, Any]:
    return {
        "conv2d": {
            "kernel_size": [3, 3],
            "strides": [1, 1],
            "padding": "same",
            "data_format": "channels_last",
            "dilation_rate": [1, 1],
            "activation": "linear",
            "use_bias": False,
        },
        "batch_normalization": {"axis": -1, "momentum": 0.99, "epsilon": epsilon, "center": True, "scale": True},
        "activation": {"activation": "relu"},
        "average_pooling2d": {
            "pool_size": [3, 3],
            "padding": "same",
            "strides": [2, 2],
            "data_format": "channels_last",
        },
        "dropout": {"rate": 0.5, "noise_shape": None, "seed": None},
        "dense": {"units": 3755, "activation": "softmax", "use_bias": True},
    }.get(kind, {})


def keras2_name(layer: str, weight: str) -> str:
    return f"{layer}/{weight}:0"


def write_keras2(
    path: Path,
    network: KerasNetwork,
    *,
    at_root: bool = False,
    namer: Namer = keras2_name,
    text: Callable[[str], Any] = str.encode,
    is_listed: bool = True,
    description: dict[str, Any] | None = None,
    has_optimizer: bool = False,
    first: int | None = 1,
) -> Path:
    """A file as Keras 2.1.6 writes it: ``model.save`` with a description, ``model.save_weights`` at the root.

    Args:
        path: where.
        network: what.
        at_root: weights alone, without a group above.
        namer: names of the arrays.
        text: how attributes hold text; Keras 2 wrote bytes, other pairs of Keras and h5py write str.
        is_listed: whether the attributes list layers and arrays in order.
        description: of the model.
        has_optimizer: add momentum, which has the shapes of the weights.
        first: see :func:`layers_of`.
    """
    with h5py.File(path, "w") as file:
        group = file if at_root else file.create_group("model_weights")
        layers = layers_of(network, first=first)
        if is_listed:
            group.attrs["layer_names"] = _name_list([name for name, _ in layers], text)
            group.attrs["backend"] = text("tensorflow")
            group.attrs["keras_version"] = text("2.1.6")
        for layer, arrays in layers:
            entry = group.create_group(layer)
            names = [namer(layer, weight) for weight in arrays]
            if is_listed:
                entry.attrs["weight_names"] = _name_list(names, text)
            for name, values in zip(names, arrays.values(), strict=True):
                entry.create_dataset(name, data=values)
        if description is not None:
            file.attrs["model_config"] = text(json.dumps(description))
        if has_optimizer:
            momentum = file.create_group("optimizer_weights")
            slots = [np.zeros_like(values) for _, arrays in layers for values in arrays.values()]
            names = [f"training/SGD/Variable_{number}:0" for number in range(len(slots))]
            momentum.attrs["weight_names"] = _name_list(names, text)
            for name, values in zip(names, slots, strict=True):
                momentum.create_dataset(name, data=values)
    return path


def _name_list(names: list[str], text: Callable[[str], Any]) -> Any:
    """Keras 2 made an array of its names first: fixed-length bytes, and an empty array of floats where there are none.

    h5py would store a plain list of bytes in another way, which reads back as str.
    """
    return [text(name) for name in names] if text is str else np.asarray([text(name) for name in names])


def write_weights_h5(path: Path | io.BytesIO, network: KerasNetwork, *, has_optimizer: bool = False) -> None:
    """A file as ``model.save_weights("x.weights.h5")`` of Keras 3 writes it."""
    with h5py.File(path, "w") as file:
        for layer, arrays in layers_of(network, first=None):
            group = file.create_group(f"layers/{layer}/vars")
            for number, values in enumerate(arrays.values()):
                group.create_dataset(str(number), data=values)
        file["layers/dropout"].create_dataset("seed_generator/vars/0", data=np.zeros(2, np.uint32))
        if has_optimizer:
            group = file.create_group("optimizer/vars")
            for number, values in enumerate(network.kernels):
                group.create_dataset(str(number), data=np.zeros_like(values))


def write_keras3_archive(path: Path, network: KerasNetwork, description: dict[str, Any]) -> Path:
    """A ``.keras`` archive."""
    weights = io.BytesIO()
    write_weights_h5(weights, network, has_optimizer=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("config.json", json.dumps(description))
        archive.writestr("model.weights.h5", weights.getvalue())
    return path


def reference_logits(network: KerasNetwork, images: Values, *, epsilon: float = EPSILON) -> npt.NDArray[np.float64]:
    """(N, classes) logits in the order of the file, computed layer by layer as Keras does; no folding, no ONNX.

    Args:
        network: the network.
        images: (N, 96, 96) in 0..255.
        epsilon: of batch norm.
    """
    features = images[..., None].astype(np.float64)
    number = 0
    for index, block in enumerate(BLOCKS):
        for _ in block:
            features = _convolved(features, network.kernels[number].astype(np.float64))
            normed = (features - network.means[number]) / np.sqrt(network.variances[number] + epsilon)
            features = np.maximum(normed * network.gammas[number] + network.betas[number], 0)
            number += 1
        if index < len(BLOCKS) - 1:
            features = _pooled(features)
    embedding = (features * network.gwap).sum((1, 2))
    return embedding @ network.dense + network.bias


def _convolved(features: npt.NDArray[np.float64], kernel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    padded = np.pad(features, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))  # N, H, W, in, 3, 3
    return np.tensordot(windows, kernel, axes=([4, 5, 3], [0, 1, 2]))


def _pooled(features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    padded = np.pad(features, ((0, 0), (0, 1), (0, 1), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    return np.nanmean(windows, axis=(4, 5))
