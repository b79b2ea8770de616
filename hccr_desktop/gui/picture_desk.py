"""Pictures in, drawings out."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QBoxLayout, QMainWindow

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.batch import Batch
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.compose_line import ComposeLine
from hccr_desktop.gui.composer import Composer
from hccr_desktop.gui.drawing_files import save_drawing
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.file_dialogs import FileDialogs
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.menus import Menus
from hccr_desktop.gui.page_desk import PageDesk
from hccr_desktop.gui.picture_queue import PictureQueue, QueueEntry
from hccr_desktop.gui.picture_source import (
    OfferedPicture,
    is_on_the_web,
    may_hold_picture,
    offered_files,
    offered_picture,
)
from hccr_desktop.gui.problem_box import show_problem
from hccr_desktop.gui.recent_files import RecentFiles
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.screen_grab import ScreenGrab, can_grab
from hccr_desktop.gui.sentences import translated
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.status_line import StatusLine
from hccr_desktop.gui.user_folder import BATCH_FILE, user_folder


class PictureDesk(QObject):
    """Has pictures read and put on the canvas, from files, drops, the clipboard and the screen, and saves drawings.

    Args:
        service: reads.
        canvas: shows the pictures; its ink is what is saved.
        composer: knows what the drawing is.
        line: takes pasted text while it has the focus.
        candidates: of what is selected on a picture.
        table: the window's actions.
        menus: have a place for the files opened last.
        dialogs: ask for files.
        store: keeps which files were opened last.
        status: is told.
        character_family: font family of characters; empty for the default font.
        window: under the dialogs; drops on it are taken.
    """

    answered = Signal(object)
    """Answer for what is selected on the picture, or None."""

    def __init__(
        self,
        service: RecognitionService,
        *,
        canvas: InkCanvas,
        composer: Composer,
        line: ComposeLine,
        candidates: CandidateView,
        table: Actions,
        menus: Menus,
        dialogs: FileDialogs,
        store: SettingsStore,
        status: StatusLine,
        character_family: str,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._canvas = canvas
        self._composer = composer
        self._line = line
        self._table = table
        self._dialogs = dialogs
        self._status = status
        self._window = window
        self.queue = PictureQueue()
        self.recent = RecentFiles(store, menus.recent, self)
        self.grab = ScreenGrab(window)
        self.batch = Batch(
            service,
            dialogs=dialogs,
            status=status,
            file=user_folder() / BATCH_FILE,
            character_family=character_family,
            window=window,
        )
        middle = window.centralWidget() or window
        self.page = PageDesk(
            service,
            canvas=canvas,
            composer=composer,
            candidates=candidates,
            table=table,
            status=status,
            character_family=character_family,
            parent=middle,
        )
        column = middle.layout()
        if isinstance(column, QBoxLayout):
            column.insertWidget(1, self.page.bar)
        self._connect()
        self._refresh_queue()

    def _connect(self) -> None:
        table = self._table
        self._service.picture_read.connect(self._on_picture_read)
        self._service.picture_failed.connect(self._on_picture_failed)
        self._canvas.picture_shown.connect(self._follow_canvas)
        self._dialogs.pictures_chosen.connect(self.open_pictures)
        self._dialogs.target_chosen.connect(self.save_as)
        self.recent.chosen.connect(self.open_picture)
        self.grab.grabbed.connect(self._on_grabbed)
        self.page.answered.connect(self.answered)
        self.batch.picture_wanted.connect(self.open_picture)
        self._service.ready.connect(self._on_ready)
        table.batch.triggered.connect(self.batch.show)
        table.batch.setEnabled(self._service.recognizer is not None)
        table.open.triggered.connect(self._dialogs.ask_for_pictures)
        table.paste.triggered.connect(self.paste)
        table.save.triggered.connect(self.ask_where_to_save)
        table.grab.triggered.connect(self.grab.start)
        table.grab.setEnabled(can_grab())
        table.next_page.triggered.connect(self._go_on)
        table.previous_page.triggered.connect(self._go_back)
        self._window.setAcceptDrops(True)
        self._window.installEventFilter(self)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.recent.translate()
        self.page.translate()
        if not can_grab():
            self._table.grab.setToolTip(
                self.tr("On Wayland, take the picture with the desktop's own screenshot tool and paste it here.")
            )

    def look_at(self, picture: Picture, *, count: int) -> None:
        """Have a picture recognized that is on the canvas now; see :class:`PageDesk`."""
        self.page.look_at(picture, count=count)

    @Slot(object)
    def open_picture(self, path: Path) -> None:
        """Read a picture file, show it and recognize it; on failure a dialog says why and all stays as it was."""
        self.read(offered_files((path,)))

    @Slot(object)
    def open_pictures(self, paths: tuple[Path, ...]) -> None:
        """Open the first of several files; the others are gone to with the buttons under the pad."""
        self.read(offered_files(paths))

    @Slot()
    def paste(self) -> None:
        """Read the picture, or picture files, on the clipboard; with the focus in the text, insert its text."""
        mime = QGuiApplication.clipboard().mimeData()
        # Word processors add a picture of the text to it; file managers its path.
        if self._line.hasFocus() and mime.hasText() and not mime.hasUrls():
            self._line.add_text(mime.text())
            return
        offered = offered_picture(mime)
        if offered is None:
            self._status.tell(self.tr("There is no picture on the clipboard."))
        else:
            self.read(offered)

    def read(self, offered: OfferedPicture) -> None:
        """Read what was dropped, pasted or chosen."""
        self.queue.start(offered.files)
        self._refresh_queue()
        self._read(offered)

    def _read(self, offered: OfferedPicture, page: int = 0) -> None:
        name = offered.name or self.tr("The picture")
        self._status.tell(self.tr("Reading {name}…").format(name=name))
        self._service.read_picture(offered.source, name=name, page=page)

    # Several pictures

    @Slot()
    def _go_on(self) -> None:
        self._go(1)

    @Slot()
    def _go_back(self) -> None:
        self._go(-1)

    def _go(self, step: int) -> None:
        entry = self.queue.go(step)
        self._refresh_queue()
        if entry is not None:
            self._read(offered_files((entry.file,)), entry.page)

    def _refresh_queue(self) -> None:
        self.page.bar.set_place(self.queue.place, len(self.queue.entries))

    @Slot(object)
    def _follow_canvas(self, picture: Picture) -> None:
        """Undo and redo may lead to another picture of the row."""
        sheet = picture.sheet
        if (
            sheet is not None
            and isinstance(sheet.source, Path)
            and self.queue.go_to(QueueEntry(sheet.source, sheet.page))
        ):
            self._refresh_queue()

    # Drops, and the screen

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if isinstance(event, QDragEnterEvent):
                if may_hold_picture(event.mimeData()):
                    event.acceptProposedAction()
                    self._canvas.set_drop_target(True)
                return True
            if event.type() == QEvent.Type.DragLeave:
                self._canvas.set_drop_target(False)
            elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
                self._take_drop(event)
                return True
        return super().eventFilter(watched, event)

    def _take_drop(self, event: QDropEvent) -> None:
        self._canvas.set_drop_target(False)
        offered = offered_picture(event.mimeData())
        if offered is not None:
            event.acceptProposedAction()
            self.read(offered)
        elif is_on_the_web(event.mimeData()):
            self._status.warn(
                self.tr(
                    "Only the address was dropped, and this program never goes online: copy the picture, then paste."
                )
            )

    @Slot(object)
    def _on_grabbed(self, image: QImage) -> None:
        self.read(OfferedPicture(image, self.tr("Part of the screen")))

    # Saving

    @Slot()
    def ask_where_to_save(self) -> None:
        """Ask for a file, and save the drawing to it."""
        self._dialogs.ask_for_target(self._composer.character_of_drawing or self.tr("drawing"))

    @Slot(object)
    def save_as(self, path: Path) -> None:
        """Save the drawing; on failure a dialog says why."""
        try:
            save_drawing(self._canvas.ink, self._composer.character_of_drawing, path)
        except HccrError as error:
            show_problem(self._window, self.tr("The drawing cannot be saved"), error)
        else:
            self._status.tell(self.tr("Saved {name}").format(name=path.name))

    # The service tells

    @Slot()
    def _on_ready(self) -> None:
        self._table.batch.setEnabled(True)

    @Slot(object)
    def _on_picture_read(self, picture: Picture) -> None:
        sheet = picture.sheet
        if sheet is not None and isinstance(sheet.source, Path):
            self.recent.add(sheet.source)
            self.queue.expand(sheet.source, sheet.page_count)
            self._refresh_queue()
        self._table.crop.setChecked(False)
        self._canvas.show_picture(picture)
        note = translated(picture.note)
        if note:
            self._status.tell(note)
        else:
            self._status.clear_message()

    @Slot(object)
    def _on_picture_failed(self, error: HccrError) -> None:
        self._status.clear_message()
        current = self.queue.current
        if current is not None:
            self.recent.remove(current.file)
        show_problem(self._window, self.tr("The picture cannot be used"), error)
