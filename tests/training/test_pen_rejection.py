import numpy as np
import pytest

from hccr_desktop.domain.pen_path import PATH_NAMES, PATH_VALUES, describe_path
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.pen_rule import JOINT_VALUES, OUTCOMES, PEN_VALUES, PenRule, join, margins
from hccr_training.pen_rejection import Paths, beside, fit_layers, fit_pen_networks, margins_less, with_score
from hccr_training.rejection_material import FIT_KINDS

PEN_RULE = PenRule(
    path=Layers(((0.25,) * (PATH_VALUES + 1),) * 2, ((0.5, -1.0, 2.0),) * len(OUTCOMES)),
    joint=Layers(((0.25,) * (JOINT_VALUES + 1),) * 3, ((0.5, -1.0, 2.0, 0.0),) * len(OUTCOMES)),
    strokes="2" * 3755,
    accepted=99.0,
    false_alarms=(("scribbles", 3.0),),
    accepted_right=99.6,
)
KINDS = np.repeat([FIT_KINDS.index("pairs"), FIT_KINDS.index("scribbles")], 100)


def rings(random: np.random.Generator, count: int, radius: float, *, height: float = 0.0) -> np.ndarray:
    """Points about a circle in two values, a third at a height: no weighted sum tells inside from outside."""
    values = np.zeros((count, PEN_VALUES))
    angles = random.uniform(0, 2 * np.pi, count)
    values[:, :2] = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1) + random.normal(0, 0.05, (count, 2))
    values[:, 2] = height
    return values


def outside(random: np.random.Generator) -> np.ndarray:
    """As many pairs as scribbles, the latter at another height."""
    return np.concatenate([rings(random, 100, 1.0), rings(random, 100, 1.0, height=2.0)])


@pytest.fixture(scope="module")
def fitted() -> Layers:
    random = np.random.default_rng(0)
    return fit_layers(rings(random, 200, 0.2), outside(random), KINDS, units=12)


def test_layers_tell_what_no_weighted_sum_can(fitted):
    random = np.random.default_rng(1)

    assert len(fitted.hidden) == 12
    assert np.mean(margins(fitted.outcomes(rings(random, 300, 0.2))) > 0) > 0.97
    assert np.mean(margins(fitted.outcomes(rings(random, 300, 1.0))) < 0) > 0.97


def test_several_characters_are_told_from_other_things(fitted):
    random = np.random.default_rng(2)

    pairs, scribbles = (fitted.outcomes(rings(random, 100, 1.0, height=height)) for height in (0.0, 2.0))

    assert np.mean(pairs[:, 1] > pairs[:, 2]) > 0.95
    assert np.mean(scribbles[:, 2] > scribbles[:, 1]) > 0.95


def test_the_answer_may_overrule_the_pen():
    """To the pen all are alike; the score tells them apart."""
    random = np.random.default_rng(3)
    paths = Paths(rings(random, 200, 0.5)[:, :PATH_VALUES], rings(random, 200, 0.5)[:, :PATH_VALUES], KINDS)
    real, refused, known = (rings(random, 200, 0.5) for _ in range(3))

    rule = fit_pen_networks(
        paths, with_score(real, np.full(200, 3.0)), with_score(refused, np.full(200, -3.0)), KINDS,
        with_score(known, np.full(200, 3.0)),
    )  # fmt: skip

    for score in (3.0, -3.0):
        values = with_score(rings(random, 50, 0.5), np.full(50, score))
        said = margins(rule.joint.outcomes(join(rule.path, values)))
        assert (np.sign(said) == np.sign(score)).all()


def test_a_threshold_moves_every_margin():
    values = np.random.default_rng(4).normal(0, 1, (5, JOINT_VALUES))

    less = margins_less(PEN_RULE, 0.75)

    np.testing.assert_allclose(
        margins(less.joint.outcomes(values)), margins(PEN_RULE.joint.outcomes(values)) - 0.75, atol=1e-6
    )


def test_score_is_filled_in_where_the_rule_looks_for_it():
    values = with_score(np.zeros((2, PEN_VALUES)), np.array([3.0, -99.0]))

    np.testing.assert_array_equal(values[:, PATH_VALUES], [3, -30])
    assert np.count_nonzero(values) == 2


def test_two_hands_characters_stand_apart():
    box = [np.array([[0.0, 0.0], [90.0, 0.0], [90.0, 80.0]])]
    random = np.random.default_rng(5)

    for _ in range(20):
        pair = beside(box, [3 * stroke for stroke in box], random)
        values = dict(zip(PATH_NAMES, describe_path(pair), strict=True))
        assert len(pair) == 2
        assert max(values["across gap"], values["down gap"]) > 0
