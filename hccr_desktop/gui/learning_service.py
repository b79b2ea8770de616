"""What was learned from the user, off the GUI thread, since it lies on the disk."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from hccr_desktop.errors import PersonalMemoryError
from hccr_desktop.gui.learning_jobs import (
    Attach,
    EmbeddingProgress,
    Erase,
    Export,
    Forget,
    ForgetAll,
    Import,
    Job,
    Lesson,
    ListAll,
    ShowInks,
    Switch,
)
from hccr_desktop.gui.learning_worker import LearningWorker, OpenLexicon
from hccr_desktop.gui.recognition_service import CLOSE_LIMIT_MS
from hccr_desktop.gui.user_folder import LEARNED_FILE, user_folder
from hccr_desktop.lexicon.lexicon import Lexicon

if TYPE_CHECKING:
    from hccr_desktop.personal.personal_recognizer import PersonalRecognizer

logger = logging.getLogger(__name__)


END_LIMIT_MS: Final = 30_000
"""How long closing waits: a file of ten thousand drawings may be taken in, which on a busy machine takes that long."""


def default_memory_path() -> Path:
    """Where the program keeps what it learned: the user's data folder on this machine."""
    return user_folder() / LEARNED_FILE


class LearningService(QObject):
    """Owns the learning thread, which starts with the first job. Lives in the GUI thread.

    Jobs are done in the order in which they are asked for, and all of them before the thread ends.

    Args:
        path: the file of learned drawings.
        open_lexicon: opens the dictionary; called in the thread.
    """

    noted = Signal(object)
    """Sentence: the file was damaged and has been moved aside."""
    learned = Signal(object)
    """Learned."""
    forgotten = Signal(object)
    """Forget or ForgetAll, once it has been done."""
    listed = Signal(object)
    """Tuple of LearnedEntry, the newest first."""
    inks_read = Signal(object)
    """Mapping of entry id to Ink, or to None where it has gone or is damaged."""
    progressed = Signal(object)
    """TransferProgress, a few times a second while a file is written or taken in."""
    embedded = Signal(object)
    """EmbeddingProgress, a few times a second while drawings that wait are embedded, and at the end."""
    exported = Signal(object)
    """Transferred."""
    imported = Signal(object)
    """Transferred."""
    changed = Signal()
    """From now on recognitions may be other ones than before."""
    failed = Signal(object)
    """JobFailure."""

    _wanted = Signal(object)
    _end_wanted = Signal()

    def __init__(self, path: Path, open_lexicon: OpenLexicon = Lexicon.open, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._transfers: list[Export | Import] = []
        self._embedding: EmbeddingProgress | None = None
        self._thread = QThread(self)
        self._thread.setObjectName("learning")
        self._worker = LearningWorker(path, open_lexicon)
        self._worker.moveToThread(self._thread)
        self._wanted.connect(self._worker.do)
        self._end_wanted.connect(self._worker.finish)
        # Signal to signal: queued into this object's thread all the same.
        self._worker.noted.connect(self.noted)
        self._worker.learned.connect(self.learned)
        self._worker.forgotten.connect(self.forgotten)
        self._worker.listed.connect(self.listed)
        self._worker.inks_read.connect(self.inks_read)
        self._worker.progressed.connect(self.progressed)
        self._worker.embedded.connect(self._on_embedded)
        self._worker.exported.connect(self.exported)
        self._worker.imported.connect(self.imported)
        self._worker.changed.connect(self.changed)
        self._worker.failed.connect(self.failed)

    @property
    def embedding(self) -> EmbeddingProgress | None:
        """How far the embedding of drawings that wait is; None where nothing is being done."""
        return self._embedding

    @Slot()
    def note_writing(self) -> None:
        """The user writes: drawings that wait to be embedded wait on until nobody does."""
        self._worker.note_writing()

    def attach(self, recognizer: "PersonalRecognizer") -> None:
        """Let a recognizer listen to what was learned, as soon as the file is open."""
        self._ask(Attach(recognizer))

    def switch(self, *, is_on: bool) -> None:
        """Use and extend what was learned from now on, or leave it alone. At first it is on."""
        self._ask(Switch(is_on))

    def learn(self, lesson: Lesson) -> None:
        """Learn a drawing. Where the file cannot be written, it is tried again later, and at the end."""
        self._ask(lesson)

    def forget(self, entry_ids: Iterable[int]) -> None:
        """Delete some learned drawings for good."""
        self._ask(Forget(tuple(entry_ids)))

    def forget_all(self) -> None:
        """Delete all learned drawings for good; the file stays, empty."""
        self._ask(ForgetAll())

    def list_all(self) -> None:
        """Ask for all that was learned."""
        self._ask(ListAll())

    def show_inks(self, entry_ids: Iterable[int]) -> None:
        """Ask for some drawings."""
        self._ask(ShowInks(tuple(entry_ids)))

    def export(self, path: Path) -> None:
        """Write all learned drawings to a file."""
        self._transfer(Export(path))

    def import_(self, path: Path) -> None:
        """Take in a file of learned drawings, all of it or nothing."""
        self._transfer(Import(path))

    def stop_transfers(self) -> None:
        """End what is being written to a file or taken in, and what waits for that; each one fails, undone."""
        for job in self._transfers:
            job.is_stopped.set()
        self._transfers.clear()

    def _transfer(self, job: Export | Import) -> None:
        self._transfers.append(job)
        self._ask(job)

    def erase(self) -> None:
        """Delete the file with all that was learned, and damaged ones that were moved aside. Waits until that is done.

        Learning goes on with a new file afterwards, unless it is switched off.

        Raises:
            PersonalMemoryError: a file cannot be deleted.
        """
        job = Erase()
        self._ask(job)
        if not job.is_done.wait(CLOSE_LIMIT_MS / 1000):
            raise PersonalMemoryError("What was learned from you could not be deleted; please try again.")
        if job.problems:
            raise job.problems[0]

    def stop(self) -> None:
        """Do what was asked for, close the file, and end the thread."""
        if self._thread.isRunning():
            self._end_wanted.emit()
            if not self._thread.wait(END_LIMIT_MS):
                logger.error("the learning thread did not end within %d ms", END_LIMIT_MS)

    @Slot(object)
    def _on_embedded(self, progress: EmbeddingProgress) -> None:
        self._embedding = None if progress.is_over else progress
        self.embedded.emit(progress)

    def _ask(self, job: Job) -> None:
        self._start()
        self._wanted.emit(job)

    def _start(self) -> None:
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)
