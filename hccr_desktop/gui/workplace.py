"""How the pad suits a hand: which side, how large, what lines, what the pointer does, and whether things move."""

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from hccr_desktop.domain.settings import SETTINGS, Range, Settings
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.menus import Menus
from hccr_desktop.gui.pad_application import PadApplication
from hccr_desktop.gui.pad_handle import PadHandle
from hccr_desktop.gui.pad_layout import SIZE_STEP_PERCENT, PadLayout
from hccr_desktop.gui.readings import Readings

_SPACING_PX: Final = 14
_SIZE_LIMITS: Final = next(info.limits for info in SETTINGS if info.name == "canvas_percent") or Range(1, 100)


class Workplace(QObject):
    """Lays out the middle of the window, and keeps all of it as the settings say.

    Args:
        settings: those in force.
        window: gets the pad as its central widget.
        table: the actions; those of eraser, guide, size and side are answered here.
        canvas: the square.
        card: the candidates.
        compose: the line below both.
        menus: the tool bar has an order for each hand.
        readings: their pane stands on the side of the candidates.
    """

    setting_chosen = Signal(str, object)
    """Name of a setting and the value it is to have from now on."""

    def __init__(
        self,
        settings: Settings,
        *,
        window: QMainWindow,
        table: Actions,
        canvas: InkCanvas,
        card: QWidget,
        compose: QWidget,
        menus: Menus,
        readings: Readings,
    ) -> None:
        super().__init__(window)
        self._settings = settings
        self._window = window
        self._table = table
        self._canvas = canvas
        self._menus = menus
        self._readings = readings
        # Menus and tips that slide or fade, if the desktop wants them; our setting only ever takes away from that.
        self._has_effects = QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
        self._pad = self._arrange(card, compose)
        self._guides = QActionGroup(self)
        for action, guide in ((table.guide_mi, "mi"), (table.guide_tian, "tian"), (table.guide_none, "none")):
            action.setData(guide)
            self._guides.addAction(action)
        self._connect()
        self._lay_eraser_down()
        self.set_settings(settings)

    def _arrange(self, card: QWidget, compose: QWidget) -> PadLayout:
        center = QWidget(self._window)
        self.handle = PadHandle(center)
        pad = PadLayout()
        pad.setSpacing(_SPACING_PX)
        for widget in (self._canvas, card, self.handle):
            pad.addWidget(widget)
        column = QVBoxLayout(center)
        column.setSpacing(10)
        column.setContentsMargins(16, 6, 16, 8)
        column.addLayout(pad, 1)
        column.addWidget(compose)
        self._window.setCentralWidget(center)
        return pad

    def _connect(self) -> None:
        table, canvas = self._table, self._canvas
        table.eraser.toggled.connect(canvas.pointers.set_eraser)
        table.canvas_larger.triggered.connect(self._enlarge)
        table.canvas_smaller.triggered.connect(self._shrink)
        table.canvas_largest.triggered.connect(self._reset_size)
        table.left_handed.triggered.connect(self._choose_hand)
        self._guides.triggered.connect(self._choose_guide)
        self.handle.dragged.connect(self._follow_handle)
        self.handle.dropped.connect(self._keep_size)
        self.handle.reset.connect(self._reset_size)
        canvas.ink_changed.connect(self._lay_eraser_down)
        canvas.picture_shown.connect(self._lay_eraser_down)
        application = QGuiApplication.instance()
        if isinstance(application, PadApplication):
            application.pen_in_range_changed.connect(canvas.pointers.set_pen_in_range)

    def set_settings(self, settings: Settings) -> None:
        """Have everything as the settings say, at once."""
        self._settings = settings
        table, canvas, readings = self._table, self._canvas, self._readings
        canvas.set_guide(settings.guide)
        canvas.pointers.set_clicks_to_draw(settings.click_to_draw)
        readings.set_look(guide=settings.guide, is_animated=settings.animations, is_left_handed=settings.left_handed)
        self._menus.set_left_handed(settings.left_handed)
        self._pad.set_mirrored(settings.left_handed)
        self._pad.set_percent(settings.canvas_percent)
        self._window.setAnimated(settings.animations)
        if self._has_effects:
            QApplication.setEffectEnabled(Qt.UIEffect.UI_General, settings.animations)
        table.left_handed.setChecked(settings.left_handed)
        for action in self._guides.actions():
            action.setChecked(action.data() == settings.guide)
        table.canvas_larger.setEnabled(settings.canvas_percent < _SIZE_LIMITS.high)
        table.canvas_largest.setEnabled(settings.canvas_percent < _SIZE_LIMITS.high)
        table.canvas_smaller.setEnabled(settings.canvas_percent > _SIZE_LIMITS.low)

    @Slot()
    def _enlarge(self) -> None:
        self._choose_size(self._settings.canvas_percent + SIZE_STEP_PERCENT)

    @Slot()
    def _shrink(self) -> None:
        self._choose_size(self._settings.canvas_percent - SIZE_STEP_PERCENT)

    @Slot()
    def _reset_size(self) -> None:
        self._choose_size(_SIZE_LIMITS.high)

    @Slot(int)
    def _follow_handle(self, x: int) -> None:
        self._pad.set_percent(_within_limits(self._pad.percent_at(x)))

    @Slot()
    def _keep_size(self) -> None:
        self._choose_size(self._pad.percent)

    def _choose_size(self, percent: float) -> None:
        self.setting_chosen.emit("canvas_percent", _within_limits(percent))

    @Slot(bool)
    def _choose_hand(self, is_left_handed: bool) -> None:
        self.setting_chosen.emit("left_handed", is_left_handed)

    @Slot()
    def _choose_guide(self) -> None:
        checked = self._guides.checkedAction()
        if checked is not None:
            self.setting_chosen.emit("guide", checked.data())

    @Slot()
    def _lay_eraser_down(self) -> None:
        """With nothing left to erase, the next contact draws: nobody clears the canvas to rub on it."""
        has_ink = not self._canvas.ink.is_empty
        self._table.eraser.setEnabled(has_ink)
        if not has_ink:
            self._table.eraser.setChecked(False)


def _within_limits(percent: float) -> int:
    return round(min(_SIZE_LIMITS.high, max(_SIZE_LIMITS.low, percent)))
