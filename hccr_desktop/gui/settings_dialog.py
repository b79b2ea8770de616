"""The dialog of the settings that a user may want to change."""

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QDir, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.domain.settings import GUIDES, PROVIDERS, SETTINGS, SYSTEM, THEMES, Settings
from hccr_desktop.gui.languages import NATIVE_NAMES
from hccr_desktop.gui.pad_layout import SIZE_STEP_PERCENT

_PAUSE_STEP_MS: Final = 250
_TEXT_STEP_PERCENT: Final = 25
_LIMITS: Final = {info.name: info.limits for info in SETTINGS if info.limits is not None}


class SettingsDialog(QDialog):
    """Shows settings, and tells of them when they are confirmed.

    Args:
        settings: those in force.
        parent: the window.
    """

    confirmed = Signal(object)
    """Settings: as they are to be from now on."""
    user_data_wanted = Signal()
    """The user wants to see what is kept."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._fields: dict[str, QCheckBox | QSpinBox | QComboBox | QLineEdit] = {}
        self.setObjectName("settings_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        buttons = QDialogButtonBox(self)
        buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        self.pages = QTabWidget(self)
        self.pages.setObjectName("settings_pages")
        for page, title in (
            (self._pick_page(), self.tr("Picki&ng")),
            (self._pad_page(), self.tr("&Pad")),
            (self._window_page(), self.tr("&Window")),
            (self._recognition_page(), self.tr("&Recognition")),
            (self._privacy_page(), self.tr("Privac&y")),
        ):
            self.pages.addTab(page, title)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().height() * 30)

    def _page(self) -> tuple[QWidget, QFormLayout]:
        page = QWidget(self)
        form = QFormLayout(page)
        unit = self.fontMetrics().height()
        form.setContentsMargins(unit // 2, unit, unit // 2, unit // 2)
        form.setVerticalSpacing(unit // 2)
        return page, form

    def _note(self, text: str) -> QLabel:
        note = QLabel(text, self)
        note.setWordWrap(True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return note

    def _pick_page(self) -> QWidget:
        page, form = self._page()
        form.addRow(QLabel(self.tr("A picked character"), self))
        form.addRow(self._check("copy_on_pick", self.tr("goes to the &clipboard")))
        form.addRow(self._check("append_on_pick", self.tr("goes to the &text line")))
        form.addRow(self._check("clear_on_pick", self.tr("c&lears the canvas")))
        pause = self._number("clear_after_ms")
        pause.setSingleStep(_PAUSE_STEP_MS)
        pause.setSuffix(self.tr(" ms"))
        pause.setSpecialValueText(self.tr("never"))
        form.addRow(self.tr("Clear the ink &after a pause of"), pause)
        return page

    def _window_page(self) -> QWidget:
        page, form = self._page()
        system = self.tr("as the system")
        form.addRow(self.tr("&Language"), self._choice("language", {SYSTEM: system, **NATIVE_NAMES}))
        names = (system, self.tr("light"), self.tr("dark"))
        form.addRow(self.tr("T&heme"), self._choice("theme", dict(zip(THEMES, names, strict=True))))
        text_size = self._number("text_percent")
        text_size.setSingleStep(_TEXT_STEP_PERCENT)
        text_size.setSuffix(self.tr(" %"))
        form.addRow(self.tr("Te&xt size"), text_size)
        form.addRow(self.tr("Candidates &shown"), self._number("candidate_count"))
        on_top = self._check("always_on_top", self.tr("&Always on top"))
        form.addRow(on_top)
        if QGuiApplication.platformName().startswith("wayland"):
            on_top.setEnabled(False)
            form.addRow(self._note(self.tr("Wayland leaves it to the desktop which windows stay on top.")))
        return page

    def _pad_page(self) -> QWidget:
        page, form = self._page()
        names = (self.tr("米 grid"), self.tr("田 grid"), self.tr("none"))
        form.addRow(self.tr("&Guide on the paper"), self._choice("guide", dict(zip(GUIDES, names, strict=True))))
        size = self._number("canvas_percent")
        size.setSingleStep(SIZE_STEP_PERCENT)
        size.setSuffix(self.tr(" % of the room"))
        form.addRow(self.tr("Can&vas size"), size)
        form.addRow(self._check("left_handed", self.tr("Left-h&anded: candidates to the left")))
        clicks = self._check("click_to_draw", self.tr("&Draw by clicks, for touchpads"))
        clicks.setToolTip(
            self.tr("A click begins a stroke and the next one ends it; Esc or a right click drops the stroke.")
        )
        form.addRow(clicks)
        form.addRow(self._check("animations", self.tr("An&imations")))
        return page

    def _recognition_page(self) -> QWidget:
        page, form = self._page()
        names = (self.tr("CUDA if it works, else CPU"), "CPU", "CUDA")
        form.addRow(self.tr("Runs &on"), self._choice("provider", dict(zip(PROVIDERS, names, strict=True))))
        form.addRow(self.tr("CPU thr&eads"), self._number("threads"))
        model = QLineEdit(self._settings.model_path, self)
        model.setPlaceholderText(self.tr("the one that comes with the program"))
        browse = QPushButton(self.tr("&Browse…"), self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._ask_for_model)
        row = QHBoxLayout()
        row.addWidget(self._named("model_path", model), 1)
        row.addWidget(browse)
        label = QLabel(self.tr("&Model file"), self)
        label.setBuddy(model)
        form.addRow(label, row)
        form.addRow(self._note(self.tr("These three take effect at the next start.")))
        return page

    def _privacy_page(self) -> QWidget:
        page, form = self._page()
        learn = self._check("learn_from_picks", self.tr("Learn my hand &from corrections, on this machine only"))
        learn.setToolTip(
            self.tr("A candidate taken that was not the first, and what you say with “This is…”, is learned and used.")
        )
        form.addRow(learn)
        form.addRow(self._check("keep_history", self.tr("Keep a &history of picks, on this machine only")))
        form.addRow(self.tr("Picks &kept at most"), self._number("history_limit"))
        form.addRow(self._note(self.tr("All that is kept lies on this machine, and nothing is sent anywhere.")))
        data = QPushButton(self.tr("Your da&ta…"), self)
        data.setObjectName("show_user_data")
        data.setAutoDefault(False)
        data.setToolTip(self.tr("Keep the settings chosen here, and show what is kept and where"))
        data.clicked.connect(self._show_user_data)
        form.addRow(data)
        form.setAlignment(data, Qt.AlignmentFlag.AlignLeft)
        return page

    def _check(self, name: str, text: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setChecked(getattr(self._settings, name))
        self._named(name, box)
        return box

    def _number(self, name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(int(_LIMITS[name].low), int(_LIMITS[name].high))
        box.setValue(getattr(self._settings, name))
        self._named(name, box)
        return box

    def _choice(self, name: str, texts: dict[str, str]) -> QComboBox:
        box = QComboBox(self)
        for value, text in texts.items():
            box.addItem(text, value)
        box.setCurrentIndex(box.findData(getattr(self._settings, name)))
        self._named(name, box)
        return box

    def _named(self, name: str, field: QCheckBox | QSpinBox | QComboBox | QLineEdit) -> QWidget:
        field.setObjectName(f"setting_{name}")
        self._fields[name] = field
        return field

    @property
    def chosen(self) -> Settings:
        """The settings as the fields say."""
        values: dict[str, Any] = {}
        for name, field in self._fields.items():
            if isinstance(field, QCheckBox):
                values[name] = field.isChecked()
            elif isinstance(field, QSpinBox):
                values[name] = field.value()
            elif isinstance(field, QComboBox):
                values[name] = field.currentData()
            else:
                values[name] = field.text().strip()
        return replace(self._settings, **values)

    def accept(self) -> None:
        self.confirmed.emit(self.chosen)
        super().accept()

    @Slot()
    def _show_user_data(self) -> None:
        self.accept()  # the dialog must not bring back afterwards what is deleted there
        self.user_data_wanted.emit()

    @Slot()
    def _ask_for_model(self) -> None:
        dialog = QFileDialog(self, self.tr("Model file"), "", self.tr("Models (*.onnx)"))
        dialog.setObjectName("model_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_model_selected)
        dialog.open()

    @Slot(str)
    def _on_model_selected(self, path: str) -> None:
        field = self._fields["model_path"]
        if isinstance(field, QLineEdit):
            field.setText(QDir.toNativeSeparators(path))
