"""The network is the paper's: counted, and pooled the way Keras pools."""

import numpy as np
import pytest
import torch

from hccr_desktop.domain.melnyk import parameter_count
from hccr_training.network import MelnykNet, resized_gwap, stored_values


def test_network_stores_the_published_number_of_values():
    network = MelnykNet()

    assert stored_values(network) == 6_523_819 == parameter_count()
    assert sum(parameter.numel() for parameter in network.parameters()) == 6_518_635


def test_average_pool_pads_at_bottom_and_right_and_leaves_padding_out_of_the_mean():
    values = np.arange(36, dtype=np.float32).reshape(6, 6)
    expected = [[values[y : y + 3, x : x + 3].mean() for x in (0, 2, 4)] for y in (0, 2, 4)]

    pooled = MelnykNet(classes=2).pool(torch.from_numpy(values)[None, None])

    np.testing.assert_allclose(pooled[0, 0].numpy(), expected, rtol=1e-6)


def test_evidence_sums_to_the_logits(random_network):
    images = torch.rand(2, 1, 96, 96) * 255
    with torch.no_grad():
        logits, embedding, evidence = random_network.outputs(images)
        maps = torch.einsum("nchw,kc->nkhw", evidence, random_network.dense.weight)

    torch.testing.assert_close(evidence.sum((2, 3)), embedding, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(maps.sum((2, 3)) + random_network.dense.bias, logits, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize(("size", "side"), [(32, 2), (48, 3), (64, 4), (96, 6), (128, 8)])
def test_resized_gwap_keeps_the_sum_over_a_constant_map(size, side, random_network):
    resized = resized_gwap(random_network.gwap, side)

    assert resized.shape == (448, side, side)
    assert random_network.outputs(torch.zeros(1, 1, size, size)).evidence_features.shape == (1, 448, side, side)
    constant = resized_gwap(torch.full((448, 6, 6), 0.5), side)
    torch.testing.assert_close(constant.sum((1, 2)), torch.full((448,), 18.0))


def test_resized_gwap_trains_the_full_size_weights(random_network):
    random_network(torch.rand(1, 1, 48, 48) * 255).sum().backward()

    assert random_network.gwap.grad.shape == (448, 6, 6)
    assert (random_network.gwap.grad != 0).any()
