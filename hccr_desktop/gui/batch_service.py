"""Reading a folder off the GUI thread, file by file."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.batch_jobs import BatchEnd, BatchJob, BatchNews
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.recognition_jobs import OpenRecognizer
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.batch_reading import BatchOptions, FileReading

logger = logging.getLogger(__name__)

THUMBNAIL_PX: Final = 128
"""Long side: enough for two lines of text at 200 %."""

CLOSE_LIMIT_MS: Final = 10_000


class _BatchWorker(QObject):
    """Lives in the batch thread."""

    advanced = Signal(object)
    ended = Signal(object)

    def __init__(self, jobs: Mailbox[BatchJob], find_recognizer: Callable[[], OpenRecognizer | None]) -> None:
        super().__init__()
        self._jobs = jobs
        self._find_recognizer = find_recognizer
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
            self._read(job)
        except HccrError as error:
            self.ended.emit(BatchEnd(job.job_id, error.message))
        except Exception as error:
            logger.exception("reading a folder failed")
            message = HccrError("The folder {folder} could not be read.", folder=job.folder, detail=repr(error))
            self.ended.emit(BatchEnd(job.job_id, message.message))

    def _read(self, job: BatchJob) -> None:
        from hccr_desktop.inference.batch_reading import find_pictures, read_files

        recognizer = self._find_recognizer()
        if recognizer is None:
            raise HccrError("There is no model to read with.")
        files = find_pictures([job.folder], recursive=job.is_recursive)
        if len(files) == 1 and files[0].error:
            raise HccrError(files[0].error)
        done = 0
        thumbnail: PageImage | None = None

        def count(number: int, _total: int) -> None:
            nonlocal done
            done = number

        def show(picture: PageImage) -> None:
            nonlocal thumbnail
            thumbnail = _shrunk(picture)

        for reading in read_files(
            recognizer,
            files,
            options=job.options,
            made_by=recognizer.card.model_id,
            known=job.known,
            progress=count,
            is_cancelled=lambda: self._wanted_id != job.job_id,
            show=show,
        ):
            if self._wanted_id != job.job_id:
                break
            # The engine counts a file once the next is asked for.
            at = min(len(files), done + 1)
            if thumbnail is None and not reading.error:
                thumbnail = _thumbnail_of_known(reading)
            self.advanced.emit(BatchNews(job.job_id, reading, thumbnail, at, len(files)))
            thumbnail = None
        self.ended.emit(BatchEnd(job.job_id))


class BatchService(QObject):
    """Owns the batch thread, which is started with the first job.

    Args:
        find_recognizer: gives the open one; None while there is none.
    """

    advanced = Signal(object)
    """BatchNews of the latest job."""
    ended = Signal(object)
    """BatchEnd of the latest job."""

    _job_wanted = Signal()

    def __init__(self, find_recognizer: Callable[[], OpenRecognizer | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job_id = 0
        self._is_running = False
        self._jobs: Mailbox[BatchJob] = Mailbox()
        self._thread = QThread(self)
        self._thread.setObjectName("batch")
        self._worker = _BatchWorker(self._jobs, find_recognizer)
        self._worker.moveToThread(self._thread)
        self._job_wanted.connect(self._worker.do_latest)
        self._worker.advanced.connect(self._on_advanced)
        self._worker.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """A folder is being read."""
        return self._is_running

    def read(self, folder: str, *, options: BatchOptions, is_recursive: bool, known: tuple[FileReading, ...]) -> None:
        """Read a folder; what was being read is left."""
        self._start()
        self._job_id += 1
        self._is_running = True
        self._worker.want(self._job_id)
        self._jobs.put(BatchJob(self._job_id, folder, is_recursive, options, known))
        self._job_wanted.emit()

    @Slot()
    def cancel(self) -> None:
        """Leave the folder; what was read of it stays."""
        self._worker.want(0)
        self._jobs.take()
        if self._is_running:
            self._job_id += 1
            self._is_running = False
            self.ended.emit(BatchEnd(self._job_id))

    def stop(self) -> None:
        """End the thread."""
        self.cancel()
        self._thread.quit()
        if not self._thread.wait(CLOSE_LIMIT_MS):
            logger.error("the batch thread did not end within %d ms", CLOSE_LIMIT_MS)

    def _start(self) -> None:
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)

    @Slot(object)
    def _on_advanced(self, news: BatchNews) -> None:
        if news.job_id == self._job_id:
            self.advanced.emit(news)

    @Slot(object)
    def _on_ended(self, end: BatchEnd) -> None:
        if end.job_id == self._job_id and self._is_running:
            self._is_running = False
            self.ended.emit(end)


def _thumbnail_of_known(reading: FileReading) -> PageImage | None:
    """Of a file that need not be read again, and was not decoded for that."""
    from hccr_desktop.imaging.files import read_page_file

    try:
        return _shrunk(read_page_file(Path(reading.file), page=reading.page).image)
    except HccrError:  # it has gone since
        return None


def _shrunk(picture: PageImage) -> PageImage:
    from hccr_desktop.imaging.preview import shrink

    made = shrink(picture, long_side_px=THUMBNAIL_PX).copy()
    made.setflags(write=False)
    return made
