"""Why this character: which parts of the picture speak for it, and which against."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.inference.recognizer import NetworkOutput

EvidenceMap = npt.NDArray[np.float32]
"""(6, 6) float32, unbounded, may be negative: what each cell adds to the logit of one class."""


class _KnownCharacters(Protocol):
    @property
    def characters(self) -> CharacterSet:
        """Class order."""


class EvidenceSource(Protocol):
    """What a map needs of a recognizer; :class:`hccr_desktop.inference.recognizer.Recognizer` has it."""

    @property
    def card(self) -> _KnownCharacters:
        """What the model says of itself."""

    def dense_weights(self) -> npt.NDArray[np.float32]:
        """(classes, 448) float32 weights of the last layer."""


def evidence_map(recognizer: EvidenceSource, output: NetworkOutput, character: str, *, index: int = 0) -> EvidenceMap:
    """Class activation map of one character, from the network's own outputs.

    The sum over the map plus the class's bias is the class's logit, so the map is additive evidence.

    Args:
        recognizer: the model that made the output.
        output: of a batch that holds the picture.
        character: one that the model knows.
        index: place of the picture in the batch.

    Returns:
        (6, 6) float32 in logits.

    Raises:
        KeyError: the model does not know the character.
        ModelFileError: the model file has gone since it was opened.
    """
    weights = recognizer.dense_weights()[recognizer.card.characters.index(character)]
    return np.asarray(np.einsum("cij,c->ij", output.evidence_features[index], weights), np.float32)


def relative_evidence_map(
    recognizer: EvidenceSource, output: NetworkOutput, character: str, *, index: int = 0
) -> EvidenceMap:
    """What speaks for a character more than for the others: its map less the mean map of all characters.

    All logits of a network may share a large part, of which the softmax takes no notice: the shipped one answers its
    sure first choice with a logit of -23 and the others with -41 on average, so that every map by itself is negative.
    What is subtracted here is the same for all characters and changes no confidence.

    Args:
        recognizer: the model that made the output.
        output: of a batch that holds the picture.
        character: one that the model knows.
        index: place of the picture in the batch.

    Returns:
        (6, 6) float32; its sum is the logit less the mean logit, biases left out.

    Raises:
        KeyError: the model does not know the character.
        ModelFileError: the model file has gone since it was opened.
    """
    mean = np.einsum("cij,c->ij", output.evidence_features[index], recognizer.dense_weights().mean(axis=0))
    return np.asarray(evidence_map(recognizer, output, character, index=index) - mean, np.float32)
