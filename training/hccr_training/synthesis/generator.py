"""One training sample after another, each a function of the run's seed and the sample's number alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import CLASSES, INPUT_SIZE
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.rasterize import PEN_WIDTH_PX, rasterize_strokes, strokes_to_model_image
from hccr_desktop.imaging.types import ModelImage, PageImage
from hccr_training.sources.banks import BitmapBank, ByClass, InkBank, PictureBank, Points, StrokeBank
from hccr_training.sources.medians import aspects_of
from hccr_training.synthesis import cursive, strokes
from hccr_training.synthesis.components import Composer
from hccr_training.synthesis.photometry import Photometry
from hccr_training.synthesis.pictures import (
    FONT_STRENGTH,
    SCAN_STRENGTH,
    UNBENT_SCAN_SHARE,
    bend_picture,
    draw_stroke_width,
    set_stroke_width,
)

SampleKind = Literal["medians", "ink", "fonts", "scans", "traced", "composed"]
KINDS: Final[tuple[SampleKind, ...]] = ("medians", "ink", "fonts", "scans", "traced", "composed")

INK_LOOK_SHARE: Final = 0.45
"""Share of drawn strokes that look exactly as the pad's own ink: the pen of 4 %, no photometry. The rest look like
scans, with a pen of any width."""

TRACED_INK_LOOK_SHARE: Final = 0.8
"""Of traced ink, which is there for the ink look: the scans themselves are the page look."""

INK_PEN_PX: Final = (13, 15)
"""Pen widths of the ink look: the pad's own is 14."""

PAGE_PEN_SPREAD: Final = 0.30
PAGE_PEN_PX: Final = (8, 22)
"""Logarithmic spread about the pad's pen, and limits, of the page look: widths of scanned strokes have their quartiles
at 3.5 and 5.1 px of 96, the pad's pen is 3.5."""

INK_STRENGTH: Final = 0.9
"""Real ink is bent a little less than the medians: it has a hand already. At 0.75 the samples stayed too close to
the one writer of the training ink (Frechet distance to the validation ink 0.141 against 0.119 at 1)."""

SCAN_PHOTOMETRY: Final = 0.5
_ATTEMPTS: Final = 4


@dataclass(frozen=True, slots=True)
class Banks:
    """All sources of a run.

    Attributes:
        medians: one ink a class.
        inks: real pen ink.
        fonts: (weight, bitmaps) a face.
        scans: pictures of real handwriting.
        traced: ink that was traced from such pictures.
    """

    medians: InkBank
    inks: tuple[StrokeBank, ...] = ()
    fonts: tuple[tuple[float, BitmapBank], ...] = ()
    scans: tuple[PictureBank, ...] = ()
    traced: tuple[StrokeBank, ...] = ()


@dataclass(frozen=True, slots=True)
class Mix:
    """How often each kind is drawn; the shares need not sum to 1. A class without samples of a kind gets medians.

    Attributes:
        medians: distorted stroke medians.
        ink: distorted real ink.
        fonts: bent font glyphs.
        scans: bent scans.
        traced: bent lines of scans, drawn with a pen.
        composed: halves of ink and traced ink, put together.
    """

    medians: float = 0.4
    ink: float = 0.15
    fonts: float = 0.2
    scans: float = 0.25
    traced: float = 0.0
    composed: float = 0.0


