"""Labelled handwriting for measuring: packed scans, ink jsonl files, and folders of pictures."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.files import read_page_image
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.imaging.types import ModelImage, PageImage

LABELS_FILE: Final = "labels.json"

HEADER_KEY: Final = "format"
"""Of the first line of an ink file that says more about itself; there are files without."""


@dataclass(frozen=True, slots=True, eq=False)
class InkSample:
    """Drawn strokes and the character they mean."""

    character: str
    ink: Ink

    def to_model_image(self) -> ModelImage:
        """(96, 96) float32, as the window would make it."""
        return ink_to_model_image(self.ink)


@dataclass(frozen=True, slots=True, eq=False)
class ScanSample:
    """A scan, ink bright on 0, and the character it shows."""

    character: str
    scan: PageImage

    def to_model_image(self) -> ModelImage:
        """(96, 96) float32."""
        return normalize(self.scan, polarity="bright_ink")


@dataclass(frozen=True, slots=True)
class FileSample:
    """A picture file and the character it shows."""

    character: str
    path: Path

    def to_model_image(self) -> ModelImage:
        """(96, 96) float32, as ``hccr recognize`` would make it.

        Raises:
            UnreadableImageError: the picture cannot be read.
            EmptyInkError: it is blank.
        """
        return normalize(clean(read_page_image(self.path)).image, polarity="dark_ink")


Sample = InkSample | ScanSample | FileSample


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Samples of one kind.

    Attributes:
        name: the path as given.
        kind: which temperature applies.
        samples: in file order.
    """

    name: str
    kind: SourceKind
    samples: tuple[Sample, ...]


def load_sample_set(path: Path) -> SampleSet:
    """Read a set: ``.npz`` of packed scans, ``.jsonl`` of ink, or a folder with ``labels.json``.

    Raises:
        SampleSetError: there is no such set, or a part of it is damaged; the sentence names the place.
    """
    try:
        if path.is_dir():
            return SampleSet(str(path), "page", tuple(_folder_samples(path)))
        if path.suffix.lower() == ".npz":
            return SampleSet(str(path), "page", tuple(_packed_samples(path)))
        if path.suffix.lower() == ".jsonl":
            return SampleSet(str(path), "ink", tuple(_ink_samples(path)))
    except FileNotFoundError as error:
        raise SampleSetError("{path} does not exist.", path=path, detail=str(error)) from error
    except OSError as error:
        raise SampleSetError("{path} cannot be read.", path=path, detail=str(error)) from error
    raise SampleSetError(
        "{path} is no sample set: neither .npz, .jsonl, nor a folder with {labels_file}.",
        path=path,
        labels_file=LABELS_FILE,
    )


def _packed_samples(path: Path) -> Iterator[ScanSample]:
    try:
        # np.load leaves a file open that it finds to be no archive, hence the file object.
        with path.open("rb") as file, np.load(file) as arrays:
            blob, offset, code = (np.asarray(arrays[key]) for key in ("blob", "offset", "code"))
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise SampleSetError("{path} is not a packed set of scans.", path=path, detail=str(error)) from error
    if blob.dtype != np.uint8 or len(offset) != len(code) + 1:
        raise SampleSetError("{path} is not a packed set of scans.", path=path, detail="arrays do not belong together")
    for index, point in enumerate(code):
        packed = blob[int(offset[index]) : int(offset[index + 1])]
        scan = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE) if packed.size else None
        if scan is None:
            raise SampleSetError("{path}: the picture of sample {index} is damaged.", path=path, index=index)
        yield ScanSample(chr(int(point)), np.asarray(scan, np.uint8))


def _ink_samples(path: Path) -> Iterator[InkSample]:
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            if number == 1 and HEADER_KEY in record:
                continue
            sample = InkSample(str(record["char"]), Ink.from_coordinates(record["strokes"]))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise SampleSetError(
                "{path}, line {number}, is not a record of ink.", path=path, number=number, detail=str(error)
            ) from error
        if sample.ink.is_empty or len(sample.character) != 1:
            raise SampleSetError("{path}, line {number}, holds no ink or not one character.", path=path, number=number)
        yield sample


def _folder_samples(path: Path) -> Iterator[FileSample]:
    labels_path = path / LABELS_FILE
    if not labels_path.is_file():
        raise SampleSetError("{path} has no {labels_file}.", path=path, labels_file=LABELS_FILE)
    try:
        labels = json.loads(labels_path.read_bytes())
        entries = sorted((str(name), str(character)) for name, character in labels.items())
    except (ValueError, AttributeError) as error:
        raise SampleSetError(
            "{labels_path} is not a list of file names and characters.", labels_path=labels_path, detail=str(error)
        ) from error
    for name, character in entries:
        yield FileSample(character, path / name)
