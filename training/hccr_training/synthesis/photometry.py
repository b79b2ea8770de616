"""What paper, pen and scanner do to the greys: before the normalizer (fading) and after it (all else)."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.imaging.types import ModelImage, PageImage

FADE_SHARE: Final = 0.3
"""Share of page-like samples whose ink runs dry in places."""

MAX_FADE: Final = 150
"""Grey levels by which ink is lightened at most; where it passes the normalizer's threshold the stroke breaks, as in
scans of ball pens."""

THINNING_SHARE: Final = 0.4
"""Share of page-like samples whose strokes are thinner in places, as under changing pressure."""

BLUR_SHARE: Final = 0.5
MAX_BLUR: Final = 1.0
"""Gaussian blur in pixels of the model image. Scans have a mean ink grey of 123 to 195 (2nd to 98th percentile, median
173), rasterized ink of 187 to 207: blur, grain and gamma span the difference."""

HALO_CUT: Final = (40, 120)
"""Greys below which a blurred image becomes paper again. Without the cut a quarter of all samples had a mean ink grey
that no scan has: under 117, where the second percentile of scans is 123."""

GRAIN_SHARE: Final = 0.4
MAX_GRAIN: Final = 70
GAMMA_SHARE: Final = 0.5
GAMMA_SPREAD: Final = 0.25
GAINS: Final = (0.88, 1.06)
"""Greys of the grain (standard deviation), logarithmic spread of gamma, factors on all greys; from the
prototype, gamma narrowed from 0.35."""

_NOISE_FIELDS: Final = 64


class Photometry:
    """Applies the changes; holds noise drawn once, since drawing it takes longer than all the rest.

    The noise is the same in every process; which part of it is used is drawn from the sample's own generator.
    """

    def __init__(self) -> None:
        random = np.random.default_rng(20_260)
        side = 2 * INPUT_SIZE
        white = random.standard_normal((_NOISE_FIELDS, side, side), np.float32)
        # Scanner grain covers one or two pixels.
        self._grain = [field if at % 2 else _unit(cv2.blur(field, (2, 2))) for at, field in enumerate(white)]
        coarse = random.standard_normal((_NOISE_FIELDS, 12, 12), np.float32)
        self._slow = [_unit(cv2.resize(field, (side, side), interpolation=cv2.INTER_CUBIC)) for field in coarse]

    def fade(self, page: PageImage, random: np.random.Generator) -> PageImage:
        """Lighten the ink in patches.

        Args:
            page: (height, width) uint8, 255 is paper.
            random: draws the amounts.
        """
        if random.random() >= FADE_SHARE:
            return page
        amount = random.uniform(0.3, 1.0) * MAX_FADE
        field = np.clip(self._patch(self._slow, random) * (amount / 2) + amount / 4, 0, amount).astype(np.uint8)
        return np.asarray(cv2.add(page, cv2.resize(field, page.shape[::-1], interpolation=cv2.INTER_NEAREST)), np.uint8)

    def expose(self, image: ModelImage, random: np.random.Generator, strength: float) -> ModelImage:
        """Thin, blur, grain and re-grey a model image.

        Args:
            image: (96, 96) float32, 0..255, ink bright on 0.
            random: draws the amounts.
            strength: scales how often each change is made: 1 for drawn strokes and fonts, less for scans.
        """
        thins, blurs, grains, gammas = random.random(4)
        if thins < THINNING_SHARE * strength:
            share = np.clip(self._patch(self._slow, random) * 0.7, 0, 1)
            image = image + share * (cv2.erode(image, _SQUARE) - image)
        if blurs < BLUR_SHARE * strength:
            image = np.asarray(cv2.GaussianBlur(image, (5, 5), random.uniform(0.3, MAX_BLUR)), np.float32)
            # What a scanner has blurred the normalizer stretches, and it cuts the halo off at Otsu's threshold.
            image = image * np.float32(255 / max(1.0, float(image.max())))
            image = np.asarray(cv2.threshold(image, random.uniform(*HALO_CUT), 0, cv2.THRESH_TOZERO)[1], np.float32)
        if grains < GRAIN_SHARE * strength:
            deviation = random.uniform(0.15, 1.0) * MAX_GRAIN / 255
            image = image * (1 + deviation * self._patch(self._grain, random))
        if gammas < GAMMA_SHARE * strength:
            image = 255 * np.power(np.clip(image, 0, 255) * np.float32(1 / 255), np.exp(random.normal(0, GAMMA_SPREAD)))
        return np.asarray(np.clip(image * np.float32(random.uniform(*GAINS)), 0, 255), np.float32)

    @staticmethod
    def _patch(fields: list[npt.NDArray[np.float32]], random: np.random.Generator) -> npt.NDArray[np.float32]:
        """(96, 96) of one of the fields, from a random corner."""
        number, top, left = random.integers((_NOISE_FIELDS, INPUT_SIZE, INPUT_SIZE))
        field = fields[int(number)]
        return field[top : top + INPUT_SIZE, left : left + INPUT_SIZE]


def _unit(field: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The same noise with mean 0 and standard deviation 1."""
    return np.asarray((field - field.mean()) / field.std(), np.float32)


_SQUARE: Final = np.ones((2, 2), np.uint8)
