"""Reading a picture of any number of characters."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from hccr_desktop.domain.box import Box, around
from hccr_desktop.domain.candidate import Recognition, SourceKind
from hccr_desktop.errors import EmptyInkError, ReadingCancelledError
from hccr_desktop.imaging.clean import Cleaning, CleanPage, clean
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.segmentation import Piece, Segmentation, segment
from hccr_desktop.imaging.types import ModelImage, PageImage
from hccr_desktop.inference.lattice import Geometry, Lattice, Run, build_lattice
from hccr_desktop.inference.lone_character import Part, may_be_one, reads_as_one

MAX_ALTERNATIVES: Final = 0.4
MORE_ALTERNATIVES: Final = 4
"""Runs of pieces that are recognized besides those of the cheapest way, at most: per character of it, and a few more,
without which two characters that look like one could not be tried."""

_MAX_ROUNDS: Final = 6
"""Times that runs are looked at; later ones find next to nothing."""

_TRUST: Final = 3.1
"""Weight of the square root of the recognizer's doubt (a negative logarithm) against shape; fitted together with
Geometry. The root, because what tells a character from a run that is none lies between sure and nearly sure."""

_UNSURE: Final = 1.8
"""What a run costs that the model itself does not take for a known character. Fitted likewise."""

_HOPED_DOUBT: Final = 0.003
"""Doubt that is expected of a run nobody has looked at: hardly any, so that a look is only saved where no answer could
change the way."""

_MOST_DOUBT: Final = 4.82
_EXTENTS: Final = (0.514, 1.3)
_EXTENT_POWER: Final = 0.586
"""A run's doubt counts by its extent along the line, within these sizes of a character, so that many narrow characters
cost no more than a wide one."""

_CERTAIN: Final = 0.8
_ENOUGH_SIZES: Final = 8
_LONG_SIDE: Final = 1.03
_RESIZED: Final = (0.8, 1.4)
"""Confidence from which a run is a character beyond doubt, how many of them tell how large characters are, their middle
longer side in sizes, and how far off the size by the marks alone may be. That is up to a fifth too small on vertical
pages, whose characters are then cut in two; theirs is 6 % off at most (16 composed tight pages). The middle is that of
horizontal pages, on which the costs were fitted: a larger size joins narrow neighbors."""

_BATCH: Final = 16

Progress = Callable[[int, int], None]
"""Called with how many recognitions are done, and of how many at most; both the same at the end."""


class BatchRecognizer(Protocol):
    """What reading needs of a recognizer."""

    def recognize_batch(self, images: Sequence[ModelImage], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        """The most likely characters of each image."""


@dataclass(frozen=True, slots=True)
class ReadCharacter:
    """One character of a page.

    Attributes:
        box: its ink in pixels of the picture; upright, around what may have been turned.
        page_box: the same on the cleaned page image.
        recognition: what it is.
        line: number of its line, from 0.
    """

    box: Box
    page_box: Box
    recognition: Recognition
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PageReading:
    """What a picture says.

    Attributes:
        page: the cleaned picture.
        characters: in reading order.
        is_vertical: lines run from top to bottom, the first at the right.
        recognition_count: model images that were looked at.
        elapsed_ms: cleaning, finding and recognizing.
    """

    page: CleanPage
    characters: tuple[ReadCharacter, ...]
    is_vertical: bool = False
    recognition_count: int = 0
    elapsed_ms: float = 0.0

    @property
    def text(self) -> str:
        """The first candidates, a line of text for each line."""
        lines: dict[int, str] = {}
        for character in self.characters:
            lines[character.line] = lines.get(character.line, "") + character.recognition.best.character
        return "\n".join(lines[number] for number in sorted(lines))


def read_page(
    recognizer: BatchRecognizer,
    picture: PageImage,
    *,
    cleaning: Cleaning | None = None,
    is_vertical: bool | None = None,
    count: int = 10,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> PageReading:
    """Find and recognize the characters of a picture, one or many.

    Args:
        recognizer: an open model.
        picture: (height, width) uint8, as :func:`hccr_desktop.imaging.files.read_page_file` reads it.
        cleaning: what the user adjusted.
        is_vertical: which way the lines run; None finds out.
        count: candidates of each character.
        progress: called after each batch.
        is_cancelled: asked before each batch.

    Raises:
        EmptyInkError: there is no ink in the picture.
        ReadingCancelledError: ``is_cancelled`` said so.
    """
    started = time.perf_counter()
    page = clean(picture, cleaning)
    reading = read_clean_page(
        recognizer, page, is_vertical=is_vertical, count=count, progress=progress, is_cancelled=is_cancelled
    )
    return replace(reading, elapsed_ms=(time.perf_counter() - started) * 1000)


def read_clean_page(
    recognizer: BatchRecognizer,
    page: CleanPage,
    *,
    is_vertical: bool | None = None,
    count: int = 10,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> PageReading:
    """As :func:`read_page`, of a page that is clean already."""
    started = time.perf_counter()
    segmentation = segment(page.image, is_vertical=is_vertical)
    if not segmentation.lines:
        raise EmptyInkError("There is no ink on this page.")
    looks = _Looks(recognizer, segmentation, count, progress, is_cancelled)
    paths = _paths(looks)
    characters = [
        ReadCharacter(page.to_picture(box), box, looks.recognition(number, run), number)
        for number, path in enumerate(paths)
        for run in path
        if (box := around(piece.box for piece in segmentation.lines[number][slice(*run)]))
        and looks.has_ink(number, run)
    ]
    if not characters:
        raise EmptyInkError("There is no ink on this page.")
    lone = _lone(page, segmentation, looks, paths)
    return PageReading(
        page,
        tuple(characters) if lone is None else (lone,),
        segmentation.is_vertical,
        looks.done,
        (time.perf_counter() - started) * 1000,
    )


def recognize_boxes(
    recognizer: BatchRecognizer, page: CleanPage, boxes: Sequence[Box], *, count: int = 10
) -> list[Recognition | None]:
    """Recognize what stands in boxes, such as those a user has drawn or moved.

    Args:
        recognizer: an open model.
        page: a cleaned picture.
        boxes: in pixels of the page image.
        count: candidates of each.

    Returns:
        One recognition a box; None where there is no ink in it.
    """
    images: list[ModelImage] = []
    places: list[int] = []
    for place, box in enumerate(boxes):
        cut = box.clipped(page.image.shape[1], page.image.shape[0])
        image = None if cut is None else _model_image(_with_margin(page.image, cut))
        if image is not None:
            images.append(image)
            places.append(place)
    answers: list[Recognition | None] = [None] * len(boxes)
    for at in range(0, len(images), _BATCH):
        batch = recognizer.recognize_batch(images[at : at + _BATCH], kind="page", count=count)
        for place, recognition in zip(places[at : at + _BATCH], batch, strict=True):
            answers[place] = recognition
    return answers


@dataclass(eq=False)
class _Looks:
    """What the recognizer says of runs of pieces; asks it in batches, and of each run once."""

    recognizer: BatchRecognizer
    segmentation: Segmentation
    count: int
    progress: Progress | None
    is_cancelled: Callable[[], bool] | None
    expected: int = 0
    done: int = 0
    size_px: float = field(init=False)
    _answers: dict[tuple[int, Run], Recognition | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size_px = self.segmentation.size_px

    def look(self, wanted: Sequence[tuple[int, Run]]) -> None:
        """Recognize runs, given with the number of their line, unless they are known."""
        wanted = [entry for entry in wanted if entry not in self._answers]
        for at in range(0, len(wanted), _BATCH):
            if self.is_cancelled is not None and self.is_cancelled():
                raise ReadingCancelledError("The reading was stopped.")
            batch = wanted[at : at + _BATCH]
            images = [_model_image(self.segmentation.picture_of(self._pieces(*entry))) for entry in batch]
            found = [image for image in images if image is not None]
            answers = iter(self.recognizer.recognize_batch(found, kind="page", count=self.count))
            for entry, image in zip(batch, images, strict=True):
                self._answers[entry] = None if image is None else next(answers)
            self.done += len(found)
            if self.progress is not None:
                self.progress(len(self._answers), self.expected)

    def finish(self) -> None:
        """Tell that nothing more will be looked at."""
        if self.progress is not None:
            self.progress(self.expected, self.expected)

    def lattices(self) -> list[Lattice]:
        """A lattice of each line, for characters of the size that is known by now."""
        return [build_lattice(line, self.size_px, Geometry()) for line in self.segmentation.lines]

    def learn_size(self, runs: Sequence[tuple[int, Run]]) -> bool:
        """Take the size of characters from runs that are some beyond doubt; whether there are enough of them."""
        sizes = []
        for line, run in runs:
            answer = self._answers[line, run]
            if answer is not None and answer.is_sure and answer.best.confidence > _CERTAIN:
                box = around(piece.box for piece in self._pieces(line, run))
                sizes.append(max(box.width, box.height))
        if len(sizes) < _ENOUGH_SIZES:
            return False
        factor = float(np.median(sizes)) / _LONG_SIDE / self.segmentation.size_px
        self.size_px = self.segmentation.size_px * min(_RESIZED[1], max(_RESIZED[0], factor))
        return True

    def has_ink(self, line: int, run: Run) -> bool:
        return self._answers[line, run] is not None

    def recognition(self, line: int, run: Run) -> Recognition:
        answer = self._answers[line, run]
        if answer is None:
            raise EmptyInkError("There is no ink on this page.")
        return answer

    def cost(self, line: int, run: Run) -> float:
        """Doubt of the best candidate, and whether the model takes it for a character at all."""
        answer = self._answers[line, run]
        if answer is None:
            return self._weighed(line, run, _MOST_DOUBT) + _UNSURE
        doubt = min(_MOST_DOUBT, -math.log(max(1e-6, answer.best.confidence)))
        return self._weighed(line, run, doubt) + (0.0 if answer.is_sure else _UNSURE)

    def hope(self, line: int, run: Run) -> float:
        """The same, as it may well be of a run that nobody has looked at."""
        return self._weighed(line, run, _HOPED_DOUBT)

    def _weighed(self, line: int, run: Run, doubt: float) -> float:
        """By the run's extent, so that a way costs the same however it is cut."""
        pieces = self._pieces(line, run)
        width = (max(piece.stop for piece in pieces) - min(piece.start for piece in pieces)) / self.size_px
        return float(_TRUST * math.sqrt(doubt) * min(_EXTENTS[1], max(_EXTENTS[0], width)) ** _EXTENT_POWER)

    def _pieces(self, line: int, run: Run) -> tuple[Piece, ...]:
        return self.segmentation.lines[line][slice(*run)]


