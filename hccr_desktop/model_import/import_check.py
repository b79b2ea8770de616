"""How an imported model reads a labelled folder, prepared by this program and as the seed program did."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.errors import HccrError, SampleSetError
from hccr_desktop.imaging.files import read_page_image
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.sample_sets import FileSample, load_sample_set
from hccr_desktop.imaging.seed_preparation import prepare_as_seed
from hccr_desktop.imaging.types import ModelImage, PageImage
from hccr_desktop.inference.recognizer import Recognizer

logger = logging.getLogger(__name__)

_PREPARATIONS: Final[dict[str, Callable[[PageImage], ModelImage]]] = {
    "this program's preparation": normalize,
    "the seed program's preparation": prepare_as_seed,
}


@dataclass(frozen=True, slots=True)
class PreparationCount:
    """How many pictures were read right.

    Attributes:
        preparation: which one, in words.
        right: pictures whose first candidate is the label.
        count: all pictures; one that cannot be read, or is blank, counts as wrong.
    """

    preparation: str
    right: int
    count: int


def load_labelled_folder(folder: Path) -> list[FileSample]:
    """The pictures of a folder with ``labels.json``, {file name: character}.

    Raises:
        SampleSetError: it is no such folder, or the list is empty.
    """
    if folder.exists() and not folder.is_dir():
        raise SampleSetError(f"{folder} is not a folder of labelled pictures.")
    samples = [sample for sample in load_sample_set(folder).samples if isinstance(sample, FileSample)]
    if not samples:
        raise SampleSetError(f"The list of labels in {folder} is empty.")
    return samples


def compare_preparations(recognizer: Recognizer, samples: list[FileSample]) -> list[PreparationCount]:
    """Read every picture twice; a folder to check an import holds tens of them, so one after the other."""
    right = dict.fromkeys(_PREPARATIONS, 0)
    for sample in samples:
        try:
            page = read_page_image(sample.path, name=str(sample.path))
        except HccrError as error:
            logger.warning("%s", error.message)
            continue
        for name, prepare in _PREPARATIONS.items():
            try:
                best = int(np.argmax(recognizer.logits([prepare(page)])[0]))
            except HccrError as error:
                logger.warning("%s, with %s: %s", sample.path, name, error.message)
                continue
            right[name] += recognizer.card.characters[best] == sample.character
    return [PreparationCount(name, count, len(samples)) for name, count in right.items()]
