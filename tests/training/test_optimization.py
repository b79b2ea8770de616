"""Rates and averages over a run."""

import pytest
import torch

from hccr_training.config import Optimizer
from hccr_training.network import MelnykNet
from hccr_training.optimization import AveragedWeights, make_optimizer, rate_at


def test_rate_warms_up_and_follows_a_cosine_to_its_end():
    settings = Optimizer(rate=1.0, final_rate=0.1, warmup_samples=100, schedule="cosine")

    assert rate_at(settings, 0, 1000) == pytest.approx(0.01, rel=0.01)
    assert rate_at(settings, 49, 1000) == pytest.approx(0.5, rel=0.02)
    assert rate_at(settings, 500, 1000) == pytest.approx(0.55, rel=0.01)
    assert rate_at(settings, 1000, 1000) == pytest.approx(0.1)


def test_constant_rate_falls_only_within_the_decay():
    settings = Optimizer(rate=1.0, final_rate=0.0, warmup_samples=0, schedule="constant", decay_samples=200)

    assert rate_at(settings, 0, 1000) == rate_at(settings, 800, 1000) == 1.0
    assert rate_at(settings, 900, 1000) == pytest.approx(0.5)
    assert rate_at(settings, 1000, 1000) == 0.0
    forever = Optimizer(rate=1.0, warmup_samples=0, schedule="constant")
    assert rate_at(forever, 1000, 1000) == 1.0


def test_weight_decay_spares_gwap_batch_norm_and_biases():
    network = MelnykNet(classes=10)
    decayed, plain = make_optimizer(network, Optimizer(weight_decay=0.05)).param_groups

    spared = {id(parameter) for parameter in plain["params"]}
    assert id(network.gwap) in spared
    assert id(network.dense.bias) in spared
    assert id(network.batch_norms[0].weight) in spared
    assert len(decayed["params"]) == 15  # fourteen convolutions and the dense layer
    assert (decayed["weight_decay"], plain["weight_decay"]) == (0.05, 0.0)


def test_average_has_the_half_life_in_samples():
    network = MelnykNet(classes=3)
    averaged = AveragedWeights(network, half_life=100)
    averaged.updates = 1000  # past the start
    with torch.no_grad():
        network.dense.bias.fill_(1.0)

    for _ in range(4):
        averaged.update(network, 25)

    torch.testing.assert_close(averaged.network.dense.bias, torch.full((3,), 0.5))


def test_first_weights_do_not_weigh_for_long():
    network = MelnykNet(classes=3)
    averaged = AveragedWeights(network, half_life=1_000_000)
    with torch.no_grad():
        network.dense.bias.fill_(1.0)

    for _ in range(9):
        averaged.update(network, 1)

    torch.testing.assert_close(averaged.network.dense.bias, torch.full((3,), 0.9))


def test_a_restarted_average_has_forgotten_the_past():
    network = MelnykNet(classes=3)
    averaged = AveragedWeights(network, half_life=100)
    averaged.updates = 1000
    with torch.no_grad():
        network.dense.bias.fill_(1.0)

    averaged.restart(network)

    torch.testing.assert_close(averaged.network.dense.bias, torch.ones(3))
    assert averaged.updates == 0


def test_no_half_life_keeps_the_latest_weights_and_statistics():
    network = MelnykNet(classes=3)
    averaged = AveragedWeights(network, half_life=0)
    network.train()(torch.rand(4, 1, 16, 16) * 255)

    averaged.update(network, 4)

    torch.testing.assert_close(averaged.network.batch_norms[2].running_mean, network.batch_norms[2].running_mean)
    assert averaged.network.training is False
