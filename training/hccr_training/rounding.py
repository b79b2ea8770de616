"""The numbers of an int8 network: scales, channels of like size, weights and biases that make up for rounding.

Layer by layer, on images that have gone through the rounded layers before, so that each layer sees what it will see:

1. The channels of a tensor are brought to like size before they share one scale (Nagel et al. 2019, "Data-free
   quantization through weight equalization"): the layer before is divided by a factor a channel, which a ReLU lets
   through, and the layer after multiplied by it. How far is chosen by the estimated error after the next convolution.
2. A convolution's weights are rounded one after another, and each rounding error is spread over the weights not yet
   rounded, by the inputs' covariance (Frantar et al. 2023, "GPTQ").
3. What is left of the error's mean, where a channel is active, goes into its bias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as functional
from torch import Tensor

from hccr_desktop.domain.melnyk import BLOCKS
from hccr_desktop.imaging.types import ModelImage

LEVELS: Final = 255
"""Largest value of an activation in eight bits; the zero point is 0, since nothing is negative after a ReLU."""

LARGEST_WEIGHT: Final = 127
LARGEST_PAIR: Final = 128
"""Of two weights of one sign, summed, that meet the inputs of neighboring channels at one place of the kernel.
Processors without VNNI add two products in 16 bits (vpmaddubsw; ONNX Runtime's kernels for AVX2 and AVX-512 lay
neighboring channels side by side): 255 * 128 fits, 255 * 129 would be cut off. Seven bits a weight, the usual remedy,
keep this too, but with steps 1.55 times as wide, by the third weights."""

_INT32: Final = (-(2**31), 2**31 - 1)

_CHUNK: Final = 32
_PLACES_PER_IMAGE: Final = 128
"""Places of a map whose 3x3 neighborhoods enter the covariance of a convolution's inputs."""

_VALUES_PER_IMAGE: Final = 16
"""Drawn from each channel of each image, beside its largest value, to choose scales by."""

_DAMPING: Final = 0.01
"""Added to the covariance, as a share of its mean variance: GPTQ's own value."""

_DAMPING_OF_FEW: Final = 0.05
"""As much instead, times variables over samples, where that is more: of few images the weights otherwise learn their
own patterns, and are worse on others than plainly rounded ones. The last block has up to 4,032 variables and 36 places
an image."""

_EQUALIZATIONS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Tried as the power of each channel's own best scale that it is divided by."""

_WEIGHT_ERROR_SHARE: Final = 0.25
"""Of the error of plain rounding, what rounding in turn leaves; for the estimate that chooses the equalization only."""

