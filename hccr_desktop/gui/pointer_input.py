"""What mouse, pen, finger and touchpad do over the canvas, told as strokes and erasing. It paints nothing.

One contact draws at a time. A pen comes before all others: fingers are palms while it is near, and the mouse events
that drivers and systems make of its contacts are passed over.
"""

import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, Protocol

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal, Slot
from PySide6.QtGui import (
    QEventPoint,
    QGuiApplication,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)

DEFAULT_PRESSURE: Final = 0.5
"""What a device without pressure is taken to report."""

PEN_LINGERS_MS: Final = 500.0
"""After a pen's last event a touch is still taken for the palm, and a mouse press for an echo of the pen. Taste: a hand
that puts the pen away and uses a finger takes longer, the echoes of drivers come within a tenth of that."""

PROXIMITY_LASTS_MS: Final = 10_000.0
"""A pen said to be near, and silent for this long, has gone without a word: some drivers lose the leaving, and fingers
are not to be locked out for ever."""

FINGERS_GATHER_MS: Final = 300.0
"""Within this time of the first finger, a second makes the touch a gesture, which draws nothing. Taste."""


class StrokeTarget(Protocol):
    """What the input is told to: exactly one stroke, or one sweep of the eraser, between begin and finish or drop."""

    def begin_stroke(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        """A contact began; position in pixels of the widget, pressure in [0, 1]."""

    def add_point(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        """It went on."""

    def finish_stroke(self) -> None:
        """It ended, and what was drawn counts."""

    def begin_erasing(self, position: QPointF) -> None:
        """An eraser was set down."""

    def erase_to(self, position: QPointF) -> None:
        """It went on."""

    def finish_erasing(self) -> None:
        """It was lifted."""

    def drop(self) -> None:
        """Stroke or sweep is to be as if it had never begun."""

    def take_back(self) -> None:
        """The stroke or sweep finished last is to be as if it had never been, unless something came after it."""


class Contact(Enum):
    """What draws or erases at the moment; the others wait until it ends."""

    MOUSE = auto()
    OPEN_CLICK = auto()
    """A mouse whose click began a stroke that the next click ends."""
    PEN = auto()
    FINGER = auto()


def _now_ms() -> float:
    return time.monotonic() * 1000


class PointerInput(QObject):
    """Follows the contacts.

    Args:
        target: is told of strokes and erasing.
        parent: the canvas.
        clock: milliseconds that only ever grow. Of the moment an event arrives, since devices stamp their events by
            clocks of their own.
    """

    contact_changed = Signal()
    """A contact began or ended, or the eraser was taken up or laid down."""

    def __init__(
        self, target: StrokeTarget, parent: QObject | None = None, *, clock: Callable[[], float] = _now_ms
    ) -> None:
        super().__init__(parent)
        self._target = target
        self._clock = clock
        self._contact: Contact | None = None
        self._is_erasing = False
        self._began_ms = 0.0
        self._pressure = DEFAULT_PRESSURE
        self._press_position = QPointF()
        self._last_position = QPointF()
        self._is_click_held = False
        self._finger_id = -1
        self._finger_began_ms = float("-inf")
        self._is_touch_void = False
        self._is_pen_in_range = False
        self._pen_seen_ms = float("-inf")
        self._pen_drew_ms = float("-inf")
        self._swallows_menu = False
        self._has_eraser = False
        self._clicks_to_draw = False

    @property
    def contact(self) -> Contact | None:
        """What draws or erases at the moment."""
        return self._contact

    @property
    def is_erasing(self) -> bool:
        """The contact erases."""
        return self._contact is not None and self._is_erasing

    @property
    def has_eraser(self) -> bool:
        """Every contact erases, not only a pen's other end."""
        return self._has_eraser

    @Slot(bool)
    def set_eraser(self, has_eraser: bool) -> None:
        """Have every contact erase from the next one on."""
        if has_eraser != self._has_eraser:
            self.finish()
            self._has_eraser = has_eraser
            self.contact_changed.emit()

    def set_clicks_to_draw(self, clicks_to_draw: bool) -> None:
        """Have a click of the mouse begin a stroke and the next click end it, from the next stroke on."""
        if clicks_to_draw != self._clicks_to_draw:
            self.finish()
            self._clicks_to_draw = clicks_to_draw

    @property
    def is_pen_near(self) -> bool:
        """A touch would be a palm's."""
        silent_ms = self._clock() - self._pen_seen_ms
        return silent_ms <= (PROXIMITY_LASTS_MS if self._is_pen_in_range else PEN_LINGERS_MS)

    @Slot(bool)
    def set_pen_in_range(self, is_in_range: bool) -> None:
        """A pen came near the screen, or left it; what it held in contact then, it holds no longer."""
        self._is_pen_in_range = is_in_range
        self._see_pen()
        if not is_in_range and self._contact is Contact.PEN:
            self.finish()

    def finish(self) -> None:
        """End what is in progress; what was drawn counts."""
        if self._contact is None:
            return
        was_erasing, self._contact = self._is_erasing, None
        self._is_erasing = False
        if was_erasing:
            self._target.finish_erasing()
        else:
            self._target.finish_stroke()
        self.contact_changed.emit()

    def drop(self) -> None:
        """End what is in progress as if it had never begun."""
        if self._contact is not None:
            self._contact, self._is_erasing = None, False
            self._target.drop()
            self.contact_changed.emit()

    def handle(self, event: QEvent) -> bool:
        """Take an event of the canvas.

        Returns:
            Whether it ends here. A pen's event that does not makes Qt send a mouse event in its place.
        """
        if isinstance(event, QTouchEvent):
            self._touch(event)
            return True
        if isinstance(event, QTabletEvent):
            return self._tablet(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        kind = event.type()
        if kind == QEvent.Type.ContextMenu:
            swallows, self._swallows_menu = self._swallows_menu, False
            return swallows
        if isinstance(event, QKeyEvent):
            return self._key(event)
        if kind in (QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
            # The end of the contact may go to whatever came up; what was drawn is not to hang in the air till then.
            self.finish()
        return False

    # What all contacts come down to

    def _begin(
        self, contact: Contact, position: QPointF, pressure: float, timestamp_ms: float, *, erases: bool
    ) -> None:
        if self._contact is not None:  # its release was lost, to a dialog that came up for instance
            self.finish()
        self._contact = contact
        self._is_erasing = erases
        self._began_ms = self._clock()
        self._pressure, self._last_position = pressure, position
        if erases:
            self._target.begin_erasing(position)
        else:
            self._target.begin_stroke(position, pressure, timestamp_ms)
        self.contact_changed.emit()

    def _go_on(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        self._pressure, self._last_position = pressure, position
        if self._is_erasing:
            self._target.erase_to(position)
        else:
            self._target.add_point(position, pressure, timestamp_ms)

    def _end(self, position: QPointF, timestamp_ms: float) -> None:
        if position != self._last_position:
            # A pen leaves with no pressure at all, which would end every stroke in a hair.
            self._go_on(position, self._pressure, timestamp_ms)
        self.finish()

    # Mouse and touchpad

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, button = event.type(), event.button()
        if kind == QEvent.Type.MouseMove:
            return self._mouse_moved(event)
        is_press = kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if is_press:
            self._swallows_menu = False
        by_mouse = self._contact in (Contact.MOUSE, Contact.OPEN_CLICK)
        if button == Qt.MouseButton.RightButton and is_press and by_mouse:
            self.drop()
            self._swallows_menu = True
            return True
        if button != Qt.MouseButton.LeftButton:
            return False
        if not _is_real_mouse(event) or self._echoes_pen():
            return True
        if is_press:  # a double click too: the second dot of 心 is a stroke
            self._mouse_pressed(event)
        elif self._contact is Contact.MOUSE or (self._contact is Contact.OPEN_CLICK and self._was_dragged(event)):
            self._end(event.position(), event.timestamp())
        self._is_click_held = self._is_click_held and is_press
        return True

    def _mouse_pressed(self, event: QMouseEvent) -> None:
        if self._contact is Contact.OPEN_CLICK:
            self._end(event.position(), event.timestamp())
        elif self._contact in (None, Contact.MOUSE):
            is_open = self._clicks_to_draw and not self._has_eraser
            contact = Contact.OPEN_CLICK if is_open else Contact.MOUSE
            self._begin(contact, event.position(), DEFAULT_PRESSURE, event.timestamp(), erases=self._has_eraser)
            self._press_position = event.position()
            self._is_click_held = is_open

    def _was_dragged(self, event: QMouseEvent) -> bool:
        """The button that began the stroke was held on the way, as one draws without clicks."""
        way = event.position() - self._press_position
        return self._is_click_held and way.manhattanLength() >= QGuiApplication.styleHints().startDragDistance()

    def _mouse_moved(self, event: QMouseEvent) -> bool:
        if self._contact not in (Contact.MOUSE, Contact.OPEN_CLICK) or not _is_real_mouse(event) or self._echoes_pen():
            return False
        if self._contact is Contact.MOUSE and not event.buttons() & Qt.MouseButton.LeftButton:
            self.finish()  # the release was lost; where the pointer is now is no part of the stroke
        else:
            self._go_on(event.position(), DEFAULT_PRESSURE, event.timestamp())
        return True

    def _echoes_pen(self) -> bool:
        """A mouse event would be one that a driver made of the pen's contact and passes off as real."""
        return self._contact is Contact.PEN or self._clock() - self._pen_drew_ms <= PEN_LINGERS_MS

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape or self._contact is None:
            return False
        # Taking the override keeps Esc from the shortcut that clears the canvas; it then comes as a key press.
        if event.type() == QEvent.Type.KeyPress:
            self.drop()
        return event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)

    # Pen

    def _tablet(self, event: QTabletEvent) -> bool:
        kind = event.type()
        self._see_pen()
        if kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self._pen_pressed(event)
            return True
        if self._contact is not Contact.PEN:
            return False  # hovering, or a side button: Qt makes a mouse event of it, such as a right click
        if kind == QEvent.Type.TabletMove:
            if event.buttons() & Qt.MouseButton.LeftButton or event.pressure() > 0:
                self._go_on(event.position(), event.pressure(), event.timestamp())
            else:
                self.finish()  # it hovers, so that its release was lost
        elif kind == QEvent.Type.TabletRelease and event.button() == Qt.MouseButton.LeftButton:
            self._end(event.position(), event.timestamp())
        self._pen_drew_ms = self._clock()
        return True

    def _pen_pressed(self, event: QTabletEvent) -> None:
        is_echo = self._contact in (Contact.MOUSE, Contact.OPEN_CLICK) and (
            self._clock() - self._began_ms <= PEN_LINGERS_MS
        )
        if is_echo:  # which came before what it echoes
            self.drop()
        erases = self._has_eraser or event.pointerType() == QPointingDevice.PointerType.Eraser
        self._begin(Contact.PEN, event.position(), event.pressure(), event.timestamp(), erases=erases)
        self._pen_drew_ms = self._clock()

    def _see_pen(self) -> None:
        self._pen_seen_ms = self._clock()
        if self._contact is Contact.FINGER:  # it was the palm, which lands before the pen
            self.drop()
            self._is_touch_void = True
        elif self._contact is None and self._pen_seen_ms - self._finger_began_ms <= PEN_LINGERS_MS:
            self._target.take_back()  # of a palm that only brushed the screen
        self._finger_began_ms = float("-inf")

    # Fingers

    def _touch(self, event: QTouchEvent) -> None:
        """Follow one finger, the first. Two that come together are a gesture, and no part of either draws."""
        if event.type() == QEvent.Type.TouchCancel:
            self._is_touch_void = False
            if self._contact is Contact.FINGER:
                self.drop()
            return
        if event.type() == QEvent.Type.TouchBegin:
            self._is_touch_void = False
            if self._contact is Contact.FINGER:  # its end was lost
                self.finish()
        states = [point.state() for point in event.points()]
        down = len(states) - states.count(QEventPoint.State.Released)
        if QEventPoint.State.Pressed in states and (self.is_pen_near or (down > 1 and self._is_gesture())):
            self._is_touch_void = True
            if self._contact is Contact.FINGER:
                self.drop()
        for point in event.points():
            self._follow_finger(event, point)
        if down == 0:
            self._is_touch_void = False

    def _is_gesture(self) -> bool:
        """A finger that comes to others makes a gesture of them; one that draws already is not to be disturbed."""
        return self._contact is not Contact.FINGER or self._clock() - self._began_ms <= FINGERS_GATHER_MS

    def _follow_finger(self, event: QTouchEvent, point: QEventPoint) -> None:
        has_pressure = event.device().hasCapability(QInputDevice.Capability.Pressure)
        pressure = point.pressure() if has_pressure else DEFAULT_PRESSURE
        state = point.state()
        if state == QEventPoint.State.Pressed and self._contact is None and not self._is_touch_void:
            self._finger_id = point.id()
            self._finger_began_ms = self._clock()
            self._begin(Contact.FINGER, point.position(), pressure, event.timestamp(), erases=self._has_eraser)
        elif self._contact is not Contact.FINGER or point.id() != self._finger_id:
            return
        elif state == QEventPoint.State.Updated:
            self._go_on(point.position(), pressure, event.timestamp())
        elif state == QEventPoint.State.Released:
            self._end(point.position(), event.timestamp())


def _is_real_mouse(event: QMouseEvent) -> bool:
    """Not one that Qt or the system made of a pen's or a finger's contact."""
    return event.source() == Qt.MouseEventSource.MouseEventNotSynthesized
