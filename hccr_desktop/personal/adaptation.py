"""How remembered samples change the network's answer: arrays in, arrays out.

A character that was remembered from a drawing like the present one becomes more likely, by a factor that grows with
the cosine of the two embeddings. Nothing else is touched, and a drawing that resembles no remembered one is answered
by the network alone. Why this rule and these constants: docs/decisions, "Learning from corrections".
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.charset import CharacterSet

_MOST_NEIGHBORS: Final = 256
"""Bounds the work where thousands of samples of one character are remembered."""


@dataclass(frozen=True, slots=True)
class AdaptationRule:
    """The constants, chosen on validation data by ``python -m benchmarks.personal --tune``.

    Attributes:
        similarity_threshold: cosine up to which a remembered sample has no say. Of pairs of different characters in
            val/ink_84_hands_50_classes 0.06 % lie above the default, of pairs of one character by different hands
            37 % (weights 2026-11-first).
        evidence_slope: log-odds gained per unit of cosine above the threshold. At the default, a drawing exactly like
            a remembered one gains a factor of 148.
        floor_confidence: what a remembered character counts at least before the factor, so that a confident error can
            be corrected too, and a character that the network does not know can become a candidate.
    """

    similarity_threshold: float = 0.75
    evidence_slope: float = 20.0
    floor_confidence: float = 0.03


DEFAULT_RULE: Final = AdaptationRule()


@dataclass(frozen=True, slots=True, eq=False)
class RememberedSamples:
    """Samples as recognition needs them.

    Attributes:
        characters: N of one code point each.
        directions: (N, features) float32 embeddings, each of length 1.
    """

    characters: tuple[str, ...]
    directions: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class AdaptedConfidences:
    """The network's confidences after remembered samples had their say; together they sum to 1.

    Attributes:
        confidences: (classes,) float32, in class order.
        unknown: remembered characters that are no class of the network, best first.
    """

    confidences: npt.NDArray[np.float32]
    unknown: tuple[Candidate, ...] = ()


def directions_of(embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(N, features) float32: embeddings scaled to length 1; a zero embedding stays zero and resembles nothing."""
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return np.asarray(embeddings / np.where(lengths > 0, lengths, 1), np.float32)


def adapt(
    confidences: npt.NDArray[np.float32],
    embedding: npt.NDArray[np.float32],
    samples: RememberedSamples,
    known: CharacterSet,
    *,
    rule: AdaptationRule = DEFAULT_RULE,
) -> AdaptedConfidences:
    """Let remembered samples correct one answer of the network.

    Args:
        confidences: (classes,) float32 that sum to 1: the softmax at the temperature of the source.
        embedding: (features,) float32 of the same picture.
        samples: what is remembered; may be empty.
        known: the network's classes in order.
        rule: other constants than the chosen ones, for measuring.

    Returns:
        ``confidences`` itself where no sample is similar enough.
    """
    if not samples.characters:
        return AdaptedConfidences(confidences)
    similarities = samples.directions @ directions_of(embedding[None])[0]
    near = np.flatnonzero(similarities > rule.similarity_threshold)
    if not near.size:
        return AdaptedConfidences(confidences)
    if near.size > _MOST_NEIGHBORS:
        near = near[np.argpartition(similarities[near], -_MOST_NEIGHBORS)[-_MOST_NEIGHBORS:]]
    nearest: dict[str, float] = {}
    for index in near:
        character = samples.characters[index]
        nearest[character] = max(nearest.get(character, 0.0), float(similarities[index]))

    adapted = confidences.astype(np.float64)
    unknown: dict[str, float] = {}
    for character, similarity in nearest.items():
        factor = math.exp(rule.evidence_slope * (similarity - rule.similarity_threshold))
        if character in known:
            class_index = known.index(character)
            adapted[class_index] = max(adapted[class_index], rule.floor_confidence) * factor
        else:
            unknown[character] = rule.floor_confidence * factor
    total = adapted.sum() + sum(unknown.values())
    ranked = sorted(unknown.items(), key=lambda entry: (-entry[1], entry[0]))
    return AdaptedConfidences(
        (adapted / total).astype(np.float32),
        tuple(Candidate(character, weight / total) for character, weight in ranked),
    )
