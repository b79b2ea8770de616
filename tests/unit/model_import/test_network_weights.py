import numpy as np
import pytest

from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.model_import.network_weights import ConvolutionWeights
from tests.unit.model_import.keras_layouts import zero_weights


def test_folding_equals_a_convolution_followed_by_batch_norm():
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(5, 4, 3, 3))
    gamma, beta, mean = rng.normal(size=(3, 5))
    variance = rng.uniform(0, 2, 5)
    patch = rng.normal(size=(4, 3, 3))
    before = np.einsum("oihw,ihw->o", kernel, patch)
    expected = gamma * (before - mean) / np.sqrt(variance + 0.002) + beta

    weight, bias = ConvolutionWeights(kernel, gamma, beta, mean, variance, epsilon=0.002).folded()

    assert weight.dtype == bias.dtype == np.float32
    np.testing.assert_allclose(np.einsum("oihw,ihw->o", weight, patch) + bias, expected, rtol=1e-5, atol=1e-5)


def test_a_channel_without_variance_folds_to_finite_numbers():
    zero, one = np.zeros(1, np.float32), np.ones(1, np.float32)

    weight, bias = ConvolutionWeights(np.ones((1, 1, 3, 3)), one, zero, one, zero, epsilon=1e-3).folded()

    np.testing.assert_allclose(weight, 1 / np.sqrt(1e-3), rtol=1e-6)
    np.testing.assert_allclose(bias, -1 / np.sqrt(1e-3), rtol=1e-6)


def test_the_count_of_values_is_that_of_the_paper():
    assert zero_weights().size == 6_523_819
    assert zero_weights().classes == 3755


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"convolutions": ()}, "There are 0 convolutions, not 14."),
        ({"gwap": np.zeros((6, 6, 448))}, "The GWAP weight has the shape"),
        ({"dense_weight": np.zeros((448, 3755))}, "The dense weight has the shape"),
        ({"dense_bias": np.zeros((3755, 1))}, "The dense bias has the shape"),
    ],
)
def test_other_shapes_are_refused(changes, message):
    with pytest.raises(ModelMismatchError, match=message):
        zero_weights(**changes)


def test_a_batch_norm_of_another_width_is_refused():
    right = zero_weights().convolutions
    wrong = ConvolutionWeights(right[4].kernel, *[np.zeros(64, np.float32)] * 4)

    with pytest.raises(ModelMismatchError, match="The gamma of batch norm 5 has the shape"):
        zero_weights(convolutions=(*right[:4], wrong, *right[5:]))
