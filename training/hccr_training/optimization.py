"""The optimizer, its rate over the run, and the averaged weights."""

import math
from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor, nn

from hccr_training.config import Optimizer
from hccr_training.network import MelnykNet

ADAM_BETAS: Final = (0.9, 0.98)
"""0.98 rather than 0.999: batches are small and the data new at every step (the prototype's choice)."""

ADAM_EPSILON: Final = 1e-8
MUON_MOMENTUM: Final = 0.95
MUON_WEIGHT_DECAY_SHARE: Final = 0.4
"""Of the run's weight decay: 0.02 beside AdamW's 0.05, as the second weights were made."""

NEWTON_SCHULZ_STEPS: Final = 5
NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
"""Coefficients of the quintic iteration that brings all singular values near 1 (K. Jordan's Muon, 2024)."""

UPDATE_RMS: Final = 0.2
"""Root mean square of AdamW's usual update: Muon's is scaled to it, so that both run at one learning rate (J. Liu et
al., "Muon is scalable for LLM training", 2025)."""


def make_optimizer(network: MelnykNet, settings: Optimizer) -> torch.optim.Optimizer:
    """The run's optimizer; weight decay on the convolutions and the dense layer alone.

    GWAP is left out of the decay: its weights are small (1/36) by construction, not by need. Muon is for matrices
    within the network: the first convolution, with one input channel, and the dense layer stay with AdamW.
    """
    trained = [(name, parameter) for name, parameter in network.named_parameters() if parameter.requires_grad]
    decayed = [parameter for name, parameter in trained if parameter.ndim > 1 and name != "gwap"]
    plain = [parameter for name, parameter in trained if parameter.ndim <= 1 or name == "gwap"]
    inner = [parameter for parameter in decayed if parameter.ndim == 4 and parameter.shape[1] > 1]
    if settings.method == "adamw":
        groups: list[dict[str, Any]] = [{"params": decayed, "weight_decay": settings.weight_decay}]
        groups.append({"params": plain, "weight_decay": 0.0})
        return torch.optim.AdamW(groups, lr=settings.rate, betas=ADAM_BETAS, eps=ADAM_EPSILON, fused=True)
    outer = [parameter for parameter in decayed if all(parameter is not other for other in inner)]
    return MuonWithAdamW(
        [
            {"params": inner, "weight_decay": settings.weight_decay * MUON_WEIGHT_DECAY_SHARE, "is_muon": True},
            {"params": outer, "weight_decay": settings.weight_decay, "is_muon": False},
            {"params": plain, "weight_decay": 0.0, "is_muon": False},
        ],
        rate=settings.rate,
    )


class MuonWithAdamW(torch.optim.Optimizer):
    """Muon for the filters of inner convolutions, AdamW for everything else, as one optimizer.

    torch.optim.Muon takes two-dimensional parameters only, and Fabric wants one optimizer to save and load.

    Args:
        groups: parameter groups with ``weight_decay`` and ``is_muon``. Muon sees a filter bank (out, in, 3, 3) as a
            matrix of (out, in * 9).
        rate: learning rate of all groups.
    """

    def __init__(self, groups: list[dict[str, Any]], *, rate: float) -> None:
        super().__init__(groups, {"lr": rate, "weight_decay": 0.0, "is_muon": False})

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]  # never a closure
        """One step with the gradients at hand."""
        if closure is not None:
            raise ValueError("a closure is not supported")
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                if group["is_muon"]:
                    parameter.add_(self._muon_update(parameter), alpha=-group["lr"])
                else:
                    self._adam_update(parameter, group["lr"])

    def _muon_update(self, parameter: Tensor) -> Tensor:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        momentum: Tensor = state["momentum"]
        momentum.lerp_(parameter.grad, 1 - MUON_MOMENTUM)
        matrix = parameter.grad.lerp(momentum, MUON_MOMENTUM).flatten(1)  # Nesterov's look ahead
        scale = UPDATE_RMS * math.sqrt(max(matrix.shape))
        return orthogonalized(matrix).view(parameter.shape) * scale

    def _adam_update(self, parameter: Tensor, rate: float) -> None:
        state = self.state[parameter]
        if not state:
            state.update(steps=0, mean=torch.zeros_like(parameter), square=torch.zeros_like(parameter))
        state["steps"] += 1
        mean_decay, square_decay = ADAM_BETAS
        state["mean"].lerp_(parameter.grad, 1 - mean_decay)
        state["square"].mul_(square_decay).addcmul_(parameter.grad, parameter.grad, value=1 - square_decay)
        correction = math.sqrt(1 - square_decay ** state["steps"])
        spread = state["square"].sqrt().div_(correction).add_(ADAM_EPSILON)
        parameter.addcdiv_(state["mean"], spread, value=-rate / (1 - mean_decay ** state["steps"]))


def orthogonalized(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are all about 1 (0.7 to 1.2), by Newton-Schulz iteration in bfloat16.

    Args:
        matrix: (rows, columns).
    """
    is_tall = matrix.shape[0] > matrix.shape[1]
    turned = (matrix.T if is_tall else matrix).bfloat16()
    turned = turned / (turned.norm() + 1e-7)
    a, b, c = NEWTON_SCHULZ
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = turned @ turned.T
        turned = a * turned + (b * square + c * square @ square) @ turned
    return (turned.T if is_tall else turned).to(matrix.dtype)


def rate_at(settings: Optimizer, done: int, total: int) -> float:
    """The learning rate after so many samples of so many."""
    warmup = min(1.0, (done + 1) / settings.warmup_samples) if settings.warmup_samples else 1.0
    if settings.schedule == "cosine":
        share = 0.5 * (1 + math.cos(math.pi * min(1.0, done / total)))
    elif settings.decay_samples:
        share = min(1.0, max(0.0, (total - done) / settings.decay_samples))
    else:
        share = 1.0
    return warmup * (settings.final_rate + (settings.rate - settings.final_rate) * share)


class AveragedWeights:
    """Exponential moving average of weights and running statistics: they read better than the latest ones.

    Args:
        network: whose weights are averaged; the average starts from them.
        half_life: in samples; 0 keeps the latest weights.

    Attributes:
        network: holds the average, in evaluation mode.
        updates: how many steps went into it.
    """

    def __init__(self, network: MelnykNet, half_life: int) -> None:
        self.network = MelnykNet(classes=network.dense.out_features).to(network.gwap.device).eval()
        self.network.load_state_dict(network.state_dict())
        self.updates = 0
        self._half_life = half_life

    def restart(self, network: nn.Module) -> None:
        """Forget the past: at another input size, weights and running statistics of the last one read badly.

        Measured after 5,800 samples of a phase at 96 px that followed one at 64: the latest weights read 63 % of the
        validation ink, an average with a half-life of 30,000 samples that went on read 23 %.
        """
        self.network.load_state_dict(network.state_dict())
        self.updates = 0

    def update(self, network: nn.Module, batch: int) -> None:
        """Take in the weights after a step of so many samples."""
        self.updates += 1
        weight = 1 - 0.5 ** (batch / self._half_life) if self._half_life else 1.0
        weight = max(weight, 1 / (self.updates + 1))  # the first weights must not weigh for long
        latest: dict[str, Tensor] = network.state_dict()
        with torch.no_grad():
            for name, average in self.network.state_dict().items():
                if average.is_floating_point():
                    average.lerp_(latest[name].to(average.dtype), weight)
                else:
                    average.copy_(latest[name])
