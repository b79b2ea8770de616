"""Pictures in, drawings out."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.compose_line import ComposeLine
from hccr_desktop.gui.composer import Composer
from hccr_desktop.gui.drawing_files import save_drawing
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.file_dialogs import FileDialogs
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.picture_source import OfferedPicture, offered_picture
from hccr_desktop.gui.problem_box import show_problem
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.sentences import translated
from hccr_desktop.gui.status_line import StatusLine


class PictureDesk(QObject):
    """Has pictures read and put on the canvas, pastes, and saves drawings.

    Args:
        service: reads.
        canvas: shows the pictures; its ink is what is saved.
        composer: knows what the drawing is.
        line: takes pasted text while it has the focus.
        dialogs: ask for files.
        status: is told.
        window: under the dialogs.
    """

    def __init__(
        self,
        service: RecognitionService,
        *,
        canvas: InkCanvas,
        composer: Composer,
        line: ComposeLine,
        dialogs: FileDialogs,
        status: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._canvas = canvas
        self._composer = composer
        self._line = line
        self._dialogs = dialogs
        self._status = status
        self._window = window
        self._several_note = ""
        service.picture_read.connect(self._on_picture_read)
        service.picture_failed.connect(self._on_picture_failed)
        dialogs.picture_chosen.connect(self.open_picture)
        dialogs.target_chosen.connect(self.save_as)

    @Slot(object)
    def open_picture(self, path: Path) -> None:
        """Read a picture file, show it and recognize it; on failure a dialog says why and all stays as it was."""
        self.read(OfferedPicture(path, path.name or str(path)))

    @Slot()
    def paste(self) -> None:
        """Read the picture, or picture file, on the clipboard; with the focus in the text, insert its text."""
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
        """Read a picture that was dropped, pasted or chosen."""
        name = offered.name or self.tr("The picture")
        self._several_note = ""
        if offered.count > 1:
            note = self.tr("Only the first of {count} files was opened: {name}")
            self._several_note = note.format(count=offered.count, name=name)
        self._status.tell(self.tr("Reading {name}…").format(name=name))
        self._service.read_picture(offered.source, name=name)

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

    @Slot(object)
    def _on_picture_read(self, picture: Picture) -> None:
        self._canvas.show_picture(picture)
        note = " ".join(note for note in (self._several_note, translated(picture.note)) if note)
        if note:
            self._status.tell(note)
        else:
            self._status.clear_message()

    @Slot(object)
    def _on_picture_failed(self, error: HccrError) -> None:
        self._status.clear_message()
        show_problem(self._window, self.tr("The picture cannot be used"), error)
