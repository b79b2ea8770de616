"""hanzi-writer-data: the middle line of every stroke of every character, in stroke order."""

import json
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_training.sources.banks import InkBank

_UNITS: Final = 900
"""Height of the em square in which y runs up."""


def load_medians(folder: Path) -> InkBank:
    """One ink a character, from a folder of ``字.json`` files.

    Raises:
        SampleSetError: a character's file is missing or damaged.
    """
    characters = list(gb2312_level1())
    inks = []
    for character in characters:
        path = folder / f"{character}.json"
        try:
            medians = json.loads(path.read_bytes())["medians"]
            inks.append([np.array(median, np.float32) * (1, -1) + (0, _UNITS) for median in medians])
        except FileNotFoundError as error:
            raise SampleSetError(f"{path} does not exist; training/fetch.sh fetches it.", detail=str(error)) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SampleSetError(f"{path} is no file of stroke medians.", detail=str(error)) from error
    return InkBank(characters, inks)
