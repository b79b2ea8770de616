"""The project's own packed sets: scans, ink jsonl, and HCL2000's bitmaps. See the data page of the documentation."""

import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.sample_sets import InkSample, ScanSample, load_sample_set
from hccr_training.sources.banks import BitmapBank, InkBank, ScanBank, classes_of

HCL_SIDE_PX: Final = 64

_NEVER_FOR_TRAINING: Final = ("ink_tegaki_ja.jsonl",)
"""Kept out of training by decision of the project, as a set for looking at neat ink that no weights have seen."""


def load_scans(path: Path) -> ScanBank:
    """Scans of a packed ``.npz``.

    Raises:
        SampleSetError: the file is missing, damaged or holds no scans.
    """
    _require_training_data(path)
    samples = [sample for sample in load_sample_set(path).samples if isinstance(sample, ScanSample)]
    if not samples:
        raise SampleSetError(f"{path} holds no scans.")
    return ScanBank([sample.character for sample in samples], [sample.scan for sample in samples])


def load_ink(path: Path) -> InkBank:
    """Ink of a ``.jsonl``.

    Raises:
        SampleSetError: the file is missing, damaged, holds no ink, or is none to train on.
    """
    _require_training_data(path)
    samples = [sample for sample in load_sample_set(path).samples if isinstance(sample, InkSample)]
    if not samples:
        raise SampleSetError(f"{path} holds no ink.")
    return InkBank([sample.character for sample in samples], [sample.ink.to_arrays() for sample in samples])


def load_hcl2000(path: Path) -> BitmapBank:
    """HCL2000's 64 x 64 bitmaps, each of which fills its square whatever the character's shape.

    Raises:
        SampleSetError: the file is missing or damaged.
    """
    _require_training_data(path)
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            bits, codes = np.asarray(arrays["bits"]), np.asarray(arrays["code"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise SampleSetError(f"{path} cannot be read as HCL2000 bitmaps.", detail=str(error)) from error
    if bits.dtype != np.uint8 or bits.shape != (len(codes), HCL_SIDE_PX**2 // 8):
        raise SampleSetError(f"{path} holds no 64 x 64 bitmaps.")
    characters = [chr(int(code)) for code in codes]
    known = [index for index, character in enumerate(characters) if character in gb2312_level1()]
    classes = classes_of(characters[index] for index in known)
    return BitmapBank(classes, bits[known], side=HCL_SIDE_PX, is_stretched=True)


def _require_training_data(path: Path) -> None:
    if path.name in _NEVER_FOR_TRAINING or path.parent.name in {"val", "test"}:
        raise SampleSetError(f"{path} is not for training.")
