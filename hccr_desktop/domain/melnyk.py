"""The layer table of Melnyk-Net, as data.

Source: P. Melnyk, Z. You, K. Li, "A high-performance CNN method for offline handwritten Chinese
character recognition and visualization", Soft Computing 24, 2020. Trainer, importer and ``hccr info`` all
read this table; none of them repeats it.

Every convolution is 3x3, stride 1, zero padding 1, without bias, followed by batch normalization and ReLU.
Every block but the last ends in average pooling (3x3, stride 2, padded at the bottom and right only, padding
left out of the mean). Then global weighted average pooling (GWAP), dropout and one dense layer.
"""

from dataclasses import dataclass
from typing import Final

INPUT_SIZE: Final = 96
"""Side of the square input in pixels."""

BLOCKS: Final[tuple[tuple[int, ...], ...]] = (
    (64, 64),
    (96, 64, 96),
    (128, 96, 128),
    (256, 192, 256),
    (448, 256, 448),
)
"""Output channels of each convolution, block by block. All blocks but the last end in a pooling layer."""

FEATURES: Final = BLOCKS[-1][-1]
"""Length of the embedding that GWAP makes: 448."""

MAP_SIZE: Final = INPUT_SIZE // 2 ** (len(BLOCKS) - 1)
"""Side of the last feature map: 6."""

CLASSES: Final = 3755
"""Characters of GB2312 level 1."""

BATCH_NORM_EPSILON: Final = 1e-3
"""Keras' default, which the published weights were trained with."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One line of the network summary.

    Attributes:
        name: such as ``conv3``; numbered from 1 in network order.
        kind: ``convolution``, ``batch norm``, ``average pool``, ``gwap`` or ``dense``.
        output_shape: (channels, height, width), or (features,) after GWAP.
        parameters: all stored values, the running statistics of batch norm included.
        trainable: the part of them that training changes.
        multiply_adds: for one image.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    trainable: int
    multiply_adds: int


def layers(classes: int = CLASSES) -> tuple[Layer, ...]:
    """The network, layer by layer, from input to output."""
    result: list[Layer] = []
    channels, side, number = 1, INPUT_SIZE, 0
    for index, block in enumerate(BLOCKS):
        for width in block:
            number += 1
            weights = width * channels * 9
            shape = (width, side, side)
            result.append(Layer(f"conv{number}", "convolution", shape, weights, weights, weights * side * side))
            result.append(Layer(f"bn{number}", "batch norm", shape, 4 * width, 2 * width, 0))
            channels = width
        if index < len(BLOCKS) - 1:
            side //= 2
            result.append(Layer(f"pool{index + 1}", "average pool", (channels, side, side), 0, 0, 0))
    gwap = channels * side * side
    result.append(Layer("gwap", "gwap", (channels,), gwap, gwap, gwap))
    dense = channels * classes + classes
    result.append(Layer("dense", "dense", (classes,), dense, dense, channels * classes))
    return tuple(result)


def parameter_count(classes: int = CLASSES) -> int:
    """All stored values, running statistics included: 6,523,819 for 3,755 classes."""
    return sum(layer.parameters for layer in layers(classes))
