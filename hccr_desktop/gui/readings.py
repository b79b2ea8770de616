"""Brings the dictionary to the window: a line under each candidate, and the details pane."""

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import GUIDES
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.details_pane import DetailsPane
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.lexicon_service import Details, Found, LexiconService
from hccr_desktop.lexicon.entry import Entry

logger = logging.getLogger(__name__)


class Readings(QObject):
    """Asks the dictionary for what is shown, and shows what it answers.

    Args:
        service: the dictionary, off this thread.
        window: gets the pane.
        candidates: get their readings; their selection is what the pane tells of.
        canvas: its ink is shown beside the stroke order.
        character_family: font family of characters; empty for the default font.
    """

    failed = Signal(object)
    """HccrError: there are no readings."""
    taken = Signal(str)
    """A character that was found by its pinyin is to be taken."""

    def __init__(
        self,
        service: LexiconService,
        window: QMainWindow,
        *,
        candidates: CandidateView,
        canvas: InkCanvas,
        character_family: str,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._window = window
        self._candidates = candidates
        self._canvas = canvas
        self._family = character_family
        self._grown_px = 0
        self._guide = GUIDES[0]
        self._is_animated = True
        self._is_left_handed = False
        self.pane: DetailsPane | None = None
        candidates.shown.connect(self._describe)
        candidates.selected.connect(self._tell_of)
        canvas.ink_changed.connect(self._show_ink)
        service.described.connect(self._on_described)
        service.looked_up.connect(self._on_looked_up)
        service.found.connect(self._on_found)
        service.failed.connect(self._on_failed)

    @property
    def is_open(self) -> bool:
        """The details pane is shown."""
        return self.pane is not None and not self.pane.isHidden()

    @Slot(bool)
    def set_open(self, is_open: bool, *, makes_room: bool = True) -> None:
        """Show or hide the details pane.

        Args:
            is_open: show it.
            makes_room: the window grows where the screen has room; else it has been given its size for both.
        """
        if is_open == self.is_open:
            return
        pane = self.pane or self._make_pane()
        if is_open:
            self._grown_px = self._make_room(pane.sizeHint().width()) if makes_room else pane.sizeHint().width()
            # As wide as it will be from the first frame on.
            self._window.resizeDocks([pane], [pane.sizeHint().width()], Qt.Orientation.Horizontal)
        pane.setVisible(is_open)
        # Its new width else has it lay out its rows once it is painted, and be painted again: 8 ms of 45.
        self._candidates.executeDelayedItemsLayout()
        if is_open:
            self._show_ink(self._canvas.ink)
            self._tell_of(self._candidates.selected_character)
        else:
            self._make_room(-self._grown_px)
            if pane.search.hasFocus():
                self._canvas.setFocus()

    @Slot()
    def prepare(self) -> None:
        """Make the pane, hidden, once nothing waits for it: its first opening is spared 15 ms. Else that makes it."""
        if self.pane is None:
            self._make_pane()

    @Slot()
    def search(self) -> None:
        """Open the pane and go to its search."""
        self.set_open(True)
        if self.pane is not None:
            self.pane.search.setFocus()
            self.pane.search.selectAll()

    def set_look(self, *, guide: str, is_animated: bool, is_left_handed: bool) -> None:
        """Lines on the paper, whether the stroke order moves by itself, and which hand the pane keeps clear of."""
        has_moved = is_left_handed != self._is_left_handed
        self._guide, self._is_animated, self._is_left_handed = guide, is_animated, is_left_handed
        if self.pane is not None:
            self.pane.set_look(guide=guide, is_animated=is_animated)
            if has_moved:
                is_open = self.is_open
                self._place(self.pane)
                self.pane.setVisible(is_open)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        if self.pane is not None:
            self.pane.translate()

    def _make_pane(self) -> DetailsPane:
        pane = DetailsPane(self._family, self._window)
        pane.hide()
        pane.set_look(guide=self._guide, is_animated=self._is_animated)
        self._place(pane)
        pane.searched.connect(self._service.search)
        pane.wanted.connect(self._service.look_up)
        pane.taken.connect(self.taken)
        pane.left.connect(self._canvas.setFocus)
        self.pane = pane
        return pane

    def _place(self, pane: DetailsPane) -> None:
        """Beside the candidates, at the window's edge."""
        sides = Qt.DockWidgetArea
        side = sides.LeftDockWidgetArea if self._is_left_handed else sides.RightDockWidgetArea
        self._window.addDockWidget(side, pane)
        pane.set_side(is_left=self._is_left_handed)

    def _make_room(self, width: int) -> int:
        """Widen the window, or narrow it, on the side of the pane; by how much that was possible."""
        window = self._window
        if window.isMaximized() or window.isFullScreen():
            return 0
        before = window.width()
        screen = window.screen().availableGeometry()
        room = screen.width() if self._is_left_handed else screen.right() + 1 - window.x()
        window.resize(min(max(before, room), before + width), window.height())
        grown = window.width() - before
        if self._is_left_handed and grown:
            window.move(max(screen.left(), window.x() - grown), window.y())
        return grown

    @Slot()
    def _describe(self) -> None:
        unknown = self._candidates.undescribed
        if unknown:
            self._service.describe(unknown)

    @Slot(str)
    def _tell_of(self, character: str) -> None:
        # After a pick there is none: what was picked stays on show, to be read.
        if self.is_open and character:
            self._service.look_up(character)

    @Slot(object)
    def _show_ink(self, ink: Ink) -> None:
        if self.is_open and self.pane is not None and not ink.is_empty:
            self.pane.show_ink(ink)

    @Slot(object)
    def _on_described(self, entries: Mapping[str, Entry]) -> None:
        self._candidates.add_entries(entries)

    @Slot(object)
    def _on_looked_up(self, details: Details) -> None:
        if self.is_open and self.pane is not None:
            self.pane.show_details(details)
            logger.debug("details of %s shown", details.character)

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        if self.pane is not None:
            self.pane.show_found(found)

    @Slot(object)
    def _on_failed(self, error: HccrError) -> None:
        self._candidates.set_has_readings(False)
        self.failed.emit(error)
