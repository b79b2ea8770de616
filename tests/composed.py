"""Pages composed of the training scans, with what they say."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from hccr_desktop.imaging.sample_sets import ScanSample, load_sample_set


def composed_page(
    shared_data: Path, file: Path, *, rows: int, columns: int, step: int = 41, character_px: int = 84, gap_px: int = 26
) -> str:
    """Write a neat page of training scans as PNG; its text, line by line.

    Args:
        shared_data: folder of the data sets.
        file: where the page goes.
        rows: lines.
        columns: characters of a line.
        step: from one sample to the next; they are sorted by character.
        character_px: height or width of a character, whichever is larger.
        gap_px: paper between two.
    """
    samples = load_sample_set(shared_data / "train" / "scans.npz").samples
    cell = character_px + gap_px
    page = np.full((rows * (cell + gap_px) + gap_px, columns * cell + gap_px), 255, np.uint8)
    chosen = [sample for sample in samples[: rows * columns * step : step] if isinstance(sample, ScanSample)]
    for number, sample in enumerate(chosen):
        ink_rows, ink_columns = (
            np.flatnonzero(sample.scan.max(axis=1) > 40),
            np.flatnonzero(sample.scan.max(axis=0) > 40),
        )
        scan = sample.scan[ink_rows[0] : ink_rows[-1] + 1, ink_columns[0] : ink_columns[-1] + 1]
        scale = character_px / max(scan.shape)
        size = (max(1, round(scan.shape[1] * scale)), max(1, round(scan.shape[0] * scale)))
        ink = np.asarray(cv2.resize(scan, size, interpolation=cv2.INTER_AREA))
        row, column = divmod(number, columns)
        top = gap_px + row * (cell + gap_px) + (character_px - ink.shape[0]) // 2
        left = gap_px + column * cell + (character_px - ink.shape[1]) // 2
        place = page[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.minimum(place, 255 - ink, out=place)
    Image.fromarray(page).save(file)
    lines = [chosen[row * columns : (row + 1) * columns] for row in range(rows)]
    return "\n".join("".join(sample.character for sample in line) for line in lines)
