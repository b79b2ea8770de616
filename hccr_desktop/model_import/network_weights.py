"""The weights of one Melnyk-Net as plain arrays, wherever they come from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import BATCH_NORM_EPSILON, BLOCKS, FEATURES, MAP_SIZE
from hccr_desktop.errors import ModelMismatchError

FloatArray = npt.NDArray[np.floating[Any]]
Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ConvolutionWeights:
    """One convolution and the batch norm behind it.

    Attributes:
        kernel: (out, in, 3, 3), for input values as the network gets them: 0..255 in the first convolution.
        gamma: (out,) scale of the batch norm.
        beta: (out,) offset of the batch norm.
        mean: (out,) running mean.
        variance: (out,) running variance, not negative.
        epsilon: added to the variance.
    """

    kernel: FloatArray
    gamma: FloatArray
    beta: FloatArray
    mean: FloatArray
    variance: FloatArray
    epsilon: float = BATCH_NORM_EPSILON

    def folded(self) -> tuple[Float32Array, Float32Array]:
        """Weight (out, in, 3, 3) and bias (out,) of the one convolution that does what both layers do."""
        # In double precision: a channel that is nearly constant has a variance close to nothing.
        scale = self.gamma.astype(np.float64) / np.sqrt(self.variance.astype(np.float64) + self.epsilon)
        weight = self.kernel.astype(np.float64) * scale[:, None, None, None]
        bias = self.beta.astype(np.float64) - self.mean.astype(np.float64) * scale
        return weight.astype(np.float32), bias.astype(np.float32)

    @property
    def size(self) -> int:
        """Stored values, running statistics included."""
        return self.kernel.size + self.gamma.size + self.beta.size + self.mean.size + self.variance.size


@dataclass(frozen=True, slots=True, eq=False)
class NetworkWeights:
    """All weights, the shapes checked against the layer table.

    Attributes:
        convolutions: in network order.
        gwap: (448, 6, 6): channel, row, column.
        dense_weight: (classes, 448).
        dense_bias: (classes,).

    Raises:
        ModelMismatchError: an array is missing or has another shape than the layer table says.
    """

    convolutions: tuple[ConvolutionWeights, ...]
    gwap: FloatArray
    dense_weight: FloatArray
    dense_bias: FloatArray

    def __post_init__(self) -> None:
        widths = [width for block in BLOCKS for width in block]
        if len(self.convolutions) != len(widths):
            raise ModelMismatchError(f"There are {len(self.convolutions)} convolutions, not {len(widths)}.")
        channels = 1
        for number, (width, entry) in enumerate(zip(widths, self.convolutions, strict=True), start=1):
            _require_shape(f"The kernel of convolution {number}", entry.kernel, (width, channels, 3, 3))
            for name in ("gamma", "beta", "mean", "variance"):
                _require_shape(f"The {name} of batch norm {number}", getattr(entry, name), (width,))
            channels = width
        _require_shape("The GWAP weight", self.gwap, (FEATURES, MAP_SIZE, MAP_SIZE))
        _require_shape("The dense weight", self.dense_weight, (len(self.dense_bias), FEATURES))
        _require_shape("The dense bias", self.dense_bias, (len(self.dense_bias),))

    @property
    def classes(self) -> int:
        """Outputs of the network."""
        return len(self.dense_bias)

    @property
    def size(self) -> int:
        """Stored values, as :func:`hccr_desktop.domain.melnyk.parameter_count` counts them."""
        convolutions = sum(entry.size for entry in self.convolutions)
        return convolutions + self.gwap.size + self.dense_weight.size + self.dense_bias.size


def _require_shape(what: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ModelMismatchError(f"{what} has the shape {array.shape}, not {shape}.")