_SCALE_FACTORS: Final = np.geomspace(0.5, 4.0, 25)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution of 3x3 with its bias.

    Attributes:
        weight: (outputs, inputs, 3, 3) float32.
        bias: (outputs,) float32.
    """

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class RoundedConvolution:
    """A convolution in eight bits.

    Attributes:
        weight: (outputs, inputs, 3, 3) int8.
        scale: (outputs,) float32, of the weights.
        bias: (outputs,) int32, in steps of the input's scale times ``scale``.
    """

    weight: npt.NDArray[np.int8]
    scale: Floats
    bias: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class RoundedNetwork:
    """All that an int8 file holds instead of the float one's weights.

    Attributes:
        convolutions: by name, from ``conv2`` on. ``conv1`` is under a hundredth of the work and stays in float.
        scales: the step between two levels of each tensor in eight bits, by name. Before a pool it is that of the
            convolution, such as ``conv5``, whose negative values become 0 by it. With the ReLU behind, ONNX Runtime
            pools in float, in half the time of its pooling in eight bits.
        first_factors: (channels,) float32 that ``conv1``, weights and bias, is to be divided by.
        last_factors: (channels,) float32 that GWAP is to be multiplied by.
    """

    convolutions: dict[str, RoundedConvolution]
    scales: dict[str, float]
    first_factors: Floats
    last_factors: Floats


@torch.no_grad()
def round_network(convolutions: Mapping[str, Convolution], images: Sequence[ModelImage]) -> RoundedNetwork:
    """Choose the eight-bit numbers of a network.

    The same on every run of one machine; with 128 images it takes 40 s of a core and 2 GB.

    Args:
        convolutions: all of them, ``conv1`` to ``conv14``, batch norm folded in.
        images: (96, 96) float32 in [0, 255], from the kinds of handwriting that will be read.
    """
    random = np.random.default_rng(0)
    first, number = convolutions["conv1"], 2
    exact = _convolved(torch.from_numpy(np.stack(images)[:, None]), first.weight, first.bias).relu_()
    factors, scale = choose_scales(*_drawn(exact, random), convolutions["conv2"].weight)
    first_factors, scales = factors, {"relu1": scale}
    levels = _to_levels(exact, factors, scale)
    result: dict[str, RoundedConvolution] = {}
    for block, widths in enumerate(BLOCKS, start=1):
        for place in range(2 if block == 1 else 1, len(widths) + 1):
            whole = convolutions[f"conv{number}"]
            after = convolutions.get(f"conv{number + 1}")
            weight, steps = round_weights(whole.weight * _by_input(factors), *_covariance(levels, scale, random))
            exact = _convolved(exact, whole.weight, whole.bias)
            made = _convolved(levels, weight * (steps * scale)[:, None, None, None], whole.bias)
            missing = _mean_error(exact, made)
            bias = torch.round((whole.bias + missing).double() / (scale * steps.double()))
            made = made.add_(missing[:, None, None]).relu_()
            exact = exact.relu_()
            if place < len(widths) or after is None:
                factors, scale = choose_scales(*_drawn(made, random), after.weight if after else None)
                scales[f"relu{number}"] = scale
                levels = _to_levels(made, factors, scale)
            else:
                factors, scale = choose_scales(*_drawn(_pooled(made), random), after.weight)
                made /= factors[:, None, None]
                values, shares = _drawn(made, random)
                before = best_scale(values.flatten(), shares.repeat(len(values)))
                scales[f"conv{number}"], scales[f"pool{block}"] = before, scale
                ones = torch.ones_like(factors)
                levels = _to_levels(_pooled(_to_levels(made, ones, before) * before), ones, scale)
                exact = _pooled(exact)
            result[f"conv{number}"] = RoundedConvolution(
                weight.to(torch.int8).numpy(), (steps / factors).numpy(), bias.clamp(*_INT32).to(torch.int32).numpy()
            )
            number += 1
    return RoundedNetwork(result, scales, first_factors.numpy(), factors.numpy())


def weight_steps(weight: Tensor) -> Tensor:
    """The finest step of each output's weights that overflows on no processor.

    Args:
        weight: (outputs, inputs, ...) with an even count of inputs.

    Returns:
        (outputs,) of which the largest weight is at most LARGEST_WEIGHT, and any pair at most LARGEST_PAIR. An output
        without weights, or nearly, gets a ten thousandth of the widest: of finer steps its bias may overflow 32 bits.
    """
    flat = weight.flatten(2)
    pairs = torch.maximum(*(part[:, 0::2] + part[:, 1::2] for part in (flat.clamp(min=0), (-flat).clamp(min=0))))
    # One less than LARGEST_PAIR, since both of a pair may be rounded up.
    steps = torch.maximum(flat.abs().amax((1, 2)) / LARGEST_WEIGHT, pairs.amax((1, 2)) / (LARGEST_PAIR - 1))
    return steps.clamp(min=max(1e-4 * float(steps.max()), torch.finfo(torch.float32).tiny))


def round_weights(weight: Tensor, covariance: Tensor, samples: int) -> tuple[Tensor, Tensor]:
    """Round a convolution's weights so that its outputs change little.

    Args:
        weight: (outputs, inputs, 3, 3) float32, inputs even.
        covariance: (9 * inputs, 9 * inputs) float32 of the inputs, place by place of the kernel, channel by channel.
        samples: how many it was taken of.

    Returns:
        Levels, (outputs, inputs, 3, 3) float32 of whole numbers within LARGEST_WEIGHT and LARGEST_PAIR; and their
        steps, (outputs,) float32.
    """
    outputs, inputs = weight.shape[:2]
    steps = weight_steps(weight)
    left = (weight.flatten(2).mT.flatten(1) / steps[:, None]).mT.contiguous()  # (9 * inputs, outputs), in steps
    damped = covariance.double()
    damping = max(_DAMPING, _DAMPING_OF_FEW * len(damped) / samples)
    damped.diagonal().add_(damping * damped.diagonal().mean().clamp(min=1e-12))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    spread = torch.linalg.cholesky(inverse, upper=True).float()
    levels = torch.empty_like(left)
    block = 128
    for start in range(0, len(left), block):
        stop = min(start + block, len(left))
        errors = torch.empty(stop - start, outputs)
        for row in range(start, stop):
            low, high = _bounds(levels[row - 1]) if row % 2 else (-LARGEST_WEIGHT, LARGEST_WEIGHT)
            levels[row] = torch.clamp(torch.round(left[row]), torch.as_tensor(low), torch.as_tensor(high))
            errors[row - start] = (left[row] - levels[row]) / spread[row, row]
            left[row + 1 : stop] -= spread[row, row + 1 : stop, None] * errors[row - start]
        left[stop:] -= spread[start:stop, stop:].mT @ errors
    return levels.mT.reshape(outputs, 9, inputs).mT.reshape(outputs, inputs, 3, 3).contiguous(), steps


def _bounds(other: Tensor) -> tuple[Tensor, Tensor]:
    """What the second of a pair may be, once the first is rounded."""
    low = (-LARGEST_PAIR - other.clamp(max=0)).clamp(min=-LARGEST_WEIGHT)
    return low, (LARGEST_PAIR - other.clamp(min=0)).clamp(max=LARGEST_WEIGHT)


def choose_scales(values: Tensor, shares: Tensor, next_weight: Tensor | None) -> tuple[Tensor, float]:
    """How a tensor's channels are brought to like size, and their common scale then.

    Args:
        values: (channels, N) float32, none of them negative.
        shares: (N,) float32, how much of a channel each stands for.
        next_weight: (outputs, channels, 3, 3) float32 of the convolution that reads them, None if none does.

    Returns:
        (channels,) float32 factors to divide by, and the step between two levels.
    """
    own = torch.tensor([best_scale(row, shares) for row in values])
    if next_weight is None:
        return own, 1.0
    importance = next_weight.square().sum((0, 2, 3))
    powers = values.square() @ shares / shares.sum()
    tried: list[tuple[float, Tensor, float]] = []
    for exponent in _EQUALIZATIONS:
        factors = own**exponent
        steps = weight_steps(next_weight * _by_input(factors))
        from_weights = float(steps.square().sum() / 12 * (9 * powers / factors.square()).sum()) * _WEIGHT_ERROR_SHARE
        for scale in (float((own / factors).median()) * _SCALE_FACTORS).tolist():
            errors = _rounding_errors(values / factors[:, None], scale, shares) * factors.square()
            tried.append((float(importance @ errors) + from_weights, factors, scale))
    _, factors, scale = min(tried, key=lambda trial: trial[0])
    return factors, scale


def best_scale(values: Tensor, shares: Tensor) -> float:
    """The scale at which rounding and clipping together make the least squared error.

    A tensor's outliers are worth clipping, but not at a fixed percentile.

    Args:
        values: (N,) none of them negative; all zero gives 1.
        shares: (N,) how much each counts.
    """
    largest = float(values.max())
    if largest <= 0:
        return 1.0
    tried = [largest / LEVELS * float(part) for part in np.geomspace(0.1, 1.0, 24)]
    return min(tried, key=lambda scale: float(_rounding_errors(values[None], scale, shares)[0]))


def _rounding_errors(values: Tensor, scale: float, shares: Tensor) -> Tensor:
    """Mean squared error of each row."""
    levels = torch.round(values / scale).clamp_(max=LEVELS)
    return (levels.mul_(scale).sub_(values).square_() @ shares) / shares.sum()


def _drawn(tensor: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Values of each channel, (channels, N), and what share of it each stands for, (N,)."""
    images, _, height, width = tensor.shape
    places = height * width
    chosen = torch.from_numpy(random.integers(places, size=_VALUES_PER_IMAGE))
    flat = tensor.flatten(2)
    values = torch.cat([flat[:, :, chosen].permute(1, 0, 2).flatten(1), flat.amax(2).mT], 1)
    usual = torch.full((images * _VALUES_PER_IMAGE,), (places - 1) / _VALUES_PER_IMAGE)
    return values, torch.cat([usual, torch.ones(images)])


