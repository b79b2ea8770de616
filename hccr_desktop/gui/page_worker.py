"""What runs in the page thread: reading, cleaning, and finding the characters of a picture."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.errors import EmptyInkError, HccrError
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.page_jobs import OpenPage, PageFailed, PageJob, PageOpened, PageProgress, PageRead, ReadPage
from hccr_desktop.gui.qt_images import png_bytes
from hccr_desktop.gui.recognition_jobs import OpenRecognizer, PictureSource
from hccr_desktop.gui.sheet import Adjustment, Mark, Sheet, with_paper
from hccr_desktop.imaging.types import ModelImage, PageImage

if TYPE_CHECKING:  # they bring OpenCV, which the window does not wait for
    from hccr_desktop.domain.box import Box
    from hccr_desktop.imaging.clean import CleanPage

logger = logging.getLogger(__name__)

_OPENCV_NO_MEMORY: Final = -4
"""cv2.Error.StsNoMem, for comparing without OpenCV."""

PREVIEW_SIDE_PX: Final = 1600
"""Long side of an opened picture on the canvas: enough for a large canvas at 200 %."""

CUT_SIDE_PX: Final = 144
"""Long side of a character kept for the compose line. Taste: seen well, and 400 of them are still 8 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cached:
    """The one picture that is kept in full, so that memory stays bounded whatever undo leads back to."""

    source: PictureSource
    page: int
    pixels: PageImage
    page_count: int
    note: str


class PageWorker(QObject):
    """Lives in the page thread.

    Args:
        jobs: the newest is done.
        find_recognizer: gives the open one; None while there is none.
    """

    opened = Signal(object)
    read = Signal(object)
    failed = Signal(object)
    progressed = Signal(object)

    def __init__(self, jobs: Mailbox[PageJob], find_recognizer: Callable[[], OpenRecognizer | None]) -> None:
        super().__init__()
        self._jobs = jobs
        self._find_recognizer = find_recognizer
        self._cached: _Cached | None = None
        self._clean: tuple[_Cached, Adjustment, CleanPage] | None = None
        self._wanted_id = 0

    def want(self, job_id: int) -> None:
        """Say which job is still wanted; any other ends early. Called from the other thread."""
        self._wanted_id = job_id

    @Slot()
    def do_latest(self) -> None:
        job = self._jobs.take()
        if job is None:
            return
        try:
            if isinstance(job, OpenPage):
                picture = self._open(job)
                self.opened.emit(PageOpened(job, picture))
            else:
                self._read(job)
        except HccrError as error:
            self._fail(job, error)
        except Exception as error:
            logger.exception("reading a picture failed")
            name = job.name if isinstance(job, OpenPage) else job.picture.name
            if _is_want_of_memory(error):
                told = HccrError("There is not enough memory to open {name}.", name=name)
            else:
                told = HccrError("{name} could not be read.", name=name, detail=repr(error))
            self._fail(job, told)

    def _fail(self, job: PageJob, error: HccrError) -> None:
        """Tell of a failure, with what the attempt has taken free again: a dialog needs some memory too."""
        from hccr_desktop.inference.allocator import give_back_freed_memory

        error.without_frames()
        give_back_freed_memory()
        self.failed.emit(PageFailed(job, error))

    def _open(self, job: OpenPage) -> Picture:
        from hccr_desktop.imaging.normalize import normalize
        from hccr_desktop.imaging.preview import shrink

        started = time.perf_counter()
        if job.before is None:
            self._cached = self._clean = None  # the file may have changed since it was opened last
        page = self._page(job.source, job.page, job.adjustment, job.name)
        cached = self._cached
        if cached is None:
            raise HccrError("{name} could not be read.", name=job.name)
        try:
            model_image = normalize(page.image, polarity="dark_ink")
        except EmptyInkError as error:
            raise EmptyInkError(
                "{name}: {message}", name=job.name, message=error.message, detail=error.detail
            ) from error
        turned = _turned(cached.pixels, job.adjustment)
        preview = shrink(page.image, long_side_px=PREVIEW_SIDE_PX)
        # While the threshold moves, the picture before cleaning stays the same one.
        before = job.before.sheet if job.before is not None else None
        is_same_original = before is not None and before.adjustment.quarter_turns == job.adjustment.quarter_turns
        original = (
            before.original if before is not None and is_same_original else shrink(turned, long_side_px=PREVIEW_SIDE_PX)
        )
        sheet = Sheet(
            job.source,
            job.page,
            cached.page_count,
            job.adjustment,
            (turned.shape[1], turned.shape[0]),
            (page.image.shape[1], page.image.shape[0]),
            _kept(original),
        )
        logger.debug("picture opened in %.0f ms", (time.perf_counter() - started) * 1000)
        return Picture(job.name, _kept(preview), _frozen(model_image), cached.note, sheet)

    def _read(self, job: ReadPage) -> None:
        recognizer = self._find_recognizer()
        sheet = job.picture.sheet
        if recognizer is None or sheet is None:
            return  # the service asks again once the model is open
        started = time.perf_counter()
        page = self._page(sheet.source, sheet.page, sheet.adjustment, job.picture.name)
        sheet = self._look(recognizer, page, sheet, job) if sheet.is_read else self._find(recognizer, page, sheet, job)
        elapsed_ms = (time.perf_counter() - started) * 1000
        logger.debug("page read in %.0f ms, %d characters", elapsed_ms, len(sheet.marks))
        self.read.emit(PageRead(job, sheet, elapsed_ms, recognizer.card.model_id))

    def _find(self, recognizer: OpenRecognizer, page: "CleanPage", sheet: Sheet, job: ReadPage) -> Sheet:
        from hccr_desktop.inference.page_reading import read_clean_page
        from hccr_desktop.inference.turning import may_lie, propose_turn

        def tell(done: int, total: int) -> None:
            self.progressed.emit(PageProgress(job.job_id, done, total))

        reading = read_clean_page(
            recognizer,
            page,
            is_vertical=job.is_vertical,
            count=job.count,
            progress=tell,
            is_cancelled=lambda: job.job_id != self._wanted_id,
        )
        characters = reading.characters
        marks = tuple(
            _mark(job.picture.name, page, character.page_box, character.recognition, character.line)
            for character in characters
        )
        turns = 0
        if may_lie([character.recognition for character in characters]):
            proposal = propose_turn(recognizer, page, is_cancelled=lambda: job.job_id != self._wanted_id)
            turns = 0 if proposal is None else proposal.degrees // 90
        is_one = len(marks) < 2
        return replace(
            sheet,
            marks=() if is_one else marks,
            is_read=True,
            is_vertical=reading.is_vertical,
            proposed_turns=turns,
        )

    def _look(self, recognizer: OpenRecognizer, page: "CleanPage", sheet: Sheet, job: ReadPage) -> Sheet:
        """Recognize the marks that are new."""
        from hccr_desktop.inference.page_reading import recognize_boxes

        places = sheet.unseen
        marks = list(sheet.marks)
        found = recognize_boxes(recognizer, page, [marks[place].box for place in places], count=job.count)
        for place, recognition in zip(places, found, strict=True):
            mark = marks[place]
            marks[place] = _mark(job.picture.name, page, mark.box, recognition, mark.line, mark.character)
        return replace(sheet, marks=tuple(marks))

    def _page(self, source: PictureSource, page: int, adjustment: Adjustment, name: str) -> "CleanPage":
        """The cleaned page, from what is kept of the last job where that is the same picture."""
        from hccr_desktop.imaging.clean import Cleaning, clean
        from hccr_desktop.imaging.files import read_page_file

        cached = self._cached
        if cached is None or cached.source is not source or cached.page != page:
            self._clean = None  # let go of before the next is read: both may be large
            content = png_bytes(source) if isinstance(source, QImage) else source
            file = read_page_file(content, name=name, page=page)
            note = "" if file.page_count > 1 else file.note
            cached = self._cached = _Cached(source, page, file.image, file.page_count, note)
        if self._clean is not None and self._clean[0] is cached and self._clean[1] == adjustment:
            return self._clean[2]
        cleaning = Cleaning(threshold_offset=adjustment.threshold_offset, crop=adjustment.crop)
        made = clean(_turned(cached.pixels, adjustment), cleaning)
        self._clean = (cached, adjustment, made)
        return made


