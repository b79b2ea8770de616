"""Why this character: which parts of the picture speak for it, and which against."""

import numpy as np
import numpy.typing as npt

from hccr_desktop.inference.recognizer import NetworkOutput, Recognizer

EvidenceMap = npt.NDArray[np.float32]
"""(6, 6) float32, unbounded, may be negative: what each cell adds to the logit of one class."""


def evidence_map(recognizer: Recognizer, output: NetworkOutput, character: str, *, index: int = 0) -> EvidenceMap:
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
