"""The window: it makes the widgets and says who is connected to whom."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import SETTINGS, Settings, SettingValue
from hccr_desktop.errors import EmptyInkError, HccrError
from hccr_desktop.gui.about_dialog import AboutDialog
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.candidate_card import CandidateCard
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.compose_panel import ComposePanel
from hccr_desktop.gui.composer import Composer
from hccr_desktop.gui.composition import CompositionFile, WrittenCharacter
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.file_dialogs import FileDialogs
from hccr_desktop.gui.first_size import first_size
from hccr_desktop.gui.heat_maps import HeatMaps
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.learning import Learning
from hccr_desktop.gui.learning_service import LearningService
from hccr_desktop.gui.lexicon_service import LexiconService
from hccr_desktop.gui.menus import Menus
from hccr_desktop.gui.picture_desk import PictureDesk
from hccr_desktop.gui.readings import Readings
from hccr_desktop.gui.recognition_jobs import Answer, Failure, ModelInfo
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.settings_dialog import SettingsDialog
from hccr_desktop.gui.settings_store import WHOLE_FILE, SettingsStore
from hccr_desktop.gui.status_line import StatusLine
from hccr_desktop.gui.workplace import Workplace

logger = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """Canvas, candidates, and all that is done with them.

    Args:
        service: recognizes; started once the canvas is on the screen, stopped when the window closes.
        store: where settings and the window's place are kept.
        settings: those in force, which the command line may have changed for this run.
        character_family: font family of the candidates; empty for the default font.
        composition_file: keeps the compose line between two starts; None keeps it for this run only.
        lexicon: readings and stroke orders; stopped when the window closes.
        learning: keeps what is learned from the user, likewise; None learns nothing.
    """

    theme_changed = Signal(str)
    language_changed = Signal(str)
    settings_applied = Signal(object)
    """Settings: in force from now on."""

    def __init__(
        self,
        service: RecognitionService,
        store: SettingsStore,
        settings: Settings,
        *,
        character_family: str = "",
        composition_file: CompositionFile | None = None,
        lexicon: LexiconService | None = None,
        learning: LearningService | None = None,
    ) -> None:
        super().__init__()
        self._service = service
        self._store = store
        self._settings = settings
        self._model: ModelInfo | None = None
        self._model_error: HccrError | None = None
        self._answer: Answer | None = None
        self.setObjectName("main_window")

        self.canvas = InkCanvas(self)
        self.candidates = CandidateView(self)
        self.candidates.set_character_family(character_family)
        self.card = CandidateCard(self.candidates, self)
        self.status = StatusLine(self)
        self.actions_table = Actions(self)
        self.compose = ComposePanel(self.actions_table, composition_file, self)
        self.compose.line.set_character_family(character_family)
        self.setStatusBar(self.status)
        self._lexicon = lexicon or LexiconService(parent=self)
        self.readings = Readings(
            self._lexicon,
            self,
            candidates=self.candidates,
            canvas=self.canvas,
            character_family=character_family,
        )
        self._menus = Menus(self, self.actions_table, canvas=self.canvas, candidates=self.candidates)
        self.workplace = Workplace(
            settings,
            window=self,
            table=self.actions_table,
            canvas=self.canvas,
            card=self.card,
            compose=self.compose,
            menus=self._menus,
            readings=self.readings,
        )
        self.composer = Composer(
            settings,
            canvas=self.canvas,
            candidates=self.candidates,
            line=self.compose.line,
            status=self.status,
            parent=self,
        )
        self.learning = Learning(
            learning,
            service,
            is_on=settings.learn_from_picks,
            canvas=self.canvas,
            composer=self.composer,
            status=self.status,
            table=self.actions_table,
            character_family=character_family,
            window=self,
        )
        self._dialogs = FileDialogs(store, settings.last_directory, self)
        self.pictures = PictureDesk(
            service,
            canvas=self.canvas,
            composer=self.composer,
            line=self.compose.line,
            candidates=self.candidates,
            table=self.actions_table,
            menus=self._menus,
            dialogs=self._dialogs,
            store=store,
            status=self.status,
            character_family=character_family,
            window=self,
        )
        self._heat_maps = HeatMaps(
            service,
            candidates=self.candidates,
            canvas=self.canvas,
            status=self.status,
            find_mark=lambda: self.pictures.page.current_mark,
            parent=self,
        )
        self._connect()
        self._translate()
        self.actions_table.set_icons(self.palette())
        if not self.restoreGeometry(store.load_geometry()):
            self.resize(first_size(self.font(), self.screen().availableSize()))
        self.canvas.setFocus()
        problem = self.compose.load()
        if problem is not None:
            self.status.warn(problem.message)
        self._refresh_actions()
        self._refresh_facts()

    def _connect(self) -> None:
        service, canvas, table, composer = self._service, self.canvas, self.actions_table, self.composer
        # Queued, so that the first picture of the window is on the screen before the worker competes for the CPU.
        canvas.first_painted.connect(service.start, Qt.ConnectionType.QueuedConnection)
        canvas.first_painted.connect(self._restore_details, Qt.ConnectionType.QueuedConnection)
        canvas.stroke_started.connect(self.status.clear_message)
        canvas.ink_changed.connect(self._on_ink_changed)
        canvas.picture_shown.connect(self._on_picture_shown)
        service.ready.connect(self._on_ready)
        service.provider_changed.connect(self._on_ready)
        service.ready.connect(self.readings.prepare)
        service.unavailable.connect(self._on_unavailable)
        service.recognized.connect(self._on_recognized)
        service.failed.connect(self._on_failed)
        self._dialogs.directory_lost.connect(self._on_directory_lost)
        table.undo.triggered.connect(canvas.undo)
        table.redo.triggered.connect(canvas.redo)
        table.clear.triggered.connect(composer.clear)
        self.pictures.answered.connect(self._show_answer)
        table.copy.triggered.connect(composer.copy)
        table.copy_candidate.triggered.connect(composer.copy_candidate)
        table.edit_text.triggered.connect(self.compose.line.setFocus)
        table.clear_text.triggered.connect(self.compose.line.clear_text)
        table.quit.triggered.connect(self.close)
        table.settings.triggered.connect(self.show_settings)
        self.workplace.setting_chosen.connect(self._change_setting)
        table.about.triggered.connect(self.show_about)
        table.pick.triggered.connect(composer.pick_selected)
        table.next_candidate.triggered.connect(self._select_next)
        table.previous_candidate.triggered.connect(self._select_previous)
        for action in table.picks:
            action.triggered.connect(composer.pick_by_action)
        table.heat_map.toggled.connect(self._heat_maps.set_on)
        table.details.toggled.connect(self._on_details_toggled)
        table.find_pinyin.triggered.connect(self._find_by_pinyin)
        self.readings.failed.connect(self._on_lexicon_failed)
        self.readings.taken.connect(composer.take)
        composer.reopened.connect(self._on_reopened)
        self.learning.changed.connect(self._recognize_again)
        self.compose.line.textChanged.connect(self._refresh_actions)
        self.compose.not_kept.connect(composer.tell_not_kept)

    def _translate(self) -> None:
        self.setWindowTitle("HCCR Desktop")
        self._menus.translate()
        self.canvas.set_hint(self.tr("Draw one of the 3,755 most common characters, or drop a picture of one"))
        self.canvas.setAccessibleName(self.tr("Canvas"))
        self.canvas.setAccessibleDescription(self.tr("Draw a Chinese character here with mouse, pen or finger."))
        self.candidates.setAccessibleName(self.tr("Candidates"))
        self.actions_table.translate()
        self.card.translate()
        self.compose.translate()
        self.readings.translate()
        self.pictures.translate()
        self.learning.translate()
        self._refresh_placeholder()

    # The drawing changed

    @Slot(object)
    def _on_ink_changed(self, ink: Ink) -> None:
        if ink.is_empty:
            self._service.forget()
            self._show_answer(None)
        else:
            self._service.recognize_ink(ink, count=self._settings.candidate_count)
        self._refresh_actions()
        self._refresh_facts()

    @Slot(object)
    def _on_picture_shown(self, picture: Picture) -> None:
        self.pictures.look_at(picture, count=self._settings.candidate_count)
        self._refresh_actions()
        self._refresh_facts()

    # The service answers

    @Slot(object)
    def _on_ready(self, info: ModelInfo) -> None:
        self._model = info
        if info.provider_note:
            self.status.warn(info.provider_note)
        self._refresh_facts()

    @Slot(object)
    def _on_unavailable(self, error: HccrError) -> None:
        self._model_error = error
        self.status.warn(error.message)
        self._refresh_placeholder()
        self._refresh_facts()

    @Slot(object)
    def _on_recognized(self, answer: Answer) -> None:
        self._show_answer(answer)
        logger.debug("candidates shown for %d strokes", len(self.canvas.ink.strokes))

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._show_answer(None)
        tell = self.status.tell if isinstance(failure.error, EmptyInkError) else self.status.warn
        tell(failure.error.message)

    @Slot(object)
    def _show_answer(self, answer: Answer | None) -> None:
        self._answer = answer
        if answer is None:
            self._show_candidates(())
        else:
            recognition = answer.recognition
            self._show_candidates(
                recognition.candidates, is_sure=recognition.is_sure, is_several=recognition.is_several
            )
        self._refresh_actions()
        self._refresh_facts()

    def _show_candidates(
        self, candidates: tuple[Candidate, ...], *, is_sure: bool = True, is_several: bool = False
    ) -> None:
        opened = self.compose.line.opened
        self.card.set_sure(is_sure, is_several=is_several)
        self.candidates.show_candidates(candidates, selected=opened.character if opened else "", is_sure=is_sure)

    @Slot(object)
    def _on_reopened(self, written: WrittenCharacter) -> None:
        self._show_candidates(written.candidates)
        self._refresh_actions()

    def pick(self, row: int) -> None:
        """Take the candidate of a row; see :class:`Composer`."""
        self.composer.pick(row)

    def open_picture(self, path: Path) -> None:
        """Read a picture file and show it; see :class:`PictureDesk`."""
        self.pictures.open_picture(path)

    # Readings

    @Slot()
    def _restore_details(self) -> None:
        if self._settings.details_shown:
            self.readings.set_open(True, makes_room=False)  # the window's stored size is with it
            self.actions_table.details.setChecked(True)

    @Slot(bool)
    def _on_details_toggled(self, is_shown: bool) -> None:
        self.readings.set_open(is_shown)
        if is_shown != self._store.load()[0].details_shown and not self._store.save("details_shown", is_shown):
            self._on_directory_lost()

    @Slot()
    def _find_by_pinyin(self) -> None:
        self.actions_table.details.setChecked(True)
        self.readings.search()

    @Slot(object)
    def _on_lexicon_failed(self, error: HccrError) -> None:
        self.status.warn(error.message)

    @Slot()
    def _select_next(self) -> None:
        self.candidates.move_selection(1)

    @Slot()
    def _select_previous(self) -> None:
        self.candidates.move_selection(-1)

    @Slot()
    def _on_directory_lost(self) -> None:
        self.status.tell(self.tr("The settings could not be saved to {path}.").format(path=self._store.path))

    # The window itself

    def tell_of_rejected_settings(self, names: tuple[str, ...]) -> None:
        """Say that stored settings could not be used and have their defaults."""
        if names == (WHOLE_FILE,):
            message = self.tr("The settings file {path} cannot be read; the defaults apply.")
        else:
            message = self.tr("These settings were damaged and have their defaults: {names}.")
        self.status.warn(message.format(path=self._store.path, names=", ".join(names)))

    @Slot()
    def show_settings(self) -> None:
        """Open the dialog of the settings."""
        dialog = SettingsDialog(self._settings, self)
        dialog.confirmed.connect(self.apply_settings)
        dialog.user_data_wanted.connect(self.actions_table.privacy.trigger)
        dialog.open()

    @Slot(str, object)
    def _change_setting(self, name: str, value: SettingValue) -> None:
        changed: dict[str, Any] = {name: value}
        self.apply_settings(replace(self._settings, **changed))

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        """Keep what was changed, and do as it says from now on; what the command line set for this run is not kept."""
        before, self._settings = self._settings, settings
        changed = {info.name: getattr(settings, info.name) for info in SETTINGS}
        changed = {name: value for name, value in changed.items() if value != getattr(before, name)}
        kept = [self._store.save(name, value) for name, value in changed.items()]
        if not all(kept):
            self._on_directory_lost()
        self.composer.set_settings(settings)
        self.workplace.set_settings(settings)
        self.learning.set_on(settings.learn_from_picks)
        if "theme" in changed:
            self.theme_changed.emit(settings.theme)
        if "language" in changed:
            self.language_changed.emit(settings.language)
        if "candidate_count" in changed:
            self._recognize_again()
        self.settings_applied.emit(settings)

    @Slot()
    def _recognize_again(self) -> None:
        drawing = self.canvas.drawing
        if drawing.picture is not None:
            self.pictures.look_at(drawing.picture, count=self._settings.candidate_count)
        elif not drawing.ink.is_empty:
            self._service.recognize_ink(drawing.ink, count=self._settings.candidate_count)

    @Slot()
    def show_about(self) -> None:
        """Open the dialog of version, credits and licences."""
        model = ""
        if self._model is not None:
            model = self.tr("Model in use: {model} on {provider}.").format(
                model=self._model.model_id, provider=self._model.provider
            )
        AboutDialog(model, self).open()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Qt sends changes while the base class is still being made, before there is anything to change.
        if not hasattr(self, "actions_table"):
            return
        if event.type() == QEvent.Type.PaletteChange:
            self.actions_table.set_icons(self.palette())
        elif event.type() == QEvent.Type.LanguageChange:
            self._translate()
            self._refresh_facts()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.canvas.pointers.drop()  # or it would end when the window goes, and ask a service that has stopped
        self._store.save_geometry(self.saveGeometry())
        self.compose.save_if_changed()
        self._service.stop()
        self._lexicon.stop()
        self.learning.stop()
        super().closeEvent(event)

    @Slot()
    def _refresh_actions(self) -> None:
        table, canvas = self.actions_table, self.canvas
        table.undo.setEnabled(canvas.can_undo)
        table.redo.setEnabled(canvas.can_redo)
        line = self.compose.line
        table.clear.setEnabled(not canvas.drawing.is_empty or line.opened is not None)
        table.save.setEnabled(not canvas.ink.is_empty)
        table.clear_text.setEnabled(not line.document().isEmpty())
        count = len(self.candidates.candidates)
        table.copy.setEnabled(count > 0 or not line.document().isEmpty())
        for action in (table.copy_candidate, table.pick, table.next_candidate, table.previous_candidate):
            action.setEnabled(count > 0)
        for row, action in enumerate(table.picks):
            action.setEnabled(row < count)

    def _refresh_facts(self) -> None:
        drawing = self.canvas.drawing
        facts: list[str] = []
        if self._model is not None:
            facts += [self._model.model_id, self._model.provider]
        else:
            facts.append(self.tr("No model") if self._model_error else self.tr("Loading the model…"))
        if self._answer is not None:
            facts.append(self.tr("{milliseconds} ms").format(milliseconds=round(self._answer.elapsed_ms)))
        if drawing.picture is not None:
            facts.append(drawing.picture.name)
        elif not drawing.ink.is_empty:
            facts.append(self.tr("%n stroke(s)", "", len(drawing.ink.strokes)))
        self.status.show_facts(facts)

    def _refresh_placeholder(self) -> None:
        if self._model_error is not None:
            self.candidates.set_placeholder(self._model_error.message)
        else:
            self.candidates.set_placeholder(self.tr("Candidates appear here as you write."))
