"""Where the actions are found: menu bar, tool bar and context menus."""

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QWidget

from hccr_desktop.gui import icons
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.tool_bar import ToolBar


class Menus(QObject):
    """Puts the actions of a window into its menus.

    Args:
        window: gets menu bar and tool bar.
        table: the actions.
        canvas: gets a context menu of what is done to a drawing.
        candidates: gets one of what is done with a candidate.
    """

    def __init__(self, window: QMainWindow, table: Actions, *, canvas: QWidget, candidates: QWidget) -> None:
        super().__init__(window)
        bar = window.menuBar()
        self._file = bar.addMenu("")
        self._file.addAction(table.open)
        self.recent = self._file.addMenu("")
        self._file.addActions([table.grab, table.batch])
        self._file.addSeparator()
        self._file.addAction(table.save)
        self._file.addSeparator()
        self._file.addAction(table.quit)
        self._edit = bar.addMenu("")
        self._edit.addActions([table.undo, table.redo, table.clear, table.eraser])
        self._edit.addSeparator()
        self._edit.addActions([table.copy, table.paste])
        self._edit.addSeparator()
        self._edit.addActions([table.edit_text, table.clear_text])
        self._candidates = bar.addMenu("")
        self._candidates.addActions([table.pick, table.copy_candidate])
        self._candidates.addSeparator()
        self._candidates.addActions([table.teach, table.unlearn, table.learned])
        self._candidates.addSeparator()
        self._candidates.addActions([table.next_candidate, table.previous_candidate])
        self._candidates.addSeparator()
        self._candidates.addActions(list(table.picks))
        self._picture = bar.addMenu("")
        self._picture.addActions([table.previous_page, table.next_page])
        self._picture.addSeparator()
        self._picture.addActions([table.crop, table.turn_left, table.turn_right, table.reset_picture])
        self._picture.addSeparator()
        self._picture.addActions([table.previous_box, table.next_box])
        self._picture.addActions([table.add_box, table.join_boxes, table.split_box, table.delete_boxes])
        self._picture.addSeparator()
        self._picture.addAction(table.take_text)
        self._view = bar.addMenu("")
        self._view.addActions([table.heat_map, table.details, table.find_pinyin, table.history])
        self._view.addSeparator()
        self._view.addActions([table.canvas_larger, table.canvas_smaller, table.canvas_largest])
        self._guide = self._view.addMenu("")
        self._guide.addActions([table.guide_mi, table.guide_tian, table.guide_none])
        self._view.addActions([table.left_handed, table.always_on_top])
        self._view.addSeparator()
        self._view.addActions([table.settings, table.privacy])
        self._help = bar.addMenu("")
        self._help.addActions([table.shortcuts, table.about])
        # The window holds them too, or their shortcuts would end where a platform hides its menus.
        window.addActions(list(table))

        self._tools = ToolBar(window)
        self._tools.setObjectName("tool_bar")
        self._tools.setMovable(False)
        self._tools.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._tools.setIconSize(QSize(icons.ICON_SIZE_PX, icons.ICON_SIZE_PX))
        self._groups = (
            (table.undo, table.redo, table.clear, table.eraser),
            (table.open, table.paste, table.grab, table.save),
            (table.heat_map, table.details),
            (table.settings,),
        )
        # Their icons speak for themselves; with the texts of all, none would have a text in a window of usual width.
        for action in (table.redo, table.eraser, table.grab, table.save):
            action.setPriority(QAction.Priority.LowPriority)
        # Made once: a tool bar that is cleared goes on owning the separators that it made itself.
        self._separators = tuple(QAction(self._tools) for _ in self._groups[1:])
        for separator in self._separators:
            separator.setSeparator(True)
        self._is_left_handed: bool | None = None
        self.set_left_handed(False)
        window.addToolBar(self._tools)

        for widget, verbs in (
            (
                canvas,
                (table.undo, table.redo, table.clear, table.eraser, table.teach, table.open, table.paste, table.save),
            ),
            (candidates, (table.pick, table.copy_candidate, table.teach)),
        ):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
            widget.addActions(list(verbs))
        self.translate()

    def set_left_handed(self, is_left_handed: bool) -> None:
        """Have what is used most lie above the canvas, which is to the right for a left hand.

        The bar begins at its right end then, so that it is the settings that give way where room is short.
        """
        if is_left_handed == self._is_left_handed:
            return
        self._is_left_handed = is_left_handed
        direction = Qt.LayoutDirection.RightToLeft if is_left_handed else Qt.LayoutDirection.LeftToRight
        self._tools.clear()
        self._tools.setLayoutDirection(direction)
        for number, group in enumerate(self._groups):
            if number:
                self._tools.addAction(self._separators[number - 1])
            for action in reversed(group) if is_left_handed else group:
                self._tools.addAction(action)
                # Within a button the icon comes first all the same.
                self._tools.widgetForAction(action).setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def translate(self) -> None:
        """Set every title in the language of the moment."""
        self._file.setTitle(self.tr("&File"))
        self._edit.setTitle(self.tr("&Edit"))
        self._candidates.setTitle(self.tr("&Candidates"))
        self._picture.setTitle(self.tr("&Picture"))
        self._view.setTitle(self.tr("&View"))
        self._guide.setTitle(self.tr("Guide &on the paper"))
        self._help.setTitle(self.tr("&Help"))
        self._tools.setWindowTitle(self.tr("Tools"))
