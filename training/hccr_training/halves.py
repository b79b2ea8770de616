"""The rule that tells two characters drawn side by side from the one that they were read as.

Run ``python -m hccr_training.halves models/melnyk_net.onnx --card training/runs/NAME/card.toml`` after
``hccr_training.rejection``. It draws pairs of characters, reads those that pass the rules of the card and their halves,
fits ``hccr_desktop.inference.halves_rule`` so that of the validation characters that are read right no more than
REFUSED_SHARE are refused by it, measures it on pairs of another seed, and writes it into the card's rejection and the
model.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.errors import HccrError, ModelFileError
from hccr_desktop.imaging.rasterize import strokes_to_model_image
from hccr_desktop.imaging.sample_sets import InkSample
from hccr_desktop.inference.halves_rule import HALVES, HalvesRule, describe_halves, may_be_two
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training.calibrate import VALIDATION_SETS, write_card_into_model
from hccr_training.card import write_rejection
from hccr_training.pen_rejection import beside, fit_network
from hccr_training.rejection import FOLDS, fold_of
from hccr_training.rejection_material import Drawings, Floats
from hccr_training.sources.labelled import load_labelled

Strokes = Sequence[StrokeArray]

REFUSED_SHARE: Final = 0.005
"""Of validation characters that are read right. At 0.3, 0.4, 0.6 and 1 % of them 15, 12, 10 and 7 % of 800 pairs of
simple characters still pass (fifth weights, all held out), of 67 % that do without the rule."""

KINDS: Final = ("simple pairs", "pairs", "hands' pairs")
"""Pairs of characters of few strokes drawn from medians, of any, and of the validation ink's."""

UNITS: Final = 10
NETWORKS: Final = 6
"""Networks that are averaged, and units of each. One of 6 units lets 40 % of the simple pairs pass at 0.3 %, or 14 or
33 % by the luck of the fit; six of 4, 6 and 10 units 24, 23 and 15 % (as above). A weighted sum is worse than any."""

FIT_SEED: Final = 31
MEASURE_SEED: Final = 32


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of some inks after a second look.

    Attributes:
        values: (N, HALVES) of those that passed and may be two.
        asked: (all,) which those are.
        sure: (all,) which pass the card's other rules.
        right: (all,) which are read right; False where nobody knows.
    """

    values: Floats
    asked: npt.NDArray[np.bool_]
    sure: npt.NDArray[np.bool_]
    right: npt.NDArray[np.bool_]

    def still_sure(self, margins: Floats) -> npt.NDArray[np.bool_]:
        """(all,) which pass with a rule's (N,) margins too."""
        sure = self.sure.copy()
        sure[self.asked] = margins >= 0
        return sure


def look(recognizer: Recognizer, inks: Iterable[tuple[Strokes, str]]) -> Looked:
    """Read inks, and the halves of those that may be two characters.

    Args:
        recognizer: whose card has no rule for halves yet.
        inks: strokes, and the character that they are, empty where they are none.
    """
    values, asked, sure, right = [], [], [], []
    for strokes, character in inks:
        answer = recognizer.recognize(strokes_to_model_image(strokes), kind="ink", count=1, strokes=strokes)
        confidence = answer.best.confidence
        cut = may_be_two(strokes, confidence) if answer.is_sure else None
        if cut is not None:
            values.append(describe_halves(cut, confidence, recognizer.read_halves(strokes, cut)))
        asked.append(cut is not None)
        sure.append(answer.is_sure)
        right.append(answer.best.character == character)
    return Looked(np.array(values).reshape(-1, len(HALVES)), np.array(asked), np.array(sure), np.array(right))


def draw_pairs(drawings: Drawings, hands: Sequence[Strokes], seed: int, count: int) -> dict[str, list[Strokes]]:
    """So many of each of KINDS.

    Args:
        drawings: of ink.
        hands: characters that people drew.
        seed: draws them.
        count: of each kind.
    """
    random = np.random.default_rng(seed)
    simple, known = (drawings.pen_paths(name, seed, 2 * count) for name in ("few strokes", "known"))
    people = [hands[int(at)] for at in random.integers(len(hands), size=2 * count)]
    return {
        name: [beside(first, second, random) for first, second in zip(ones[::2], ones[1::2], strict=True)]
        for name, ones in zip(KINDS, (simple, known, people), strict=True)
    }


