"""Pen ink from pictures: scans are thinned to lines and the lines followed, so that the pad's pen draws many hands.

``python -m hccr_training.sources.traced SET... -o FILE`` traces packed scans, HCL2000's bitmaps and faces of running
script once; the trainer reads the file. Order and direction of such strokes are guessed; a line that crosses another
goes on as straight as it can.
"""

import argparse
import itertools
import multiprocessing
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import HccrError, SampleSetError
from hccr_desktop.imaging.types import PageImage
from hccr_training.sources.banks import InkBank, PictureBank, Points
from hccr_training.sources.casia import GntBank
from hccr_training.sources.fonts import load_face
from hccr_training.sources.medians import aspects_of, load_medians
from hccr_training.sources.packed import load_hcl2000, load_scans

SIDE_PX: Final = 192
"""Longer side of the ink while it is followed: scans are 96 px, and a line is smoother on a finer grid."""

SPUR_SHARE: Final = 0.8
"""Ends shorter than this share of the pen's width are no strokes but corners of the line's outline."""

MAX_TURN: Final = np.deg2rad(65)
"""The sharpest turn with which a line goes on through a crossing."""

TANGENT_PIXELS: Final = 8
SMOOTHING_PX: Final = 2.5
STEP_PX: Final = 3
MIN_SIDE_PX: Final = 4

Pixel = tuple[int, int]


