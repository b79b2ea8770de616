"""The rule that tells characters from what is none, fitted to a model and measured.

Run ``python -m hccr_training.rejection models/melnyk_net.onnx --card training/runs/NAME/card.toml`` after
``hccr_training.calibrate``. It draws non-characters (see ``synthesis.non_characters``), fits a logistic regression to
the network's outputs and the shapes of them and of real characters, sets its threshold and the least confidence so
that ACCEPTED_SHARE of the validation characters pass both, measures it on drawings of another seed beside simpler
rules, and writes it beside the card and into the model.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.sample_sets import SampleSet
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.inference.rejection import NETWORK_VALUES, SUMMARY, Rejection, RejectionRule, summarize
from hccr_training.calibrate import ACCEPTED_SHARE, VALIDATION_SETS, write_card_into_model
from hccr_training.card import write_rejection
from hccr_training.sources.labelled import load_labelled, spread
from hccr_training.sources.medians import load_medians, other_characters, read_medians
from hccr_training.synthesis.generator import write_medians
from hccr_training.synthesis.non_characters import KINDS, OTHER_KINDS, NonCharacters

Floats = npt.NDArray[np.float64]

REAL_SETS: Final[dict[SourceKind, tuple[tuple[Path, int], ...]]] = {
    "ink": (
        (Path("../shared/data/train/ink_olhwdb1.1_writer1043.jsonl"), 600),
        (Path("../shared/data/train/ink_tomoe_ja.jsonl"), 300),
    ),
    "page": ((Path("../shared/data/train/scans.npz"), 900),),
}
"""Real characters of all classes for the fit, and how many of each set, with as many again of FEW_STROKES at most:
validation ink has only 50 classes."""

FIT_SEED: Final = 2
MEASURE_SEED: Final = 1

DECAY: Final = 1e-3
"""L2 penalty on the standardized weights; 3e-3 lets more non-characters pass (41 % of KINDS drawn as ink against 33 %,
second weights), and so does 3e-4."""

FEW_STROKES: Final = 4
"""Of the characters that the fit is shown more of: half of the validation ink that it refused was 二, which lies nearer
to straws and frames than to other characters. With 640 more of such, 23 % of KINDS pass and not 33 %."""

UNLIKELY_SHARE: Final = 0.0005
"""Share of validation characters that the least confidence alone refuses; the score refuses the rest. It keeps answers
of a few percent from counting as sure, which the score by itself lets happen. More of it is dear, since the score tells
non-characters far better: at 0, 0.1 and 0.2 % 18, 21 and 23 % of KINDS drawn as ink pass (second weights)."""

FOLDS: Final = 5
FIT_KINDS: Final = (*KINDS, *OTHER_KINDS)
_OTHER: Final[dict[SourceKind, SourceKind]] = {"ink": "page", "page": "ink"}
_BATCH: Final = 16
_ENERGY: Final = NETWORK_VALUES - len(SUMMARY) + 1
"""Where the log sum of exponentials stands in the summary."""

SIMPLE_RULES: Final = ("confidence", "entropy", "margin", "best logit", "energy", "norm", "cosine")
"""What the fitted rule is compared with; each of them passes what is large."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network says of some pictures.

    Attributes:
        summary: (N, VALUES) as of :func:`hccr_desktop.inference.rejection.summarize`.
        simple: (N, rules) values of SIMPLE_RULES.
        first: (N,) class index of the first candidate.
    """

    summary: Floats
    simple: Floats
    first: npt.NDArray[np.int64]

    @property
    def confidences(self) -> Floats:
        """(N,) of the first candidate, at the card's temperature."""
        return self.simple[:, SIMPLE_RULES.index("confidence")]


def look(recognizer: Recognizer, kind: SourceKind, images: Iterable[ModelImage]) -> Seen:
    """Run the network over pictures.

    Args:
        recognizer: an open model.
        kind: chooses the temperature of the simple rules.
        images: each (96, 96) float32.
    """
    summaries, simple, first = [], [], []
    waiting: list[ModelImage] = []
    dense = recognizer.dense_weights()
    directions = dense / np.linalg.norm(dense, axis=1, keepdims=True)

    def flush() -> None:
        output = recognizer.run(waiting)
        logits, embedding = output.logits, output.embedding
        summaries.append(summarize(logits, embedding, waiting))
        first.append(logits.argmax(axis=1))
        chances = softmax(logits / np.float32(recognizer.card.temperature(kind)))
        best = np.sort(logits, axis=1)[:, -2:]
        norms = np.linalg.norm(embedding, axis=1)
        own = np.einsum("ij,ij->i", embedding, directions[logits.argmax(axis=1)]) / norms
        entropy = (chances * np.log(chances + 1e-12)).sum(axis=1)
        energy = summaries[-1][:, _ENERGY]
        columns = [chances.max(axis=1), entropy, best[:, 1] - best[:, 0], best[:, 1], energy, norms, own]
        simple.append(np.stack(columns, axis=1))
        waiting.clear()

    for image in images:
        waiting.append(image)
        if len(waiting) == _BATCH:
            flush()
    if waiting:
        flush()
    return Seen(np.concatenate(summaries), np.concatenate(simple), np.concatenate(first))


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


