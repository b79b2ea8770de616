"""Pictures composed from scans of single characters: photos and pages of which everything is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.box import Box
from hccr_desktop.imaging.rasterize import rasterize
from hccr_desktop.imaging.sample_sets import InkSample, Sample, ScanSample, load_sample_set
from hccr_desktop.imaging.types import PageImage

Spacing = Literal["neat", "tight"]
Flaw = Literal["shadow", "paper", "pencil", "marker", "rules", "grid", "dark mode", "blur"]

FLAWS: tuple[Flaw, ...] = ("shadow", "paper", "pencil", "marker", "rules", "grid", "dark mode", "blur")


@dataclass(frozen=True, slots=True, eq=False)
class ComposedPage:
    """A page and what stands on it, in reading order.

    Attributes:
        image: (height, width) uint8, dark ink on white paper.
        boxes: each character's ink.
        characters: what they are.
        alone: each character's own picture, ink bright on 0, as it was put on the page.
    """

    image: PageImage
    boxes: tuple[Box, ...]
    characters: str
    alone: tuple[PageImage, ...]


def load_samples(paths: Sequence[Path], characters: frozenset[str]) -> list[Sample]:
    """Samples of known characters, from several sets."""
    return [sample for path in paths for sample in load_sample_set(path).samples if sample.character in characters]


def ink_of(sample: Sample) -> PageImage:
    """(height, width) uint8 cropped to its ink, bright on 0."""
    if isinstance(sample, ScanSample):
        picture = sample.scan
    elif isinstance(sample, InkSample):
        picture = np.asarray(
            255 - cv2.resize(rasterize(sample.ink), (128, 128), interpolation=cv2.INTER_AREA), np.uint8
        )
    else:
        raise TypeError("pages are composed from scans and ink")
    mask = (picture > 40).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(mask)
    return np.asarray(picture[top : top + height, left : left + width], np.uint8)


def compose_page(
    samples: Sequence[Sample],
    random: np.random.Generator,
    *,
    per_line: int,
    spacing: Spacing,
    is_vertical: bool = False,
    size_px: int = 80,
) -> ComposedPage:
    """Write samples on a page, line by line, as a hand would: sizes, places, slant and line angles vary."""
    slant = random.uniform(-0.12, 0.12)
    line_gap = random.uniform(0.5, 0.9) if spacing == "neat" else random.uniform(0.22, 0.4)
    lines = [samples[at : at + per_line] for at in range(0, len(samples), per_line)]
    margin = size_px
    length = int(per_line * size_px * 1.45) + 2 * margin
    breadth = int(len(lines) * size_px * (1.25 + line_gap)) + 2 * margin
    height, width = (length, breadth) if is_vertical else (breadth, length)
    ink = np.zeros((height, width), np.uint8)
    boxes: list[Box] = []
    alone: list[PageImage] = []
    for number, line in enumerate(lines):
        middle = margin + (number + 0.5) * size_px * (1 + line_gap)
        slope = random.uniform(-0.02, 0.02)
        along = margin + random.uniform(0, 0.5) * size_px
        for sample in line:
            picture = _scaled(ink_of(sample), size_px * random.uniform(0.82, 1.0), slant)
            extent = picture.shape[0] if is_vertical else picture.shape[1]
            if spacing == "neat":
                cell = max(size_px, extent) * 1.0 + size_px * random.uniform(0.18, 0.34)
                start = along + (cell - extent) / 2
                along += cell
            else:
                start = along
                along += extent + size_px * random.uniform(-0.01, 0.13)
            drift = middle + slope * (start - margin) + size_px * random.normal(0, 0.03)
            if is_vertical:
                left, top = width - drift - picture.shape[1] / 2, start
            else:
                left, top = start, drift - picture.shape[0] / 2
            box = Box(round(left), round(top), picture.shape[1], picture.shape[0])
            target = ink[box.top : box.bottom, box.left : box.right]
            np.maximum(target, picture, out=target)
            boxes.append(box)
            alone.append(picture)
    return ComposedPage(255 - ink, tuple(boxes), "".join(sample.character for sample in samples), tuple(alone))


def single_photo(
    sample: Sample, random: np.random.Generator, flaws: Sequence[Flaw], *, side_px: int = 1000
) -> PageImage:
    """One character on a sheet, photographed."""
    size = side_px * random.uniform(0.25, 0.6)
    ink = _scaled(ink_of(sample), size, random.uniform(-0.1, 0.1))
    if "marker" in flaws:
        ink = np.asarray(cv2.dilate(ink, np.ones((int(size * 0.035),) * 2, np.uint8)), np.uint8)
    page = np.zeros((side_px, int(side_px * random.uniform(0.8, 1.3))), np.uint8)
    top = int(random.uniform(0.1, 0.9) * (page.shape[0] - ink.shape[0] - 1))
    left = int(random.uniform(0.1, 0.9) * (page.shape[1] - ink.shape[1] - 1))
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    around = Box(left, top, ink.shape[1], ink.shape[0])
    return photograph(np.asarray(255 - page, np.uint8), random, flaws, line_pitch_px=1.3 * size, cell=around)


def photograph(
    page: PageImage,
    random: np.random.Generator,
    flaws: Sequence[Flaw],
    *,
    line_pitch_px: float = 110,
    cell: Box | None = None,
) -> PageImage:
    """What paper, printed lines, light and lens do to a page with dark ink on white.

    Args:
        page: (height, width) uint8.
        random: draws all amounts.
        flaws: what to do.
        line_pitch_px: distance of printed lines.
        cell: a character around which a single box is printed; without it the grid covers the page.
    """
    height, width = page.shape
    paper = np.full((height, width), 255.0, np.float32)
    if "paper" in flaws:
        coarse = random.normal(0, 1, (max(2, height // 40), max(2, width // 40))).astype(np.float32)
        paper = random.uniform(150, 235) + 5 * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        fiber = cv2.GaussianBlur(random.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.2)
        paper = paper + fiber * random.uniform(4, 12)
    lines = _printed_lines(height, width, random, flaws, line_pitch_px, cell)
    darkness = random.uniform(0.35, 0.55) if "pencil" in flaws else random.uniform(0.75, 0.97)
    ink = (255 - page.astype(np.float32)) / 255
    if "pencil" in flaws:
        grain = random.normal(1, 0.25, (height, width)).astype(np.float32)
        ink = np.clip(ink * cv2.GaussianBlur(grain, (0, 0), 0.8), 0, 1)
    shade = paper * (1 - lines * random.uniform(0.2, 0.6)) * (1 - ink * darkness)
    if "shadow" in flaws:
        shade = shade * _light(height, width, random)
    if "blur" in flaws:
        shade = cv2.GaussianBlur(shade, (0, 0), random.uniform(0.8, 2.5))
    if set(flaws) & {"shadow", "paper", "blur", "pencil"}:
        shade = shade + random.normal(0, random.uniform(1, 4), (height, width))
    photo = np.clip(shade, 0, 255).astype(np.uint8)
    return np.asarray(255 - photo if "dark mode" in flaws else photo, np.uint8)


def _scaled(picture: PageImage, size_px: float, slant: float) -> PageImage:
    """Enlarge or shrink to a long side, shear, and crop to the ink again."""
    height, width = picture.shape
    scale = size_px / max(height, width)
    matrix = np.array([[scale, -slant * scale, 0], [0, scale, 0]], np.float64)
    matrix[0, 2] = max(0.0, slant * scale * height) + 4
    matrix[1, 2] = 4
    size = (int(width * scale + abs(slant) * scale * height) + 9, int(height * scale) + 9)
    source = picture if scale >= 0.8 else cv2.blur(picture, (2, 2))
    drawn = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_CUBIC)
    if scale > 2:  # an enlarged scan has soft edges that no pen makes
        soft = cv2.GaussianBlur(drawn, (0, 0), scale / 2).astype(np.float32)
        drawn = np.clip((soft - 128) * scale + 128, 0, 255).astype(np.uint8)
    mask = (drawn > 60).astype(np.uint8)
    left, top, across, down = cv2.boundingRect(mask)
    if not across:
        return np.asarray(drawn, np.uint8)
    return np.asarray(drawn[top : top + down, left : left + across], np.uint8)


def _light(height: int, width: int, random: np.random.Generator) -> npt.NDArray[np.float32]:
    """(height, width) factors: falling off to one side, with the shadow of a hand or phone over a part."""
    angle = random.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    light = 1 - random.uniform(0.1, 0.5) * (0.5 + x * np.cos(angle) + y * np.sin(angle))
    edge_angle, offset = random.uniform(0, 2 * np.pi), random.uniform(-0.25, 0.25)
    edge = x * np.cos(edge_angle) + y * np.sin(edge_angle) + 0.05 * np.sin(7 * x + 5 * y) - offset
    softness = random.uniform(0.006, 0.06)
    shadow = 1 / (1 + np.exp(-np.clip(edge / softness, -30, 30)))
    return (light * (1 - random.uniform(0.25, 0.6) * shadow)).astype(np.float32)


def _printed_lines(
    height: int, width: int, random: np.random.Generator, flaws: Sequence[Flaw], pitch: float, cell: Box | None
) -> npt.NDArray[np.float32]:
    """(height, width) 0..1: notebook rules, or boxes with dashed crosses; turned by up to two degrees."""
    lines = np.zeros((height, width), np.uint8)
    thickness = max(1, round(pitch * random.uniform(0.006, 0.014)))
    if "rules" in flaws:
        for place in np.arange(random.uniform(0.2, 1) * pitch, height, pitch):
            cv2.line(lines, (0, round(place)), (width, round(place)), (255,), thickness)
    if "grid" in flaws:
        if cell is not None:
            side = round(max(cell.width, cell.height) * random.uniform(1.15, 1.5))
            left = cell.left + cell.width // 2 - side // 2
            top = cell.top + cell.height // 2 - side // 2
            cells = [(left, top, side)]
        else:
            side = round(pitch)
            cells = [
                (x, y, side)
                for y in range(side // 3, height - side, side)
                for x in range(side // 3, width - side, side)
            ]
        for left, top, side in cells:
            cv2.rectangle(lines, (left, top), (left + side, top + side), (255,), thickness)
            dash = max(4, side // 24)
            for start in range(0, side, 2 * dash):
                cv2.line(lines, (left + start, top + side // 2), (left + start + dash, top + side // 2), (255,), 1)
                cv2.line(lines, (left + side // 2, top + start), (left + side // 2, top + start + dash), (255,), 1)
    return lines.astype(np.float32) / 255
