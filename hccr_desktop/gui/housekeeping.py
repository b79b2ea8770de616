"""What surrounds the pad: history, the user's data, keys, the screen reader, size of text, and staying on top."""

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal, Slot
from PySide6.QtWidgets import QToolBar, QToolButton

from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import HccrError
from hccr_desktop.gui import icons
from hccr_desktop.gui.always_on_top import AlwaysOnTop
from hccr_desktop.gui.announcer import Announcer
from hccr_desktop.gui.focus_frame import FocusFrame
from hccr_desktop.gui.history import History
from hccr_desktop.gui.lexicon_service import LexiconService
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pick_history import PickHistory
from hccr_desktop.gui.privacy_dialog import PrivacyDialog
from hccr_desktop.gui.problem_box import show_problem
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.shortcuts_dialog import ShortcutsDialog
from hccr_desktop.gui.user_data import BATCH, HISTORY, LEARNED, SETTINGS, SPEED, TEXT, UserData

logger = logging.getLogger(__name__)


class Housekeeping(QObject):
    """Makes these parts and connects them with a window.

    Args:
        window: gets them.
        settings: those in force.
        store: the settings' file.
        picks: the history.
        user_data: all that is kept; the keepers of what this window holds are added to it.
        character_family: font family of characters; empty for the default font.
        make_lexicon: makes what tells readings, for each time the history is opened.
    """

    text_percent_changed = Signal(int)
    """Size of all text, in percent of the system's."""

    def __init__(
        self,
        window: MainWindow,
        settings: Settings,
        store: SettingsStore,
        picks: PickHistory,
        user_data: UserData,
        *,
        character_family: str = "",
        make_lexicon: Callable[[], LexiconService] = LexiconService,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._store = store
        self._user_data = user_data
        table = window.actions_table
        self.history = History(
            picks,
            settings,
            composer=window.composer,
            status=window.status,
            character_family=character_family,
            make_lexicon=make_lexicon,
            window=window,
        )
        self.announcer = Announcer(window.candidates, window.status, self)
        self._on_top = AlwaysOnTop(table.always_on_top, window)
        FocusFrame(window.card, window.candidates)
        FocusFrame(window.compose, window.compose.line)
        user_data.add_keeper(SETTINGS, self._forget_settings)
        user_data.add_keeper(TEXT, window.compose.forget)
        user_data.add_keeper(HISTORY, self.history.clear)
        user_data.add_keeper(LEARNED, window.learning.erase)
        user_data.add_keeper(BATCH, window.pictures.batch.forget)
        user_data.add_keeper(SPEED, _hold_nothing)
        table.always_on_top.setChecked(settings.always_on_top)
        self._on_top.set_on(settings.always_on_top)
        table.always_on_top.toggled.connect(self._on_top_toggled)
        table.history.triggered.connect(self.history.show)
        table.shortcuts.triggered.connect(self.show_shortcuts)
        table.privacy.triggered.connect(self.show_user_data)
        self._scale_icons(settings.text_percent)
        window.settings_applied.connect(self._on_settings_applied)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            # After the window, which gives all actions their tips, and not at all if it is gone by then.
            QTimer.singleShot(0, self._on_top, self._on_top.translate)
        elif event.type() == QEvent.Type.Close:
            self.history.close()
        return super().eventFilter(watched, event)

    @Slot()
    def show_shortcuts(self) -> None:
        """Open the list of keys."""
        ShortcutsDialog(self._window.menuBar(), self._window).open()

    @Slot()
    def show_user_data(self) -> None:
        """Open the dialog of what is kept."""
        dialog = PrivacyDialog(self._user_data, self._window)
        dialog.deletion_confirmed.connect(self._delete_all)
        dialog.open()

    @Slot()
    def _delete_all(self) -> None:
        self._window.actions_table.details.setChecked(False)
        self._window.apply_settings(Settings())
        try:
            self._user_data.delete_all()
        except HccrError as error:
            show_problem(self._window, self.tr("Your data could not be deleted"), error)
        else:
            self._window.status.tell(self.tr("All your data was deleted."))
        dialog = self._window.findChild(PrivacyDialog)
        if dialog is not None:
            dialog.refresh()

    def _forget_settings(self) -> None:
        self._window.pictures.recent.forget()
        self._store.forget()

    @Slot(bool)
    def _on_top_toggled(self, is_on: bool) -> None:
        if is_on != self._settings.always_on_top:
            self._window.apply_settings(replace(self._settings, always_on_top=is_on))

    @Slot(object)
    def _on_settings_applied(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        self.history.set_settings(settings)
        self._window.actions_table.always_on_top.setChecked(settings.always_on_top)
        self._on_top.set_on(settings.always_on_top)
        if settings.text_percent != before.text_percent:
            self.text_percent_changed.emit(settings.text_percent)
            self._scale_icons(settings.text_percent)

    def _scale_icons(self, percent: int) -> None:
        """Icons stand beside text, and grow with it."""
        side = round(icons.ICON_SIZE_PX * percent / 100)
        for bar in self._window.findChildren(QToolBar):
            bar.setIconSize(QSize(side, side))
        for button in self._window.compose.findChildren(QToolButton):
            button.setIconSize(QSize(side, side))


def _hold_nothing() -> None:
    """Speeds are measured and written where the model is opened, and read again with the next start alone."""