def fit_rule(
    real: Floats, refused: Floats, validation: Seen, classes: npt.NDArray[np.int64]
) -> tuple[Floats, float, Thresholds, Floats]:
    """The rule, and where its thresholds lie.

    They are set on the scores of validation samples, each scored by weights that were fitted without its class: fitted
    with it they would score it too well.

    Args:
        real: values of real characters that the network may have been trained on.
        refused: values of non-characters.
        validation: validation characters.
        classes: (N,) of them.

    Returns:
        Weights, offset, thresholds, and the (N,) scores of the held-out validation samples.
    """
    values = validation.summary
    held_out = np.zeros(len(values))
    folds = np.unique(classes, return_inverse=True)[1] % FOLDS
    for fold in range(FOLDS):
        inside = folds == fold
        weights, offset = fit(np.concatenate([real, values[~inside]]), refused)
        held_out[inside] = values[inside] @ weights + offset
    weights, offset = fit(np.concatenate([real, values]), refused)
    return weights, offset, set_thresholds(held_out, validation.confidences), held_out


class Drawings:
    """Characters and non-characters drawn for one kind of source.

    Args:
        medians: folder of hanzi-writer-data.
        kind: drawn as the pad's ink, or as on paper.
    """

    def __init__(self, medians: Path, kind: SourceKind) -> None:
        bank = load_medians(medians)
        self._folder = medians
        self._known = [bank.strokes(number) for number in range(len(bank.classes))]
        few = [number for number, strokes in enumerate(self._known) if len(strokes) <= FEW_STROKES]
        self._few = [self._known[number] for number in few]
        known = gb2312_level1()
        self.few_strokes = frozenset(known[int(bank.classes[number])] for number in few)
        """Characters of no more than FEW_STROKES."""
        self._level2, self._others = other_characters(medians)
        self._non_characters = NonCharacters(self._known)
        self._on_paper = kind == "page"

    def non_characters(self, kind: str, seed: int, count: int) -> Iterable[ModelImage]:
        """So many of a kind of KINDS or OTHER_KINDS."""
        random = np.random.default_rng([seed, int(self._on_paper), FIT_KINDS.index(kind)])
        for _ in range(count):
            path = self._non_characters.draw(kind, random)
            yield self._non_characters.model_image(path, random, on_paper=self._on_paper)

    def characters(self, which: str, seed: int, count: int) -> Iterable[ModelImage]:
        """So many drawn from medians: ``known``, ``few strokes`` of them, ``level 2`` or ``traditional``."""
        groups: dict[str, tuple[int, Callable[[int], Sequence[npt.NDArray[np.float32]]]]] = {
            "known": (len(self._known), lambda number: self._known[number]),
            "level 2": (len(self._level2), lambda number: read_medians(self._folder, self._level2[number])),
            "traditional": (len(self._others), lambda number: read_medians(self._folder, self._others[number])),
            "few strokes": (len(self._few), lambda number: self._few[number]),
        }
        number_of, medians = groups[which]
        random = np.random.default_rng([seed, int(self._on_paper), 100 + list(groups).index(which)])
        for _ in range(count):
            path = write_medians(medians(int(random.integers(number_of))), random)
            yield self._non_characters.model_image(path, random, on_paper=self._on_paper)


@dataclass(frozen=True, slots=True)
class Material:
    """What the rule is fitted to, of one kind of source.

    Attributes:
        real: (N, values) of real characters that the network may have been trained on, and of drawn ones.
        refused: (M, values) of non-characters.
        validation: real characters that the network was not trained on.
        classes: (K,) of them.
    """

    real: Floats
    refused: Floats
    validation: Seen
    classes: npt.NDArray[np.int64]


def gather(
    recognizer: Recognizer, kind: SourceKind, *, validation: SampleSet, drawings: Drawings, count: int
) -> Material:
    """Draw and read all that the fit needs.

    Args:
        recognizer: an open model.
        kind: of source.
        validation: real characters that the network was not trained on.
        drawings: of the same kind.
        count: drawings of each kind of non-character.

    Raises:
        HccrError: a set cannot be read.
    """
    known = [sample for sample in validation.samples if sample.character in recognizer.card.characters]
    refused = [look(recognizer, kind, drawings.non_characters(name, FIT_SEED, count)).summary for name in FIT_KINDS]
    drawn = ("known", "few strokes")
    real = [look(recognizer, kind, drawings.characters(which, FIT_SEED, 2 * count)).summary for which in drawn]
    for path, limit in REAL_SETS[kind]:
        if path.exists():  # a user with CASIA files of their own has the validation set and the medians
            everything = load_labelled(path).samples
            few = [sample for sample in everything if sample.character in drawings.few_strokes]
            for samples in (everything, few):
                chosen = [samples[at] for at in spread(len(samples), limit)]
                if chosen:
                    real.append(look(recognizer, kind, (sample.to_model_image() for sample in chosen)).summary)
    return Material(
        real=np.concatenate(real),
        refused=np.concatenate(refused),
        validation=look(recognizer, kind, (sample.to_model_image() for sample in known)),
        classes=np.array([recognizer.card.characters.index(sample.character) for sample in known], np.int64),
    )


