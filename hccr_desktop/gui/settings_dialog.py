"""The dialog of the settings that a user may want to change."""

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QDir, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.domain.settings import GUIDES, PROVIDERS, SETTINGS, SYSTEM, THEMES, Settings
from hccr_desktop.gui.languages import NATIVE_NAMES
from hccr_desktop.gui.pad_layout import SIZE_STEP_PERCENT

_PAUSE_STEP_MS: Final = 250
_LIMITS: Final = {info.name: info.limits for info in SETTINGS if info.limits is not None}


class SettingsDialog(QDialog):
    """Shows settings, and tells of them when they are confirmed.

    Args:
        settings: those in force.
        parent: the window.
    """

    confirmed = Signal(object)
    """Settings: as they are to be from now on."""

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
        for group in (self._pick_group(), self._pad_group(), self._window_group(), self._recognition_group()):
            column.addWidget(group)
        column.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().height() * 30)

    def _pick_group(self) -> QWidget:
        group = QGroupBox(self.tr("A picked character"), self)
        form = QFormLayout(group)
        form.addRow(self._check("copy_on_pick", self.tr("goes to the &clipboard")))
        form.addRow(self._check("append_on_pick", self.tr("goes to the &text line")))
        form.addRow(self._check("clear_on_pick", self.tr("clea&rs the canvas")))
        pause = self._number("clear_after_ms")
        pause.setSingleStep(_PAUSE_STEP_MS)
        pause.setSuffix(self.tr(" ms"))
        pause.setSpecialValueText(self.tr("never"))
        form.addRow(self.tr("Clear the ink after a &pause of"), pause)
        return group

    def _window_group(self) -> QWidget:
        group = QGroupBox(self.tr("Window"), self)
        form = QFormLayout(group)
        system = self.tr("as the system")
        form.addRow(self.tr("&Language"), self._choice("language", {SYSTEM: system, **NATIVE_NAMES}))
        names = (system, self.tr("light"), self.tr("dark"))
        form.addRow(self.tr("T&heme"), self._choice("theme", dict(zip(THEMES, names, strict=True))))
        form.addRow(self.tr("Candidates &shown"), self._number("candidate_count"))
        return group

    def _pad_group(self) -> QWidget:
        group = QGroupBox(self.tr("Pad"), self)
        form = QFormLayout(group)
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
        return group

    def _recognition_group(self) -> QWidget:
        group = QGroupBox(self.tr("Recognition"), self)
        form = QFormLayout(group)
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
        note = QLabel(self.tr("These three take effect at the next start."), self)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        form.addRow(note)
        learn = self._check("learn_from_picks", self.tr("Learn my hand &from corrections, on this machine only"))
        learn.setToolTip(
            self.tr("A candidate taken that was not the first, and what you say with “This is…”, is learned and used.")
        )
        form.addRow(learn)
        return group

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
