"""Learning from the user in the window: when something is learned, what is told of it, and how it is taken back."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.composer import Choice, Composer
from hccr_desktop.gui.embedding_notice import EmbeddingNotice
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.learned_dialog import LearnedDialog
from hccr_desktop.gui.learned_notice import LearnedNotice
from hccr_desktop.gui.learning_jobs import Attach, Forget, ForgetAll, JobFailure, Learned, Lesson, Switch
from hccr_desktop.gui.learning_service import LearningService
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.status_line import StatusLine
from hccr_desktop.gui.teach_dialog import TeachDialog


class Learning(QObject):
    """Turns picks into lessons, and lets the user say what a drawing is, and see and delete what was learned.

    Args:
        service: keeps what is learned; None where nothing is to be kept: then the verbs are disabled.
        recognition: its recognizer listens to what was learned once it is open.
        is_on: corrections are learned and used.
        canvas: its ink is what is learned.
        composer: tells what was picked.
        status: tells what was learned.
        table: the window's actions.
        character_family: font family of characters; empty for the default font.
        window: under the dialogs.
    """

    changed = Signal()
    """The drawing on the canvas may be read otherwise now."""

    def __init__(
        self,
        service: LearningService | None,
        recognition: RecognitionService,
        *,
        is_on: bool,
        canvas: InkCanvas,
        composer: Composer,
        status: StatusLine,
        table: Actions,
        character_family: str,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self.service = service
        self._recognition = recognition
        self._is_on = is_on
        self._canvas = canvas
        self._status = status
        self._table = table
        self._family = character_family
        self._window = window
        self._last: Learned | None = None
        self._directory = ""
        self._has_failed = False
        self.notice = LearnedNotice(table.unlearn, status)
        status.insertWidget(1, self.notice)
        self.notice.hide()
        self.embedding_notice = EmbeddingNotice(status)
        status.insertPermanentWidget(2, self.embedding_notice)  # after message and notice, before the facts
        self.embedding_notice.hide()
        table.teach.triggered.connect(self.ask)
        table.unlearn.triggered.connect(self.take_back)
        table.learned.triggered.connect(self.show_list)
        canvas.ink_changed.connect(self._refresh)
        canvas.picture_shown.connect(self._refresh)
        if service is not None:
            if not is_on:
                service.switch(is_on=False)
            recognition.ready.connect(self._on_ready)
            composer.chosen.connect(self._on_chosen)
            service.noted.connect(self._on_noted)
            service.learned.connect(self._on_learned)
            service.forgotten.connect(self._on_forgotten)
            service.changed.connect(self.changed)
            service.failed.connect(self._on_failed)
            service.embedded.connect(self.embedding_notice.show_progress)
            canvas.stroke_started.connect(service.note_writing)
        self._refresh()

    def set_on(self, is_on: bool) -> None:
        """Learn and use what was learned from now on, or leave it alone."""
        if is_on != self._is_on and self.service is not None:
            self._is_on = is_on
            self.service.switch(is_on=is_on)
            self._refresh()

    def stop(self) -> None:
        """Write what waits to be written, and end the thread."""
        if self.service is not None:
            self.service.stop()

    def erase(self) -> None:
        """Delete the file of what was learned, and what was set aside of it. Learning goes on with a new one.

        Raises:
            PersonalMemoryError: something could not be deleted.
        """
        if self.service is not None:
            self.service.erase()

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.notice.translate()
        self.embedding_notice.translate()

    @Slot()
    def ask(self) -> None:
        """Let the user say what the drawing is."""
        recognizer, ink = self._recognition.recognizer, self._canvas.ink
        if recognizer is None or ink.is_empty:
            return
        dialog = TeachDialog(ink, recognizer.card.characters, self._family, self._window)
        dialog.taught.connect(self._on_taught)
        dialog.open()

    @Slot()
    def take_back(self) -> None:
        """Forget what was learned last; what the drawing meant before is known again."""
        if self.service is None or self._last is None:
            return
        last = self._last
        self.service.forget([last.entry_id])
        if last.replaced is not None:
            self.service.learn(Lesson(last.replaced, last.lesson.ink, is_quiet=True))
        self._status.tell(self.tr("Forgot {character}").format(character=last.lesson.character))

    @Slot()
    def show_list(self) -> None:
        """Open the list of what was learned."""
        if self.service is None:
            return
        dialog = LearnedDialog(
            self.service,
            is_on=self._is_on,
            character_family=self._family,
            directory=self._directory,
            parent=self._window,
        )
        dialog.directory_chosen.connect(self._on_directory_chosen)
        dialog.open()

    # What is to be learned

    @Slot(object)
    def _on_chosen(self, choice: Choice) -> None:
        """Learn a candidate that did not stand first, and one that mends an earlier choice."""
        if self.service is None or not self._is_on or choice.ink.is_empty:
            return
        before = choice.instead_of
        if before is None and self._last is not None and self._last.lesson.ink == choice.ink:
            before = self._last.lesson.character  # the canvas was not cleared, and the first pick was a slip
        first = choice.candidates[0].character
        picked_over = first if before is None else before
        if choice.character != picked_over:
            self.service.learn(Lesson(choice.character, choice.ink, picked_over))

    @Slot(str, object)
    def _on_taught(self, character: str, ink: object) -> None:
        if self.service is not None:
            self._has_failed = False  # what was asked for is answered, however often
            self.service.learn(Lesson(character, ink))  # type: ignore[arg-type]  # Signal carries any object

    # The services tell

    @Slot()
    def _on_ready(self) -> None:
        from hccr_desktop.personal.personal_recognizer import PersonalRecognizer  # loaded by the recognition thread

        recognizer = self._recognition.recognizer
        if self.service is not None and isinstance(recognizer, PersonalRecognizer):
            self.service.attach(recognizer)
        self._refresh()

    @Slot(object)
    def _on_noted(self, note: str) -> None:
        self._status.warn(note)

    @Slot(object)
    def _on_learned(self, learned: Learned) -> None:
        self._has_failed = False
        if learned.lesson.is_quiet:
            return
        self._last = learned
        self.notice.show_learned(learned.lesson.character)
        self._status.speak(self.notice.spoken)
        self._refresh()

    @Slot(object)
    def _on_forgotten(self, job: Forget | ForgetAll) -> None:
        if self._last is not None and (isinstance(job, ForgetAll) or self._last.entry_id in job.entry_ids):
            self._last = None
            self.notice.hide_now()
            self._refresh()

    @Slot(object)
    def _on_failed(self, failure: JobFailure) -> None:
        """Tell of what the list does not, and of a file that fails again and again only once."""
        is_told = isinstance(failure.job, Lesson | Attach | Switch) and not self._has_failed
        is_told |= isinstance(failure.job, Forget) and self._window.findChild(LearnedDialog) is None
        if is_told:
            self._has_failed = isinstance(failure.job, Lesson)
            self._status.warn(failure.error.message)

    @Slot(str)
    def _on_directory_chosen(self, directory: str) -> None:
        self._directory = directory

    @Slot()
    def _refresh(self) -> None:
        is_able = self.service is not None and self._is_on and self._recognition.recognizer is not None
        self._table.teach.setEnabled(is_able and not self._canvas.ink.is_empty)
        self._table.unlearn.setEnabled(self._last is not None)
        self._table.learned.setEnabled(self.service is not None)