def make_rule(
    recognizer: Recognizer, kind: SourceKind, *, own: Material, other: Material, drawings: Drawings, count: int
) -> tuple[RejectionRule, list[str]]:
    """Fit and measure the rule of one kind of source.

    Args:
        recognizer: an open model.
        kind: of source.
        own: of this kind; its validation characters set the threshold.
        other: of the other kind. Without its hands and drawings, three quarters of the non-characters drawn as ink
            passed at the classes held out, with them less than half (first weights).
        drawings: of this kind.
        count: drawings of each kind of non-character to measure on.

    Returns:
        The rule, and a table of what passes each rule, one line each.
    """
    weights, offset, thresholds, held_out = fit_rule(
        np.concatenate([own.real, other.real, other.validation.summary]),
        np.concatenate([own.refused, other.refused]),
        own.validation,
        own.classes,
    )
    groups = {name: look(recognizer, kind, drawings.non_characters(name, MEASURE_SEED, count)) for name in KINDS}
    for name in ("level 2", "traditional", "known"):
        groups[name] = look(recognizer, kind, drawings.characters(name, MEASURE_SEED, 2 * count))
    passed = thresholds.accept(held_out, own.validation.confidences)
    is_right = own.validation.first == own.classes

    def shares(limits: Thresholds) -> dict[str, float]:
        scores = {name: group.summary @ weights + offset for name, group in groups.items()}
        return {name: _percent(limits.accept(scores[name], group.confidences)) for name, group in groups.items()}

    passes = shares(thresholds)
    rule = RejectionRule(
        weights=tuple(float(f"{weight:.6g}") for weight in weights),
        offset=float(f"{offset - thresholds.score:.8g}"),
        least_confidence=thresholds.confidence,
        accepted=round(_percent(passed), 2),
        accepted_right=round(_percent(passed[is_right]), 2) if is_right.any() else None,
        false_alarms=tuple((name, round(passes[name], 1)) for name in groups if name != "known"),
    )
    lines = _table(own.validation, groups, passes)
    if is_right.any():
        # What the same score would do if misread characters might be refused: told, not shipped.
        strict = set_thresholds(held_out[is_right], own.validation.confidences[is_right])
        strict_passes = shares(strict)
        lines.append(f"{'fitted, right':<14}" + "".join(f"{strict_passes[name]:>13.1f}" for name in groups))
        accepted = _percent(strict.accept(held_out, own.validation.confidences))
        lines.append(
            f"The last line: at {100 * ACCEPTED_SHARE:.0f} % of the characters read right, where {accepted:.1f} % of "
            f"all validation characters pass; sure from {strict.confidence}."
        )
    return rule, lines


def _percent(mask: npt.NDArray[np.bool_]) -> float:
    return 100 * float(np.mean(mask))


def _table(validation: Seen, groups: dict[str, Seen], passes: dict[str, float]) -> list[str]:
    lines = [f"{'passes, %':<14}" + "".join(f"{name:>13}" for name in groups)]
    for column, name in enumerate(SIMPLE_RULES):
        threshold = np.quantile(validation.simple[:, column], 1 - ACCEPTED_SHARE)
        shares = [100 * np.mean(group.simple[:, column] >= threshold) for group in groups.values()]
        lines.append(f"{name:<14}" + "".join(f"{share:>13.1f}" for share in shares))
    lines.append(f"{'fitted':<14}" + "".join(f"{passes[name]:>13.1f}" for name in groups))
    return lines


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.rejection", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file; its metadata are replaced by the card")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the card; the rule goes beside it")
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
        materials = {
            kind: gather(
                recognizer,
                kind,
                validation=load_labelled(getattr(options, kind)),
                drawings=drawings[kind],
                count=options.count,
            )
            for kind in VALIDATION_SETS
        }
        rules: dict[SourceKind, RejectionRule] = {}
        for kind, other in _OTHER.items():
            rules[kind], lines = make_rule(
                recognizer,
                kind,
                own=materials[kind],
                other=materials[other],
                drawings=drawings[kind],
                count=options.count // 2,
            )
            print(
                f"{kind}: {rules[kind].accepted:.1f} % of held-out validation characters pass "
                f"({rules[kind].accepted_right} % of those read right), sure from {rules[kind].least_confidence}",
                *lines,
                sep="\n",
            )
        write_rejection(options.card, Rejection(**rules))
        write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
