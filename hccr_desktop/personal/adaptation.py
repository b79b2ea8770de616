"""How remembered samples change the network's answer: arrays in, arrays out.

A character that was remembered from a drawing like the present one becomes more likely, by a factor that grows with
the cosine of the two embeddings. Where it must overrule a confident network, the factor goes as far as the network was
wrong about the remembered drawing itself, so that a drawing taught at the border of two characters leaves the other one
its own. Nothing else is touched, and a drawing that resembles no remembered one is answered by the network alone. Why
this rule and these constants: docs/decisions, "Learning from corrections".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.charset import CharacterSet

_MOST_NEIGHBORS: Final = 256
"""Bounds the work where thousands of samples of one character are remembered."""

_LEAST_CONFIDENCE: Final = float(np.finfo(np.float32).tiny)
"""Stands for a confidence that float32 cannot hold, where its logarithm is taken."""


@dataclass(frozen=True, slots=True)
class AdaptationRule:
    """The constants, chosen on validation data by ``python -m benchmarks.personal --tune``.

    Attributes:
        similarity_threshold: cosine up to which a remembered sample has no say. Of pairs of different characters in
            val/ink_84_hands_50_classes 0.06 % lie above the default, of pairs of one character by different hands
            37 % (weights 2026-11-first).
        evidence_slope: log-odds gained per unit of cosine above the threshold. At the default, a drawing exactly like
            a remembered one gains a factor of 148.
        floor_confidence: what a remembered character may count at least before the factor, so that a confident error
            can be corrected too, and a character that the network does not know can become a candidate. A known one is
            raised towards it by no more than the network preferred its present answer for the remembered drawing.
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
        directions: (N, features) float32 embeddings, each scaled to length 1; zero ones, which resemble nothing, stay.
        lengths: (N,) float32, what they were scaled by.
    """

    characters: tuple[str, ...]
    directions: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.float32]

    @classmethod
    def of(cls, characters: tuple[str, ...], embeddings: npt.NDArray[np.float32]) -> "RememberedSamples":
        """Samples from the embeddings that the network gave, (N, features) float32."""
        return cls(characters, directions_of(embeddings), np.linalg.norm(embeddings, axis=1).astype(np.float32))

    def part(self, positions: npt.NDArray[np.int64]) -> "RememberedSamples":
        """Some of the samples, in the order of their positions."""
        characters = tuple(self.characters[position] for position in positions)
        return RememberedSamples(characters, self.directions[positions], self.lengths[positions])

    def embeddings(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """(positions, features) float32: what the network gave for some of the samples."""
        return np.asarray(self.directions[positions] * self.lengths[positions, None], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LastLayer:
    """How the network gets from an embedding to confidences, as far as differences of two classes go.

    Attributes:
        weights: (classes, features) float32; times an embedding they are the logits, less a bias.
        temperature: by which logits are divided before the softmax that made the confidences.
    """

    weights: npt.NDArray[np.float32]
    temperature: float

    def log_odds(
        self, first: int, others: npt.NDArray[np.int64], steps: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float64]:
        """(N,) float64: what the log-odds of one class over N others gain where an embedding changes by N steps.

        Args:
            first: the one class.
            others: (N,) classes.
            steps: (N, features) changes of the embedding, one for each of them.
        """
        gained = steps @ self.weights[first] - np.einsum("ij,ij->i", steps, self.weights[others])
        return np.asarray(gained / self.temperature, np.float64)


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
    last_layer: LastLayer | None,
    rule: AdaptationRule = DEFAULT_RULE,
) -> AdaptedConfidences:
    """Let remembered samples correct one answer of the network.

    Args:
        confidences: (classes,) float32 that sum to 1: the softmax at the temperature of the source.
        embedding: (features,) float32 of the same picture.
        samples: what is remembered; may be empty.
        known: the network's classes in order.
        last_layer: of the same network; None where it cannot be read. Then no known character is raised to the floor.
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
    weights = np.exp(rule.evidence_slope * (similarities[near].astype(np.float64) - rule.similarity_threshold))
    characters = [samples.characters[position] for position in near.tolist()]
    classes = np.array([known.index(character) if character in known else -1 for character in characters], np.int64)
    is_known = classes >= 0
    own = confidences[classes].astype(np.float64)
    own[~is_known] = rule.floor_confidence
    low = np.flatnonzero(own < rule.floor_confidence)
    if last_layer is not None and low.size:
        steps = embedding - samples.embeddings(near[low])
        own[low] = np.minimum(rule.floor_confidence, _raised(confidences, classes[low], steps, last_layer))
    weights *= own

    adapted = confidences.astype(np.float64)
    np.maximum.at(adapted, classes[is_known], weights[is_known])
    unknown: dict[str, float] = {}
    for position in np.flatnonzero(~is_known).tolist():
        character = characters[position]
        unknown[character] = max(unknown.get(character, 0.0), float(weights[position]))
    total = adapted.sum() + sum(unknown.values())
    ranked = sorted(unknown.items(), key=lambda entry: (-entry[1], entry[0]))
    return AdaptedConfidences(
        (adapted / total).astype(np.float32),
        tuple(Candidate(character, weight / total) for character, weight in ranked),
    )


def _raised(
    confidences: npt.NDArray[np.float32],
    classes: npt.NDArray[np.int64],
    steps: npt.NDArray[np.float32],
    last_layer: LastLayer,
) -> npt.NDArray[np.float64]:
    """(N,) float64: confidences of what N samples are, raised as far as the network was wrong about these samples.

    How wrong it was is told by the odds with which it preferred its present first answer to what the sample is. A
    sample that it read rightly, or mistook for something else, raises nothing.

    Args:
        confidences: (classes,) of the present picture.
        classes: (N,) what the samples are.
        steps: (N, features) from the embeddings of the samples to that of the picture.
        last_layer: of the same network.
    """
    first = int(confidences.argmax())
    own = np.maximum(confidences[classes].astype(np.float64), _LEAST_CONFIDENCE)
    odds = np.log(float(confidences[first]) / own)
    odds_of_samples = odds - last_layer.log_odds(first, classes, steps)
    # Never past the first answer, which also keeps the exponential in range.
    return np.asarray(own * np.exp(np.clip(odds_of_samples, 0, odds)), np.float64)
