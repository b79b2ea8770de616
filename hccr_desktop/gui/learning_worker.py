"""What runs in the learning thread: everything that touches the file of learned drawings."""

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from hccr_desktop.errors import HccrError, LexiconError, PersonalMemoryError, TransferStoppedError
from hccr_desktop.gui.learning_jobs import (
    Attach,
    EmbeddingProgress,
    Erase,
    Export,
    Forget,
    ForgetAll,
    Import,
    Job,
    JobFailure,
    Learned,
    LearnedEntry,
    Lesson,
    ListAll,
    ShowInks,
    Switch,
    TransferProgress,
    Transferred,
)
from hccr_desktop.lexicon.lexicon import Lexicon

if TYPE_CHECKING:  # they bring OpenCV, which the window does not wait for
    from hccr_desktop.domain.ink import Ink
    from hccr_desktop.personal.personal_memory import PersonalMemory
    from hccr_desktop.personal.personal_recognizer import PersonalRecognizer

logger = logging.getLogger(__name__)

IDLE_S: Final = 1.5
"""Without a recognition for so long, nobody is writing and drawings may be embedded anew. Taste."""

_STEP_PAUSE_MS: Final = 20
"""Between two steps of embedding, for jobs that came in."""

RETRY_MS: Final = 20_000
"""After the file could not be opened or written, until the next attempt. Taste: most locks are over by then."""

TOLD_EVERY_S: Final = 0.2
"""Between two tidings of a file being written or taken in; a short transfer tells of none. Taste."""

_MOST_UNSAVED: Final = 200
"""Corrections that wait for the file to be writable again."""

OpenLexicon = Callable[[], Lexicon]


