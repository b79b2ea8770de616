"""The application object, which alone is told of a pen that comes near or leaves."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QApplication


class PadApplication(QApplication):
    """QApplication that passes on what Qt tells only it.

    Qt sends these events to the application object, not to the widget below the pen. A filter would see them too, but
    every other event of the program besides.
    """

    pen_in_range_changed = Signal(bool)
    """A pen came near the screen or its tablet, or left it."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.TabletEnterProximity:
            self.pen_in_range_changed.emit(True)
        elif event.type() == QEvent.Type.TabletLeaveProximity:
            self.pen_in_range_changed.emit(False)
        return super().event(event)
