"""What the lines of a model image are like, whatever they mean: directions, curves, crossings, parts, place."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.types import ModelImage

DIRECTIONS: Final = 16
"""Bins of 11.25 degrees: narrow enough to tell level from slanting strokes."""

_SIGMA_PX: Final = 3.0
_SCALES: Final = 3
"""Directions are compared within 3, 6 and 12 px, by halving the picture twice: about a stroke's width, half a stroke, a
part of a character."""

_CELLS: Final = 4
_INK_LEVEL: Final = 96
"""Grey level from which a pixel is ink: a line of one pixel that lies between two pixels still holds together."""

SHAPE_VALUES: Final = DIRECTIONS + _SCALES + 4 + 2 + 2 + 2 + 4 + _CELLS * _CELLS
"""Length of what :func:`describe_shape` returns."""


def describe_shape(image: ModelImage) -> npt.NDArray[np.float64]:
    """Values by which writing differs from scribbles, letters and frames without knowing any character.

    Args:
        image: (96, 96) float32 in [0, 255], ink bright on 0.

    Returns:
        (SHAPE_VALUES,) float64 of no unit, about 0 to 5, all 0 of a blank image: shares of the directions in which
        grey changes, from level to upright and back; how far they agree within three distances, 1 of a straight line;
        mean and largest number of lines crossed by a row and by a column; logarithms of the numbers of parts and of
        enclosed fields; share of ink, and length of edges for it; width and height; mean place and spread across and
        down; ink in 4 x 4 cells.
    """
    ink = np.asarray(image, np.float32) / np.float32(255)
    total = float(ink.sum())
    if total <= 0:
        return np.zeros(SHAPE_VALUES)
    across, down = (cv2.Sobel(ink, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    strength = np.sqrt(across**2 + down**2)
    edges = float(strength.sum()) + 1e-9
    angles = np.arctan2(down, across) % np.float32(np.pi)
    bins = np.minimum((angles * (DIRECTIONS / np.pi)).astype(np.int64), DIRECTIONS - 1)
    shares = np.bincount(bins.ravel(), weights=strength.ravel(), minlength=DIRECTIONS) / edges
    # Doubled angles: the two edges of a stroke point opposite ways and mean the same direction.
    divisor = strength + np.float32(1e-6)
    fields = np.stack([(across**2 - down**2) / divisor, 2 * across * down / divisor, strength, ink], axis=2)
    agreement = []
    for _ in range(_SCALES):
        near = cv2.GaussianBlur(fields, (0, 0), _SIGMA_PX)
        agree = np.hypot(near[..., 0], near[..., 1]) / (near[..., 2] + np.float32(1e-6))
        agreement.append(float((agree * fields[..., 3]).sum() / fields[..., 3].sum()))
        fields = cv2.resize(fields, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    is_ink = np.asarray(image >= _INK_LEVEL, np.uint8)
    parts = cv2.connectedComponents(is_ink, connectivity=8)[0] - 1
    holes = cv2.connectedComponents(np.pad(1 - is_ink, 1, constant_values=1), connectivity=4)[0] - 2
    places = np.arange(len(ink)) / len(ink) - 0.5
    columns, rows = ink.sum(axis=0) / total, ink.sum(axis=1) / total
    middle_x, middle_y = float(columns @ places), float(rows @ places)
    side = len(ink) // _CELLS
    cells = ink.reshape(_CELLS, side, _CELLS, side).sum(axis=(1, 3)).ravel() / total
    values = [
        *shares,
        *agreement,
        *_crossings(is_ink),
        *_crossings(is_ink.T),
        np.log1p(max(0, parts)),
        np.log1p(max(0, holes)),
        total / ink.size,
        edges / total,
        float(is_ink.any(axis=0).mean()),
        float(is_ink.any(axis=1).mean()),
        middle_x,
        middle_y,
        float(np.sqrt(columns @ (places - middle_x) ** 2)),
        float(np.sqrt(rows @ (places - middle_y) ** 2)),
        *cells,
    ]
    return np.array(values, np.float64)


def _crossings(is_ink: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Mean and largest number of lines that a row meets, over rows with ink."""
    begins = np.diff(np.pad(is_ink, ((0, 0), (1, 0))).astype(np.int8), axis=1) == 1
    counts = begins.sum(axis=1)
    met = counts[counts > 0]
    return (float(met.mean()), float(met.max())) if len(met) else (0.0, 0.0)