def _mark(
    name: str, page: "CleanPage", box: "Box", recognition: Recognition | None, line: int, character: str = ""
) -> Mark:
    from hccr_desktop.imaging.normalize import normalize
    from hccr_desktop.imaging.preview import shrink

    if recognition is None:
        return Mark(box, character=character, line=line, is_looked_at=True)
    cut = _cut(page.image, box)
    try:
        model_image = normalize(cut, polarity="dark_ink")
    except EmptyInkError:
        return Mark(box, character=character, line=line, is_looked_at=True)
    picture = Picture(name, _kept(shrink(cut, long_side_px=CUT_SIDE_PX)), _frozen(model_image))
    return Mark(box, recognition.candidates, recognition.is_sure, character, line, picture, is_looked_at=True)


def _cut(page: PageImage, box: "Box") -> PageImage:
    """What is in a box, with paper around it."""
    outer = with_paper(box)
    cut = np.full((outer.height, outer.width), 255, np.uint8)
    inside = page[max(0, box.top) : box.bottom, max(0, box.left) : box.right]
    top, left = box.top - outer.top, box.left - outer.left
    cut[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return cut


def _is_want_of_memory(error: Exception) -> bool:
    """Whether there was too little, as Python or NumPy say it, or OpenCV, whose errors have a code for it."""
    return isinstance(error, MemoryError) or getattr(error, "code", None) == _OPENCV_NO_MEMORY


def _turned(pixels: PageImage, adjustment: Adjustment) -> PageImage:
    return np.ascontiguousarray(np.rot90(pixels, -adjustment.quarter_turns)) if adjustment.quarter_turns else pixels


def _kept(page: PageImage) -> PageImage:
    """Its own pixels, which nobody changes; a picture shrunk by nothing would hold the whole page."""
    own = page if not page.flags.writeable else page.copy()
    own.setflags(write=False)
    return own


def _frozen(image: ModelImage) -> ModelImage:
    image.setflags(write=False)
    return image
