"""Draws an evidence map over the picture it explains."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.types import ModelImage

_FOR: Final = np.array([214, 69, 44], np.float32)
_AGAINST: Final = np.array([44, 105, 196], np.float32)
"""RGB of evidence for and against: red and blue stay apart for the color-blind."""

_MAX_OPACITY: Final = 0.75


def draw_heat_map(image: ModelImage, evidence: npt.NDArray[np.float32], *, size_px: int = 480) -> npt.NDArray[np.uint8]:
    """Color a model image by evidence: red speaks for the character, blue against it.

    Args:
        image: (96, 96) float32 in [0, 255], ink bright on 0.
        evidence: (n, n) float32; only its sign and relative size are shown.
        size_px: side of the picture made.

    Returns:
        (size_px, size_px, 3) uint8 RGB, ink dark on white.
    """
    side = (size_px, size_px)
    paper = 255 - cv2.resize(image, side, interpolation=cv2.INTER_CUBIC).clip(0, 255)
    film = _film(_enlarged(evidence, size_px))
    return np.asarray(np.rint(paper[..., None] * film / 255).clip(0, 255), np.uint8)


def evidence_film(evidence: npt.NDArray[np.float32], *, size_px: int = 192) -> npt.NDArray[np.uint8]:
    """Evidence as a colored film, to be multiplied over a picture, so that ink stays black under strong color.

    Args:
        evidence: (n, n) float32; only its sign and relative size are shown.
        size_px: side of the film.

    Returns:
        (size_px, size_px, 3) uint8 RGB: red for the character, blue against it, 255 where the evidence is indifferent.
    """
    return np.asarray(np.rint(_film(_enlarged(evidence, size_px))), np.uint8)


def legend_film(*, width_px: int = 128) -> npt.NDArray[np.uint8]:
    """(1, width_px, 3) uint8 RGB: the colors of a film, from strongest against at the left to strongest for."""
    return np.asarray(np.rint(_film(np.linspace(-1, 1, width_px, dtype=np.float32)[None])), np.uint8)


def _enlarged(evidence: npt.NDArray[np.float32], size_px: int) -> npt.NDArray[np.float32]:
    """(size_px, size_px) in [-1, 1], the strongest evidence at an end."""
    enlarged = cv2.resize(evidence.astype(np.float32), (size_px, size_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(enlarged / max(float(np.abs(enlarged).max()), 1e-6), np.float32)


def _film(strength: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    color = np.where(strength[..., None] >= 0, _FOR, _AGAINST)
    return np.asarray(255 - (255 - color) * (np.abs(strength) * _MAX_OPACITY)[..., None], np.float32)
