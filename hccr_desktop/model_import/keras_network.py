"""The arrays of a Keras file to the weights of Melnyk-Net: matched by order and shape, or refused."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import BLOCKS, FEATURES, MAP_SIZE
from hccr_desktop.errors import ModelFileError, ModelMismatchError
from hccr_desktop.model_import.keras_description import batch_norm_epsilons
from hccr_desktop.model_import.keras_file import KerasFile, Role, StoredArray
from hccr_desktop.model_import.network_weights import ConvolutionWeights, NetworkWeights

_WIDTHS: Final = tuple(width for block in BLOCKS for width in block)

_NOUNS: Final[dict[Role, str]] = {
    "kernel": "convolution kernels",
    "gamma": "batch norm scales (gamma)",
    "beta": "batch norm offsets (beta)",
    "mean": "running means (moving_mean)",
    "variance": "running variances (moving_variance)",
    "gwap": "weights of global weighted average pooling",
    "dense": "dense kernels",
    "bias": "biases",
}

_Shape = tuple[int | None, ...]
_Values = npt.NDArray[np.float32]


def to_network_weights(file: KerasFile) -> NetworkWeights:
    """Match the arrays and turn their axes.

    Within one role the arrays stand in network order, and the shapes are compared one by one: 14 kernels, four
    vectors to each batch norm, one GWAP weight (6, 6, 448), one dense kernel (448, classes) and its bias.

    Returns:
        The weights; the rows of the dense layer in the file's own class order.

    Raises:
        ModelFileError: an array is missing or holds numbers that cannot be weights.
        ModelMismatchError: the arrays are those of another network.
    """
    _require_roles(file)
    inputs = (1, *_WIDTHS[:-1])
    vectors: list[_Shape] = [(width,) for width in _WIDTHS]
    kernels = _take(file, "kernel", [(3, 3, channels, width) for channels, width in zip(inputs, _WIDTHS, strict=True)])
    gammas, betas = _take(file, "gamma", vectors), _take(file, "beta", vectors)
    means, variances = _take(file, "mean", vectors), _take(file, "variance", vectors)
    (gwap,) = _take(file, "gwap", [(MAP_SIZE, MAP_SIZE, FEATURES)])
    (dense,) = _take(file, "dense", [(FEATURES, None)])
    (bias,) = _take(file, "bias", [(dense.shape[1],)])
    epsilons = batch_norm_epsilons(file.description, file.name)
    if any((values < 0).any() for values in variances):
        raise ModelFileError(f"{file.name} holds a running variance below 0.")
    if any(not 0 < epsilon < 1 for epsilon in epsilons):
        raise ModelFileError(f"{file.name} gives batch norm an epsilon of {min(epsilons)}.")
    turned = [kernel.transpose(3, 2, 0, 1) for kernel in kernels]
    return NetworkWeights(
        convolutions=tuple(map(ConvolutionWeights, turned, gammas, betas, means, variances, epsilons)),
        gwap=gwap.transpose(2, 0, 1),
        dense_weight=dense.T,
        dense_bias=bias,
    )


def _require_roles(file: KerasFile) -> None:
    if not file.arrays:
        raise ModelFileError(f"{file.name} holds no weights of a Keras network.")
    for array in file.arrays:
        if array.role == "unknown":
            raise ModelMismatchError(
                f"{file.name} holds {array.path} of shape {_shape_text(array.values.shape)}, which Melnyk-Net has not."
            )


def _take(file: KerasFile, role: Role, shapes: Sequence[_Shape]) -> list[_Values]:
    """The values of all arrays of one role, their count and shapes being as wanted."""
    found: list[StoredArray] = [array for array in file.arrays if array.role == role]
    for array, shape in zip(found, shapes, strict=False):
        actual = array.values.shape
        if len(actual) != len(shape) or any(
            wanted not in (None, size) for size, wanted in zip(actual, shape, strict=True)
        ):
            raise ModelMismatchError(
                f"{file.name} holds another network: {array.path} is {_shape_text(actual)}, "
                f"where Melnyk-Net has {_shape_text(shape)}."
            )
        if not np.isfinite(array.values).all():
            raise ModelFileError(f"{file.name} holds numbers in {array.path} that are not finite.")
    if len(found) < len(shapes):
        raise ModelFileError(
            f"{file.name} is incomplete: it holds {len(found)} {_NOUNS[role]}, Melnyk-Net has {len(shapes)}."
        )
    if len(found) > len(shapes):
        raise ModelMismatchError(
            f"{file.name} holds another network: it has {len(found)} {_NOUNS[role]}, Melnyk-Net {len(shapes)}."
        )
    return [array.values for array in found]


def _shape_text(shape: _Shape) -> str:
    return "x".join("classes" if size is None else str(size) for size in shape) or "a single number"
