"""The rules that tell characters from what is none, fitted to a model and measured.

Run ``python -m hccr_training.rejection models/melnyk_net.onnx --card training/runs/NAME/card.toml`` after
``hccr_training.calibrate``. It draws non-characters (see ``synthesis.non_characters``), fits a logistic regression to
the network's outputs and the shapes of them and of real characters, sets its threshold and the least confidence so
that ACCEPTED_SHARE of the validation characters pass both, measures it on drawings of another seed beside simpler
rules, does the same with the rule for ink whose strokes are known (``hccr_training.pen_rejection``), and writes all of
it beside the card and into the model.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.errors import HccrError
from hccr_desktop.inference.pen_rule import PenRule, join, margins, pack_strokes
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.rejection import Rejection, RejectionRule
from hccr_training.calibrate import ACCEPTED_SHARE, VALIDATION_SETS, write_card_into_model
from hccr_training.card import write_rejection
from hccr_training.pen_rejection import Paths, fit_pen_networks, gather_paths, margins_less, with_score
from hccr_training.rejection_material import SIMPLE_RULES, Drawings, Floats, Material, Seen, Watcher, gather
from hccr_training.sources.labelled import load_labelled
from hccr_training.synthesis.non_characters import KINDS

MEASURE_SEED: Final = 1

DECAY: Final = 1e-3
"""L2 penalty on the standardized weights; 3e-3 lets more non-characters pass (41 % of KINDS drawn as ink against 33 %,
second weights), and so does 3e-4."""

UNLIKELY_SHARE: Final = 0.0005
"""Share of validation characters that the least confidence alone refuses; the score refuses the rest. It keeps answers
of a few percent from counting as sure, which the score by itself lets happen. More of it is dear, since the score tells
non-characters far better: at 0, 0.1 and 0.2 % 18, 21 and 23 % of KINDS drawn as ink pass (second weights)."""

FOLDS: Final = 5
_OTHER: Final[dict[SourceKind, SourceKind]] = {"ink": "page", "page": "ink"}


def fit(accepted: Floats, refused: Floats) -> tuple[Floats, float]:
    """Logistic regression in which both sides weigh the same.

    Args:
        accepted: (N, values) of real characters.
        refused: (M, values) of non-characters.

    Returns:
        (values,) weights of the values as they are, and the offset.
    """
    values = np.concatenate([accepted, refused])
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    inputs = torch.from_numpy((values - mean) / deviation)
    is_real = torch.from_numpy(np.repeat([1.0, 0.0], [len(accepted), len(refused)]))
    share = torch.from_numpy(np.repeat([0.5 / len(accepted), 0.5 / len(refused)], [len(accepted), len(refused)]))
    unknown = torch.zeros(inputs.shape[1] + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([unknown], max_iter=80, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = inputs @ unknown[:-1] + unknown[-1]
        entropy = torch.nn.functional.binary_cross_entropy_with_logits(logits, is_real, reduction="none")
        total: torch.Tensor = (share * entropy).sum() + DECAY * (unknown[:-1] ** 2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    found = unknown.detach().numpy()
    weights = found[:-1] / deviation
    return weights, float(found[-1] - weights @ mean)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on an answer is sure.

    Attributes:
        score: least weighted sum.
        confidence: least confidence of the first candidate.
    """

    score: float
    confidence: float

    def accept(self, scores: Floats, confidences: Floats) -> npt.NDArray[np.bool_]:
        """(N,) whether each passes both."""
        return np.asarray((scores >= self.score) & (confidences >= self.confidence))


def set_thresholds(scores: Floats, confidences: Floats) -> Thresholds:
    """The thresholds that together let no less than ACCEPTED_SHARE of some characters pass.

    Args:
        scores: (N,) of characters that the weights were not fitted to.
        confidences: (N,) of their first candidates.
    """
    # Rounded down, or the card's shorter number would refuse the very sample that it was taken from.
    confidence = np.floor(1e4 * np.sort(confidences)[int(UNLIKELY_SHARE * len(confidences))]) / 1e4
    likely = np.sort(scores[confidences >= confidence])[::-1]
    return Thresholds(float(likely[int(np.ceil(ACCEPTED_SHARE * len(scores))) - 1]), float(confidence))


@dataclass(frozen=True, slots=True)
class Fitted:
    """A rule, and what it says of what it was fitted to.

    Attributes:
        weights: (values,) of the values as they are.
        offset: added to the sum.
        thresholds: from where on an answer is sure.
        held_out: (N,) scores of the validation samples, each by weights that were fitted without its class.
        real: (M,) scores of the real characters, each by weights that were fitted without it.
        refused: (K,) of the non-characters, likewise.
    """

    weights: Floats
    offset: float
    thresholds: Thresholds
    held_out: Floats
    real: Floats
    refused: Floats

    def scores(self, values: Floats) -> Floats:
        """(N,) of (N, values) that it was not fitted to."""
        return np.asarray(values @ self.weights + self.offset, np.float64)


