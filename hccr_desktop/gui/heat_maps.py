"""Keeps a heat map of the selected candidate over the canvas, while it is switched on."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Slot

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.drawing_history import Drawing
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import HeatMap
from hccr_desktop.gui.qt_images import rgb_to_qimage
from hccr_desktop.gui.recognition_jobs import Explanation
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.sheet import Mark, with_paper
from hccr_desktop.gui.status_line import StatusLine


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What a map is wanted of.

    Attributes:
        drawing: on the canvas.
        mark: the one of its characters that is explained; None where it shows a single one.
        character: what it may be.
    """

    drawing: Drawing
    mark: Mark | None
    character: str

    @property
    def subject(self) -> Drawing:
        """What is explained, alone."""
        return self.drawing if self.mark is None else Drawing(picture=self.mark.picture)

    def is_same(self, other: "_Asked") -> bool:
        """Both ask for the same map."""
        return self.drawing is other.drawing and self.mark is other.mark and self.character == other.character

    def on_drawing(self, square: QRectF) -> QRectF:
        """A part of the subject as a part of the drawing."""
        picture = self.drawing.picture
        if self.mark is None or picture is None or picture.sheet is None:
            return square
        box, (width, height) = with_paper(self.mark.box), picture.sheet.page_size
        return QRectF(
            (box.left + square.left() * box.width) / width,
            (box.top + square.top() * box.height) / height,
            square.width() * box.width / width,
            square.height() * box.height / height,
        )


class HeatMaps(QObject):
    """Asks for the evidence whenever drawing or selection changed, and takes the old one away.

    Args:
        service: explains.
        candidates: the selected one is explained.
        canvas: shows the evidence.
        status: is told where there can be none.
        find_mark: gives the character that the candidates are of, on a picture of several; None on any other.
        parent: the window.
    """

    def __init__(
        self,
        service: RecognitionService,
        *,
        candidates: CandidateView,
        canvas: InkCanvas,
        status: StatusLine,
        find_mark: Callable[[], Mark | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._candidates = candidates
        self._canvas = canvas
        self._status = status
        self._find_mark = find_mark
        self._is_on = False
        self._asked: _Asked | None = None
        canvas.stroke_started.connect(self._take_away)
        canvas.ink_changed.connect(self._take_away)
        canvas.picture_shown.connect(self._take_away)
        candidates.shown.connect(self._ask)
        candidates.selected.connect(self._ask)
        service.explained.connect(self._on_explained)
        service.unexplained.connect(self._on_unexplained)

    @Slot(bool)
    def set_on(self, is_on: bool) -> None:
        """Show heat maps from now on, or none."""
        self._is_on = is_on
        if is_on:
            self._ask()
        else:
            self._take_away()

    @Slot()
    def _take_away(self) -> None:
        self._asked = None
        self._service.forget_explanation()
        self._canvas.set_heat_map(None)

    @Slot()
    def _ask(self) -> None:
        asked = _Asked(self._canvas.drawing, self._find_mark(), self._candidates.selected_character)
        # The same list with the same selection comes with every answer.
        if not self._is_on or (self._asked is not None and self._asked.is_same(asked)):
            return
        if self._asked is not None and self._asked.mark is not asked.mark:
            self._take_away()  # it lies on another box
        if asked.subject.is_empty or not asked.character:
            return
        self._asked = asked
        self._service.explain(asked.subject, asked.character)

    @Slot(object)
    def _on_explained(self, explanation: Explanation) -> None:
        texts = (
            self.tr("against {character}").format(character=explanation.character),
            self.tr("for {character}").format(character=explanation.character),
        )
        film, legend = rgb_to_qimage(explanation.film), rgb_to_qimage(explanation.legend)
        square = QRectF(*explanation.square)
        if self._asked is not None:
            square = self._asked.on_drawing(square)
        self._canvas.set_heat_map(HeatMap(film, legend, square, texts))

    @Slot(object)
    def _on_unexplained(self, error: HccrError) -> None:
        self._status.warn(error.message)
