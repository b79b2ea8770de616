"""Events of mouse, pen and finger, with all that QTest does not let one say; drawing itself is in drawing.py."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hccr_desktop.gui.ink_canvas import InkCanvas

PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
DOUBLE = QEvent.Type.MouseButtonDblClick
PEN_PRESS, PEN_MOVE, PEN_RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
NEAR, AWAY = QEvent.Type.TabletEnterProximity, QEvent.Type.TabletLeaveProximity

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton


class Clock:
    """The canvas's clock, put forward by hand."""

    def __init__(self, canvas: InkCanvas) -> None:
        self.now_ms = 1_000_000.0
        canvas.pointers._clock = lambda: self.now_ms

    def pass_ms(self, milliseconds: float) -> None:
        """Let time pass."""
        self.now_ms += milliseconds


def at(x: float, y: float) -> QPointF:
    """A place in the canvas, in pixels."""
    return QPointF(x, y)


def send_mouse(
    canvas: InkCanvas,
    kind: QEvent.Type,
    at: QPointF,
    *,
    source: Qt.MouseEventSource | None = None,
    button: Qt.MouseButton = LEFT,
    held: Qt.MouseButton | None = None,
) -> bool:
    """Send a mouse event; whether it was accepted. A move holds the button unless told otherwise."""
    if held is None:
        held = NONE if kind == RELEASE else button
    place_on_screen = QPointF(canvas.mapToGlobal(QPoint(0, 0))) + at
    arguments = [kind, at, at, place_on_screen, NONE if kind == MOVE else button, held]
    arguments.append(Qt.KeyboardModifier.NoModifier)
    if source is not None:
        arguments.append(source)
    event = QMouseEvent(*arguments)
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def click(canvas: InkCanvas, at: QPointF, *, kind: QEvent.Type = PRESS) -> None:
    """Press and release the left button."""
    send_mouse(canvas, kind, at)
    send_mouse(canvas, RELEASE, at)


def hover(canvas: InkCanvas, at: QPointF) -> None:
    """Move the mouse with no button held."""
    send_mouse(canvas, MOVE, at, held=NONE)


def pen_device(*, is_eraser: bool = False) -> QPointingDevice:
    """One end of a stylus."""
    ends = QPointingDevice.PointerType
    return QPointingDevice(
        "test pen",
        8 if is_eraser else 7,
        QInputDevice.DeviceType.Stylus,
        ends.Eraser if is_eraser else ends.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
    )


def send_tablet(
    target: QWidget | QApplication,
    kind: QEvent.Type,
    at: QPointF,
    pressure: float = 0.5,
    button: Qt.MouseButton = LEFT,
    *,
    held: Qt.MouseButton | None = None,
    is_eraser: bool = False,
) -> bool:
    """Send a pen's event; whether it was accepted. Nearness goes to the application, as Qt has it."""
    corner = QPointF(target.mapToGlobal(QPoint(0, 0))) if isinstance(target, QWidget) else QPointF()
    held = button if held is None else held
    pen = pen_device(is_eraser=is_eraser)  # the event holds no reference to it
    event = QTabletEvent(
        *(kind, pen, at, corner + at, pressure, 0.0, 0.0, 0.0, 0.0, 0.0),
        *(Qt.KeyboardModifier.NoModifier, button, held),
    )
    event.ignore()
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def draw_with_pen(canvas: InkCanvas, *places: QPointF, is_eraser: bool = False) -> None:
    """Press, move and lift a pen, or its other end."""
    send_tablet(canvas, PEN_PRESS, places[0], is_eraser=is_eraser)
    for place in places[1:]:
        send_tablet(canvas, PEN_MOVE, place, is_eraser=is_eraser)
    send_tablet(canvas, PEN_RELEASE, places[-1], 0.0, is_eraser=is_eraser)


class Fingers:
    """A touch screen over a canvas."""

    def __init__(self, canvas: InkCanvas) -> None:
        self._canvas = canvas
        self._screen = QTest.createTouchDevice()
        self._down: dict[int, QPoint] = {}

    def press(self, *fingers: tuple[int, int, int]) -> None:
        """Set down fingers, each with its number and place; the others stay."""
        self._send("press", fingers)
        self._down.update({number: QPoint(x, y) for number, x, y in fingers})

    def move(self, *fingers: tuple[int, int, int]) -> None:
        """Move fingers."""
        self._send("move", fingers)

    def lift(self, *fingers: tuple[int, int, int]) -> None:
        """Lift fingers at their places."""
        self._send("release", fingers)
        for number, _, _ in fingers:
            del self._down[number]

    def _send(self, verb: str, fingers: tuple[tuple[int, int, int], ...]) -> None:
        sequence = QTest.touchEvent(self._canvas, self._screen)
        for number, x, y in fingers:
            getattr(sequence, verb)(number, QPoint(x, y), self._canvas)
        for number in self._down.keys() - {finger[0] for finger in fingers}:
            sequence.stationary(number)
        sequence.commit()

    def cancel(self) -> None:
        """The system takes the touch for a gesture of its own."""
        self._down.clear()
        QApplication.sendEvent(self._canvas, QTouchEvent(QEvent.Type.TouchCancel, self._screen))