def fit_halves(ones: Floats, pairs: Floats) -> Layers:
    """Fit the network: both sides weigh the same.

    Args:
        ones: (N, HALVES) of single characters.
        pairs: (M, HALVES) of pairs.
    """
    outcomes = np.repeat([0, 1], [len(ones), len(pairs)])
    shares = np.repeat([0.5 / len(ones), 0.5 / len(pairs)], [len(ones), len(pairs)])
    values = np.concatenate([ones, pairs])
    fits = [fit_network(values, outcomes, shares, units=UNITS, seed=seed) for seed in range(NETWORKS)]
    # One network whose units are those of all says what they say on average.
    units = [np.array(layers.output)[:, :-1] / NETWORKS for layers in fits]
    offsets = [np.array(layers.output)[:, -1:] / NETWORKS for layers in fits]
    output = np.concatenate([*units, np.sum(offsets, axis=0)], axis=1)
    return Layers(
        tuple(row for layers in fits for row in layers.hidden),
        tuple(tuple(float(f"{weight:.6g}") for weight in row) for row in output),
    )


def margins(layers: Layers, values: Floats) -> Floats:
    """(N,) log odds of one character against two."""
    outcomes = layers.outcomes(values)
    return np.asarray(outcomes[:, 0] - outcomes[:, 1], np.float64)


def make_rule(known: Looked, classes: npt.NDArray[np.int64], pairs: Floats, measured: dict[str, Looked]) -> HalvesRule:
    """Fit, set the threshold, and measure.

    Args:
        known: validation characters.
        classes: (all,) of them.
        pairs: (M, HALVES) of pairs.
        measured: pairs that the network was not fitted to, by kind.
    """
    folds = fold_of(classes)[known.asked]
    held_out = np.zeros(len(folds))
    for fold in range(FOLDS):
        layers = fit_halves(known.values[folds != fold], pairs)
        held_out[folds == fold] = margins(layers, known.values[folds == fold])
    right = np.sort(held_out[known.right[known.asked]])
    least = float(right[int(REFUSED_SHARE * known.right.sum())])
    layers = fit_halves(known.values, pairs)
    one, two = layers.output
    # Rounded up for two, or the shorter number would refuse the very sample that it was taken from.
    layers = replace(layers, output=((*one[:-1], float(f"{one[-1] - least + 1e-6:.8g}")), two))
    passes = {name: seen.still_sure(margins(layers, seen.values)) for name, seen in measured.items()}
    return HalvesRule(
        layers,
        refused=round(100 * float(np.sum(held_out < least)) / len(classes), 2),
        false_alarms=tuple((name, round(100 * float(np.mean(passed)), 1)) for name, passed in passes.items()),
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.halves", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file; its metadata are replaced by the card")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the card; the rules lie beside it")
    parser.add_argument("--medians", type=Path, default=Path("training/.work/medians"))
    parser.add_argument("--ink", type=Path, default=VALIDATION_SETS["ink"], help="validation set of ink")
    parser.add_argument(
        "--count", type=int, default=800, help="pairs of each kind to fit on, half as many to measure on"
    )
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.open(options.model, threads=2)
        rejection = recognizer.card.rejection
        if rejection is None or rejection.pen is None:
            raise ModelFileError(f"{options.model} has no rule for ink yet; run hccr_training.rejection before this.")
        bare = replace(rejection, pen=replace(rejection.pen, halves=None))
        recognizer.card = replace(recognizer.card, rejection=bare)
        drawings = Drawings(options.medians, "ink")
        samples = [sample for sample in load_labelled(options.ink).samples if isinstance(sample, InkSample)]
        samples = [sample for sample in samples if sample.character in recognizer.card.characters]
        inks = [sample.ink.to_arrays() for sample in samples]
        known = look(recognizer, zip(inks, [sample.character for sample in samples], strict=True))
        classes = np.array([recognizer.card.characters.index(sample.character) for sample in samples], np.int64)
        fitted, measured = (
            {
                name: look(recognizer, [(pair, "") for pair in pairs])
                for name, pairs in draw_pairs(drawings, hands, seed, count).items()
            }
            for hands, seed, count in (
                (inks[::2], FIT_SEED, options.count),
                (inks[1::2], MEASURE_SEED, options.count // 2),
            )
        )
        pairs = np.concatenate([seen.values for seen in fitted.values()])
        folds = np.unique(fold_of(classes)[known.asked & known.right])
        if len(folds) < FOLDS or not len(pairs):
            raise ModelFileError("Too little ink that may be two characters passes the other rules: nothing to fit.")
        rule = make_rule(known, classes, pairs, measured)
        print(
            f"{100 * np.mean(known.asked):.1f} % of {len(known.asked):,} validation characters are asked a second time,"
            f" {rule.refused} % refused"
        )
        for (name, share), seen in zip(rule.false_alarms, measured.values(), strict=True):
            print(f"{name}: {share} % of {len(seen.sure)} pass, {100 * np.mean(seen.sure):.1f} % without the rule")
        write_rejection(options.card, replace(rejection, pen=replace(rejection.pen, halves=rule)))
        write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
