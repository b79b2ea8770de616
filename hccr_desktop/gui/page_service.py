"""Pictures off the GUI thread, in a thread of their own: a page takes seconds, and the pad is to answer meanwhile."""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.page_jobs import OpenPage, PageFailed, PageJob, PageOpened, PageProgress, PageRead, ReadPage
from hccr_desktop.gui.page_worker import PageWorker
from hccr_desktop.gui.recognition_jobs import OpenRecognizer, PictureSource
from hccr_desktop.gui.sheet import Adjustment

logger = logging.getLogger(__name__)

CLOSE_LIMIT_MS: Final = 10_000
"""How long closing waits for the thread, which may be decoding a large scan."""


class PageService(QObject):
    """Owns the page thread. Of jobs, only the newest is done and told of; the one in progress ends early.

    Args:
        find_recognizer: gives the open one; None while there is none.
    """

    opened = Signal(object)
    """PageOpened: of the latest job."""
    read = Signal(object)
    """PageRead: of the latest job."""
    failed = Signal(object)
    """PageFailed: of the latest job."""
    progressed = Signal(object)
    """PageProgress: of the latest job."""
    started = Signal()
    """There is a job from now on."""
    ended = Signal()
    """There is no job any more: it was done, it failed, or it was cancelled."""

    _job_wanted = Signal()

    def __init__(self, find_recognizer: Callable[[], OpenRecognizer | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job_id = 0
        self._job: PageJob | None = None
        self._jobs: Mailbox[PageJob] = Mailbox()
        self._thread = QThread(self)
        self._thread.setObjectName("pages")
        self._worker = PageWorker(self._jobs, find_recognizer)
        self._worker.moveToThread(self._thread)
        self._job_wanted.connect(self._worker.do_latest)
        self._worker.opened.connect(self._on_opened)
        self._worker.read.connect(self._on_read)
        self._worker.failed.connect(self._on_failed)
        self._worker.progressed.connect(self._on_progressed)

    @property
    def job(self) -> PageJob | None:
        """What is being done."""
        return self._job

    def open(self, source: PictureSource, *, name: str, page: int = 0) -> None:
        """Read and clean a picture."""
        self._do(OpenPage(self._next_id(), source, name, page))

    def adjust(self, picture: Picture, adjustment: Adjustment) -> None:
        """Clean a picture, which has a sheet, in another way."""
        if picture.sheet is not None:
            sheet = picture.sheet
            self._do(OpenPage(self._next_id(), sheet.source, picture.name, sheet.page, adjustment, picture))

    def read_characters(self, picture: Picture, *, count: int, is_vertical: bool | None = None) -> None:
        """Find the characters of a picture, which has a sheet, or recognize those of its marks that are new."""
        self._do(ReadPage(self._next_id(), picture, count, is_vertical))

    @Slot()
    def cancel(self) -> None:
        """Have the job in progress come to nothing."""
        self._worker.want(self._next_id())
        self._jobs.take()
        if self._job is not None:
            self._job = None
            self.ended.emit()

    @Slot()
    def start(self) -> None:
        """Start the thread; later calls do nothing."""
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
            self._job_wanted.emit()

    @Slot()
    def resume(self) -> None:
        """Do again what had to wait for a recognizer."""
        if isinstance(self._job, ReadPage):
            self._do(self._job)

    def stop(self) -> None:
        """End the thread; its last answer is dropped."""
        self.cancel()
        self._thread.quit()
        if not self._thread.wait(CLOSE_LIMIT_MS):
            logger.error("the page thread did not end within %d ms", CLOSE_LIMIT_MS)

    def _next_id(self) -> int:
        self._job_id += 1
        return self._job_id

    def _do(self, job: PageJob) -> None:
        was_idle = self._job is None
        self._job = job
        self._worker.want(job.job_id)
        self._jobs.put(job)
        self._job_wanted.emit()
        if was_idle:
            self.started.emit()

    def _is_latest(self, job: PageJob) -> bool:
        return self._job is not None and job.job_id == self._job.job_id

    def _end(self) -> None:
        self._job = None
        self.ended.emit()

    @Slot(object)
    def _on_opened(self, opened: PageOpened) -> None:
        if self._is_latest(opened.job):
            self._end()
            self.opened.emit(opened)

    @Slot(object)
    def _on_read(self, read: PageRead) -> None:
        if self._is_latest(read.job):
            self._end()
            self.read.emit(read)

    @Slot(object)
    def _on_failed(self, failed: PageFailed) -> None:
        if self._is_latest(failed.job):
            self._end()
            self.failed.emit(failed)

    @Slot(object)
    def _on_progressed(self, progress: PageProgress) -> None:
        if self._job is not None and progress.job_id == self._job.job_id:
            self.progressed.emit(progress)
