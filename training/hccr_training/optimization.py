"""The optimizer, its rate over the run, and the averaged weights."""

import math

import torch
from torch import Tensor, nn

from hccr_training.config import Optimizer
from hccr_training.network import MelnykNet


def make_optimizer(network: MelnykNet, settings: Optimizer) -> torch.optim.AdamW:
    """AdamW; weight decay on the convolutions and the dense layer alone.

    GWAP is left out of the decay: its weights are small (1/36) by construction, not by need.
    """
    decayed = [parameter for name, parameter in network.named_parameters() if parameter.ndim > 1 and name != "gwap"]
    plain = [parameter for name, parameter in network.named_parameters() if parameter.ndim <= 1 or name == "gwap"]
    groups = [{"params": decayed, "weight_decay": settings.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    # 0.98 rather than 0.999: batches are small and the data new at every step (the prototype's choice).
    return torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.98), fused=True)


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
