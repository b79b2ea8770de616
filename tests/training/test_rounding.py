import numpy as np
import pytest
import torch

from hccr_training import rounding


@pytest.fixture
def random():
    return torch.Generator().manual_seed(5)


def reads(random, count=4000, channels=8):
    """What a kernel of 3x3 reads of a smooth picture: (count, 9 * channels), neighbors much alike."""
    base = torch.rand(count, 1, channels, generator=random)
    return (base + 0.2 * torch.rand(count, 9, channels, generator=random)).flatten(1)


def covariance(read):
    centered = read - read.mean(0)
    return centered.mT @ centered / len(centered), len(centered)


def flat(weight):
    """(outputs, 9 * inputs), in the order of what a kernel reads."""
    return weight.flatten(2).mT.flatten(1)


def largest_sum(levels):
    """Of the positive or of the negative part of what two neighboring inputs can add up to in 16 bits."""
    positive, negative = levels.clamp(min=0), (-levels).clamp(min=0)
    return max(float((part[:, 0::2] + part[:, 1::2]).max()) for part in (positive, negative))


def test_no_pair_of_products_overflows_16_bits_though_weights_have_eight(random):
    weight = torch.randn(40, 8, 3, 3, generator=random)
    weight[0, 2:4, 1, 1] = 9.0  # the worst: two neighbors, both the largest

    levels, steps = rounding.round_weights(weight, *covariance(reads(random)))

    assert torch.equal(levels, levels.round())
    assert levels.abs().max() <= 127
    assert 120 < largest_sum(levels) <= 128
    # Finer than seven bits would be.
    assert (weight.abs().amax((1, 2, 3)) / 64 / steps).mean() > 1.3


def test_the_second_of_a_pair_gives_way_where_corrections_would_break_the_limit(random):
    # Every second channel says the same as the one before, ten times as softly: what rounding takes from the loud
    # channel's weight, the soft one's is asked to make up for tenfold.
    read = reads(random).unflatten(1, (9, 4, 2))[..., :1] * torch.tensor([10.0, 1.0])
    read = (read + 0.01 * torch.rand(read.shape, generator=random)).flatten(1)
    weight = 0.97 + 0.03 * torch.rand(16, 8, 3, 3, generator=random)

    levels, _ = rounding.round_weights(weight, *covariance(read))

    assert largest_sum(levels) <= 128


def test_an_output_without_weights_keeps_a_step_that_its_bias_can_be_counted_in(random):
    weight = torch.randn(3, 8, 3, 3, generator=random)
    weight[1] = 0

    levels, steps = rounding.round_weights(weight, *covariance(reads(random)))

    assert not levels[1].any()
    assert 10 / steps[1] < 2**31


def test_outputs_change_less_than_with_plain_rounding(random):
    weight = torch.randn(16, 8, 3, 3, generator=random)
    read = reads(random)

    levels, steps = rounding.round_weights(weight, *covariance(read))

    def error(made):
        outputs = (read - read.mean(0)) @ (flat(made) - flat(weight)).mT
        return float(outputs.square().mean())

    by_row = steps[:, None, None, None]
    assert error(levels * by_row) < 0.3 * error(torch.round(weight / by_row) * by_row)


def test_few_samples_do_not_lead_the_weights_astray(random):
    weight = torch.randn(16, 8, 3, 3, generator=random)
    seen, unseen = reads(random, 4), reads(random)

    levels, steps = rounding.round_weights(weight, *covariance(seen))

    def error(made):
        return float(((unseen - unseen.mean(0)) @ (flat(made) - flat(weight)).mT).square().mean())

    by_row = steps[:, None, None, None]
    assert error(levels * by_row) < 1.05 * error(torch.round(weight / by_row) * by_row)


def test_a_channel_of_small_values_gets_a_scale_of_its_own(random):
    values = torch.rand(4, 500, generator=random) * torch.tensor([[1.0], [1.0], [1.0], [0.01]])
    weight = torch.randn(6, 4, 3, 3, generator=random)
    weight[:, 3] *= 100  # as important as the others for what comes out

    factors, scale = rounding.choose_scales(values, torch.ones(500), weight)

    assert factors[0] / factors[3] > 5
    # Of the small channel, too, most levels are used.
    assert 50 < float(values[3].max() / factors[3]) / scale < 500


def test_channels_stay_as_they_are_where_the_weights_would_lose_more(random):
    values = torch.rand(4, 500, generator=random) * torch.tensor([[1.0], [1.0], [1.0], [0.001]])
    weight = torch.randn(6, 4, 3, 3, generator=random)  # the small channel means nothing

    factors, _ = rounding.choose_scales(values, torch.ones(500), weight)

    assert factors[0] / factors[3] < 100


def test_the_scale_clips_a_long_tail_where_that_costs_least():
    values = torch.from_numpy(np.random.default_rng(2).exponential(1, 50_000).astype(np.float32))

    def error(scale: float) -> float:
        return float(((torch.round(values / scale).clamp(max=255) * scale - values) ** 2).mean())

    best = rounding.best_scale(values, torch.ones(len(values)))

    assert best < 0.95 * values.max() / 255
    assert error(best) < min(error(values.max() / 255), error(0.8 * best), error(1.25 * best))


def test_a_tensor_that_is_all_zero_has_a_scale():
    assert rounding.best_scale(torch.zeros(10), torch.ones(10)) == 1.0
