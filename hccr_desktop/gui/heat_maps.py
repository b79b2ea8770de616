"""Keeps a heat map of the selected candidate over the canvas, while it is switched on."""

from PySide6.QtCore import QObject, QRectF, Slot

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.drawing_history import Drawing
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import HeatMap
from hccr_desktop.gui.qt_images import rgb_to_qimage
from hccr_desktop.gui.recognition_jobs import Explanation
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.status_line import StatusLine


class HeatMaps(QObject):
    """Asks for the evidence whenever drawing or selection changed, and takes the old one away.

    Args:
        service: explains.
        candidates: the selected one is explained.
        canvas: shows the evidence.
        status: is told where there can be none.
        parent: the window.
    """

    def __init__(
        self,
        service: RecognitionService,
        *,
        candidates: CandidateView,
        canvas: InkCanvas,
        status: StatusLine,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._candidates = candidates
        self._canvas = canvas
        self._status = status
        self._is_on = False
        self._asked: tuple[Drawing, str] | None = None
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
        drawing, character = self._canvas.drawing, self._candidates.selected_character
        if not self._is_on or drawing.is_empty or not character:
            return
        if drawing.picture is not None and drawing.picture.sheet is not None and drawing.picture.sheet.marks:
            return  # the map is of one character, and the picture shows several
        # The same list with the same selection comes with every answer.
        if self._asked is not None and self._asked[0] is drawing and self._asked[1] == character:
            return
        self._asked = (drawing, character)
        self._service.explain(drawing, character)

    @Slot(object)
    def _on_explained(self, explanation: Explanation) -> None:
        texts = (
            self.tr("against {character}").format(character=explanation.character),
            self.tr("for {character}").format(character=explanation.character),
        )
        film, legend = rgb_to_qimage(explanation.film), rgb_to_qimage(explanation.legend)
        self._canvas.set_heat_map(HeatMap(film, legend, QRectF(*explanation.square), texts))

    @Slot(object)
    def _on_unexplained(self, error: HccrError) -> None:
        self._status.warn(error.message)