class SampleGenerator:
    """Makes model images of any class, of any kind.

    Args:
        banks: the sources.
        mix: shares of the kinds.
        seed: of the run. A sample depends on it and on the sample's number, on nothing else: not on the worker, the
            process or the samples before it.
        size: side of the images, at most 96.
    """

    def __init__(self, banks: Banks, mix: Mix, *, seed: int, size: int = INPUT_SIZE) -> None:
        # Set in every process that makes samples: the workers are the parallelism.
        cv2.setNumThreads(1)
        shares = np.array([mix.medians, mix.ink, mix.fonts, mix.scans, mix.traced, mix.composed], np.float64)
        self._thresholds = np.cumsum(shares / shares.sum())
        self._banks = banks
        self._medians = ByClass([banks.medians])
        self._aspects = np.ones(CLASSES)
        self._aspects[banks.medians.classes] = aspects_of(banks.medians)
        self._inks = ByClass(banks.inks)
        self._scans = ByClass(banks.scans)
        self._traced = ByClass(banks.traced)
        self._composer = Composer(banks.medians, (*banks.traced, *banks.inks)) if mix.composed else None
        self._fonts = [ByClass([bank]) for _, bank in banks.fonts]
        has_face = [[by_class.count(number) > 0 for by_class in self._fonts] for number in range(CLASSES)]
        face_weights = np.array([weight for weight, _ in banks.fonts], np.float64)
        self._font_thresholds = np.cumsum(np.array(has_face).reshape(CLASSES, -1) * face_weights, axis=1)
        self._photometry = Photometry()
        self._seed = seed
        self._size = size

    def sample(self, number: int) -> tuple[npt.NDArray[np.uint8], int]:
        """The sample of a number.

        Returns:
            (size, size) uint8, ink bright on 0, and the class index.
        """
        random = np.random.Generator(np.random.SFC64(np.random.SeedSequence((self._seed, number))))
        character_class = int(random.integers(CLASSES))
        kind = KINDS[int(np.searchsorted(self._thresholds, random.random(), side="right").clip(0, len(KINDS) - 1))]
        return self._sized(self.draw(character_class, kind, random)), character_class

    def draw(self, character_class: int, kind: SampleKind, random: np.random.Generator) -> ModelImage:
        """A sample of one class and kind; medians where the class has none of the kind.

        Returns:
            (96, 96) float32, 0..255, ink bright on 0.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._attempt(character_class, kind, random)
            except EmptyInkError:  # a faded page, or a stroke that was thinned away
                continue
        plain = self._banks.medians.strokes(self._medians.find(character_class, 0)[1])
        return strokes_to_model_image([stroke.astype(np.float64) for stroke in plain])

    def _sized(self, image: ModelImage) -> npt.NDArray[np.uint8]:
        if self._size != INPUT_SIZE:
            image = np.asarray(cv2.resize(image, (self._size, self._size), interpolation=cv2.INTER_AREA), np.float32)
        return np.rint(image).astype(np.uint8)

    def _attempt(self, character_class: int, kind: SampleKind, random: np.random.Generator) -> ModelImage:
        if kind == "fonts" and self._has_font(character_class):
            page = self._font_page(character_class, random)
            return self._photometry.expose(normalize(page, polarity="bright_ink"), random, 1.0)
        if kind == "scans" and self._scans.count(character_class):
            page = self._scan_page(character_class, random)
            return self._photometry.expose(normalize(page, polarity="bright_ink"), random, SCAN_PHOTOMETRY)
        if kind == "ink" and self._inks.count(character_class):
            path = self._ink_path(character_class, random)
        elif kind == "traced" and self._traced.count(character_class):
            path = self._traced_path(character_class, random)
        elif kind == "composed" and (lines := self._composed(character_class, random)) is not None:
            path = bend_lines(lines, random)
        else:
            path = self._median_path(character_class, random)
        if random.random() < (TRACED_INK_LOOK_SHARE if kind == "traced" else INK_LOOK_SHARE):
            pen_px = int(random.integers(INK_PEN_PX[0], INK_PEN_PX[1] + 1))
            return normalize(rasterize_strokes(path.to_arrays(), pen_width_px=pen_px), polarity="dark_ink")
        pen_px = round(float(np.clip(PEN_WIDTH_PX * np.exp(random.normal(0, PAGE_PEN_SPREAD)), *PAGE_PEN_PX)))
        page = self._photometry.fade(rasterize_strokes(path.to_arrays(), pen_width_px=pen_px), random)
        return self._photometry.expose(normalize(page, polarity="dark_ink"), random, 1.0)

    def _median_path(self, character_class: int, random: np.random.Generator) -> strokes.FlatStrokes:
        return write_medians(self._banks.medians.strokes(self._medians.find(character_class, 0)[1]), random)

    def _ink_path(self, character_class: int, random: np.random.Generator) -> strokes.FlatStrokes:
        number = int(random.integers(self._inks.count(character_class)))
        bank, index = self._inks.find(character_class, number)
        strength = INK_STRENGTH * float(random.uniform(0.2, 1.35))
        path = strokes.resample(self._banks.inks[bank].strokes(index))
        path = strokes.distort_strokes(path, random, strength)
        path = strokes.distort_components(path, random, strength)
        # Hasty ink is joined already; neat ink gains from being joined.
        haste = cursive.draw_haste(random) * 0.5 * (random.random() < 0.5)
        path = cursive.join_strokes(path, random, haste)
        if random.random() < 0.5:
            path = cursive.cut_corners(path, random, haste)
        points = strokes.slant(strokes.warp_smoothly(path.points, random, strength), random, strength)
        path = cursive.thin_out(path._replace(points=points), random)
        return path._replace(points=cursive.add_tremor(path.points, random, strength))

    def _traced_path(self, character_class: int, random: np.random.Generator) -> strokes.FlatStrokes:
        number = int(random.integers(self._traced.count(character_class)))
        bank, index = self._traced.find(character_class, number)
        return bend_lines(self._banks.traced[bank].strokes(index), random)

    def _composed(self, character_class: int, random: np.random.Generator) -> list[Points] | None:
        if self._composer is None or not self._composer.can_compose(character_class):
            return None
        return self._composer.compose(character_class, random)

    def _has_font(self, character_class: int) -> bool:
        return bool(self._fonts) and bool(self._font_thresholds[character_class, -1] > 0)

    def _font_page(self, character_class: int, random: np.random.Generator) -> PageImage:
        thresholds = self._font_thresholds[character_class]
        face = int(np.searchsorted(thresholds, random.random() * thresholds[-1], side="right"))
        picture = self._banks.fonts[face][1].picture(self._fonts[face].find(character_class, 0)[1])
        picture = set_stroke_width(picture, draw_stroke_width(random) * picture.shape[0])
        return bend_picture(picture, random, FONT_STRENGTH * float(random.uniform(0.3, 1.3)))

    def _scan_page(self, character_class: int, random: np.random.Generator) -> PageImage:
        bank, index = self._scans.find(character_class, int(random.integers(self._scans.count(character_class))))
        source = self._banks.scans[bank]
        picture = source.picture(index)
        aspect = float(self._aspects[character_class]) if source.is_stretched else 1.0
        change = random.random()
        if change < 0.12:
            picture = np.asarray(cv2.dilate(picture, _SQUARE), np.uint8)
        elif change < 0.22:
            picture = np.asarray(cv2.erode(picture, _SQUARE), np.uint8)
        elif change > 1 - UNBENT_SCAN_SHARE and not source.is_stretched:
            return picture
        return bend_picture(picture, random, SCAN_STRENGTH * float(random.uniform(0.3, 1.3)), aspect=aspect)


def write_medians(medians: Sequence[Points], random: np.random.Generator) -> strokes.FlatStrokes:
    """A hand's way of writing a character that is given by its stroke medians.

    Args:
        medians: one (points, 2) array a stroke, y down.
        random: draws the hand.
    """
    strength, haste = float(random.uniform(0.35, 1.35)), cursive.draw_haste(random)
    path = strokes.resample(medians)
    path = cursive.drop_hooks(path, random, haste)
    path = strokes.distort_strokes(path, random, strength)
    path = strokes.distort_components(path, random, strength)
    path = cursive.join_strokes(path, random, haste)
    path = cursive.cut_corners(path, random, haste)
    points = strokes.warp_smoothly(path.points, random, strength)
    points = strokes.slant(
        points, random, strength, rise=strokes.RISE_OF_MEDIANS, narrowing=strokes.NARROWING_OF_MEDIANS
    )
    path = cursive.thin_out(path._replace(points=points), random)
    return path._replace(points=cursive.add_tremor(path.points, random, strength))


def bend_lines(lines: Sequence[Points], random: np.random.Generator) -> strokes.FlatStrokes:
    """Another hand's way of writing lines that need not be whole strokes, so none is moved against another."""
    strength = INK_STRENGTH * float(random.uniform(0.2, 1.35))
    path = strokes.resample(lines)
    points = strokes.shift_columns_and_rows(path.points, random, strength)
    points = strokes.slant(strokes.warp_smoothly(points, random, strength), random, strength)
    path = cursive.cut_corners(path._replace(points=points), random, cursive.draw_haste(random) * 0.5)
    path = cursive.thin_out(path, random)
    return path._replace(points=cursive.add_tremor(path.points, random, strength))


_SQUARE: Final = np.ones((2, 2), np.uint8)