def _paths(looks: _Looks) -> list[list[Run]]:
    """For each line the runs that are its characters, by shape and by what the recognizer says.

    Looks are dear: the first go to the way that is likeliest by shape, the rest where another way would be better if
    the recognizer were as sure of it as it usually is of a character.
    """
    lattices = looks.lattices()
    hoped, wanted = _likeliest(lattices, looks)
    allowed = math.ceil(MAX_ALTERNATIVES * len(wanted)) + MORE_ALTERNATIVES
    looks.expected = len(wanted) + allowed
    looks.look(wanted)
    if looks.learn_size(wanted):
        before = looks.done
        lattices = looks.lattices()
        first = [(number, run) for number, run in wanted if run in lattices[number].costs]
        hoped, wanted = _likeliest(lattices, looks)
        looks.look(wanted)
        allowed -= looks.done - before
        wanted = sorted({*wanted, *first})
    known: list[dict[Run, float]] = [{} for _ in lattices]
    for _ in range(_MAX_ROUNDS):
        looks.look(wanted)
        for number, run in wanted:
            known[number][run] = hoped[number][run] = looks.cost(number, run)
        detours = [
            (detour.saving, number, detour.runs)
            for number, lattice in enumerate(lattices)
            for detour in lattice.detours(known[number], hoped[number])
        ]
        wanted = []
        for _, number, runs in sorted(detours, reverse=True):
            if len(runs) <= allowed:
                allowed -= len(runs)
                wanted.extend((number, run) for run in runs)
        if not wanted:
            break
    looks.finish()
    return [lattice.cheapest(extra) for lattice, extra in zip(lattices, known, strict=True)]