def _covariance(levels: Tensor, scale: float, random: np.random.Generator) -> tuple[Tensor, int]:
    """Of what a 3x3 kernel reads: (9 * channels, 9 * channels) float32, channels innermost; and of how many places."""
    images, _, height, width = levels.shape
    count = min(_PLACES_PER_IMAGE, height * width)
    places = np.concatenate([random.choice(height * width, count, replace=False) for _ in range(images)])
    rows, columns = torch.from_numpy(places // width), torch.from_numpy(places % width)
    owners = torch.arange(images).repeat_interleave(count)
    padded = functional.pad(levels, (1, 1, 1, 1)).permute(0, 2, 3, 1).contiguous()
    read = torch.cat([padded[owners, rows + down, columns + right] for down in range(3) for right in range(3)], 1)
    centered = read.float() * scale
    centered -= centered.mean(0)
    return centered.mT @ centered / len(centered), len(centered)


def _mean_error(exact: Tensor, made: Tensor) -> Tensor:
    """(channels,) what is missing on average where a channel is active; zero where it never is."""
    active = exact > 0
    return ((exact - made) * active).sum((0, 2, 3)) / active.sum((0, 2, 3)).clamp(min=1)


def _convolved(tensor: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.cat([functional.conv2d(chunk.float(), weight, bias, padding=1) for chunk in tensor.split(_CHUNK)])


def _pooled(tensor: Tensor) -> Tensor:
    return functional.avg_pool2d(tensor, 3, 2, ceil_mode=True)


def _to_levels(tensor: Tensor, factors: Tensor, scale: float) -> Tensor:
    return torch.round(tensor / (factors * scale)[:, None, None]).clamp_(max=LEVELS).to(torch.uint8)


def _by_input(factors: Tensor) -> Tensor:
    return factors[None, :, None, None]
