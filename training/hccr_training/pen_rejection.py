"""The rule for ink whose strokes are known: one small network for the way of the pen, one for it and the answer.

The way of the pen costs 2 ms a drawing where the answer costs 25, so the first is fitted to PATHS_FOR_EACH times as
many drawings. Half of the validation ink (1,350), 150 drawings of each kind for the answer, percent of non-characters
drawn as ink that pass at 99 % of held-out classes (200 scribbles and straws, 120 of each other kind, third weights):

| | scribbles | straws | letters | digits | frames | pairs |
|---|---|---|---|---|---|---|
| the rule for pictures alone | 31 | 32 | 27 | 26 | 12 | 36 |
| one network for all values | 11 | 1 | 5 | 2 | 2 | 10 |
| the way of the pen alone | 11 | 2 | 7 | 2 | 3 | 5 |
| both networks | 4 | 1 | 3 | 0 | 1 | 2 |
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.pen_path import PATH_VALUES, describe_path
from hccr_desktop.imaging.sample_sets import InkSample
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.pen_rule import ANSWER, PenRule, join, limit_score
from hccr_training.rejection_material import FIT_KINDS, REAL_SETS, Drawings
from hccr_training.sources.labelled import load_labelled, spread

Floats = npt.NDArray[np.float64]
Kinds = npt.NDArray[np.int64]
"""Numbers in FIT_KINDS."""

SEVERAL: Final = ("pairs", "rows")
"""Kinds that are several characters at once."""

WEIGHTS: Final = {"pairs": 2.0}
"""Of the kinds, 1 where not named: pairs are what people draw by mistake."""

PATHS_FOR_EACH: Final = 4
PATH_SEED: Final = 22
PATH_UNITS: Final = 24
JOINT_UNITS: Final = 8
DECAY: Final = 3e-4
"""L2 penalty on the weights between layers. Fitted to the pen alone, 1e-4 lets 24 % of scribbles pass instead of 14."""

_STEPS: Final = 200
_PAIRS_FOR_EACH: Final = 6
_PAIR_GAPS: Final = (0.03, 0.6)
"""Between two hands' characters, of their size. To 0.6 and not to 0.3, as between those drawn from medians, and three
times as many: 1 % of pairs and 3 % of scribbles pass instead of 2 and 4 %."""
_LEAST_WIDTH: Final = 0.6
"""How narrow a pair becomes to fit the pad's square."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Ways of the pen that no network was asked about.

    Attributes:
        real: (N, PATH_VALUES) of characters.
        refused: (M, PATH_VALUES) of non-characters.
        kinds: (M,) of them.
    """

    real: Floats
    refused: Floats
    kinds: Kinds


def gather_paths(drawings: Drawings, count: int) -> Paths:
    """Draw what the network for the pen alone is fitted to, of another seed than what the answer is asked for.

    Args:
        drawings: of ink.
        count: drawings of each kind that the answer is asked for.

    Raises:
        HccrError: a set cannot be read.
    """
    many = PATHS_FOR_EACH * count
    real = [
        _paths(drawings.pen_paths(name, PATH_SEED, share)) for name, share in (("known", many), ("few strokes", count))
    ]
    refused = [_paths(drawings.pen_paths(name, PATH_SEED, many)) for name in FIT_KINDS]
    kinds = [np.full(many, number) for number in range(len(FIT_KINDS))]
    hands: list[Sequence[StrokeArray]] = []
    for path, limit in REAL_SETS["ink"]:
        if path.exists():
            samples = load_labelled(path).samples
            asked = set(spread(len(samples), limit))
            others = [samples[at] for at in range(len(samples)) if at not in asked]
            chosen = [others[at] for at in spread(len(others), many)]
            hands += [sample.ink.to_arrays() for sample in chosen if isinstance(sample, InkSample)]
    if hands:
        real.append(_paths(hands))
        random = np.random.default_rng(PATH_SEED)
        picks = random.integers(len(hands), size=(_PAIRS_FOR_EACH * count, 2))
        refused.append(_paths([beside(hands[first], hands[second], random) for first, second in picks]))
        kinds.append(np.full(len(picks), FIT_KINDS.index("pairs")))
    return Paths(np.concatenate(real), np.concatenate(refused), np.concatenate(kinds))


def _paths(inks: Sequence[Sequence[StrokeArray]]) -> Floats:
    return np.array([describe_path(strokes) for strokes in inks]).reshape(-1, PATH_VALUES)


def beside(
    first: Sequence[StrokeArray], second: Sequence[StrokeArray], random: np.random.Generator
) -> list[StrokeArray]:
    """Two characters of about one size side by side, or now and then one above the other.

    Args:
        first: its strokes, any unit.
        second: its strokes, any unit.
        random: draws sizes, gap and offset.
    """
    axis = int(random.random() < 0.3)
    characters = []
    for strokes, size in ((first, 1.0), (second, float(np.exp(random.normal(0, 0.15))))):
        points = np.concatenate(strokes)
        low, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = size / max(float(extent.max()), 1e-9)
        characters.append(([(stroke - low) * scale for stroke in strokes], extent * scale))
    (left, room), (right, width) = characters
    shift = np.zeros(2)
    shift[axis] = room[axis] + random.uniform(*_PAIR_GAPS)
    shift[1 - axis] = (room[1 - axis] - width[1 - axis]) / 2 + random.normal(0, 0.08)
    narrow = np.ones(2)
    narrow[axis] = random.uniform(_LEAST_WIDTH, 1)
    return [stroke * narrow for stroke in (*left, *(stroke + shift for stroke in right))]


def with_score(pen: Floats, scores: Floats) -> Floats:
    """(N, PEN_VALUES) with the (N,) scores of the rule for pictures filled in."""
    values = pen.copy()
    values[:, PATH_VALUES + ANSWER.index("score")] = limit_score(scores)
    return values


def fit_pen_networks(paths: Paths, real: Floats, refused: Floats, kinds: Kinds, known: Floats) -> PenRule:
    """Fit both networks.

    Args:
        paths: for the first.
        real: (N, PEN_VALUES) of real characters that the network may have been trained on, for the second.
        refused: (M, PEN_VALUES) of non-characters, for the second.
        kinds: (M,) of them.
        known: (K, PEN_VALUES) of validation characters, for both.

    Returns:
        A rule whose threshold is not set, nor anything measured.
    """
    everyone = np.concatenate([paths.real, known[:, :PATH_VALUES]])
    path = fit_layers(everyone, paths.refused, paths.kinds, units=PATH_UNITS)
    characters = join(path, np.concatenate([real, known]))
    joint = fit_layers(characters, join(path, refused), kinds, units=JOINT_UNITS)
    return PenRule(path, joint, strokes="1", accepted=0.0)


def margins_less(rule: PenRule, margin: float) -> PenRule:
    """The same rule with all margins so much smaller."""
    character, *others = rule.joint.output
    offset = float(f"{character[-1] - margin:.8g}")
    return replace(rule, joint=replace(rule.joint, output=((*character[:-1], offset), *others)))


def fit_layers(real: Floats, refused: Floats, kinds: Kinds, *, units: int) -> Layers:
    """Fit a network: characters weigh as much as all else together, and each kind as WEIGHTS says.

    Args:
        real: (N, values) of characters.
        refused: (M, values) of non-characters.
        kinds: (M,) of them.
        units: of the hidden layer.
    """
    is_several = np.isin(kinds, [FIT_KINDS.index(name) for name in SEVERAL])
    outcomes = np.concatenate([np.zeros(len(real), np.int64), np.where(is_several, 1, 2)])
    weighs = np.array([WEIGHTS.get(name, 1.0) for name in FIT_KINDS])[kinds] / np.bincount(kinds)[kinds]
    shares = np.concatenate([np.full(len(real), 0.5 / len(real)), 0.5 * weighs / weighs.sum()])
    return fit_network(np.concatenate([real, refused]), outcomes, shares, units=units)


def fit_network(
    values: Floats, outcomes: npt.NDArray[np.int64], shares: Floats, *, units: int, seed: int = 0
) -> Layers:
    """Fit a network of one hidden layer.

    Args:
        values: (N, values).
        outcomes: (N,) from 0 on, each of which is there.
        shares: (N,) weights of the samples, 1 together.
        units: of the hidden layer.
        seed: of the weights that the fit begins with.
    """
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    # Half of the time of float64, and the weights are rounded to six digits anyway.
    inputs = torch.from_numpy((values - mean) / deviation).float()
    wanted, weights = torch.from_numpy(outcomes), torch.from_numpy(shares).float()
    generator = torch.Generator().manual_seed(seed)

    def layer(outputs: int, width: int) -> torch.Tensor:
        drawn = torch.randn(outputs, width + 1, generator=generator) / width**0.5
        drawn[:, -1] = 0
        return drawn.requires_grad_()

    hidden, output = layer(units, values.shape[1]), layer(int(outcomes.max()) + 1, units)
    optimizer = torch.optim.LBFGS([hidden, output], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        said = torch.tanh(inputs @ hidden[:, :-1].T + hidden[:, -1]) @ output[:, :-1].T + output[:, -1]
        entropy = torch.nn.functional.cross_entropy(said, wanted, reduction="none")
        decay = (hidden[:, :-1] ** 2).sum() + (output[:, :-1] ** 2).sum()
        total: torch.Tensor = (weights * entropy).sum() + DECAY * decay
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    scaled = hidden.detach().numpy().astype(np.float64)
    scaled[:, :-1] /= deviation
    scaled[:, -1] -= scaled[:, :-1] @ mean
    return Layers(_rounded(scaled), _rounded(output.detach().numpy()))


def _rounded(weights: npt.NDArray[np.floating]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(f"{weight:.6g}") for weight in row) for row in weights)