def _likeliest(lattices: Sequence[Lattice], looks: _Looks) -> tuple[list[dict[Run, float]], list[tuple[int, Run]]]:
    """What is hoped of each run of each line, and the runs of the ways that cost least if it comes true."""
    hoped = [{run: looks.hope(number, run) for run in lattice.costs} for number, lattice in enumerate(lattices)]
    return hoped, [(number, run) for number, lattice in enumerate(lattices) for run in lattice.cheapest(hoped[number])]


def _lone(
    page: CleanPage, segmentation: Segmentation, looks: _Looks, paths: Sequence[Sequence[Run]]
) -> ReadCharacter | None:
    """All ink as one character, where the model stands by that rather than by its parts."""
    parts = [
        Part(segmentation.lines[number][slice(*run)], looks.recognition(number, run))
        for number, path in enumerate(paths)
        for run in path
        if looks.has_ink(number, run)
    ]
    if len(parts) < 2 or not may_be_one(segmentation, len(parts)):
        return None
    pieces = segmentation.pieces
    image = _model_image(segmentation.picture_of(pieces))
    if image is None:
        return None
    recognition = looks.recognizer.recognize_batch([image], kind="page", count=looks.count)[0]
    looks.done += 1
    box = around(piece.box for piece in pieces)
    return ReadCharacter(page.to_picture(box), box, recognition) if reads_as_one(recognition, box, parts) else None


def _model_image(picture: PageImage) -> ModelImage | None:
    try:
        return normalize(picture, polarity="dark_ink")
    except EmptyInkError:
        return None


def _with_margin(page: PageImage, box: Box) -> PageImage:
    """A cut with paper around it: the normalizer takes marks along a page's very edge for dirt."""
    margin = max(4, max(box.width, box.height) // 8)
    picture = np.full((box.height + 2 * margin, box.width + 2 * margin), 255, np.uint8)
    picture[margin:-margin, margin:-margin] = page[box.top : box.bottom, box.left : box.right]
    return picture
