"""Rates and averages over a run."""

import pytest
import torch

from hccr_training.config import Optimizer
from hccr_training.network import MelnykNet
from hccr_training.optimization import AveragedWeights, make_optimizer, orthogonalized, rate_at


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


def gradients_for(network: MelnykNet, seed: int = 0) -> None:
    torch.manual_seed(seed)
    for parameter in network.parameters():
        parameter.grad = torch.randn_like(parameter)


def test_muon_moves_inner_convolutions_as_the_library_moves_matrices():
    network = MelnykNet(classes=5)
    gradients_for(network)
    weight = network.convolutions[3].weight
    matrix = torch.nn.Parameter(weight.detach().flatten(1).clone())
    matrix.grad = weight.grad.flatten(1).clone()
    reference = torch.optim.Muon(
        [matrix], lr=1e-2, weight_decay=0.02, momentum=0.95, nesterov=True, adjust_lr_fn="match_rms_adamw"
    )
    optimizer = make_optimizer(network, Optimizer(method="muon", rate=1e-2, weight_decay=0.05))

    for _ in range(3):
        optimizer.step()
        reference.step()

    torch.testing.assert_close(weight.flatten(1), matrix, atol=2e-3, rtol=0.05)


def test_muon_leaves_the_rest_to_adamw():
    network, other = MelnykNet(classes=5), MelnykNet(classes=5)
    other.load_state_dict(network.state_dict())
    gradients_for(network)
    gradients_for(other)
    muon = make_optimizer(network, Optimizer(method="muon", rate=1e-2))
    adamw = make_optimizer(other, Optimizer(method="adamw", rate=1e-2))

    for _ in range(3):
        muon.step()
        adamw.step()

    for name in ("gwap", "dense.weight", "dense.bias", "batch_norms.4.weight", "convolutions.0.weight"):
        torch.testing.assert_close(network.get_parameter(name), other.get_parameter(name), atol=1e-6, rtol=1e-5)
    inner = "convolutions.5.weight"
    assert not torch.allclose(network.get_parameter(inner), other.get_parameter(inner))


def test_muon_goes_on_from_its_saved_state(tmp_path):
    network, other = MelnykNet(classes=5), MelnykNet(classes=5)
    settings = Optimizer(method="muon", rate=1e-2)
    optimizer = make_optimizer(network, settings)
    gradients_for(network)
    optimizer.step()
    torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict()}, tmp_path / "c.pt")
    saved = torch.load(tmp_path / "c.pt", weights_only=True)
    other.load_state_dict(saved["network"])
    resumed = make_optimizer(other, settings)
    resumed.load_state_dict(saved["optimizer"])

    gradients_for(network, 1)
    gradients_for(other, 1)
    optimizer.step()
    resumed.step()

    for one, two in zip(network.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(one, two)


@pytest.mark.parametrize("shape", [(20, 90), (90, 20)])
def test_orthogonalized_has_singular_values_about_one(shape):
    torch.manual_seed(3)
    values = torch.linalg.svdvals(orthogonalized(torch.randn(shape) * 37).float())

    assert values.min() > 0.6
    assert values.max() < 1.3
