"""Works on the picture on the canvas: finds its characters, keeps their boxes, and cleans it as the user says."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.errors import HccrError
from hccr_desktop.gui import sheet as editing
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.box_film import BoxFilm
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.composer import Composer
from hccr_desktop.gui.composition import written_text
from hccr_desktop.gui.crop_film import CropFilm
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.page_jobs import OpenPage, PageFailed, PageOpened, PageProgress, PageRead
from hccr_desktop.gui.picture_bar import PictureBar
from hccr_desktop.gui.recognition_jobs import Answer
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.sheet import Adjustment, Mark, Sheet
from hccr_desktop.gui.status_line import StatusLine


class PageDesk(QObject):
    """Keeps films, bar and candidates in step with the sheet of the picture on the canvas, which is the truth.

    Args:
        service: reads and recognizes.
        canvas: its history holds the pictures, and so all that is done to them can be undone.
        composer: takes the text; what is picked goes to the selected box first.
        candidates: of the selected box.
        table: the window's actions.
        status: is told.
        character_family: font family of characters; empty for the default font.
        parent: the window's middle.
    """

    answered = Signal(object)
    """Answer for the box that is selected, or None where there is nothing to choose from."""

    def __init__(
        self,
        service: RecognitionService,
        *,
        canvas: InkCanvas,
        composer: Composer,
        candidates: CandidateView,
        table: Actions,
        status: StatusLine,
        character_family: str,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._pages = service.pages
        self._canvas = canvas
        self._composer = composer
        self._candidates = candidates
        self._table = table
        self._status = status
        self._count = 1
        self._selection: tuple[int, ...] = ()
        self._has_step = False
        self._elapsed_ms = 0.0
        self._model_id = ""
        self.bar = PictureBar(table, parent)
        self.boxes = BoxFilm(canvas)
        self.boxes.set_character_family(character_family)
        self.boxes.addActions(
            [table.take_text, table.add_box, table.join_boxes, table.split_box, table.delete_boxes, table.crop]
        )
        self.frame = CropFilm(canvas)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        table, pages, boxes = self._table, self._pages, self.boxes
        self._canvas.ink_changed.connect(self._on_ink_changed)
        self._composer.set_chooser(self._choose)
        pages.opened.connect(self._on_opened)
        pages.read.connect(self._on_read)
        pages.failed.connect(self._on_failed)
        pages.progressed.connect(self._on_progressed)
        pages.started.connect(self._on_started)
        pages.ended.connect(self._on_ended)
        boxes.selected.connect(self._on_selected)
        boxes.box_changed.connect(self._on_box_changed)
        boxes.box_drawn.connect(self._on_box_drawn)
        self.frame.crop_changed.connect(self._on_crop_changed)
        self.frame.finished.connect(self._leave_crop)
        self.bar.threshold_moved.connect(self._on_threshold_moved)
        self.bar.stopped.connect(self._stop_reading)
        self.bar.turn_accepted.connect(self._accept_turn)
        table.crop.toggled.connect(self._on_crop_toggled)
        table.turn_left.triggered.connect(self._turn_left)
        table.turn_right.triggered.connect(self._turn_right)
        table.reset_picture.triggered.connect(self._reset)
        table.add_box.triggered.connect(self._add_box)
        table.join_boxes.triggered.connect(self._join)
        table.split_box.triggered.connect(self._split)
        table.delete_boxes.triggered.connect(self._delete)
        table.next_box.triggered.connect(self._select_next)
        table.previous_box.triggered.connect(self._select_previous)
        table.take_text.triggered.connect(self.take_text)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.bar.translate()
        self.boxes.setAccessibleName(self.tr("Characters on the picture"))
        self.boxes.setAccessibleDescription(
            self.tr("Left and Right select a box, Ctrl with arrows moves it, Shift with arrows resizes it.")
        )
        self.frame.setAccessibleName(self.tr("Part of the picture"))
        self.frame.setAccessibleDescription(
            self.tr("Arrows move the frame, Shift with arrows resizes it, Enter leaves it.")
        )

    @property
    def picture(self) -> Picture | None:
        """The picture on the canvas, if it can be worked on."""
        picture = self._canvas.drawing.picture
        return picture if picture is not None and picture.sheet is not None else None

    @property
    def sheet(self) -> Sheet | None:
        """Of the picture on the canvas."""
        return None if self.picture is None else self.picture.sheet

    @property
    def selection(self) -> tuple[int, ...]:
        """Places of the selected marks, the current one last."""
        return self._selection

    @property
    def current_mark(self) -> Mark | None:
        """The one whose candidates are shown; None where the picture shows a single character."""
        sheet = self.sheet
        return sheet.marks[self._selection[-1]] if sheet is not None and sheet.marks and self._selection else None

    def look_at(self, picture: Picture, *, count: int) -> None:
        """Have a picture recognized that is on the canvas now.

        Args:
            picture: the one on the canvas.
            count: candidates wanted.
        """
        self._count = count
        sheet = picture.sheet
        if sheet is None:
            self._service.recognize_picture(picture, count=count)
        elif not sheet.is_read:
            self._service.forget()
            self._pages.read_characters(picture, count=count)
        elif not sheet.marks:
            self._service.recognize_picture(picture, count=count)
        else:
            self._service.forget()
            if sheet.unseen:
                self._pages.read_characters(picture, count=count)
        self._refresh()

    # The text

    @Slot()
    def take_text(self) -> None:
        """Put the characters into the compose line, in reading order, and do what a pick does."""
        sheet = self.sheet
        if sheet is None or not sheet.text:
            return
        self._composer.take_all(written_text(sheet.marks))

    def _choose(self, character: str) -> bool:
        """Take a picked character for the selected box, and go on to the next; whether there is one."""
        sheet = self.sheet
        if sheet is None or not sheet.marks or not self._selection:
            return False
        place = self._selection[-1]
        chosen = editing.chosen(sheet, place, character)
        self._selection = (min(place + 1, len(sheet.marks) - 1),)
        self._record(chosen, self._selection)
        return True

    # The boxes

    @Slot(object)
    def _on_selected(self, selection: tuple[int, ...]) -> None:
        self._selection = selection
        self._refresh()

    @Slot()
    def _select_next(self) -> None:
        self._select_by(1)

    @Slot()
    def _select_previous(self) -> None:
        self._select_by(-1)

    def _select_by(self, step: int) -> None:
        sheet = self.sheet
        if sheet is None or not sheet.marks:
            return
        place = self._selection[-1] + step if self._selection else 0
        self._on_selected((min(max(0, place), len(sheet.marks) - 1),))

    @Slot(int, object)
    def _on_box_changed(self, place: int, box: Box) -> None:
        sheet = self.sheet
        if sheet is not None:
            self._record_edit(*editing.moved(sheet, place, box))

    @Slot(object)
    def _on_box_drawn(self, box: Box) -> None:
        sheet = self.sheet
        if sheet is not None:
            self._record_edit(*editing.added(sheet, box))

    @Slot()
    def _add_box(self) -> None:
        """A box to be put where it is wanted."""
        sheet = self.sheet
        if sheet is None:
            return
        self._record_edit(*editing.added(sheet, editing.free_box(sheet, self._selection)))
        self.boxes.setFocus()

    @Slot()
    def _join(self) -> None:
        sheet = self.sheet
        if sheet is not None and self._selection:
            self._record_edit(*editing.joined(sheet, self._selection))

    @Slot()
    def _split(self) -> None:
        picture = self.picture
        if picture is not None and picture.sheet is not None and self._selection:
            self._record_edit(*editing.split(picture.sheet, self._selection[-1], picture.preview))

    @Slot()
    def _delete(self) -> None:
        sheet = self.sheet
        if sheet is not None and self._selection:
            self._record_edit(*editing.deleted(sheet, self._selection))

    def _record_edit(self, sheet: Sheet, place: int) -> None:
        if sheet is not self.sheet:
            self._record(replace(sheet, is_read=True), (place,) if place >= 0 else ())

    def _record(self, sheet: Sheet, selection: tuple[int, ...]) -> None:
        picture = self.picture
        if picture is not None:
            self._selection = selection
            self._has_step = False
            self._canvas.show_picture(replace(picture, sheet=sheet))

    # The cleaning

    @Slot(int, bool)
    def _on_threshold_moved(self, offset: int, is_new: bool) -> None:
        sheet = self.sheet
        if sheet is not None:
            self._adjust(replace(self._wanted(sheet), threshold_offset=offset), is_new=is_new)

    @Slot(object, bool)
    def _on_crop_changed(self, crop: Box, is_new: bool) -> None:
        sheet = self.sheet
        if sheet is not None:
            is_whole = crop == Box(0, 0, *sheet.size)
            self._adjust(replace(self._wanted(sheet), crop=None if is_whole else crop), is_new=is_new)

    @Slot(bool)
    def _on_crop_toggled(self, is_on: bool) -> None:
        self._refresh()
        if is_on and self.picture is not None:
            self.frame.setFocus()

    @Slot()
    def _leave_crop(self) -> None:
        self._table.crop.setChecked(False)

    @Slot()
    def _turn_left(self) -> None:
        self._turn(3)

    @Slot()
    def _turn_right(self) -> None:
        self._turn(1)

    @Slot()
    def _accept_turn(self) -> None:
        self._turn(self.bar.proposed_turns)

    def _turn(self, quarter_turns: int) -> None:
        sheet = self.sheet
        if sheet is not None:
            self._adjust(self._wanted(sheet).turned(quarter_turns), is_new=True)

    @Slot()
    def _reset(self) -> None:
        if self.sheet is not None:
            self._adjust(Adjustment(), is_new=True)

    def _wanted(self, sheet: Sheet) -> Adjustment:
        """How the picture is to be, the change in progress included."""
        job = self._pages.job
        if isinstance(job, OpenPage) and job.before is not None and job.source is sheet.source:
            return job.adjustment
        return sheet.adjustment

    def _adjust(self, adjustment: Adjustment, *, is_new: bool) -> None:
        picture = self.picture
        if picture is None or picture.sheet is None or adjustment == self._wanted(picture.sheet):
            return
        if is_new:
            self._has_step = False
        self._pages.adjust(picture, adjustment)

    # The page thread tells

    @Slot(object)
    def _on_opened(self, opened: PageOpened) -> None:
        """Show a picture that was cleaned in another way; one drag of the slider or the frame is one step of undo."""
        sheet = self.sheet
        if opened.job.before is None or sheet is None:
            return
        if sheet.source is not opened.job.source or sheet.page != opened.job.page:
            return
        was_one = sheet.is_read and not sheet.marks
        self._selection = ()
        if self._has_step:
            self._canvas.revise_picture(opened.picture, is_step_over=True)
        else:
            self._canvas.show_picture(opened.picture)
        self._has_step = True
        if was_one:  # its candidates follow the slider; whether it is still one character is known a little later
            self._service.recognize_picture(opened.picture, count=self._count)

    @Slot(object)
    def _on_read(self, read: PageRead) -> None:
        if self._canvas.drawing.picture is not read.job.picture:
            return
        self._elapsed_ms, self._model_id = read.elapsed_ms, read.model_id
        if not self._selection and read.sheet.marks:
            self._selection = (0,)
        self._canvas.revise_picture(replace(read.job.picture, sheet=read.sheet))

    @Slot(object)
    def _on_failed(self, failed: PageFailed) -> None:
        job = failed.job
        if isinstance(job, OpenPage):
            if job.before is not None:  # the picture stays as it was
                self._tell(failed.error)
                self._refresh()
        elif self._canvas.drawing.picture is job.picture:
            self._tell(failed.error)
            self._give_up_reading()

    @Slot(object)
    def _on_progressed(self, progress: PageProgress) -> None:
        self.bar.set_progress(progress.done, progress.total)

    @Slot()
    def _on_started(self) -> None:
        self.bar.set_busy(True)

    @Slot()
    def _on_ended(self) -> None:
        self.bar.set_busy(False)

    @Slot()
    def _stop_reading(self) -> None:
        self._pages.cancel()
        self._status.tell(self.tr("The reading was stopped. Boxes can be drawn by hand."))
        self._give_up_reading()

    def _give_up_reading(self) -> None:
        """Take the picture for one of a single character, or leave the marks without candidates."""
        picture = self.picture
        if picture is None or picture.sheet is None:
            return
        sheet = picture.sheet
        marks = tuple(replace(mark, is_looked_at=True) for mark in sheet.marks)
        self._canvas.revise_picture(replace(picture, sheet=replace(sheet, is_read=True, marks=marks)))

    @Slot()
    def _on_ink_changed(self) -> None:
        if self._pages.job is not None and not isinstance(self._pages.job, OpenPage):
            self._pages.cancel()
        self._selection = ()
        self._refresh()

    def _tell(self, error: HccrError) -> None:
        self._status.warn(error.message)

    # What is shown

    def _refresh(self) -> None:
        picture, sheet = self.picture, self.sheet
        if picture is None or sheet is None:
            self._table.crop.setChecked(False)
            self.boxes.lift()
            self.frame.lift()
            self.bar.hide()
            self._refresh_actions(None)
            return
        self._selection = tuple(place for place in self._selection if place < len(sheet.marks))
        if not self._selection and sheet.marks:
            self._selection = (0,)
        self.bar.show()
        self.bar.slider.show_value(self._wanted(sheet).threshold_offset)
        unsure = sum(not mark.is_sure and not mark.character for mark in sheet.marks)
        self.bar.set_boxes(len(sheet.marks), unsure)
        self.bar.set_proposed_turns(sheet.proposed_turns)
        if self._table.crop.isChecked():
            self.boxes.lift()
            self.frame.show_crop(sheet.original, sheet.size, self._wanted(sheet).crop)
        else:
            self.frame.lift()
            if sheet.marks:
                self.boxes.show_marks(sheet.marks, sheet.page_size, self._selection)
            else:
                self.boxes.lift()
        self._refresh_actions(sheet)
        mark = self.current_mark
        if mark is not None:
            self._show_candidates(mark)

    def _show_candidates(self, mark: Mark) -> None:
        if not mark.candidates:
            self.answered.emit(None)
            return
        recognition = Recognition(mark.candidates, self._model_id, self._elapsed_ms, mark.is_sure)
        self.answered.emit(Answer(0, recognition, self._elapsed_ms))
        if mark.character:
            self._candidates.show_candidates(mark.candidates, selected=mark.character, is_sure=mark.is_sure)

    def _refresh_actions(self, sheet: Sheet | None) -> None:
        table = self._table
        for action in (table.crop, table.turn_left, table.turn_right, table.add_box):
            action.setEnabled(sheet is not None)
        table.reset_picture.setEnabled(sheet is not None and self._wanted(sheet) != Adjustment())
        has_marks = sheet is not None and bool(sheet.marks)
        for action in (table.next_box, table.previous_box, table.split_box, table.delete_boxes):
            action.setEnabled(has_marks)
        table.join_boxes.setEnabled(sheet is not None and len(sheet.marks) > 1)
        table.take_text.setEnabled(sheet is not None and bool(sheet.text))
