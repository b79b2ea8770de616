"""What is done with an opened picture, in a row under the pad: going on, cleaning, boxes, and taking the text."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QSlider,
    QToolBar,
    QToolButton,
    QWidget,
)

from hccr_desktop.gui import icons
from hccr_desktop.gui.actions import Actions

LARGEST_OFFSET = 100
"""Grey levels by which the threshold can be moved; the cleaning's own limit."""

PROGRESS_AFTER_MS = 300
"""Work that ends sooner shows no progress: it would only flicker. Taste."""


class ThresholdSlider(QSlider):
    """How much of the picture is ink. A double click puts it back to the middle."""

    moved = Signal(int, bool)
    """Grey levels, and whether a new drag, or a key, began with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._is_begun = False
        self.setObjectName("threshold_slider")
        self.setRange(-LARGEST_OFFSET, LARGEST_OFFSET)
        self.setSingleStep(5)
        self.setPageStep(20)
        self.setTickPosition(QSlider.TickPosition.NoTicks)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 14)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 30)
        self.valueChanged.connect(self._on_value_changed)

    def show_value(self, value: int) -> None:
        """Stand where the picture is, and tell nobody."""
        if not self.isSliderDown():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def event(self, event: QEvent) -> bool:
        # Its arrows come before the window's.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
            if event.key() in (*keys, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)
        event.accept()

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        is_new = not (self.isSliderDown() and self._is_begun)
        self._is_begun = self.isSliderDown()
        self.moved.emit(value, is_new)


class PictureBar(QFrame):
    """Hidden while there is no picture.

    Args:
        table: the window's actions.
        parent: the window's middle.
    """

    threshold_moved = Signal(int, bool)
    """Grey levels, and whether a new drag, or a key, began with it."""
    stopped = Signal()
    """The reading in progress is not wanted."""
    turn_accepted = Signal()
    """The picture is to be turned as proposed."""

    def __init__(self, table: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._proposed_turns = 0
        self._boxes = (0, 0)
        self.setObjectName("picture_card")
        self._place = QLabel(self)
        self._place.setObjectName("picture_place")
        self._ink = QLabel(self)
        self.slider = ThresholdSlider(self)
        self._ink.setBuddy(self.slider)
        self._tools = self._make_tools()
        self._facts = QLabel(self)
        self._facts.setObjectName("picture_facts")
        self._facts.setMinimumWidth(1)
        self._turn = QToolButton(self)
        self._turn.setObjectName("turn_proposal")
        self._turn.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._turn.clicked.connect(self.turn_accepted)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("page_progress")
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(self.fontMetrics().averageCharWidth() * 16)
        self._stop = QToolButton(self)
        self._stop.setObjectName("stop_reading")
        self._stop.clicked.connect(self.stopped)
        self._take = QToolButton(self)
        self._take.setDefaultAction(table.take_text)
        self._take.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for button in (self._turn, self._stop, self._take):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setIconSize(QSize(icons.ICON_SIZE_PX, icons.ICON_SIZE_PX))
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 6, 2)
        row.setSpacing(6)
        row.addWidget(self._tools, 1)
        for widget in (self._turn, self._facts, self._progress, self._stop, self._take):
            row.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PROGRESS_AFTER_MS)
        self._timer.timeout.connect(self._show_progress)
        self.slider.moved.connect(self.threshold_moved)
        self.set_proposed_turns(0)
        self.set_busy(False)
        self.set_boxes(0, 0)
        self.translate()
        self.hide()

    def _make_tools(self) -> QToolBar:
        """A tool bar, since that keeps what does not fit a narrow window behind a button."""
        table, tools = self._table, QToolBar(self)
        tools.setObjectName("picture_tools")
        tools.setIconSize(QSize(icons.ICON_SIZE_PX, icons.ICON_SIZE_PX))
        tools.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        tools.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        tools.addAction(table.previous_page)
        self._place_action = tools.addWidget(self._place)
        tools.addAction(table.next_page)
        self._page_gap = tools.addSeparator()
        tools.addWidget(self._ink)
        tools.addWidget(self.slider)
        tools.addActions([table.crop, table.turn_left, table.turn_right, table.reset_picture])
        tools.addSeparator()
        tools.addActions([table.add_box, table.join_boxes, table.split_box, table.delete_boxes])
        return tools

    # What it shows

    @property
    def facts(self) -> str:
        """What it says of the characters."""
        return self._facts.text()

    @property
    def place(self) -> str:
        """Where one is among several pictures; empty where there is one."""
        return self._place.text().strip() if self._place_action.isVisible() else ""

    @property
    def proposed_turns(self) -> int:
        """Quarter turns that are proposed; 0 for none."""
        return self._proposed_turns

    @property
    def is_busy(self) -> bool:
        """Progress is shown."""
        return not self._progress.isHidden()

    def set_place(self, place: int, count: int) -> None:
        """Which of several pictures is shown, from 0; a single one needs no buttons."""
        for action in (self._table.previous_page, self._table.next_page, self._place_action, self._page_gap):
            action.setVisible(count > 1)
        self._table.previous_page.setEnabled(place > 0)
        self._table.next_page.setEnabled(place + 1 < count)
        self._place.setText(f" {place + 1} / {count} ")
        self._fit()

    def set_boxes(self, count: int, unsure: int) -> None:
        """How many characters are marked, and of how many the recognizer is not sure."""
        self._boxes = (count, unsure)
        text = self.tr("%n character(s)", "", count) if count else ""
        if count and unsure:
            text = self.tr("{characters}, {unsure} not sure").format(characters=text, unsure=unsure)
        self._facts.setText(text)
        self._take.setVisible(count > 0)
        self._fit()

    def set_proposed_turns(self, quarter_turns: int) -> None:
        """Propose to turn the picture, 0 for nothing."""
        self._proposed_turns = quarter_turns
        self._turn.setVisible(quarter_turns != 0)
        self._name_turn()
        self._fit()

    def set_busy(self, is_busy: bool) -> None:
        """Something is being read; progress is shown if that takes long."""
        if not is_busy:
            self._timer.stop()
            self._progress.hide()
            self._stop.hide()
            self._fit()
        elif not self._timer.isActive() and not self.is_busy:
            self._progress.setRange(0, 0)
            self._timer.start()

    @Slot(int, int)
    def set_progress(self, done: int, total: int) -> None:
        """How far it is."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self._ink.setText(self.tr("In&k:"))
        self.slider.setToolTip(self.tr("How dark a spot must be to count as ink. A double click puts it back."))
        self.slider.setAccessibleName(self.tr("Threshold of ink"))
        self._stop.setText(self.tr("Stop"))
        self._stop.setToolTip(self.tr("Leave the rest of the picture unread"))
        self._progress.setAccessibleName(self.tr("Reading the picture"))
        self._tools.setWindowTitle(self.tr("Picture"))
        self._name_turn()
        self.set_boxes(*self._boxes)

    def _name_turn(self) -> None:
        self._turn.setText(self.tr("Turned?"))
        if self._proposed_turns:
            name = {1: "turn_right", 2: "turn_right", 3: "turn_left"}[self._proposed_turns]
            self._turn.setIcon(icons.icon(name, self.palette()))
        self._turn.setToolTip(
            {
                1: self.tr("The picture seems to lie on its side: turn it a quarter to the right"),
                2: self.tr("The picture seems to stand on its head: turn it by half"),
                3: self.tr("The picture seems to lie on its side: turn it a quarter to the left"),
            }.get(self._proposed_turns, "")
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window, or with large text, leave out words before verbs."""
        if self.isHidden():
            return
        self._take.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        margins = self.contentsMargins()
        others = [widget for widget in (self._turn, self._progress, self._stop, self._take) if not widget.isHidden()]
        spare = self.width() - margins.left() - margins.right() - 16
        spare -= self._tools.sizeHint().width() + sum(widget.sizeHint().width() + 6 for widget in others)
        has_facts = bool(self._facts.text()) and not self.is_busy
        self._facts.setVisible(has_facts and spare >= self._facts.sizeHint().width())
        self._facts.setToolTip(self._facts.text())
        if spare < 0:
            self._take.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    @Slot()
    def _show_progress(self) -> None:
        self._facts.hide()
        self._progress.show()
        self._stop.show()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_turn"):
            self._name_turn()
