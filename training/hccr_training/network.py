"""Melnyk-Net in PyTorch, built from the layer table in :mod:`hccr_desktop.domain.melnyk`."""

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

import torch
import torch.nn.functional as F  # noqa: N812 (the name that every PyTorch reader expects)
from torch import Tensor, nn

from hccr_desktop.domain.melnyk import BATCH_NORM_EPSILON, BLOCKS, CLASSES, FEATURES, MAP_SIZE

INPUT_SCALE: Final = 1 / 255
"""Brings the input's 0..255 to 0..1 while training: with it inside the first convolution, that layer alone would need
another learning rate than the rest. The exporter folds it into the weights, see network.md."""

BATCH_NORM_MOMENTUM: Final = 0.05
"""Share of a new batch in the running statistics; the sketch's value, for batches of 100 to 256."""


class NetworkOutput(NamedTuple):
    """All outputs for a batch.

    Attributes:
        logits: (N, classes).
        embedding: (N, 448), before dropout.
        evidence_features: (N, 448, n, n); n is 6 for inputs of 96 px. Their sum over positions is the embedding.
    """

    logits: Tensor
    embedding: Tensor
    evidence_features: Tensor


class MelnykNet(nn.Module):
    """The network for inputs of any size divisible by 16.

    Args:
        classes: outputs.
        dropout: share of the embedding that is dropped while training.

    Attributes:
        convolutions: one per entry of the layer table, without bias.
        batch_norms: one per convolution.
        gwap: (448, 6, 6) weights of global weighted average pooling.
        dense: 448 to classes.
    """

    def __init__(self, *, classes: int = CLASSES, dropout: float = 0.0) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.batch_norms = nn.ModuleList()
        channels = 1
        for width in (width for block in BLOCKS for width in block):
            self.convolutions.append(nn.Conv2d(channels, width, 3, padding=1, bias=False))
            self.batch_norms.append(nn.BatchNorm2d(width, eps=BATCH_NORM_EPSILON, momentum=BATCH_NORM_MOMENTUM))
            channels = width
        # ceil_mode pads at the bottom and right only and leaves the padding out of the mean, as Keras' "same" does.
        self.pool = nn.AvgPool2d(3, stride=2, ceil_mode=True)
        self.gwap = nn.Parameter(torch.full((FEATURES, MAP_SIZE, MAP_SIZE), 1 / MAP_SIZE**2))
        self.dropout = nn.Dropout(dropout)
        self.dense = nn.Linear(FEATURES, classes)
        self._frozen = 0
        for convolution, _ in self.layers():
            nn.init.kaiming_normal_(convolution.weight, mode="fan_out")
        nn.init.normal_(self.dense.weight, 0, 0.02)
        nn.init.zeros_(self.dense.bias)

    def layers(self) -> Iterator[tuple[nn.Conv2d, nn.BatchNorm2d]]:
        """Each convolution with its batch norm, from input to output."""
        for convolution, norm in zip(self.convolutions, self.batch_norms, strict=True):
            yield cast(nn.Conv2d, convolution), cast(nn.BatchNorm2d, norm)

    def freeze(self, layers: int) -> None:
        """Keep the first so many convolutions with their batch norms as they are, whatever is trained after them."""
        self._frozen = layers
        for convolution, norm in list(self.layers())[:layers]:
            convolution.requires_grad_(False)
            norm.requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> "MelnykNet":
        """Training mode or not; the norms of frozen layers go on using their running statistics in either."""
        super().train(mode)
        for _, norm in list(self.layers())[: self._frozen]:
            norm.eval()
        return self

    def forward(self, images: Tensor) -> Tensor:
        """(N, classes) logits of (N, 1, side, side) images in 0..255, ink bright on 0."""
        return self.outputs(images).logits

    def outputs(self, images: Tensor) -> NetworkOutput:
        """All outputs of (N, 1, side, side) images in 0..255, ink bright on 0; side is a multiple of 16."""
        features = images * INPUT_SCALE
        layer = 0
        for index, block in enumerate(BLOCKS):
            for _ in block:
                features = F.relu(self.batch_norms[layer](self.convolutions[layer](features)), inplace=True)
                layer += 1
            if index < len(BLOCKS) - 1:
                features = self.pool(features)
        weights = resized_gwap(self.gwap, features.shape[-1])
        evidence = features * weights.to(features.dtype)
        embedding = evidence.sum((2, 3))
        return NetworkOutput(self.dense(self.dropout(embedding)), embedding, evidence)


def resized_gwap(weights: Tensor, side: int) -> Tensor:
    """GWAP weights for a map of another size, so that training at 48 or 64 px can be continued at 96.

    Args:
        weights: (448, 6, 6).
        side: of the map wanted; the input's side over 16.

    Returns:
        (448, side, side), resized bilinearly and scaled so that the sum over a constant map is the same.
    """
    if side == weights.shape[-1]:
        return weights
    scale = (weights.shape[-1] / side) ** 2
    shrinks = side < weights.shape[-1]
    resized = F.interpolate(weights[None], size=(side, side), mode="bilinear", align_corners=False, antialias=shrinks)
    return resized[0] * scale


def stored_values(network: MelnykNet) -> int:
    """Parameters and running statistics, as the paper counts them; batch norm's step counter left out."""
    tensors = network.state_dict().items()
    return sum(tensor.numel() for name, tensor in tensors if not name.endswith("num_batches_tracked"))