def fit_rule(real: Floats, refused: Floats, validation: Seen, classes: npt.NDArray[np.int64]) -> Fitted:
    """The rule, and where its thresholds lie.

    They are set on the scores of validation samples, each scored by weights that were fitted without its class: fitted
    with it they would score it too well. What is fitted to these scores in turn needs the others' in the same way.

    Args:
        real: values of real characters that the network may have been trained on.
        refused: values of non-characters.
        validation: validation characters.
        classes: (N,) of them.
    """
    parts = (validation.summary, real, refused)
    folds = [fold_of(classes), np.arange(len(real)) % FOLDS, np.arange(len(refused)) % FOLDS]
    held_out = [np.zeros(len(part)) for part in parts]
    for fold in range(FOLDS):
        known, drawn, other = (part[own != fold] for part, own in zip(parts, folds, strict=True))
        weights, offset = fit(np.concatenate([drawn, known]), other)
        for scores, part, own in zip(held_out, parts, folds, strict=True):
            scores[own == fold] = part[own == fold] @ weights + offset
    weights, offset = fit(np.concatenate([real, validation.summary]), refused)
    return Fitted(weights, offset, set_thresholds(held_out[0], validation.confidences), *held_out)


def fold_of(classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(N,) which of the FOLDS each sample is left out in, one class as a whole."""
    return np.asarray(np.unique(classes, return_inverse=True)[1] % FOLDS, np.int64)


def measure(watcher: Watcher, drawings: Drawings, count: int) -> dict[str, Seen]:
    """What the network says of each group that the rules are measured on: drawings that none of them was fitted to."""
    groups = {name: watcher.look(drawings.non_characters(name, MEASURE_SEED, count)) for name in KINDS}
    for name in ("level 2", "traditional", "known"):
        groups[name] = watcher.look(drawings.characters(name, MEASURE_SEED, 2 * count))
    return groups


def make_rule(own: Material, other: Material, groups: dict[str, Seen]) -> tuple[RejectionRule, Fitted, list[str]]:
    """Fit and measure the rule of one kind of source.

    Args:
        own: of this kind; its validation characters set the threshold.
        other: of the other kind. Without its hands and drawings, three quarters of the non-characters drawn as ink
            passed at the classes held out, with them less than half (first weights).
        groups: what :func:`measure` gives.

    Returns:
        The rule, what it says of its material, of which ``own`` comes first, and a table of what passes each rule, one
        line each.
    """
    fitted = fit_rule(
        np.concatenate([own.real.summary, other.real.summary, other.validation.summary]),
        np.concatenate([own.refused.summary, other.refused.summary]),
        own.validation,
        own.classes,
    )
    scores = {name: fitted.scores(group.summary) for name, group in groups.items()}
    measured = _measured(own, fitted.held_out, groups, scores)
    rule = RejectionRule(
        weights=tuple(float(f"{weight:.6g}") for weight in fitted.weights),
        offset=float(f"{fitted.offset - fitted.thresholds.score:.8g}"),
        least_confidence=fitted.thresholds.confidence,
        accepted=measured.accepted,
        accepted_right=measured.accepted_right,
        false_alarms=measured.false_alarms,
    )
    return rule, fitted, [*_table(own.validation, groups), *measured.lines("fitted")]


def make_pen_rule(
    own: Material, paths: Paths, fitted: Fitted, groups: dict[str, Seen], stroke_counts: Sequence[int]
) -> tuple[PenRule, list[str]]:
    """Fit and measure the rule of ink whose strokes are known.

    Args:
        own: of ink.
        paths: of more ink.
        fitted: to ``own`` first, and then to what else there was.
        groups: what :func:`measure` gives.
        stroke_counts: of each class of the model.

    Returns:
        The rule, and lines for the table of :func:`make_rule`.
    """

    def with_scores(seen: Seen, scores: Floats) -> Floats:
        return with_score(seen.pen, scores[: len(seen.pen)] - fitted.thresholds.score)

    def margins_of(rule: PenRule, values: Floats) -> Floats:
        return margins(rule.joint.outcomes(join(rule.path, values)))

    known = with_scores(own.validation, fitted.held_out)
    drawn = with_scores(own.real, fitted.real), with_scores(own.refused, fitted.refused), own.kinds
    folds = fold_of(own.classes)
    held_out = np.zeros(len(known))
    for fold in range(FOLDS):
        held_out[folds == fold] = margins_of(
            fit_pen_networks(paths, *drawn, known[folds != fold]), known[folds == fold]
        )
    rule = fit_pen_networks(paths, *drawn, known)
    scores = {
        name: margins_of(rule, with_scores(group, fitted.scores(group.summary))) for name, group in groups.items()
    }
    measured = _measured(own, held_out, groups, scores)
    rule = replace(
        margins_less(rule, measured.thresholds.score),
        strokes=pack_strokes(stroke_counts),
        accepted=measured.accepted,
        accepted_right=measured.accepted_right,
        false_alarms=measured.false_alarms,
    )
    return rule, measured.lines("with the pen")


@dataclass(frozen=True, slots=True)
class _Measured:
    thresholds: Thresholds
    accepted: float
    accepted_right: float | None
    passes: dict[str, float]
    strict: str

    @property
    def false_alarms(self) -> tuple[tuple[str, float], ...]:
        return tuple((name, round(share, 1)) for name, share in self.passes.items() if name != "known")

    def lines(self, name: str) -> list[str]:
        return [f"{name:<14}" + "".join(f"{share:>13.1f}" for share in self.passes.values()), *self.strict.splitlines()]


def _measured(own: Material, held_out: Floats, groups: dict[str, Seen], scores: dict[str, Floats]) -> _Measured:
    """Where a rule's thresholds lie, and what passes them."""
    confidences = own.validation.confidences
    is_right = own.validation.first == own.classes
    thresholds = set_thresholds(held_out, confidences)
    passed = thresholds.accept(held_out, confidences)

    def shares(limits: Thresholds) -> dict[str, float]:
        return {name: _percent(limits.accept(scores[name], group.confidences)) for name, group in groups.items()}

    strict = ""
    if is_right.any():
        # What the same score would do if misread characters might be refused: told, not shipped.
        limits = set_thresholds(held_out[is_right], confidences[is_right])
        accepted = _percent(limits.accept(held_out, confidences))
        strict = (
            f"{'same, right':<14}" + "".join(f"{share:>13.1f}" for share in shares(limits).values()) + "\n"
            f"The last line: at {100 * ACCEPTED_SHARE:.0f} % of the characters read right, where {accepted:.1f} % of "
            f"all validation characters pass; sure from {limits.confidence}."
        )
    right = round(_percent(passed[is_right]), 2) if is_right.any() else None
    return _Measured(thresholds, round(_percent(passed), 2), right, shares(thresholds), strict)


def _percent(mask: npt.NDArray[np.bool_]) -> float:
    return 100 * float(np.mean(mask))


def _table(validation: Seen, groups: dict[str, Seen]) -> list[str]:
    lines = [f"{'passes, %':<14}" + "".join(f"{name:>13}" for name in groups)]
    for column, name in enumerate(SIMPLE_RULES):
        threshold = np.quantile(validation.simple[:, column], 1 - ACCEPTED_SHARE)
        shares = [100 * np.mean(group.simple[:, column] >= threshold) for group in groups.values()]
        lines.append(f"{name:<14}" + "".join(f"{share:>13.1f}" for share in shares))
    return lines


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.rejection", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file; its metadata are replaced by the card")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the card; the rules go beside it")
    parser.add_argument("--medians", type=Path, default=Path("training/.work/medians"))
    parser.add_argument(
        "--count",
        type=int,
        default=300,
        help="drawings of each kind to fit on, half as many to measure on (default 300)",
    )
    for kind, default in VALIDATION_SETS.items():
        parser.add_argument(f"--{kind}", type=Path, default=default, help=f"validation set of {kind}s")
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.open(options.model, threads=2)
        drawings = {kind: Drawings(options.medians, kind) for kind in VALIDATION_SETS}
        stroke_counts = drawings["ink"].stroke_counts(recognizer.card.characters)
        watchers = {kind: Watcher(recognizer, kind, np.log(stroke_counts)) for kind in VALIDATION_SETS}
        materials = {
            kind: gather(
                watchers[kind],
                validation=load_labelled(getattr(options, kind)),
                drawings=drawings[kind],
                count=options.count,
            )
            for kind in VALIDATION_SETS
        }
        rules: dict[SourceKind, RejectionRule] = {}
        pen = None
        for kind, other in _OTHER.items():
            groups = measure(watchers[kind], drawings[kind], options.count // 2)
            rules[kind], fitted, lines = make_rule(materials[kind], materials[other], groups)
            print(
                f"{kind}: {rules[kind].accepted:.1f} % of held-out validation characters pass "
                f"({rules[kind].accepted_right} % of those read right), sure from {rules[kind].least_confidence}",
                *lines,
                sep="\n",
            )
            if kind == "ink" and len(materials[kind].validation.pen):  # not where the user has pictures of ink only
                paths = gather_paths(drawings[kind], options.count)
                pen, lines = make_pen_rule(materials[kind], paths, fitted, groups, stroke_counts)
                print(
                    f"with the pen: {pen.accepted:.1f} % ({pen.accepted_right} % of those read right)", *lines, sep="\n"
                )
        write_rejection(options.card, Rejection(**rules, pen=pen))
        write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
