"""hanzi-writer-data: the middle line of every stroke of every character, in stroke order."""

import json
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_training.sources.banks import InkBank

_UNITS: Final = 900
"""Height of the em square in which y runs up."""

PEN_UNITS: Final = 36
"""A pen's width, 4 % of the square: 一 has a height."""


def load_medians(folder: Path) -> InkBank:
    """One ink for each of the 3,755 characters, from a folder of ``字.json`` files.

    Raises:
        SampleSetError: a character's file is missing or damaged.
    """
    characters = list(gb2312_level1())
    return InkBank(characters, [read_medians(folder, character) for character in characters])


def aspects_of(medians: InkBank) -> npt.NDArray[np.float64]:
    """Width over height of each sample, for pictures of its class that have lost theirs; 3:1 at most.

    Returns:
        (samples,) float64.
    """
    extents = np.array(
        [np.ptp(np.concatenate(medians.strokes(index)), axis=0) for index in range(len(medians.classes))]
    )
    widths, heights = (extents + PEN_UNITS).T
    return np.clip(widths / heights, 1 / 3, 3)


def read_medians(folder: Path, character: str) -> list[npt.NDArray[np.float32]]:
    """One (points, 2) array a stroke, y down, of any character that the folder has.

    Raises:
        SampleSetError: the character's file is missing or damaged.
    """
    path = folder / f"{character}.json"
    try:
        medians = json.loads(path.read_bytes())["medians"]
        return [np.array(median, np.float32) * np.float32([1, -1]) + np.float32([0, _UNITS]) for median in medians]
    except FileNotFoundError as error:
        raise SampleSetError(f"{path} does not exist; training/fetch.sh fetches it.", detail=str(error)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SampleSetError(f"{path} is no file of stroke medians.", detail=str(error)) from error


def other_characters(folder: Path) -> tuple[list[str], list[str]]:
    """The folder's characters beyond the 3,755: GB2312 level 2, and those of neither level, mostly traditional ones."""
    level2, others = [], []
    for path in sorted(folder.glob("?.json")):
        character = path.stem
        if character in gb2312_level1() or character < "\u3400":
            continue
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            others.append(character)
        else:
            level2.append(character)
    return level2, others