class LearningWorker(QObject):
    """Lives in the learning thread. Does one job after the other, and embeds what waits while nobody writes.

    Args:
        path: the file of learned drawings; made when something is learned, or what was learned is to be used.
        open_lexicon: opens the dictionary, for the readings of the list.
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

    def __init__(self, path: Path, open_lexicon: OpenLexicon) -> None:
        super().__init__()
        self._path = path
        self._open_lexicon = open_lexicon
        self._lexicon: Lexicon | None = None
        self._readings: dict[str, tuple[str, ...]] = {}
        self._memory: PersonalMemory | None = None
        self._recognizer: PersonalRecognizer | None = None
        self._is_on = True
        self._unsaved: list[Lesson] = []
        self._to_embed = 0
        self._told_at = 0.0
        self._written_at = -math.inf
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._embed_step)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try_again)

    def note_writing(self) -> None:
        """The user writes; what can wait, waits. Called from the other thread."""
        self._written_at = time.monotonic()

    @Slot(object)
    def do(self, job: Job) -> None:
        """Do a job and tell of it."""
        try:
            self._do(job)
        except TransferStoppedError as error:
            self.failed.emit(JobFailure(job, error))
        except HccrError as error:
            logger.warning("%s failed: %s (%s)", type(job).__name__, error.message, error.detail)
            if isinstance(job, Attach | Switch):
                self._retry.start()
            self.failed.emit(JobFailure(job, error))
        except Exception as error:
            logger.exception("%s failed", type(job).__name__)
            unexpected = PersonalMemoryError("What was learned from you cannot be used.", detail=repr(error))
            self.failed.emit(JobFailure(job, unexpected))

    @Slot()
    def finish(self) -> None:
        """Write what still waits to be written, close the file, and end the thread."""
        self._idle.stop()
        self._retry.stop()
        if self._unsaved:
            self._write_unsaved()
        self._close()
        QThread.currentThread().quit()

    def _do(self, job: Job) -> None:
        match job:
            case Attach(recognizer):
                self._attach(recognizer)
            case Switch(is_on):
                self._switch(is_on=is_on)
            case Lesson():
                self._learn(job)
            case Forget(entry_ids):
                self._opened().forget(*entry_ids)
                self.forgotten.emit(job)
                self.changed.emit()
            case ForgetAll():
                self._opened().forget_all()
                self._unsaved.clear()
                self.forgotten.emit(job)
                self.changed.emit()
            case ListAll():
                self.listed.emit(self._entries())
            case ShowInks(entry_ids):
                self.inks_read.emit({entry_id: self._ink(entry_id) for entry_id in entry_ids})
            case Export(path):
                self.exported.emit(Transferred(path, self._opened().export(path, watch=self._watch(job))))
            case Import(path):
                self.imported.emit(Transferred(path, self._opened().import_(path, watch=self._watch(job))))
                self.changed.emit()  # a drawing of another meaning may have gone
                self._embed_when_idle()
            case Erase():
                self._erase(job)

    def _watch(self, job: Export | Import) -> Callable[[int, int], None]:
        """What tells of the progress of a job, and ends it when it is stopped."""
        told_at = time.monotonic()

        def watch(done: int, total: int) -> None:
            nonlocal told_at
            if job.is_stopped.is_set():
                raise TransferStoppedError("Stopped. Everything is as it was.")
            if time.monotonic() - told_at >= TOLD_EVERY_S:
                told_at = time.monotonic()
                self.progressed.emit(TransferProgress(done, total))

        return watch

    # The file

    def _opened(self) -> "PersonalMemory":
        """The open file.

        Raises:
            PersonalMemoryError: it cannot be opened.
        """
        if self._memory is None:
            from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of

            started = time.perf_counter()
            # Without a model what was learned can still be listed, deleted and saved.
            model_id = "" if self._recognizer is None else embedding_model_of(self._recognizer.card)
            memory = PersonalMemory.open(self._path, model_id=model_id)
            elapsed_ms = (time.perf_counter() - started) * 1000
            logger.debug("%d learned drawings opened in %.0f ms", len(memory.samples.characters), elapsed_ms)
            self._memory = memory
            if memory.note:
                self.noted.emit(memory.note)
            self._let_listen()
        return self._memory

    def _close(self) -> None:
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def _let_listen(self) -> None:
        """Let the recognizer hear the memory, or not, as the switch says."""
        if self._recognizer is not None:
            self._recognizer.memory = self._memory if self._is_on else None

    def _attach(self, recognizer: "PersonalRecognizer") -> None:
        self._close()  # it may have been opened without a model
        self._recognizer = recognizer
        if self._is_on:
            self._use()

    def _switch(self, *, is_on: bool) -> None:
        if is_on == self._is_on:
            return
        self._is_on = is_on
        if is_on and self._recognizer is not None:
            self._use()
        else:
            self._let_listen()
            self.changed.emit()

    def _use(self) -> None:
        memory = self._opened()
        self._let_listen()
        if memory.samples.characters:
            self.changed.emit()
        self._embed_when_idle()

    def _erase(self, job: Erase) -> None:
        from hccr_desktop.personal.memory_database import erase_files

        try:
            self._unsaved.clear()
            self._end_embedding()
            if self._memory is not None:
                try:
                    self._memory.forget_all()  # overwrites what it deletes, as deleting the file alone would not
                except PersonalMemoryError as error:
                    logger.warning("not overwritten before deleting: %s (%s)", error.message, error.detail)
                self._close()
            self._let_listen()
            erase_files(self._path)
        except HccrError as error:
            job.problems.append(error)
        finally:
            job.is_done.set()
        self.forgotten.emit(ForgetAll())
        self.changed.emit()

    # Learning

    def _learn(self, lesson: Lesson) -> None:
        if not self._is_on or self._recognizer is None:
            return
        try:
            self._write(lesson)
        except PersonalMemoryError:
            # The file may be locked, or the disk full. The correction is not lost: it waits for a better moment.
            if len(self._unsaved) < _MOST_UNSAVED:
                self._unsaved.append(lesson)
            self._retry.start()
            raise

    def _write(self, lesson: Lesson) -> None:
        memory = self._opened()
        if self._recognizer is None:
            return
        replaced = memory.meaning(lesson.ink)
        entry_id = self._recognizer.learn(lesson.character, lesson.ink, picked_over=lesson.picked_over)
        if entry_id is None:
            return
        logger.debug("a drawing was learned")
        self.learned.emit(Learned(entry_id, lesson, replaced))
        self.changed.emit()

    @Slot()
    def _try_again(self) -> None:
        """Open the file anew, which sets a damaged one aside, and write what waits."""
        if not self._is_on or self._recognizer is None:
            return
        self._close()  # the recognizer still listens to what was read from it
        try:
            self._use()
        except HccrError as error:
            logger.debug("still no file: %s (%s)", error.message, error.detail)
            self._retry.start()
            return
        if not self._write_unsaved():
            self._retry.start()

    def _write_unsaved(self) -> bool:
        """Write all corrections that wait; whether that worked."""
        while self._unsaved:
            try:
                self._write(self._unsaved[0])
            except HccrError as error:
                logger.warning("%d corrections still wait: %s", len(self._unsaved), error.message)
                return False
            del self._unsaved[0]
        return True

    # Embedding

    def _embed_when_idle(self) -> None:
        memory, recognizer = self._memory, self._recognizer
        if memory is not None and recognizer is not None and (waiting := memory.pending_count()):
            self._to_embed = max(self._to_embed, waiting)
            self._idle.start(round(IDLE_S * 1000))

    @Slot()
    def _embed_step(self) -> None:
        memory, recognizer = self._memory, self._recognizer
        if memory is None or recognizer is None or not self._is_on:
            self._end_embedding()
            return
        rest_s = IDLE_S - min(recognizer.idle_s, time.monotonic() - self._written_at)
        if rest_s > 0:
            self._idle.start(max(1, round(rest_s * 1000)))
            return
        try:
            left = memory.embed_pending(recognizer.recognizer)
        except PersonalMemoryError as error:  # they wait for the next start; recognition goes on without them
            logger.warning("learned drawings were not embedded: %s (%s)", error.message, error.detail)
            self._end_embedding()
            return
        except Exception:
            logger.exception("embedding learned drawings failed")
            self._end_embedding()
            return
        if left:
            self._to_embed = max(self._to_embed, left)
            if time.monotonic() - self._told_at >= TOLD_EVERY_S:
                self._told_at = time.monotonic()
                self.embedded.emit(EmbeddingProgress(self._to_embed - left, self._to_embed))
            self._idle.start(_STEP_PAUSE_MS)
        else:
            logger.debug("all learned drawings are embedded")
            self._end_embedding()
            self.changed.emit()

    def _end_embedding(self) -> None:
        """Tell that no more is embedded, because all is done or because nothing can be."""
        self._idle.stop()
        if self._to_embed:
            self.embedded.emit(EmbeddingProgress(self._to_embed, self._to_embed))
        self._to_embed = 0

    # The list

    def _entries(self) -> tuple[LearnedEntry, ...]:
        entries = self._opened().entries()
        return tuple(
            LearnedEntry(
                entry.id,
                entry.character,
                self._readings_of(entry.character),
                entry.picked_over,
                entry.remembered_at.timestamp(),
                entry.is_in_use,
            )
            for entry in sorted(entries, key=lambda entry: entry.remembered_at, reverse=True)
        )

    def _readings_of(self, character: str) -> tuple[str, ...]:
        if character not in self._readings:
            try:
                if self._lexicon is None:
                    self._lexicon = self._open_lexicon()
                found = self._lexicon.entry(character)
            except LexiconError as error:  # the window has said so already
                logger.warning("no readings: %s (%s)", error.message, error.detail)
                found = None
            self._readings[character] = found.readings if found else ()
        return self._readings[character]

    def _ink(self, entry_id: int) -> "Ink | None":
        try:
            return self._opened().ink(entry_id)
        except PersonalMemoryError as error:
            logger.warning("drawing %d cannot be shown: %s (%s)", entry_id, error.message, error.detail)
            return None
