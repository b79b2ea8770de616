"""What the batch window and its thread tell each other, and what is done to readings by hand. Knows no widgets."""

from dataclasses import dataclass, replace

from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.batch_reading import BatchOptions, FileReading

Key = tuple[str, int]
"""File and page of a reading."""


@dataclass(frozen=True, slots=True, eq=False)
class BatchJob:
    """A folder is to be read.

    Attributes:
        job_id: number of the job.
        folder: its path.
        is_recursive: its folders too.
        options: how every file is read.
        known: earlier readings; those of files that have not changed are not made again.
    """

    job_id: int
    folder: str
    is_recursive: bool
    options: BatchOptions
    known: tuple[FileReading, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class BatchNews:
    """One more file is read.

    Attributes:
        job_id: number of the job.
        reading: what became of it.
        thumbnail: (height, width) uint8, small; None for a file that cannot be decoded.
        done: files that are done, this one included.
        total: files of the folder.
    """

    job_id: int
    reading: FileReading
    thumbnail: PageImage | None
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """There is nothing more to come.

    Attributes:
        job_id: number of the job.
        error: one sentence where the folder could not be read at all, else empty.
    """

    job_id: int
    error: str = ""


def key_of(reading: FileReading) -> Key:
    """File and page."""
    return reading.file, reading.page


def with_choice(reading: FileReading, index: int, row: int) -> FileReading:
    """A reading in which a candidate of a character stands first, as the user says, and is sure.

    Args:
        reading: before.
        index: which character.
        row: which of its candidates.
    """
    characters = list(reading.characters)
    recognition = characters[index].recognition
    candidates = list(recognition.candidates)
    candidates.insert(0, candidates.pop(row))
    chosen = replace(recognition, candidates=tuple(candidates), is_sure=True)
    characters[index] = replace(characters[index], recognition=chosen)
    return replace(reading, characters=tuple(characters))


def is_doubtful(reading: FileReading) -> bool:
    """Whether some character of it is not sure."""
    return any(not character.recognition.is_sure for character in reading.characters)