def trace_picture(picture: PageImage) -> list[Points]:
    """The lines of a picture of one character.

    Args:
        picture: (height, width) uint8, ink bright on 0.

    Returns:
        One (points, 2) float32 array a line, in units of SIDE_PX to the ink's longer side; empty where there is no ink.
    """
    columns, rows = np.flatnonzero(picture.max(axis=0) > 64), np.flatnonzero(picture.max(axis=1) > 64)
    if len(columns) < 2 or len(rows) < 2:
        return []
    ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = SIDE_PX / max(ink.shape)
    size = (max(MIN_SIDE_PX, round(ink.shape[1] * scale)), max(MIN_SIDE_PX, round(ink.shape[0] * scale)))
    smooth = cv2.GaussianBlur(cv2.resize(ink, size, interpolation=cv2.INTER_CUBIC), (0, 0), 1.5)
    padded = cv2.copyMakeBorder(smooth, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=(0,))
    _, binary = cv2.threshold(padded, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    from skimage.morphology import skeletonize  # late: training on a traced file needs no scikit-image

    thinned = skeletonize(binary > 0)
    length = int(np.count_nonzero(thinned))
    if not length:
        return []
    width = cv2.countNonZero(binary) / length
    edges = _pruned(_edges(_neighbours(thinned)), SPUR_SHARE * width)
    lines = [_smoothed(line) for line in _joined(edges)]
    return [line for line in lines if len(line)]


def _neighbours(thinned: npt.NDArray[np.bool_]) -> dict[Pixel, list[Pixel]]:
    """Neighbours of each pixel; a diagonal one only where no straight way leads there."""
    pixels = set(zip(*(axis.tolist() for axis in np.nonzero(thinned)), strict=True))
    found: dict[Pixel, list[Pixel]] = {}
    for row, column in pixels:
        near = [place for place in _straight(row, column) if place in pixels]
        for down in (-1, 1):
            for right in (-1, 1):
                place = (row + down, column + right)
                if place in pixels and (row + down, column) not in pixels and (row, column + right) not in pixels:
                    near.append(place)
        found[row, column] = near
    return found


def _straight(row: int, column: int) -> tuple[Pixel, Pixel, Pixel, Pixel]:
    return (row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)


def _edges(neighbours: dict[Pixel, list[Pixel]]) -> list[list[Pixel]]:
    """Paths between ends and crossings, then the closed loops that have neither."""
    edges: list[list[Pixel]] = []
    seen: set[tuple[Pixel, Pixel]] = set()
    nodes = [pixel for pixel, near in neighbours.items() if len(near) != 2]
    for node in nodes:
        if not neighbours[node]:
            edges.append([node])
        for following in neighbours[node]:
            if (node, following) in seen:  # the way back of a path from another node
                continue
            edges.append(_walk(neighbours, node, following, seen))
    walked = {pixel for edge in edges for pixel in edge}
    for pixel, near in neighbours.items():
        if pixel not in walked:
            edges.append(_walk(neighbours, pixel, near[0], seen))
            walked.update(edges[-1])
    return edges


def _walk(
    neighbours: dict[Pixel, list[Pixel]], start: Pixel, following: Pixel, seen: set[tuple[Pixel, Pixel]]
) -> list[Pixel]:
    path = [start, following]
    while len(neighbours[path[-1]]) == 2 and path[-1] != start:
        one, other = neighbours[path[-1]]
        path.append(other if one == path[-2] else one)
    seen.update({(path[0], path[1]), (path[-1], path[-2])})
    return path


def _pruned(edges: list[list[Pixel]], shortest: float) -> list[list[Pixel]]:
    """Edges without the spurs: short ones with one free end. A short edge that stands alone is a dot."""
    degree: dict[Pixel, int] = defaultdict(int)
    for edge in edges:
        degree[edge[0]] += 1
        degree[edge[-1]] += 1
    return [
        edge
        for edge in edges
        if len(edge) >= shortest or (degree[edge[0]] > 1) == (degree[edge[-1]] > 1) or edge[0] == edge[-1]
    ]


def _joined(edges: list[list[Pixel]]) -> Iterator[npt.NDArray[np.float64]]:
    """Lines (points, 2), columns x and y: edges that meet at a crossing go on into one another, straightest first."""
    lines = [np.array(edge, np.float64)[:, ::-1] for edge in edges]
    ends: dict[Pixel, list[tuple[int, int]]] = defaultdict(list)
    for number, edge in enumerate(edges):
        ends[edge[0]].append((number, 0))
        ends[edge[-1]].append((number, 1))
    partner: dict[tuple[int, int], tuple[int, int]] = {}
    for meeting in ends.values():
        turns = sorted(
            (_turn(lines[one[0]], one[1], lines[other[0]], other[1]), one, other)
            for at, one in enumerate(meeting)
            for other in meeting[at + 1 :]
            if one[0] != other[0]
        )
        for turn, one, other in turns:
            if (turn < MAX_TURN or len(meeting) == 2) and one not in partner and other not in partner:
                partner[one], partner[other] = other, one
    used: set[int] = set()
    free = [(number, side) for number in range(len(lines)) for side in (0, 1) if (number, side) not in partner]
    for number, side in [*free, *((number, 0) for number in range(len(lines)))]:
        if number in used:
            continue
        pieces, end = [], (number, side)
        while end[0] not in used:
            used.add(end[0])
            pieces.append(lines[end[0]] if end[1] == 0 else lines[end[0]][::-1])
            end = partner.get((end[0], 1 - end[1]), end)
        line = np.concatenate(pieces)
        # A pen writes from left to right and from above to below.
        yield line if (line[-1] - line[0]).sum() >= 0 else line[::-1]


def _turn(one: npt.NDArray[np.float64], one_side: int, other: npt.NDArray[np.float64], other_side: int) -> float:
    """Angle in radians by which the way turns from one edge into the other."""
    inwards = -_outward(one, one_side)
    outwards = _outward(other, other_side)
    return float(np.arccos(np.clip(inwards @ outwards, -1, 1)))


def _outward(line: npt.NDArray[np.float64], side: int) -> npt.NDArray[np.float64]:
    """Unit vector from an end into the line."""
    line = line if side == 0 else line[::-1]
    way = line[min(TANGENT_PIXELS, len(line) - 1)] - line[0]
    return np.asarray(way / max(float(np.hypot(*way)), 1e-9))


def _smoothed(line: npt.NDArray[np.float64]) -> Points:
    """The line without the steps of the grid, every third point."""
    if len(line) < 3:
        return np.repeat(line[:1], 2, axis=0).astype(np.float32)
    reach = int(3 * SMOOTHING_PX)
    kernel = cv2.getGaussianKernel(2 * reach + 1, SMOOTHING_PX)[:, 0]
    padded = np.pad(line, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd") if len(line) > reach else line
    smooth = line.copy()
    if len(line) > reach:
        smooth = np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
    smooth[0], smooth[-1] = line[0], line[-1]
    keeps = np.arange(len(smooth)) % STEP_PX == 0
    keeps[-1] = True
    return smooth[keeps].astype(np.float32)


def trace_bank(bank: PictureBank, aspects: npt.NDArray[np.float64], processes: int) -> list[list[Points]]:
    """The lines of each picture of a bank.

    Args:
        bank: its pictures.
        aspects: width over height by class, for banks whose pictures were stretched.
        processes: how many share the work.
    """
    with multiprocessing.get_context("fork").Pool(processes, _start_worker, (bank, aspects)) as pool:
        return pool.map(_trace_one, range(len(bank.classes)), chunksize=64)


_work: tuple[PictureBank, npt.NDArray[np.float64]]
"""What a worker process traces: inherited when it is forked, since sending it with each task costs far more."""


def _start_worker(bank: PictureBank, aspects: npt.NDArray[np.float64]) -> None:
    global _work
    cv2.setNumThreads(1)
    _work = bank, aspects


def _trace_one(index: int) -> list[Points]:
    bank, aspects = _work
    lines = trace_picture(bank.picture(index))
    if bank.is_stretched:
        stretch = np.sqrt(aspects[bank.classes[index]])
        lines = [line * np.array([stretch, 1 / stretch], np.float32) for line in lines]
    return lines


def save_traced(path: Path, characters: Sequence[str], inks: Sequence[Sequence[Points]]) -> None:
    """Write inks that :func:`load_traced` reads: points as int16 tenths of a pixel."""
    lines = [line for ink in inks for line in ink]
    np.savez_compressed(
        path,
        code=np.array([ord(character) for character in characters], np.uint32),
        lines=np.array([len(ink) for ink in inks], np.uint16),
        points=np.array([len(line) for line in lines], np.uint16),
        tenths=np.rint(np.concatenate(lines) * 10).astype(np.int16),
    )


def load_traced(path: Path) -> InkBank:
    """Ink that was traced from pictures.

    Raises:
        SampleSetError: the file is missing or damaged.
    """
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            codes, line_counts, point_counts, tenths = (arrays[name] for name in ("code", "lines", "points", "tenths"))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise SampleSetError(f"{path} cannot be read as traced ink.", detail=str(error)) from error
    if point_counts.sum() != len(tenths) or line_counts.sum() != len(point_counts) or len(codes) != len(line_counts):
        raise SampleSetError(f"{path} cannot be read as traced ink.", detail="its counts do not agree")
    points = tenths.astype(np.float32) / 10
    lines = np.split(points, np.cumsum(point_counts, dtype=np.int64)[:-1])
    starts = np.concatenate([[0], np.cumsum(line_counts, dtype=np.int64)])
    inks = [lines[start:end] for start, end in itertools.pairwise(starts)]
    return InkBank([chr(code) for code in codes], inks)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.sources.traced", description=__doc__)
    parser.add_argument("sets", type=Path, nargs="*", help="packed scans, .npz, or .gnt files")
    parser.add_argument("--hcl2000", type=Path, action="append", default=[], help="HCL2000's packed bitmaps")
    parser.add_argument("--face", action="append", default=[], help="a face of the font bank, by its file's name")
    parser.add_argument("--fonts", type=Path, default=Path("training/.work/fonts"), help="the font bank")
    parser.add_argument("--medians", type=Path, default=Path("training/.work/medians"), help="for HCL2000's aspects")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        banks: list[PictureBank] = [
            GntBank(path) if path.suffix.lower() == ".gnt" else load_scans(path) for path in options.sets
        ]
        banks += [load_hcl2000(path) for path in options.hcl2000]
        banks += [load_face(options.fonts, name) for name in options.face]
        aspects = aspects_of(load_medians(options.medians)) if options.hcl2000 else np.ones(0)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    characters: list[str] = []
    inks: list[list[Points]] = []
    alphabet = gb2312_level1().characters
    for bank in banks:
        traced = trace_bank(bank, aspects, options.processes)
        kept = [index for index, ink in enumerate(traced) if ink]
        characters += [alphabet[bank.classes[index]] for index in kept]
        inks += [traced[index] for index in kept]
    save_traced(options.output, characters, inks)
    print(f"{options.output}: {len(inks)} inks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
