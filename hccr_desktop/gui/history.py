"""Records what is picked, as the settings say, and opens the window of past picks."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.composer import Composer
from hccr_desktop.gui.history_dialog import HistoryDialog
from hccr_desktop.gui.lexicon_service import LexiconService
from hccr_desktop.gui.pick_history import HistoryError, PickHistory
from hccr_desktop.gui.status_line import StatusLine

logger = logging.getLogger(__name__)


class History(QObject):
    """Brings the history to the window. Its file is read when it is first needed.

    Args:
        picks: the history.
        settings: whether it is kept, and how much of it.
        composer: tells of picks, and takes characters again.
        status: is told.
        character_family: font family of characters; empty for the default font.
        make_lexicon: makes what tells the readings, for each time the dialog is opened.
        window: under the dialog.
    """

    def __init__(
        self,
        picks: PickHistory,
        settings: Settings,
        *,
        composer: Composer,
        status: StatusLine,
        character_family: str,
        make_lexicon: Callable[[], LexiconService],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._picks = picks
        self._settings = settings
        self._composer = composer
        self._status = status
        self._family = character_family
        self._make_lexicon = make_lexicon
        self._window = window
        self._dialog: HistoryDialog | None = None
        self._is_loaded = False
        self._has_failed = False
        composer.taken.connect(self._on_taken)

    @property
    def dialog(self) -> HistoryDialog | None:
        """The window of past picks while it is open."""
        return self._dialog

    def set_settings(self, settings: Settings) -> None:
        """Do from now on what other settings say. What is recorded already stays until it is cleared."""
        self._settings = settings
        if self._is_loaded:
            self._try(lambda: self._picks.set_limit(settings.history_limit))
        if self._dialog is not None:
            self._dialog.set_is_kept(settings.keep_history)
            self._dialog.show_picks()

    @Slot()
    def show(self) -> None:
        """Open the window of past picks, or bring it to the front."""
        self._load()
        if self._dialog is None:
            dialog = HistoryDialog(
                self._picks,
                self._make_lexicon(),
                character_family=self._family,
                is_kept=self._settings.keep_history,
                parent=self._window,
            )
            dialog.taken.connect(self._composer.take_again)
            dialog.copied.connect(self._composer.copy_text)
            dialog.appended.connect(self._composer.append)
            dialog.deleted.connect(self._on_deleted)
            dialog.cleared.connect(self.clear)
            dialog.finished.connect(self._on_closed)
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    @Slot()
    def clear(self) -> None:
        """Forget all picks."""
        if self._try(self._picks.clear):
            self._status.tell(self.tr("The history is empty now."))
        self._is_loaded = True
        self._refresh()

    def close(self) -> None:
        """Close the window of past picks."""
        if self._dialog is not None:
            self._dialog.close()

    @Slot(str)
    def _on_taken(self, characters: str) -> None:
        if not self._settings.keep_history:
            return
        self._load()
        self._try(lambda: self._picks.add(characters))
        self._refresh()

    @Slot(object)
    def _on_deleted(self, picks: object) -> None:
        if isinstance(picks, tuple):
            self._try(lambda: self._picks.remove(picks))
            self._refresh()

    @Slot()
    def _on_closed(self) -> None:
        self._dialog = None

    def _refresh(self) -> None:
        if self._dialog is not None:
            self._dialog.show_picks()

    def _load(self) -> None:
        if not self._is_loaded:
            self._is_loaded = True
            self._try(self._picks.load)

    def _try(self, step: Callable[[], None]) -> bool:
        """Do something with the file. That it fails is told once, until it works again."""
        try:
            step()
        except HistoryError as error:
            logger.warning("%s (%s)", error.message, error.detail)
            if not self._has_failed:
                self._has_failed = True
                self._status.warn(error.message)
            return False
        self._has_failed = False
        return True
