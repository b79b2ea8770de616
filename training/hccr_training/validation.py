"""Progress on the validation sets while a run goes on. Quoted figures come from the app's evaluation, not from here."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.inference.evaluation import rank_of
from hccr_training.network import MelnykNet
from hccr_training.sources.labelled import load_labelled

_BATCH = 250


@dataclass(frozen=True, slots=True)
class ValidationSet:
    """Model images that are ready to be read.

    Attributes:
        name: ``ink`` or ``page``.
        images: (N, 96, 96) uint8, ink bright on 0.
        classes: (N,) int64.
    """

    name: str
    images: npt.NDArray[np.uint8]
    classes: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Validation:
    """Percent of a validation set with the right character first, and among the first five."""

    top1: float
    top5: float


def load_validation_set(name: str, path: Path, *, limit: int = 0) -> ValidationSet:
    """Prepare a set as the app would.

    Args:
        name: of the set.
        path: see :func:`hccr_training.sources.labelled.load_labelled`.
        limit: at most so many samples, spread evenly; 0 for all.

    Raises:
        SampleSetError: the set is missing or damaged.
    """
    samples = [sample for sample in load_labelled(path, limit=limit).samples if sample.character in gb2312_level1()]
    images = np.stack([np.rint(sample.to_model_image()).astype(np.uint8) for sample in samples])
    classes = np.array([gb2312_level1().index(sample.character) for sample in samples], np.int64)
    return ValidationSet(name, images, classes)


def validate(network: MelnykNet, validation_set: ValidationSet, size: int) -> Validation:
    """Measure a network at one input size, on the device it is on.

    Args:
        network: in evaluation mode.
        validation_set: what to read.
        size: side of the images the network is trained at; smaller than 96 while a run is young.
    """
    ranks = []
    for start in range(0, len(validation_set.classes), _BATCH):
        part = slice(start, start + _BATCH)
        with torch.no_grad():
            logits = network(_sized(validation_set.images[part], size).to(network.gwap.device))
        ranks.append(rank_of(logits.float().cpu().numpy(), validation_set.classes[part]))
    all_ranks = np.concatenate(ranks)
    return Validation(100 * float(np.mean(all_ranks < 1)), 100 * float(np.mean(all_ranks < 5)))


def _sized(images: npt.NDArray[np.uint8], size: int) -> Tensor:
    """(N, 1, size, size) float32."""
    if size != INPUT_SIZE:
        images = np.stack([cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA) for image in images])
    return torch.from_numpy(images[:, None].astype(np.float32)).contiguous(memory_format=torch.channels_last)
