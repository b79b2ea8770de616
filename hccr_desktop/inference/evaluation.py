"""How well a model reads a labelled set: the one place where accuracy is computed."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.errors import HccrError, SampleSetError
from hccr_desktop.imaging.sample_sets import Sample, SampleSet
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.recognizer import Recognizer, softmax

logger = logging.getLogger(__name__)

ECE_BINS: Final = 15
NOT_ANSWERED: Final = int(np.iinfo(np.int64).max)
_BATCH: Final = 16
"""Large enough to use two threads well, small enough to stay in the cache."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one model on one set.

    Attributes:
        set: name of the set.
        count: samples measured.
        top1: percent with the right character first.
        top5: percent with it among the first five.
        top10: percent with it among the first ten.
        ece: expected calibration error in percent, 15 bins of equal width.
        median_ms: median over batches of 16 of the time per sample, preparation included.
        model: the model's id.
        provider: what ran it.
    """

    set: str
    count: int
    top1: float
    top5: float
    top10: float
    ece: float
    median_ms: float
    model: str
    provider: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model said of each sample, in sample order.

    Attributes:
        ranks: (N,) int, 0 where the right character came first; NOT_ANSWERED where there was no answer.
        first: (N,) int, class index of the first candidate; -1 where nothing was answered.
        confidences: (N,) float in [0, 1] of the first candidate; 0 where nothing was answered.
        milliseconds: (batches,) float, time per sample.
    """

    ranks: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    confidences: npt.NDArray[np.float64]
    milliseconds: npt.NDArray[np.float64]


def evaluate(
    recognizer: Recognizer, sample_set: SampleSet, *, progress: Callable[[int], None] | None = None
) -> Evaluation:
    """Measure a model. A sample that cannot be read, or is blank, counts as wrong.

    Args:
        recognizer: an open model.
        sample_set: what to read; characters the model does not know are left out and logged.
        progress: called with the count of samples done.

    Raises:
        SampleSetError: the set holds no character that the model knows.
    """
    return evaluate_in_detail(recognizer, sample_set, progress=progress)[0]


def evaluate_in_detail(
    recognizer: Recognizer, sample_set: SampleSet, *, progress: Callable[[int], None] | None = None
) -> tuple[Evaluation, list[Sample], Answers]:
    """As :func:`evaluate`, with the samples of known characters and what was answered to each."""
    known = [sample for sample in sample_set.samples if sample.character in recognizer.card.characters]
    if len(known) < len(sample_set.samples):
        logger.warning(
            "%d of %d samples of %s show characters the model does not know; they are left out.",
            len(sample_set.samples) - len(known),
            len(sample_set.samples),
            sample_set.name,
        )
    if not known:
        raise SampleSetError(f"{sample_set.name} holds no character that the model knows.")
    answers = answer(recognizer, known, temperature=recognizer.card.temperature(sample_set.kind), progress=progress)
    figures = Evaluation(
        set=sample_set.name,
        count=len(known),
        top1=_percent_within(answers.ranks, 1),
        top5=_percent_within(answers.ranks, 5),
        top10=_percent_within(answers.ranks, 10),
        ece=100 * expected_calibration_error(answers.confidences, answers.ranks == 0),
        median_ms=float(np.median(answers.milliseconds)),
        model=recognizer.card.model_id,
        provider=recognizer.provider,
    )
    return figures, known, answers


def answer(
    recognizer: Recognizer,
    samples: Sequence[Sample],
    *,
    temperature: float,
    progress: Callable[[int], None] | None = None,
) -> Answers:
    """Run a model over samples of known characters.

    Raises:
        KeyError: a sample shows a character that the model does not know.
    """
    ranks = np.full(len(samples), NOT_ANSWERED, np.int64)
    first = np.full(len(samples), -1, np.int64)
    confidences = np.zeros(len(samples))
    milliseconds = []
    for start in range(0, len(samples), _BATCH):
        batch = samples[start : start + _BATCH]
        started = time.perf_counter()
        positions, images = _model_images(batch)
        logits = recognizer.logits(images)
        milliseconds.append((time.perf_counter() - started) * 1000 / len(batch))
        if positions:
            truth = np.array([recognizer.card.characters.index(batch[at].character) for at in positions])
            where = start + np.array(positions)
            ranks[where] = rank_of(logits, truth)
            first[where] = logits.argmax(axis=1)
            confidences[where] = softmax(logits / temperature).max(axis=1)
        if progress is not None:
            progress(start + len(batch))
    return Answers(ranks, first, confidences, np.array(milliseconds))


def rank_of(logits: npt.NDArray[np.float32], truth: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(N,) int: how many classes were preferred to the true one; ties go to the lower class, as in the ranking."""
    true_logits = np.take_along_axis(logits, truth[:, None], axis=1)
    is_tied_before = (logits == true_logits) & (np.arange(logits.shape[1]) < truth[:, None])
    return np.asarray(((logits > true_logits) | is_tied_before).sum(axis=1), np.int64)


def expected_calibration_error(
    confidences: npt.NDArray[np.float64], is_right: npt.NDArray[np.bool_], *, bins: int = ECE_BINS
) -> float:
    """Mean gap between confidence and accuracy over bins of equal width, weighted by their samples, in [0, 1].

    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    numbers = np.clip((confidences * bins).astype(int), 0, bins - 1)
    counts = np.bincount(numbers, minlength=bins)
    gaps = np.bincount(numbers, weights=confidences, minlength=bins) - np.bincount(
        numbers, weights=is_right.astype(float), minlength=bins
    )
    return float(np.abs(gaps).sum() / max(1, counts.sum()))


def _percent_within(ranks: npt.NDArray[np.int64], first: int) -> float:
    return 100 * float(np.mean(ranks < first))


def _model_images(samples: Sequence[Sample]) -> tuple[list[int], list[ModelImage]]:
    """Positions and model images of the samples that can be prepared."""
    positions, images = [], []
    for position, sample in enumerate(samples):
        try:
            images.append(sample.to_model_image())
        except HccrError as error:
            logger.warning("A sample of %s counts as wrong: %s", sample.character, error)
            continue
        positions.append(position)
    return positions, images
